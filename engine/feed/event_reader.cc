#include "engine/feed/event_reader.h"

#include <algorithm>
#include <utility>

#include "engine/base/assert.h"
#include "engine/base/bytes.h"
#include "engine/base/hash.h"
#include "engine/event/text_rules.h"
#include "engine/feed/column_reader.h"
#include "engine/feed/problem.h"

namespace guerdon::event {
namespace {

// The first columns of every type.
enum Fixed : size_t {
  kTypeColumn,
  kIdColumn,
  kTimeColumn,
  kSourceColumn,
  kObjectColumn,
  kVersionColumn,
  kFixedColumns
};

// Where they stand in a request: the command is word 0.
constexpr size_t kTypeWord = 1;
constexpr size_t kIdWord = 2;
constexpr size_t kFirstAttribute = 3;

CsvColumn column_of(std::string name, Purpose engine) {
  const uint64_t hash = base::hash64(name);
  return {std::move(name), hash, engine};
}

}  // namespace

// ---- Types

EventReader::EventReader(const Schema& schema) : schema_(schema) {
  types_.reserve(static_cast<size_t>(schema.size()));
  for (int i = 0; i < schema.size(); ++i) {
    types_.push_back(make_type(schema.type(static_cast<uint16_t>(i))));
  }
}

EventReader::KnownType EventReader::make_type(const TypeSchema& type) {
  KnownType known;
  known.columns = {column_of("type", Purpose::kType),     column_of("event_id", Purpose::kId),
                   column_of("time", Purpose::kTime),     column_of("source", Purpose::kNone),
                   column_of("object", Purpose::kObject), column_of("version", Purpose::kVersion)};
  const auto add = [&](const std::string& wire) {
    const bool is_there = std::any_of(known.columns.begin(), known.columns.end(),
                                      [&](const CsvColumn& column) { return column.name == wire; });
    if (!is_there) known.columns.push_back(column_of(wire, Purpose::kNone));
  };
  for (const Field& field : type.slots) {
    if (field.is_sent()) add(field.wire);
  }
  for (const std::string& object : type.objects) add(object);
  known.layout = lay_out(type, known.columns);
  for (size_t c = 0; c < known.columns.size(); ++c)
    known.by_name.emplace(known.columns[c].name_hash, c);
  return known;
}

// Most events are of the type of the one before.
uint16_t EventReader::find_type(std::string_view name) {
  const bool is_last = last_type_ != kNoType && base::is_same(schema_.type(last_type_).wire, name);
  if (!is_last) last_type_ = schema_.find_type(name);
  return last_type_;
}

// Most events name their attributes in the order in which the one of their type before did. No name
// that is expected has a '=', so what stands there is the first.
bool EventReader::is_expected(const KnownType& type, size_t attribute, std::string_view text) {
  if (attribute >= type.order.size()) return false;
  const Expected& expected = type.order[attribute];
  if (text.size() < expected.size) return false;
  if (expected.size <= 8) return base::load_few(text.data(), expected.size) == expected.front;
  return text[expected.size - 1] == '=' &&
         text.substr(0, expected.size - 1) == type.columns[expected.column].name;
}

void EventReader::expect(KnownType& type, size_t attribute, size_t column) {
  if (attribute >= type.order.size()) type.order.resize(attribute + 1);
  const std::string front = type.columns[column].name + "=";
  const uint64_t word = front.size() <= 8 ? base::load_few(front.data(), front.size()) : 0;
  type.order[attribute] = {word, front.size(), column};
}

std::optional<size_t> EventReader::find_column(const KnownType& type, std::string_view name) {
  const auto found = type.by_name.find(base::hash64(name));
  if (found == type.by_name.end() || type.columns[found->second].name != name) return std::nullopt;
  return found->second;
}

// ---- An event

bool EventReader::read(std::span<const std::string_view> words, const Source& source,
                       TimeMs arrival, Batch& batch) {
  if (words.size() < kFirstAttribute) {
    return fail(Outcome::kSyntax, words.size(), "",
                "an event has a type and an id; write EVENT type id name=value ...");
  }
  const uint16_t type = find_type(words[kTypeWord]);
  if (type == kNoType) {
    return fail(Outcome::kUnknown, kTypeWord, "type",
                "no plan declares events of type " + printable(words[kTypeWord], kExcerptShownMax) +
                    "; declare it in a plan, or write a type that is declared");
  }
  Reading reading{types_[type], &source, {}, {}, 0, 0};
  reading.record.type = type;
  reading.record.occurred_at = arrival;
  const Batch::Mark before = batch.mark();
  if (!read_words(words, reading, batch)) {
    batch.rewind(before);
    return false;
  }
  // Only now it is known whether the event names its source.
  reading.record.key = reading.source->keys().key(words[kIdWord]);
  batch.records.push_back(reading.record);
  const uint32_t from = add_source(*reading.source, batch);
  batch.identities.push_back({from, batch.add_text(words[kIdWord])});
  return true;
}

// Most events are of the source of the one before.
uint32_t EventReader::add_source(const Source& source, Batch& batch) {
  if (!batch.identities.empty()) {
    const uint32_t last = batch.identities.back().source;
    if (base::is_same(batch.view(batch.texts[last]), source.name())) return last;
  }
  return batch.add_text(source.name());
}

bool EventReader::read_words(std::span<const std::string_view> words, Reading& reading,
                             Batch& batch) {
  reading.record.values = static_cast<uint32_t>(batch.values.size());
  batch.values.resize(reading.record.values + reading.type.layout.slots);
  if (!read_column(kTypeWord, kTypeColumn, words[kTypeWord], reading, batch)) return false;
  if (!read_column(kIdWord, kIdColumn, words[kIdWord], reading, batch)) return false;
  for (size_t word = kFirstAttribute; word < words.size(); ++word) {
    if (!read_attribute(word, words[word], reading, batch)) return false;
  }
  const Record& record = reading.record;
  if (record.version == kNoVersion || record.object != kNoObject) return true;
  return fail(Outcome::kInvalid, reading.version_word, "version",
              "it is the version of no object; give the event object=<id>, too");
}

bool EventReader::read_attribute(size_t word, std::string_view text, Reading& reading,
                                 Batch& batch) {
  const size_t attribute = word - kFirstAttribute;
  if (is_expected(reading.type, attribute, text)) [[likely]] {
    const Expected& expected = reading.type.order[attribute];
    return read_given(word, expected.column, text.substr(expected.size), reading, batch);
  }
  return read_unexpected(word, text, reading, batch);
}

[[gnu::noinline]] bool EventReader::read_unexpected(size_t word, std::string_view text,
                                                    Reading& reading, Batch& batch) {
  const size_t equals = text.find('=');
  if (equals == std::string_view::npos) {
    return fail(Outcome::kSyntax, word, "",
                printable(text, kExcerptShownMax) +
                    " is no attribute; write name=value, in quotes where the value has spaces");
  }
  const std::string_view name = text.substr(0, equals);
  const std::optional<size_t> column = find_column(reading.type, name);
  if (!column || *column == kTypeColumn || *column == kIdColumn) {
    return fail_unknown(word, name, reading.type);
  }
  expect(reading.type, word - kFirstAttribute, *column);
  return read_given(word, *column, text.substr(equals + 1), reading, batch);
}

bool EventReader::read_given(size_t word, size_t column, std::string_view value, Reading& reading,
                             Batch& batch) {
  const bool is_twice = reading.seen[column];
  reading.seen[column] = true;
  if (column >= kFixedColumns) ++reading.given;
  if (is_twice || reading.given > kGivenAttributesMax) [[unlikely]] {
    return fail_one_more(is_twice, word, reading.type.columns[column].name);
  }
  return value.empty() || read_column(word, column, value, reading, batch);
}

// As a field of a row, and what only a request has: a source of its own.
[[gnu::always_inline]] inline bool EventReader::read_column(size_t word, size_t column,
                                                            std::string_view value,
                                                            Reading& reading, Batch& batch) {
  const TypeLayout& layout = reading.type.layout;
  const ColumnUse& use = layout.columns[column];
  Record& record = reading.record;
  if (use.engine == Purpose::kObject && record.object != kNoObject) [[unlikely]] {
    return fail_one_more(true, word, reading.type.columns[column].name);
  }
  if (column < kFixedColumns) {
    if (column == kSourceColumn && !read_source(word, value, reading)) return false;
    if (column == kVersionColumn) reading.version_word = word;
  }
  const std::optional<Reason> reason =
      column::read(layout, use, value, reading.source->keys(), record,
                   batch.values.data() + record.values, batch);
  if (reason) return fail(*reason, word, value, reading.type, column);
  record.present |= use.slots;
  if (use.engine != Purpose::kId) record.payload += attribute_hash(use.name_hash, value);
  return true;
}

bool EventReader::read_source(size_t word, std::string_view value, Reading& reading) {
  const Source* const source = named_source(value, other_);
  if (source == nullptr) return fail(Outcome::kInvalid, word, "source", wrong_source(value));
  reading.source = source;
  return true;
}

// ---- Faults

bool EventReader::fail(Outcome outcome, size_t word, std::string_view name,
                       std::string_view sentence) {
  fault_ = fault_at(outcome, word, name, sentence);
  return false;
}

bool EventReader::fail(Reason reason, size_t word, std::string_view value, const KnownType& type,
                       size_t column) {
  const std::string_view name = type.columns[column].name;
  const bool is_version = type.layout.columns[column].engine == Purpose::kVersion;
  if (is_version && reason == Reason::kNegative) {
    return fail(outcome_of(reason), word, name,
                printable(value, kExcerptShownMax) + " is below zero; versions count from 0");
  }
  const FieldFault field = fault_of(reason, type.layout, type.layout.columns[column], value);
  fault_ = fault_at(reason, word, name, field.text, field.limit, field.line, field.part);
  return false;
}

// Of an attribute that is given twice, or is one too many.
bool EventReader::fail_one_more(bool is_twice, size_t word, std::string_view name) {
  if (is_twice) return fail(Outcome::kInvalid, word, name, "it is given twice; write it once");
  return fail(Outcome::kLimit, word, name,
              "an event is given at most " + std::to_string(kGivenAttributesMax) +
                  " attributes; leave some out");
}

bool EventReader::fail_unknown(size_t word, std::string_view name, const KnownType& type) {
  std::vector<std::string> names;
  for (size_t c = kFixedColumns; c < type.columns.size(); ++c)
    names.push_back(type.columns[c].name);
  const std::string declared = names.empty() ? "" : listed(names) + ", or ";
  return fail(Outcome::kUnknown, word, name,
              "no plan declares this attribute for events of this type; write one of " + declared +
                  "time, source, object, version");
}

}  // namespace guerdon::event
