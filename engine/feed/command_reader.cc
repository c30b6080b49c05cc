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

constexpr size_t kShownMax = kExcerptShownMax;
constexpr size_t kNamesShownMax = 8;

size_t slot_of(F field, size_t leg = 0) { return static_cast<size_t>(field) + leg * kLegSlots; }

std::string listed(const std::vector<std::string>& names) {
  std::string list;
  for (size_t i = 0; i < names.size() && i < kNamesShownMax; ++i) {
    list.append(i == 0 ? "" : ", ").append(names[i]);
  }
  if (names.size() > kNamesShownMax) {
    list += " and " + std::to_string(names.size() - kNamesShownMax) + " more";
  }
  return list;
}

// What `field` stands for in a command of this row, engine's own words apart.
std::vector<std::string> names_of(const CommandRow& row) {
  std::vector<std::string> names;
  for (size_t slot = 0; slot <= slot_of(F::kTotal); ++slot) {
    if (((row.demands | row.takes) >> slot & 1) != 0) names.emplace_back(word_of_slot(slot));
  }
  if ((row.demands & bits_of(F::kWallet, F::kFrom, F::kItem)) != 0) {
    names.emplace_back("program");
  }
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
  return std::any_of(rows.begin(), rows.end(),
                     [&](const CommandRow& row) { return is_word(word, row.word); });
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
  if (name == "program" && (allowed & bits_of(F::kWallet, F::kFrom, F::kItem)) != 0) {
    return &reading.program;
  }
  if (name == "legs" && reading.row.legs == LegUse::kSeveral) return &reading.legs;
  for (size_t slot = 0; slot <= slot_of(F::kTotal); ++slot) {
    if ((allowed >> slot & 1) != 0 && name == word_of_slot(slot)) return &reading.fields[slot];
  }
  return nullptr;
}

