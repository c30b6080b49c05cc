#include "engine/feed/command_reader.h"

#include <algorithm>

#include "engine/base/assert.h"
#include "engine/base/hash.h"
#include "engine/base/timestamp.h"
#include "engine/event/command_codec.h"
#include "engine/event/field.h"
#include "engine/event/text_rules.h"
#include "engine/money/exchange.h"

namespace guerdon::event {
namespace {

using F = CommandField;

// Whether it names what several programs may have.
bool takes_program(const CommandRow& row) {
  return ((row.demands | row.takes) &
          bits_of(F::kWallet, F::kFrom, F::kItem, F::kGoal, F::kBadge)) != 0;
}

// What `field` stands for in a command of this row, engine's own words apart.
std::vector<std::string> names_of(const CommandRow& row) {
  std::vector<std::string> names;
  for (size_t slot = 0; slot <= slot_of(F::kTotal); ++slot) {
    if (((row.demands | row.takes) >> slot & 1) != 0) names.emplace_back(word_of(row, slot));
  }
  if (takes_program(row)) names.emplace_back("program");
  if (row.legs == LegUse::kSeveral) names.emplace_back("legs");
  for (const char* const own : {"id", "time", "source"}) names.emplace_back(own);
  return names;
}

// 900s, 15m, 2h, 30d.
std::optional<Reason> read_length(std::string_view text, int64_t* ms) {
  int64_t unit = 0;
  switch (text.back()) {
    case 's':
      unit = base::kMsPerSecond;
      break;
    case 'm':
      unit = 60 * base::kMsPerSecond;
      break;
    case 'h':
      unit = 3'600 * base::kMsPerSecond;
      break;
    case 'd':
      unit = base::kMsPerDay;
      break;
    default:
      return Reason::kNotALength;
  }
  int64_t count = 0;
  if (read_count(text.substr(0, text.size() - 1), false, &count) || count == 0 ||
      count >= base::kTimeEnd / unit) {
    return Reason::kNotALength;
  }
  *ms = count * unit;
  return std::nullopt;
}

std::optional<Reason> read_time(std::string_view text, int64_t* ms) {
  if (base::parse_timestamp(text, ms)) return std::nullopt;
  return Reason::kNotATime;
}

std::optional<Reason> read_instant(std::string_view text, int64_t* ms) {
  if (text != "never") return read_time(text, ms);
  *ms = kNeverMs;
  return std::nullopt;
}

std::optional<Reason> keep_text(std::string_view text, size_t bytes_max, Batch& batch,
                                int64_t* value) {
  const std::optional<Reason> reason = read_text(text, bytes_max);
  if (!reason) *value = batch.add_text(text);
  return reason;
}

}  // namespace

bool CommandReader::knows(std::string_view word) {
  const std::span<const CommandRow> rows = command_rows();
  return std::any_of(rows.begin(), rows.end(), [&](const CommandRow& row) {
    return is_asked_for(row) && is_word(word, row.word);
  });
}

bool CommandReader::reads(std::string_view word) {
  const std::span<const CommandRow> rows = command_rows();
  return std::any_of(rows.begin(), rows.end(), [&](const CommandRow& row) {
    return is_said(row) && is_word(word, row.word);
  });
}

// ---- The words

const CommandRow* CommandReader::find_row(std::span<const std::string_view> words) {
  const CommandRow* first = nullptr;
  std::vector<std::string> verbs;
  for (const CommandRow& row : command_rows()) {
    if (!is_word(words[0], row.word)) continue;
    if (row.verb.empty() || (words.size() > 1 && is_word(words[1], row.verb))) return &row;
    if (first == nullptr) first = &row;
    verbs.emplace_back(row.verb);
  }
  GUERDON_ASSERT(first != nullptr);
  fail(Outcome::kSyntax, 1, "",
       "what is to be done with it is one of " + listed(verbs) + "; write " +
           std::string(first->usage));
  return nullptr;
}

bool CommandReader::read(std::span<const std::string_view> words, const Source& source,
                         Batch& batch) {
  const CommandRow* const row = find_row(words);
  if (row == nullptr) return false;
  Reading reading{*row, &source};
  reading.words = words.size();
  reading.record.type = type_of(*row);
  reading.record.occurred_at = kWhenAdmitted;
  std::string name(row->word);
  if (!row->verb.empty()) name.append(" ").append(row->verb);
  reading.record.payload = attribute_hash(base::hash64("command"), name);
  if (!read_words(words, row->verb.empty() ? 1 : 2, reading)) return false;
  const Batch::Mark before = batch.mark();
  reading.record.values = static_cast<uint32_t>(batch.values.size());
  batch.values.resize(batch.values.size() + kCommandValues);
  if (read_identity(reading) && read_wallets(reading, batch) && read_fields(reading, batch) &&
      has_all(reading, batch)) {
    derive_target(reading.source->keys(), reading.record, batch);
    batch.records.push_back(reading.record);
    batch.identities.push_back(
        {batch.add_text(reading.source->name()), batch.add_text(reading.id.value)});
    return true;
  }
  batch.rewind(before);
  return false;
}

CommandReader::Given* CommandReader::find_given(std::string_view name, Reading& reading) const {
  if (name == "id") return &reading.id;
  if (name == "source") return &reading.source_given;
  if (name == "time") return &reading.time;
  const uint64_t allowed = reading.row.demands | reading.row.takes;
  if (name == "program" && takes_program(reading.row)) return &reading.program;
  if (name == "legs" && reading.row.legs == LegUse::kSeveral) return &reading.legs;
  for (size_t slot = 0; slot <= slot_of(F::kTotal); ++slot) {
    const bool is_allowed = (allowed >> slot & 1) != 0;
    if (is_allowed && name == word_of(reading.row, slot)) return &reading.fields[slot];
  }
  return nullptr;
}

bool CommandReader::read_words(std::span<const std::string_view> words, size_t first,
                               Reading& reading) {
  for (size_t word = first; word < words.size(); ++word) {
    const size_t equals = words[word].find('=');
    if (equals == std::string_view::npos) {
      return fail(Outcome::kSyntax, word, "",
                  printable(words[word], kExcerptShownMax) +
                      " is no field; write name=value, in quotes where the value has spaces");
    }
    const std::string_view name = words[word].substr(0, equals);
    Given* const given = find_given(name, reading);
    if (given == nullptr) {
      return fail(Outcome::kUnknown, word, name,
                  std::string(reading.row.word) + " takes no such field; write one of " +
                      listed(names_of(reading.row)));
    }
    if (given->word != 0) {
      return fail(Outcome::kInvalid, word, name, "it is given twice; write it once");
    }
    *given = {word, words[word].substr(equals + 1)};
    if (given != &reading.id && !given->value.empty()) {
      reading.record.payload += attribute_hash(base::hash64(name), given->value);
    }
  }
  return true;
}

bool CommandReader::read_identity(Reading& reading) {
  if (reading.source_given.is_there()) {
    reading.source = named_source(reading.source_given.value, other_);
    if (reading.source == nullptr) {
      return fail(Outcome::kInvalid, reading.source_given.word, "source",
                  wrong_source(reading.source_given.value));
    }
  }
  Record& record = reading.record;
  record.has_key = reading.id.is_there();
  if (record.has_key) {
    if (const auto reason = read_text(reading.id.value, kIdBytesMax)) {
      fault_ = fault_at(*reason, reading.id.word, "id", reading.id.value, kIdBytesMax);
      return false;
    }
    record.key = reading.source->keys().key(reading.id.value);
  }
  if (!reading.time.is_there()) return true;
  if (base::parse_timestamp(reading.time.value, &record.occurred_at)) return true;
  fault_ = fault_at(Reason::kNotATime, reading.time.word, "time", reading.time.value, 0);
  return false;
}

// ---- The fields

bool CommandReader::read_fields(Reading& reading, Batch& batch) {
  for (size_t slot = 0; slot < kSlotsMax; ++slot) {
    if (!reading.fields[slot].is_there()) continue;
    if (!read_field(slot, reading, batch)) return false;
    reading.record.present |= uint64_t{1} << slot;
  }
  return true;
}

// What plans have by this name. REQUIRES: a form of such a name.
Named CommandReader::named_in(FieldForm form, const Reading& reading, const Given& given) const {
  switch (form) {
    case FieldForm::kUnit:
      return find_wallet(schema_, given.value, reading.program.value);
    case FieldForm::kItem:
      return find_item(schema_, given.value, reading.program.value);
    case FieldForm::kGoal:
      return find_goal(schema_, given.value, reading.program.value);
    default:
      return find_known(schema_, given.value);
  }
}

bool CommandReader::read_field(size_t slot, Reading& reading, Batch& batch) {
  FieldForm form = FieldForm::kText;
  GUERDON_ASSERT(form_of_slot(slot, &form));
  const Given& given = reading.fields[slot];
  int64_t value = 0;
  std::optional<Reason> reason;
  uint32_t limit = kTextBytesMax;
  switch (form) {
    case FieldForm::kWallet:
      return true;  // read already
    case FieldForm::kAmount:
      return read_amount_field(slot, leg_of_slot(slot), reading, batch);
    case FieldForm::kAccount:
    case FieldForm::kText:
      reason = keep_text(given.value, kTextBytesMax, batch, &value);
      break;
    case FieldForm::kName:
      limit = kIdBytesMax;
      reason = keep_text(given.value, kIdBytesMax, batch, &value);
      break;
    case FieldForm::kReversal:
    case FieldForm::kLsn:
      GUERDON_UNREACHABLE();  // no row takes it
    case FieldForm::kTime:
      reason = read_time(given.value, &value);
      break;
    case FieldForm::kInstant:
      reason = read_instant(given.value, &value);
      break;
    case FieldForm::kLength:
      reason = read_length(given.value, &value);
      break;
    case FieldForm::kGot:
      return read_got(reading, batch);
    case FieldForm::kUnit:
    case FieldForm::kItem:
    case FieldForm::kKnown:
    case FieldForm::kGoal: {
      const auto number = number_of(named_in(form, reading, given), given, word_of_slot(slot));
      if (!number) return false;
      value = *number;
      break;
    }
    case FieldForm::kCount:
      reason = read_count(given.value, false, &value);
      break;
    case FieldForm::kSource:
    case FieldForm::kRate:
      if (!is_well_formed(form, slot, given)) return false;
      reason = keep_text(given.value, kTextBytesMax, batch, &value);
      break;
  }
  batch.values[reading.record.values + slot] = value;
  if (!reason) return true;
  fault_ = fault_at(*reason, given.word, word_of(reading.row, slot), given.value, limit);
  return false;
}

// Of a text that is a rate or the name of a source.
bool CommandReader::is_well_formed(FieldForm form, size_t slot, const Given& given) {
  if (form == FieldForm::kSource) {
    return is_source_name(given.value) ||
           fail(Outcome::kInvalid, given.word, word_of_slot(slot), wrong_source(given.value));
  }
  return money::parse_rate(given.value).has_value() ||
         fail(Outcome::kInvalid, given.word, word_of_slot(slot),
              printable(given.value, kExcerptShownMax) +
                  " is no rate; write a number above 0 with at most 9 decimals, or two whole "
                  "numbers: 25450/1");
}

// ---- All together

bool CommandReader::has_all(const Reading& reading, Batch& batch) {
  const CommandRow& row = reading.row;
  const uint64_t present = reading.record.present;
  std::string missing;
  for (size_t slot = 0; slot < kSlotsMax && missing.empty(); ++slot) {
    const uint64_t wanted = row.demands & ~present;
    if ((wanted >> slot & 1) != 0) missing = word_of(row, slot);
  }
  if (missing.empty() && row.id == IdUse::kDemanded && !reading.record.has_key) missing = "id";
  const bool has_unit_alone =
      (row.takes & bit_of(F::kAmount)) != 0 && (present & bit_of(F::kWallet)) != 0 &&
      (present & bit_of(F::kAmount)) == 0 && (row.takes & bit_of(F::kGet)) == 0;
  if (missing.empty() && has_unit_alone) missing = "amount";
  if (!missing.empty()) {
    return fail(Outcome::kInvalid, reading.words, missing,
                "it is missing; write " + std::string(row.usage));
  }
  const int64_t* const values = batch.values.data() + reading.record.values;
  const bool may_want_total = (row.takes & bit_of(F::kTotal)) != 0;
  for (size_t leg = 0; leg < kLegsMax && may_want_total; ++leg) {
    if ((present & bit_of(F::kWallet, leg)) == 0 || (present & bit_of(F::kTotal, leg)) != 0)
      continue;
    const WalletName& wallet =
        schema_.wallets()[static_cast<size_t>(values[slot_of(F::kWallet, leg)])];
    if (!wallet.wants_total) continue;
    return fail(Outcome::kInvalid, reading.words, "total",
                "of " + wallet.unit +
                    " a purchase takes at most a share; write total=, what is to be paid, or "
                    "unit:amount:total in legs=");
  }
  if (!fits_plans(reading, batch)) return false;
  if (is_whole(row, present, values)) return true;
  return fail(Outcome::kInvalid, reading.words, row.word,
              "its words do not go together; write " + std::string(row.usage));
}

std::optional<uint32_t> CommandReader::number_of(const Named& named, const Given& given,
                                                 std::string_view name) {
  if (named.is_one()) return named.number;
  fail(named.outcome, given.word, name, named.sentence);
  return std::nullopt;
}

bool CommandReader::fail(Outcome outcome, size_t word, std::string_view name,
                         std::string_view sentence) {
  fault_ = fault_at(outcome, word, name, sentence);
  return false;
}

}  // namespace guerdon::event
