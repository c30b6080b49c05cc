// The wallets that a command names, and what it asks of each.
#include "engine/feed/command_reader.h"

#include "engine/event/field.h"
#include "engine/event/text_rules.h"

namespace guerdon::event {
namespace {

using F = CommandField;

// Whether it takes of a wallet what people spend.
bool is_spending(const CommandRow& row) {
  switch (static_cast<CommandKind>(row.number)) {
    case CommandKind::kHold:
    case CommandKind::kSpend:
    case CommandKind::kPayout:
    case CommandKind::kPayoutAll:
      return true;
    default:
      return false;
  }
}

}  // namespace

bool CommandReader::read_wallets(Reading& reading, Batch& batch) {
  if (reading.legs.is_there() && !read_legs(reading, batch)) return false;
  const uint64_t allowed = reading.row.demands | reading.row.takes;
  if ((allowed & bit_of(F::kWallet)) == 0) return true;
  int64_t* const values = batch.values.data() + reading.record.values;
  for (size_t leg = 0; leg < kLegsMax; ++leg) {
    const Given& unit = reading.fields[slot_of(F::kWallet, leg)];
    const Given& amount = reading.fields[slot_of(F::kAmount, leg)];
    std::optional<uint32_t> wallet;
    if (unit.is_there()) {
      const auto name = reading.legs.is_there() ? "legs" : "unit";
      wallet = number_of(find_wallet(schema_, unit.value, reading.program.value), unit, name);
      if (!wallet) return false;
    } else if (leg == 0 && schema_.wallets().size() == 1 &&
               (amount.is_there() || (reading.row.demands & bit_of(F::kWallet)) != 0)) {
      wallet = 0;
    }
    if (!wallet) continue;
    const bool opens = static_cast<CommandKind>(reading.row.number) == CommandKind::kOpenWallet;
    if (schema_.wallets()[*wallet].is_notice && !opens) {
      return fail(Outcome::kInvalid, unit.word, "unit",
                  schema_.wallets()[*wallet].unit +
                      " is what a plan tells, and nobody has any of it; name a unit");
    }
    if (schema_.wallets()[*wallet].is_badge && is_spending(reading.row)) {
      return fail(Outcome::kInvalid, unit.word, "unit",
                  schema_.wallets()[*wallet].unit +
                      " is a badge, and nobody spends it; ADJUST takes one back by hand");
    }
    for (size_t before = 0; before < leg; ++before) {
      if (values[slot_of(F::kWallet, before)] != *wallet) continue;
      return fail(
          Outcome::kInvalid, unit.word, "legs",
          printable(unit.value, kExcerptShownMax) + " stands there twice; give it one amount");
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
                printable(text, kExcerptShownMax) +
                    " is no leg; write unit:amount, parted by semicolons, as points:100;RUB:50.00");
  }
  reading.fields[slot_of(F::kWallet, leg)] = {word, text.substr(0, unit)};
  reading.fields[slot_of(F::kAmount, leg)] = {word, amounts.substr(0, amount)};
  if (amount == amounts.size()) return true;
  if ((reading.row.takes & bit_of(F::kTotal)) == 0) {
    return fail(Outcome::kInvalid, word, "legs",
                printable(text, kExcerptShownMax) + " has a total, which " +
                    std::string(reading.row.word) + " does not take; write unit:amount");
  }
  reading.fields[slot_of(F::kTotal, leg)] = {word, amounts.substr(amount + 1)};
  return true;
}

bool CommandReader::read_amount_field(size_t slot, size_t leg, Reading& reading, Batch& batch) {
  const Given& given = reading.fields[slot];
  const std::string_view name =
      reading.legs.is_there() && slot >= slot_of(F::kWallet) ? "legs" : word_of_slot(slot);
  if ((reading.record.present & bit_of(F::kWallet, leg)) == 0) {
    return fail(Outcome::kInvalid, given.word, name,
                "an amount has a unit; write unit=, one of " + units_of(schema_));
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
                printable(given.value, kExcerptShownMax) +
                    (is_signed ? " moves nothing; write an amount above or below 0"
                               : " is not above 0; write an amount that is"));
  }
  batch.values[reading.record.values + slot] = value;
  return true;
}

}  // namespace guerdon::event
