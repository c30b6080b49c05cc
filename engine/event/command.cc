#include "engine/event/command.h"

#include <algorithm>
#include <array>

#include "engine/base/assert.h"
#include "engine/money/limits.h"

namespace guerdon::event {
namespace {

using F = CommandField;
using enum IdUse;
using enum AmountUse;
using enum LegUse;

constexpr CommandRow kRows[] = {
#define GUERDON_COMMAND_ROW(name, number, word, verb, demands, takes, ...) \
  CommandRow{number, word, verb, bits_of demands, bits_of takes, __VA_ARGS__},
    GUERDON_COMMANDS(GUERDON_COMMAND_ROW) GUERDON_SHOP_COMMANDS(GUERDON_COMMAND_ROW)
#undef GUERDON_COMMAND_ROW
};

struct Slot {
  std::string_view word;
  FieldForm form = FieldForm::kText;
  bool is_used = false;
};

// By number; further legs stand behind the first.
constexpr std::array<Slot, kSlotsMax> kSlots = [] {
  std::array<Slot, kSlotsMax> slots;
#define GUERDON_COMMAND_SLOT(name, slot, word, form) slots[slot] = {word, FieldForm::form, true};
  GUERDON_COMMAND_FIELDS(GUERDON_COMMAND_SLOT)
  GUERDON_SHOP_FIELDS(GUERDON_COMMAND_SLOT)
#undef GUERDON_COMMAND_SLOT
  for (size_t s = static_cast<size_t>(F::kWallet) + kLegSlots; s < kSlotsMax; ++s) {
    slots[s] = slots[s - kLegSlots];
  }
  return slots;
}();

constexpr uint64_t kLegBits = bits_of(F::kWallet, F::kAmount, F::kTotal);
// What the engine gives a command beside what its row takes.
constexpr uint64_t given_to(const CommandRow& row) {
  const auto kind = static_cast<CommandKind>(row.number);
  const bool is_of_event = kind == CommandKind::kReverse || kind == CommandKind::kCorrect;
  return is_of_event ? bit_of(F::kReverses) : 0;
}

constexpr uint64_t kFurtherLegs = ~uint64_t{0} << (static_cast<size_t>(F::kWallet) + kLegSlots);

constexpr bool has_unknown_bits(const CommandRow& row) {
  for (size_t slot = 0; slot < kSlotsMax; ++slot) {
    const bool is_named = ((row.demands | row.takes) >> slot & 1) != 0;
    if (is_named && !kSlots[slot].is_used) return true;
  }
  return false;
}
static_assert(std::none_of(std::begin(kRows), std::end(kRows), &has_unknown_bits));

constexpr auto kRowOfNumber = [] {
  std::array<const CommandRow*, UINT8_MAX> rows{};
  for (const CommandRow& row : kRows) rows[row.number] = &row;
  return rows;
}();
static_assert(kRowOfNumber[0] == nullptr, "zeroed space never reads as a command");
static_assert(std::size(kRows) ==
                  UINT8_MAX - std::count(kRowOfNumber.begin(), kRowOfNumber.end(), nullptr),
              "no number stands for two commands");

bool is_amount(int64_t amount, AmountUse use) {
  const int64_t least = use == kSigned ? -money::kAmountMax : 1;
  return amount >= least && amount <= money::kAmountMax && amount != 0;
}

// A leg is a wallet with its amount, or nothing.
bool is_whole_leg(const CommandRow& row, uint64_t present, const int64_t* values, size_t leg) {
  const size_t shift = leg * kLegSlots;
  const uint64_t given = present >> shift & kLegBits;
  if ((given & ~(row.demands | row.takes)) != 0) return false;
  const int64_t* const first = values + static_cast<size_t>(F::kWallet) + shift;
  if ((given & bit_of(F::kTotal)) != 0 && !is_amount(first[2], kPositive)) return false;
  if ((given & bit_of(F::kAmount)) != 0 && !is_amount(first[1], row.amounts)) return false;
  const bool has_wallet = (given & bit_of(F::kWallet)) != 0;
  const bool wants_amount =
      ((row.demands | row.takes) & bit_of(F::kAmount)) != 0 && (present & bit_of(F::kGet)) == 0;
  if ((given & bit_of(F::kAmount)) != 0 ? !has_wallet : has_wallet && wants_amount) return false;
  if (!has_wallet) return given == 0;
  for (size_t before = 0; before < leg; ++before) {
    const int64_t* const other = values + static_cast<size_t>(F::kWallet) + before * kLegSlots;
    if (*other == *first) return false;
  }
  return true;
}

// One of two, where a command takes either; pieces, and stretches of time that are some.
bool is_whole_shop(const CommandRow& row, uint64_t present, const int64_t* values) {
  const auto value = [&](F field) { return values[static_cast<size_t>(field)]; };
  const auto has = [&](F field) { return (present & bit_of(field)) != 0; };
  switch (static_cast<CommandKind>(row.number)) {
    case CommandKind::kRedeem:
      return !has(F::kPieces) || value(F::kPieces) > 0;
    case CommandKind::kItem:
      return has(F::kStock) != has(F::kAdded);
    case CommandKind::kExchange:
      return has(F::kAmount) != has(F::kGet) && value(F::kWallet) != value(F::kTo);
    case CommandKind::kExchangeReturn:
      return value(F::kWallet) != value(F::kTo);
    case CommandKind::kHolder:
    case CommandKind::kOrg:
      return !has(F::kEffective) || !has(F::kUntil) || value(F::kUntil) > value(F::kEffective);
    case CommandKind::kRate:
      return value(F::kFrom) != value(F::kTo) &&
             (!has(F::kUntil) || value(F::kUntil) > value(F::kEffective));
    default:
      return true;
  }
}

}  // namespace

std::span<const CommandRow> command_rows() { return kRows; }

const CommandRow* find_command_row(uint64_t number) {
  return number < kRowOfNumber.size() ? kRowOfNumber[number] : nullptr;
}

const CommandRow& row_of(const Record& record) {
  GUERDON_ASSERT(is_command(record));
  const CommandRow* const row = find_command_row(record.type - kCommandTypes);
  GUERDON_ASSERT(row != nullptr);
  return *row;
}

bool form_of_slot(size_t slot, FieldForm* form) {
  if (slot >= kSlotsMax || !kSlots[slot].is_used) return false;
  *form = kSlots[slot].form;
  return true;
}

std::string_view word_of_slot(size_t slot) { return slot < kSlotsMax ? kSlots[slot].word : ""; }

std::string_view word_of(const CommandRow& row, size_t slot) {
  if (static_cast<CommandKind>(row.number) == CommandKind::kOrg) {
    if (slot == slot_of(F::kTable)) return "relation";
    if (slot == slot_of(F::kBy)) return "parent";
    if (slot == slot_of(F::kValue)) return "vacant";
  }
  return word_of_slot(slot);
}

size_t CommandView::legs() const {
  size_t legs = 0;
  while (legs < kLegsMax && has(CommandField::kWallet, legs)) ++legs;
  return legs;
}

Stretch stretch_of(const CommandView& holder, TimeMs occurred_at) {
  return {holder.has(F::kEffective) ? holder[F::kEffective] : occurred_at,
          holder.has(F::kUntil) ? std::min(holder[F::kUntil], base::kTimeEnd) : base::kTimeEnd};
}

bool is_whole(const CommandRow& row, uint64_t present, const int64_t* values) {
  if ((present & row.demands) != row.demands) return false;
  if ((present & ~(row.demands | row.takes | given_to(row) | kFurtherLegs)) != 0) return false;
  if (row.legs == kOne && (present & kFurtherLegs) != 0) return false;
  bool has_ended = false;
  for (size_t leg = 0; leg < kLegsMax; ++leg) {
    if (!is_whole_leg(row, present, values, leg)) return false;
    const bool is_there = (present & bit_of(F::kWallet, leg)) != 0;
    if (is_there && has_ended) return false;
    has_ended = has_ended || !is_there;
  }
  for (const F field : {F::kLine, F::kGet, F::kMin}) {
    const bool has_it = (present & bit_of(field)) != 0;
    if (has_it && !is_amount(values[static_cast<size_t>(field)], kPositive)) return false;
  }
  // A line is in the unit of one wallet.
  if ((present & bit_of(F::kLine)) != 0 && (present & bit_of(F::kWallet, 1)) != 0) return false;
  return is_whole_shop(row, present, values);
}

}  // namespace guerdon::event