bool CommandReader::read_words(std::span<const std::string_view> words, size_t first,
                               Reading& reading) {
  for (size_t word = first; word < words.size(); ++word) {
    const size_t equals = words[word].find('=');
    if (equals == std::string_view::npos) {
      return fail(Outcome::kSyntax, word, "",
                  printable(words[word], kShownMax) +
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

// ---- The wallets

std::string CommandReader::units() const {
  std::vector<std::string> names;
  for (const WalletName& wallet : schema_.wallets()) {
    if (std::find(names.begin(), names.end(), wallet.unit) == names.end()) {
      names.push_back(wallet.unit);
    }
  }
  return listed(names);
}

// `unit` is one, or program/unit.
std::optional<uint16_t> CommandReader::find_wallet(std::string_view unit, size_t word,
                                                   std::string_view name, const Reading& reading) {
  std::string_view program = reading.program.value;
  std::vector<uint16_t> found;
  std::vector<std::string> programs;
  for (size_t w = 0; w < schema_.wallets().size(); ++w) {
    const WalletName& wallet = schema_.wallets()[w];
    const bool is_full = unit == wallet.program + "/" + wallet.unit;
    if (!is_full && (unit != wallet.unit || (!program.empty() && program != wallet.program))) {
      continue;
    }
    found.push_back(static_cast<uint16_t>(w));
    programs.push_back(wallet.program);
  }
  if (found.size() == 1) return found[0];
  if (found.empty()) {
    const std::string of = program.empty() ? "" : " in " + printable(program, kShownMax);
    fail(Outcome::kUnknown, word, name,
         "no plan has a unit " + printable(unit, kShownMax) + of +
             "; the units there are: " + units());
  } else {
    fail(Outcome::kInvalid, word, name,
         printable(unit, kShownMax) + " is a unit of several programs (" + listed(programs) +
             "); write which with program=, or as program/unit");
  }
  return std::nullopt;
}

bool CommandReader::read_wallets(Reading& reading, Batch& batch) {
  if (reading.legs.is_there() && !read_legs(reading, batch)) return false;
  const uint64_t allowed = reading.row.demands | reading.row.takes;
  if ((allowed & bit_of(F::kWallet)) == 0) return true;
  int64_t* const values = batch.values.data() + reading.record.values;
  for (size_t leg = 0; leg < kLegsMax; ++leg) {
    const Given& unit = reading.fields[slot_of(F::kWallet, leg)];
    const Given& amount = reading.fields[slot_of(F::kAmount, leg)];
    std::optional<uint16_t> wallet;
    if (unit.is_there()) {
      wallet =
          find_wallet(unit.value, unit.word, reading.legs.is_there() ? "legs" : "unit", reading);
      if (!wallet) return false;
    } else if (leg == 0 && schema_.wallets().size() == 1 &&
               (amount.is_there() || (reading.row.demands & bit_of(F::kWallet)) != 0)) {
      wallet = 0;
    }
    if (!wallet) continue;
    for (size_t before = 0; before < leg; ++before) {
      if (values[slot_of(F::kWallet, before)] != *wallet) continue;
      return fail(Outcome::kInvalid, unit.word, "legs",
                  printable(unit.value, kShownMax) + " stands there twice; give it one amount");
    }
    values[slot_of(F::kWallet, leg)] = *wallet;
    reading.record.present |= bit_of(F::kWallet, leg);
  }
  return true;
}

bool CommandReader::read_legs(Reading& reading, Batch& batch) {
  const size_t word = reading.legs.word;
  if (reading.fields[slot_of(F::kLine)].is_there()) {
    return fail(Outcome::kInvalid, reading.fields[slot_of(F::kLine)].word, "line",
                "a line is in one unit; write unit= and amount= in place of legs=");
  }
  for (const F field : {F::kWallet, F::kAmount, F::kTotal}) {
    if (!reading.fields[slot_of(field)].is_there()) continue;
    return fail(Outcome::kInvalid, reading.fields[slot_of(field)].word,
                word_of_slot(slot_of(field)), "it stands in legs= already; leave it out");
  }
  std::string_view rest = reading.legs.value;
  for (size_t leg = 0; !rest.empty(); ++leg) {
    if (leg == kLegsMax) {
      return fail(Outcome::kLimit, word, "legs",
                  "a command names at most " + std::to_string(kLegsMax) +
                      " wallets; send several commands");
    }
    const size_t size = std::min(rest.find(';'), rest.size());
    if (!read_leg(leg, rest.substr(0, size), reading, batch)) return false;
    rest.remove_prefix(std::min(size + 1, rest.size()));
  }
  return true;
}

bool CommandReader::read_leg(size_t leg, std::string_view text, Reading& reading, Batch&) {
  const size_t word = reading.legs.word;
  const size_t unit = std::min(text.find(':'), text.size());
  const std::string_view amounts = text.substr(std::min(unit + 1, text.size()));
  const size_t amount = std::min(amounts.find(':'), amounts.size());
  if (unit == 0 || amount == 0 || amount + 1 == amounts.size()) {
    return fail(Outcome::kInvalid, word, "legs",
                printable(text, kShownMax) +
                    " is no leg; write unit:amount, parted by semicolons, as points:100;RUB:50.00");
  }
  reading.fields[slot_of(F::kWallet, leg)] = {word, text.substr(0, unit)};
  reading.fields[slot_of(F::kAmount, leg)] = {word, amounts.substr(0, amount)};
  if (amount == amounts.size()) return true;
  if ((reading.row.takes & bit_of(F::kTotal)) == 0) {
    return fail(Outcome::kInvalid, word, "legs",
                printable(text, kShownMax) + " has a total, which " +
                    std::string(reading.row.word) + " does not take; write unit:amount");
  }
  reading.fields[slot_of(F::kTotal, leg)] = {word, amounts.substr(amount + 1)};
  return true;
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
    case FieldForm::kTime:
      reason = read_time(given.value, &value);
      break;
    case FieldForm::kInstant:
      reason = read_instant(given.value, &value);
      break;
    case FieldForm::kLength:
      reason = read_length(given.value, &value);
      break;
    case FieldForm::kUnit: {
      const auto wallet = find_wallet(given.value, given.word, word_of_slot(slot), reading);
      if (!wallet) return false;
      value = *wallet;
      break;
    }
    case FieldForm::kGot:
      return read_got(reading, batch);
    case FieldForm::kItem: {
      const auto item = find_item(given.value, given.word, reading);
      if (!item) return false;
      value = *item;
      break;
    }
    case FieldForm::kCount:
      reason = read_count(given.value, false, &value);
      break;
    case FieldForm::kRate:
      if (!money::parse_rate(given.value)) {
        return fail(Outcome::kInvalid, given.word, word_of_slot(slot),
                    printable(given.value, kShownMax) +
                        " is no rate; write a number above 0 with at most 9 decimals, or two whole "
                        "numbers: 25450/1");
      }
      reason = keep_text(given.value, kTextBytesMax, batch, &value);
      break;
  }
  batch.values[reading.record.values + slot] = value;
  if (!reason) return true;
  fault_ = fault_at(*reason, given.word, word_of_slot(slot), given.value, limit);
  return false;
}

bool CommandReader::read_amount_field(size_t slot, size_t leg, Reading& reading, Batch& batch) {
  const Given& given = reading.fields[slot];
  const std::string_view name =
      reading.legs.is_there() && slot >= slot_of(F::kWallet) ? "legs" : word_of_slot(slot);
  if ((reading.record.present & bit_of(F::kWallet, leg)) == 0) {
    return fail(Outcome::kInvalid, given.word, name,
                "an amount has a unit; write unit=, one of " + units());
  }
  const int64_t* const values = batch.values.data() + reading.record.values;
  const WalletName& wallet =
      schema_.wallets()[static_cast<size_t>(values[slot_of(F::kWallet, leg)])];
  int64_t value = 0;
  if (const auto reason = read_amount(given.value, wallet.scale, true, &value)) {
    fault_ = fault_at(*reason, given.word, name, given.value, wallet.scale);
    return false;
  }
  const bool is_signed =
      slot == slot_of(F::kAmount, leg) && reading.row.amounts == AmountUse::kSigned;
  if (value == 0 || (value < 0 && !is_signed)) {
    return fail(Outcome::kInvalid, given.word, name,
                printable(given.value, kShownMax) +
                    (is_signed ? " moves nothing; write an amount above or below 0"
                               : " is not above 0; write an amount that is"));
  }
  batch.values[reading.record.values + slot] = value;
  return true;
}

// In the scale of `to`, which stands in a slot before it.
bool CommandReader::read_got(Reading& reading, Batch& batch) {
  const Given& given = reading.fields[slot_of(F::kGet)];
  int64_t* const values = batch.values.data() + reading.record.values;
  const bool has_unit = (reading.record.present & bit_of(F::kTo)) != 0;
  const WalletName& wallet =
      schema_.wallets()[has_unit ? static_cast<size_t>(values[slot_of(F::kTo)]) : 0];
  int64_t value = 0;
  if (const auto reason = read_amount(given.value, wallet.scale, false, &value)) {
    fault_ = fault_at(*reason, given.word, "get", given.value, wallet.scale);
    return false;
  }
  if (value == 0) {
    return fail(Outcome::kInvalid, given.word, "get",
                printable(given.value, kShownMax) + " is not above 0; write an amount that is");
  }
  values[slot_of(F::kGet)] = value;
  return true;
}

// ---- The catalogue and exchanges

// `item` is one, or program/item.
std::optional<uint32_t> CommandReader::find_item(std::string_view item, size_t word,
                                                 const Reading& reading) {
  const std::string_view program = reading.program.value;
  std::vector<std::string> found;
  std::vector<std::string> known;
  uint32_t number = 0;
  for (size_t i = 0; i < schema_.items().size(); ++i) {
    const ItemName& each = schema_.items()[i];
    const bool is_full = item == each.program + "/" + each.item;
    known.push_back(each.item);
    if (!is_full && (item != each.item || (!program.empty() && program != each.program))) continue;
    found.push_back(each.program);
    number = static_cast<uint32_t>(i);
  }
  if (found.size() == 1) return number;
  if (found.empty()) {
    fail(Outcome::kUnknown, word, "item",
         "no plan has an item " + printable(item, kShownMax) +
             "; the items there are: " + (known.empty() ? "none" : listed(known)));
  } else {
    fail(Outcome::kInvalid, word, "item",
         printable(item, kShownMax) + " is an item of several programs (" + listed(found) +
             "); write which with program=, or as program/item");
  }
  return std::nullopt;
}

bool CommandReader::has_one_of(F one, F other, const Reading& reading) {
  const uint64_t given = reading.record.present & bits_of(one, other);
  if (given == bit_of(one) || given == bit_of(other)) return true;
  return fail(Outcome::kInvalid, reading.words, word_of_slot(slot_of(one)),
              std::string(given == 0 ? "it is missing" : "both are given") + "; write either " +
                  std::string(word_of_slot(slot_of(one))) + "= or " +
                  std::string(word_of_slot(slot_of(other))) + "=");
}

bool CommandReader::check_exchange(const Reading& reading, const int64_t* values) {
  const bool is_rate = static_cast<CommandKind>(reading.row.number) == CommandKind::kRate;
  const int64_t from = values[slot_of(is_rate ? F::kFrom : F::kWallet)];
  const int64_t to = values[slot_of(F::kTo)];
  const size_t word = reading.fields[slot_of(F::kTo)].word;
  const std::string pair = schema_.wallets()[static_cast<size_t>(from)].unit + " to " +
                           schema_.wallets()[static_cast<size_t>(to)].unit;
  const auto& all = schema_.exchanges();
  const auto found = std::find_if(all.begin(), all.end(), [&](const ExchangeName& each) {
    return each.from == from && each.to == to;
  });
  if (found == all.end()) {
    return fail(Outcome::kUnknown, word, "to",
                "no plan says `exchange " + pair + "`; declare it there");
  }
  if (is_rate && !found->from_file) {
    return fail(Outcome::kInvalid, word, "to",
                "the rates of " + pair + " stand in the plan; write `rate from file` there");
  }
  if (!is_rate && found->show_only) {
    return fail(Outcome::kInvalid, word, "to",
                pair + " is `show only` in the plan: balances are shown, and nothing is exchanged");
  }
  return true;
}

bool CommandReader::check_rate(const Reading& reading, const Batch& batch, const int64_t* values) {
  if (!check_exchange(reading, values)) return false;
  const Given& given = reading.fields[slot_of(F::kRate)];
  const auto scale_of = [&](F field) {
    return schema_.wallets()[static_cast<size_t>(values[slot_of(field)])].scale;
  };
  const Text& text = batch.texts[static_cast<size_t>(values[slot_of(F::kRate)])];
  const std::optional<money::Ratio> rate = money::parse_rate(batch.view(text));
  if (!rate || !money::minor_rate(*rate, scale_of(F::kFrom), scale_of(F::kTo))) {
    return fail(Outcome::kInvalid, given.word, "rate",
                "it is larger, or finer, than can be kept exactly; write a rounder one");
  }
  const Given& until = reading.fields[slot_of(F::kUntil)];
  if (until.is_there() && values[slot_of(F::kUntil)] <= values[slot_of(F::kEffective)]) {
    return fail(Outcome::kInvalid, until.word, "until",
                "it is no later than effective=; write when the rate holds no more");
  }
  return true;
}

bool CommandReader::agrees_with_shop(const Reading& reading, const Batch& batch) {
  const int64_t* const values = batch.values.data() + reading.record.values;
  switch (static_cast<CommandKind>(reading.row.number)) {
    case CommandKind::kRedeem: {
      const Given& pieces = reading.fields[slot_of(F::kPieces)];
      if (!pieces.is_there() || values[slot_of(F::kPieces)] > 0) return true;
      return fail(Outcome::kInvalid, pieces.word, "qty", "nothing is redeemed; write 1 or more");
    }
    case CommandKind::kItem: {
      if (!has_one_of(F::kStock, F::kAdded, reading)) return false;
      // Without one, what is sent again would come in twice.
      if (reading.fields[slot_of(F::kAdded)].is_there() && !reading.record.has_key) {
        return fail(Outcome::kInvalid, reading.words, "id",
                    "it is missing; add= wants one, so that it can be sent again");
      }
      const Given& item = reading.fields[slot_of(F::kItem)];
      if (schema_.items()[static_cast<size_t>(values[slot_of(F::kItem)])].has_stock) return true;
      return fail(Outcome::kInvalid, item.word, "item",
                  "its plan gives it no stock, so it never runs out; write `stock` there");
    }
    case CommandKind::kRate:
      return check_rate(reading, batch, values);
    case CommandKind::kExchangeReturn:
      return check_exchange(reading, values);
    case CommandKind::kExchange:
      return has_one_of(F::kAmount, F::kGet, reading) && check_exchange(reading, values);
    default:
      return true;
  }
}

bool CommandReader::has_all(const Reading& reading, const Batch& batch) {
  const CommandRow& row = reading.row;
  const uint64_t present = reading.record.present;
  std::string missing;
  for (size_t slot = 0; slot < kSlotsMax && missing.empty(); ++slot) {
    const uint64_t wanted = row.demands & ~present;
    if ((wanted >> slot & 1) != 0) missing = word_of_slot(slot);
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
  if (!agrees_with_shop(reading, batch)) return false;
  if (is_whole(row, present, values)) return true;
  return fail(Outcome::kInvalid, reading.words, row.word,
              "its words do not go together; write " + std::string(row.usage));
}

bool CommandReader::fail(Outcome outcome, size_t word, std::string_view name,
                         std::string_view sentence) {
  fault_ = fault_at(outcome, word, name, sentence);
  return false;
}

}  // namespace guerdon::event
