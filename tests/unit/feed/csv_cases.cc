#include "tests/unit/feed/csv_cases.h"

#include <algorithm>
#include <array>

#include "engine/base/assert.h"
#include "engine/feed/coverage.h"
#include "engine/feed/csv_parser.h"

namespace guerdon::event {

Schema example_schema() {
  constexpr auto kAmount = FieldKind::kAmount;
  constexpr auto kCount = FieldKind::kCount;
  constexpr auto kText = FieldKind::kText;
  constexpr auto kAccount = FieldKind::kAccount;
  Schema schema;
  const uint16_t purchase = schema.add_type("purchase");
  const Field purchase_slots[] = {
      {"account", kAccount, 0, false}, {"amount", kAmount, 2, false},
      {"sku", kText, 0, false},        {"qty", kCount, 0, false},
      {"city", kText, 0, false},       {"gift", FieldKind::kFlag, 0, false},
      {"amount", kAmount, 3, true},    {"city", kAccount, 0, false},
  };
  for (const Field& field : purchase_slots) schema.add_slot(purchase, field);
  const uint16_t cancel = schema.add_type("cancel");
  const Field cancel_slots[] = {
      {"account", kAccount, 0, false}, {"amount", kAmount, 0, true}, {"qty", kCount, 0, true}};
  for (const Field& field : cancel_slots) schema.add_slot(cancel, field);
  const uint16_t odd = schema.add_type("odd");
  const Field odd_slots[] = {{"event_id", kText, 0, false},
                             {"time", kCount, 0, false},
                             {"type", kText, 0, false},
                             {"nowhere", kText, 0, false},
                             {"amount", kAmount, 9, false}};
  for (const Field& field : odd_slots) schema.add_slot(odd, field);
  return schema;
}

std::span<const std::string_view> example_headers() {
  static constexpr std::array<std::string_view, 3> kHeaders = {
      "event_id,time,type,account,amount,sku,qty,city", "time,type,event_id",
      "note,qty,type,amount,gift,account,time,city,event_id,more"};
  return kHeaders;
}

std::vector<std::string> split_names(std::string_view header) {
  std::vector<std::string> names(1);
  for (const char c : header) {
    if (c == ',') {
      names.emplace_back();
    } else {
      names.back().push_back(c);
    }
  }
  return names;
}

slow::Event event_of(const Batch& batch, size_t index, const Schema& schema) {
  const Record& record = batch.records[index];
  slow::Event event;
  event.line = record.place.line;
  event.column = record.place.column;
  event.outcome = record.outcome;
  event.type = record.type;
  event.occurred_at = record.occurred_at;
  event.key = record.key;
  event.payload = record.payload;
  for (int slot = 0; slot < kSlotsMax; ++slot) {
    const bool is_present = (record.present >> slot & 1) != 0;
    const bool is_declared =
        record.type != kNoType && static_cast<size_t>(slot) < schema.type(record.type).slots.size();
    GUERDON_ASSERT(is_declared || !is_present);
    if (!is_declared) continue;
    const int64_t value = batch.values[record.values + static_cast<size_t>(slot)];
    GUERDON_ASSERT(is_present || value == 0);
    if (!is_present) continue;
    const FieldKind kind = schema.type(record.type).slots[static_cast<size_t>(slot)].kind;
    if (kind == FieldKind::kText || kind == FieldKind::kAccount) {
      const Text& text = batch.texts[static_cast<size_t>(value)];
      GUERDON_ASSERT(text.hash == base::hash64(batch.view(text)));
      event.slots[slot].text = batch.view(text);
    } else {
      event.slots[slot].number = value;
    }
  }
  for (const Refusal& refusal : batch.refusals) {
    if (refusal.record != index) continue;
    event.reason = refusal.reason;
    event.near = batch.view(batch.texts[refusal.excerpt]);
    event.bytes = refusal.bytes;
    event.limit = refusal.limit;
  }
  return event;
}

namespace {

// Each event of a type that no plan declares has been counted under its type.
void check_coverage(const Coverage& coverage, const std::vector<slow::Event>& events) {
  uint64_t named = 0;
  for (const auto& [type, count] : coverage.ignored_types()) named += count;
  const auto ignored = static_cast<uint64_t>(
      std::count_if(events.begin(), events.end(),
                    [](const slow::Event& event) { return event.outcome == Outcome::kIgnored; }));
  GUERDON_ASSERT(named <= ignored);
  const bool is_exact = coverage.ignored_types().size() < Coverage::kIgnoredTypesMax;
  GUERDON_ASSERT(!is_exact || named == ignored);
}

}  // namespace

std::vector<slow::Event> parse_whole(const Schema& schema, std::string_view header,
                                     std::string_view text) {
  return parse_in_pieces(schema, header, text, {}, text.size() + 1);
}

std::vector<slow::Event> parse_in_pieces(const Schema& schema, std::string_view header,
                                         std::string_view text, std::span<const size_t> cuts,
                                         size_t max_records) {
  CsvParser parser(schema, kSource);
  std::string error;
  GUERDON_ASSERT(parser.set_header(header, &error));
  std::vector<slow::Event> events;
  Batch batch;
  size_t consumed = 0;
  for (size_t piece = 0; piece <= cuts.size(); ++piece) {
    const bool last = piece == cuts.size();
    const size_t end = last ? text.size() : cuts[piece];
    const std::string copy(text.substr(consumed, end - consumed));
    size_t at = 0;
    size_t added = max_records;
    while (added == max_records) {
      batch.clear();
      at += parser.parse(std::string_view(copy).substr(at), last, max_records, batch);
      added = batch.records.size();
      for (size_t i = 0; i < added; ++i) events.push_back(event_of(batch, i, schema));
    }
    consumed += at;
  }
  GUERDON_ASSERT(consumed == text.size());
  check_coverage(parser.coverage(), events);
  return events;
}

std::string to_string(const slow::Event& event) {
  std::string text =
      "line " + std::to_string(event.line) + " column " + std::to_string(event.column) + " " +
      std::string(outcome_word(event.outcome)) + " reason " +
      (event.reason ? std::to_string(static_cast<int>(*event.reason)) : "-") + " type " +
      std::to_string(event.type) + " at " + std::to_string(event.occurred_at) + " key " +
      event.key.to_hex() + " payload " + std::to_string(event.payload) + " bytes " +
      std::to_string(event.bytes) + " limit " + std::to_string(event.limit) + " near [" +
      event.near + "]";
  for (const auto& [slot, value] : event.slots) {
    text += " " + std::to_string(slot) + "=" + std::to_string(value.number) + "/" + value.text;
  }
  return text;
}

}  // namespace guerdon::event
