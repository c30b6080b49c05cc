// The commands that the log keeps, and what each is given: one list of fields, one of commands.
//
//   ADJUST account=anna unit=points amount=-12.50 reason="sent back" actor=boss id=a-1
//
// A command is a record of a batch as an event is, with a type of its own (type_of) and values in
// slots that all commands share; a slot's number is its bit in Record::present and in the log, and
// never means something else. What is asked of each wallet is a leg: `unit`, `amount` and `total`
// are the first, `legs` gives several at once.
//
// To add a command: a row here (its number is for the log, and new), what it does
// (shard/commands.h), its sentences in runtime/refusals.cc, an entry in docs/protocol.md; where it
// does not visit one account, its way in visits_of_command (shard/visit.h), or where it goes to
// every shard, in Admission::route_command; and what admission alone knows of whether it may be
// done, in Admission::may_be_done.
//
// Thread-safety: constants and pure functions.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include "engine/event/batch.h"
#include "engine/event/schema.h"

namespace guerdon::event {

// How a field is written in a request, and what its value is.
enum class FieldForm : uint8_t {
  kAccount,   // 1 to kTextBytesMax bytes; value: index into Batch::texts
  kText,      // the same
  kName,      // the id of an earlier command of the source, or of an event: 1 to kIdBytesMax bytes
  kWallet,    // a unit; value: its number in Schema::wallets
  kAmount,    // a decimal in the scale of its leg's wallet; minor units
  kTime,      // milliseconds since 1970
  kInstant,   // a time, or `never` (kNeverMs)
  kLength,    // digits and s, m, h or d; milliseconds, above 0
  kUnit,      // as kWallet, and of no leg
  kGot,       // as kAmount, in the scale of `to`
  kItem,      // a thing of the catalogue; value: its number in Schema::items
  kCount,     // digits; 0 to money::kCountMax
  kKnown,     // a thing that is known of accounts; value: its number in Schema::known
  kGoal,      // a target whose goals are said; value: its number in Schema::goals
  kRate,      // an exact rate, as money::parse_rate reads it; value: index into Batch::texts
  kSource,    // the name of a source; value: index into Batch::texts
  kReversal,  // no word of a request: bytes of a reversal (reversal.h); value: index into texts
  kLsn,       // no word of a request: of another record
};

// name, slot, word, form
#define GUERDON_COMMAND_FIELDS(X)             \
  X(kAccount, 0, "account", kAccount)         \
  X(kHold, 1, "hold", kName)                  \
  X(kOf, 2, "of", kName)                      \
  X(kUntil, 3, "until", kInstant)             \
  X(kFor, 4, "for", kLength)                  \
  X(kLine, 5, "line", kAmount)                \
  X(kMatures, 6, "matures", kTime)            \
  X(kExpires, 7, "expires", kInstant)         \
  X(kEarned, 8, "earned", kTime)              \
  X(kReason, 9, "reason", kText)              \
  X(kActor, 10, "actor", kText)               \
  X(kKnown, 11, "attribute", kKnown)          \
  X(kValue, 12, "value", kText)               \
  X(kEvent, 13, "event", kName)               \
  X(kFromSource, 14, "event_source", kSource) \
  X(kReverses, 15, "reverses", kReversal)     \
  X(kPublication, 16, "publication", kLsn)    \
  X(kGoal, 17, "target", kGoal)               \
  X(kPeriod, 18, "period", kText)             \
  X(kBadge, 19, "badge", kUnit)               \
  X(kWallet, 40, "unit", kWallet)             \
  X(kAmount, 41, "amount", kAmount)           \
  X(kTotal, 42, "total", kAmount)

// Of the catalogue, exchange and payout. Their numbers are 20 to 39.
#define GUERDON_SHOP_FIELDS(X)          \
  X(kItem, 20, "item", kItem)           \
  X(kPieces, 21, "qty", kCount)         \
  X(kStock, 22, "stock", kCount)        \
  X(kAdded, 23, "add", kCount)          \
  X(kFrom, 24, "from", kUnit)           \
  X(kTo, 25, "to", kUnit)               \
  X(kGet, 26, "get", kGot)              \
  X(kRate, 27, "rate", kRate)           \
  X(kEffective, 28, "effective", kTime) \
  X(kMin, 29, "min", kAmount)           \
  X(kTable, 30, "table", kText)         \
  X(kKey, 31, "key", kText)             \
  X(kKey2, 32, "key2", kText)           \
  X(kKey3, 33, "key3", kText)           \
  X(kKey4, 34, "key4", kText)           \
  X(kColumn, 35, "column", kText)       \
  X(kBy, 36, "by", kAccount)            \
  X(kComment, 37, "comment", kText)     \
  X(kPlan, 38, "plan", kText)           \
  X(kEach, 39, "each", kText)

enum class CommandField : uint8_t {
#define GUERDON_COMMAND_FIELD_NAME(name, slot, word, form) name = slot,
  GUERDON_COMMAND_FIELDS(GUERDON_COMMAND_FIELD_NAME) GUERDON_SHOP_FIELDS(GUERDON_COMMAND_FIELD_NAME)
#undef GUERDON_COMMAND_FIELD_NAME
};

// Leg l is in the slots kWallet, kAmount and kTotal + l * kLegSlots.
inline constexpr size_t kLegSlots = 3;
inline constexpr size_t kLegsMax = 8;
static_assert(static_cast<size_t>(CommandField::kWallet) + kLegSlots * kLegsMax == kSlotsMax);

// Behind the slots: the name (kHold, kOf) as who keeps holds knows it; it follows from the source
// and the name, and is not in the log.
inline constexpr size_t kTargetValue = kSlotsMax;
// By admission: the rate that holds for an exchange, above 0; or 0 and the outcome that refuses it.
inline constexpr size_t kRateNumValue = kSlotsMax + 1;
inline constexpr size_t kRateDenValue = kSlotsMax + 2;
// What kValue says, as rules read it: a number, or by admission the symbol of a text.
inline constexpr size_t kKnownNumber = kSlotsMax + 3;
// Of a REVERSE that has what it takes back, or a CORRECT of an event: index into Batch::reversals.
inline constexpr size_t kReversalNumber = kSlotsMax + 4;
// By admission: the place of the second key of a REVERSE, in the ring of the key table.
inline constexpr size_t kSecondKeyPlace = kSlotsMax + 5;
// Of a TARGET: the index of its period, and its keys, counts as they are; by admission the symbols
// of texts. What it says is kKnownNumber.
inline constexpr size_t kGoalPeriod = kSlotsMax + 6;
// By admission, of a REOPEN or a CLOSE: the clock whose period (kGoalPeriod) it is, of those of the
// program; and when that is closed again.
inline constexpr size_t kClockNumber = kKnownNumber;
inline constexpr size_t kClosesAgainAt = kRateNumValue;
// Which of its names a refusal of these is about, where its code does not say so.
inline constexpr int64_t kOfPlan = 1;
inline constexpr int64_t kOfEach = 2;
inline constexpr int64_t kOfGoals = 3;  // of none of them: goals of a file are not said for all yet
inline constexpr size_t kGoalKeys = kSlotsMax + 7;
inline constexpr size_t kCommandValues = kGoalKeys + kGoalKeysMax;
// Where it has the k-th of its keys.
constexpr CommandField goal_key(size_t k) {
  return static_cast<CommandField>(static_cast<size_t>(CommandField::kKey) + k);
}

inline constexpr int64_t kNeverMs = INT64_MAX;

constexpr size_t slot_of(CommandField field, size_t leg = 0) {
  return static_cast<size_t>(field) + leg * kLegSlots;
}
constexpr uint64_t bit_of(CommandField field, size_t leg = 0) {
  return uint64_t{1} << slot_of(field, leg);
}
template <typename... Fields>
constexpr uint64_t bits_of(Fields... fields) {
  return (uint64_t{0} | ... | bit_of(fields));
}

// What `id=` is to a command. With one, the same again is answered as the first; it is the name of
// what a HOLD or SPEND makes.
enum class IdUse : uint8_t { kDemanded, kAllowed };
// Whether amounts may be below zero, and whether it may name several wallets.
enum class AmountUse : uint8_t { kPositive, kSigned };
enum class LegUse : uint8_t { kOne, kSeveral };

struct CommandRow {
  uint8_t number = 0;  // in the log
  std::string_view word;
  std::string_view verb;  // the second word, where it has one
  uint64_t demands = 0;   // fields, a bit each
  uint64_t takes = 0;     // and these, if they are given
  IdUse id = IdUse::kDemanded;
  AmountUse amounts = AmountUse::kPositive;
  LegUse legs = LegUse::kOne;
  std::string_view usage;
  std::string_view summary;
};

inline constexpr std::string_view kWalletUsage =
    "WALLET OPEN | FREEZE | THAW | CLOSE account=NAME unit=UNIT ...";
inline constexpr std::string_view kWalletSummary =
    "Opens a wallet, freezes it, thaws it, or closes one in which nothing is left";

// name, number, word, verb, demanded fields, further fields, id, amounts, legs, usage, summary.
// Rows of one word stand together and have one usage and summary.
#define GUERDON_COMMANDS(X)                                                                        \
  X(kAdjust, 1, "ADJUST", "", (F::kAccount, F::kWallet, F::kAmount, F::kReason, F::kActor),        \
    (F::kMatures, F::kExpires), kDemanded, kSigned, kOne,                                          \
    "ADJUST account=NAME unit=UNIT amount=N reason=TEXT actor=NAME id=ID [matures=TIME] "          \
    "[expires=TIME] ...",                                                                          \
    "Gives to a wallet, or takes from it, by hand")                                                \
  X(kHold, 2, "HOLD", "", (F::kAccount, F::kWallet, F::kAmount),                                   \
    (F::kUntil, F::kFor, F::kTotal, F::kLine, F::kReason, F::kActor), kDemanded, kPositive,        \
    kSeveral,                                                                                      \
    "HOLD account=NAME unit=UNIT amount=N id=ID [for=900s | until=TIME] [total=N] [line=N] ...",   \
    "Sets an amount aside for a purchase; its id names the hold")                                  \
  X(kCapture, 3, "CAPTURE", "", (F::kAccount, F::kHold),                                           \
    (F::kWallet, F::kAmount, F::kReason, F::kActor), kAllowed, kPositive, kSeveral,                \
    "CAPTURE account=NAME hold=ID [unit=UNIT amount=N] ...",                                       \
    "Spends what a hold has set aside, or part of it, once; the rest is free again")               \
  X(kVoid, 4, "VOID", "", (F::kAccount, F::kHold), (F::kReason, F::kActor), kAllowed, kPositive,   \
    kOne, "VOID account=NAME hold=ID ...", "Gives up a hold: what it has set aside is free again") \
  X(kSpend, 5, "SPEND", "", (F::kAccount, F::kWallet, F::kAmount),                                 \
    (F::kTotal, F::kLine, F::kReason, F::kActor), kDemanded, kPositive, kSeveral,                  \
    "SPEND account=NAME unit=UNIT amount=N id=ID [total=N] [line=N] ...",                          \
    "Spends at once; its id names the spend, for a REFUND")                                        \
  X(kRefund, 6, "REFUND", "", (F::kAccount, F::kOf, F::kWallet, F::kAmount),                       \
    (F::kReason, F::kActor), kDemanded, kPositive, kSeveral,                                       \
    "REFUND account=NAME of=ID unit=UNIT amount=N id=ID ...",                                      \
    "Gives back what was spent, or part of it, to the lots it came from")                          \
  X(kImport, 7, "IMPORT", "", (F::kAccount, F::kWallet, F::kAmount),                               \
    (F::kMatures, F::kExpires, F::kEarned, F::kReason, F::kActor), kDemanded, kSigned, kOne,       \
    "IMPORT account=NAME unit=UNIT amount=N id=ID [earned=TIME] [matures=TIME] [expires=TIME] "    \
    "...",                                                                                         \
    "An opening balance, or one lot of it, from another system")                                   \
  X(kOpenWallet, 8, "WALLET", "OPEN", (F::kAccount, F::kWallet), (F::kReason, F::kActor),          \
    kAllowed, kPositive, kOne, kWalletUsage, kWalletSummary)                                       \
  X(kFreezeWallet, 9, "WALLET", "FREEZE", (F::kAccount, F::kWallet), (F::kReason, F::kActor),      \
    kAllowed, kPositive, kOne, kWalletUsage, kWalletSummary)                                       \
  X(kThawWallet, 10, "WALLET", "THAW", (F::kAccount, F::kWallet), (F::kReason, F::kActor),         \
    kAllowed, kPositive, kOne, kWalletUsage, kWalletSummary)                                       \
  X(kCloseWallet, 11, "WALLET", "CLOSE", (F::kAccount, F::kWallet), (F::kReason, F::kActor),       \
    kAllowed, kPositive, kOne, kWalletUsage, kWalletSummary)                                       \
  X(kHolder, 12, "HOLDER", "", (F::kAccount, F::kKnown, F::kValue),                                \
    (F::kEffective, F::kUntil, F::kReason, F::kActor), kAllowed, kPositive, kOne,                  \
    "HOLDER account=NAME attribute=NAME value=TEXT [effective=TIME] [until=TIME] [id=ID] ...",     \
    "Says what is known of an account, from a time on")                                            \
  X(kReverse, 13, "REVERSE", "", (F::kEvent, F::kReason, F::kActor), (F::kFromSource), kDemanded,  \
    kPositive, kOne, "REVERSE event=ID [event_source=NAME] reason=TEXT actor=NAME id=ID ...",      \
    "Takes back what a wrong event did, as if it had not been sent")                               \
  X(kTarget, 15, "TARGET", "", (F::kAccount, F::kGoal, F::kPeriod, F::kValue),                     \
    (F::kKey, F::kKey2, F::kKey3, F::kReason, F::kActor), kAllowed, kPositive, kOne,               \
    "TARGET account=NAME target=NAME period=PERIOD [key=TEXT ...] value=N | value=none [id=ID] "   \
    "...",                                                                                         \
    "Says what an account is to achieve in a period")                                              \
  X(kGrant, 16, "GRANT", "", (F::kBy, F::kAccount, F::kBadge),                                     \
    (F::kComment, F::kReason, F::kActor), kDemanded, kPositive, kOne,                              \
    "GRANT by=NAME account=NAME badge=BADGE id=ID [comment=TEXT] ...",                             \
    "Gives a badge to an account in the name of another")                                          \
  X(kReopen, 21, "REOPEN", "", (F::kPlan, F::kEach, F::kPeriod, F::kReason), (F::kActor),          \
    kDemanded, kPositive, kOne,                                                                    \
    "REOPEN plan=NAME each=KIND period=PERIOD reason=TEXT id=ID [actor=NAME] ...",                 \
    "Opens the newest closed period again: its seal is void, and it is closed once more")          \
  X(kClose, 22, "CLOSE", "", (F::kPlan, F::kEach, F::kPeriod), (F::kReason, F::kActor), kAllowed,  \
    kPositive, kOne, "CLOSE plan=NAME each=KIND period=PERIOD [id=ID] ...",                        \
    "Closes a period that was opened again at once, not only before the next one is closed")       \
  X(kOrg, 23, "ORG", "", (F::kAccount, F::kTable),                                                 \
    (F::kBy, F::kValue, F::kEffective, F::kUntil, F::kReason, F::kActor), kAllowed, kPositive,     \
    kOne,                                                                                          \
    "ORG account=NAME relation=NAME [parent=NAME] [vacant=yes] [effective=TIME] [until=TIME] "     \
    "[id=ID] ...",                                                                                 \
    "Says who stands right above an account, always or from a time on; without parent= nobody")    \
  X(kCorrect, 14, "CORRECT", "", (F::kPublication), (), kAllowed, kPositive, kOne, "", "")         \
  X(kStage, 31, "STAGE", "", (F::kAccount, F::kGoal, F::kPeriod, F::kValue, F::kOf),               \
    (F::kKey, F::kKey2, F::kKey3), kAllowed, kPositive, kOne, "", "")                              \
  X(kCommit, 32, "COMMIT", "", (F::kOf, F::kPieces), (), kDemanded, kPositive, kOne, "", "")       \
  X(kAbort, 33, "ABORT", "", (F::kOf), (), kAllowed, kPositive, kOne, "", "")

// Of the catalogue, exchange and payout. Their numbers begin at 60.
#define GUERDON_SHOP_COMMANDS(X)                                                                  \
  X(kPayoutReturn, 60, "PAYOUT", "RETURN", (F::kAccount, F::kOf, F::kWallet),                     \
    (F::kReason, F::kActor), kAllowed, kPositive, kOne,                                           \
    "PAYOUT account=NAME unit=UNIT amount=N id=ID | PAYOUT ALL unit=UNIT id=ID [min=N] | PAYOUT " \
    "RETURN account=NAME of=ID unit=UNIT [id=ID] ...",                                            \
    "Pays out of a wallet, or of all; RETURN: it did not arrive, and comes back to its lots")     \
  X(kPayoutAll, 68, "PAYOUT", "ALL", (F::kWallet), (F::kMin, F::kReason, F::kActor), kDemanded,   \
    kPositive, kOne, "PAYOUT ALL unit=UNIT id=ID [min=N] ...", "")                                \
  X(kPayout, 61, "PAYOUT", "", (F::kAccount, F::kWallet, F::kAmount), (F::kReason, F::kActor),    \
    kDemanded, kPositive, kOne, "PAYOUT account=NAME unit=UNIT amount=N id=ID ...", "")           \
  X(kRedeem, 62, "REDEEM", "", (F::kAccount, F::kItem), (F::kPieces, F::kReason, F::kActor),      \
    kDemanded, kPositive, kOne, "REDEEM account=NAME item=ITEM id=ID [qty=N] ...",                \
    "Takes the price of an item and gives the item, whole or not at all")                         \
  X(kUnredeem, 63, "UNREDEEM", "", (F::kAccount, F::kItem, F::kOf), (F::kReason, F::kActor),      \
    kAllowed, kPositive, kOne, "UNREDEEM account=NAME item=ITEM of=ID [id=ID] ...",               \
    "Cancels a redemption: the price goes back to the lots it came from, the item to the stock")  \
  X(kItem, 64, "ITEM", "", (F::kItem), (F::kStock, F::kAdded, F::kReason, F::kActor), kAllowed,   \
    kPositive, kOne, "ITEM item=ITEM stock=N [id=ID] | add=N id=ID ...",                          \
    "Says how many of an item there are, or how many came in")                                    \
  X(kRate, 65, "RATE", "", (F::kFrom, F::kTo, F::kRate, F::kEffective),                           \
    (F::kUntil, F::kReason, F::kActor), kAllowed, kPositive, kOne,                                \
    "RATE from=UNIT to=UNIT rate=N | rate=N/N effective=TIME [until=TIME] [id=ID] ...",           \
    "Says what one unit is worth in another, from a time on: without an end for that day")        \
  X(kTable, 69, "TABLE", "", (F::kTable, F::kKey, F::kValue),                                     \
    (F::kKey2, F::kKey3, F::kKey4, F::kColumn, F::kEffective, F::kReason, F::kActor), kAllowed,   \
    kPositive, kOne,                                                                              \
    "TABLE table=NAME key=TEXT [key2=TEXT ...] [column=NAME] value=N | value=none "               \
    "[effective=TIME] [id=ID] ...",                                                               \
    "Says what a row of a table from a file has, for all time or from a time on")                 \
  X(kExchangeReturn, 67, "EXCHANGE", "RETURN", (F::kAccount, F::kOf, F::kWallet, F::kTo),         \
    (F::kReason, F::kActor), kAllowed, kPositive, kOne,                                           \
    "EXCHANGE account=NAME unit=UNIT to=UNIT amount=N | get=N id=ID | EXCHANGE RETURN "           \
    "account=NAME unit=UNIT to=UNIT of=ID [id=ID] ...",                                           \
    "Makes one unit into another at the rate that holds; RETURN: back, at the rate it had")       \
  X(kExchange, 66, "EXCHANGE", "", (F::kAccount, F::kWallet, F::kTo),                             \
    (F::kAmount, F::kGet, F::kReason, F::kActor), kDemanded, kPositive, kOne,                     \
    "EXCHANGE account=NAME unit=UNIT to=UNIT amount=N | get=N id=ID ...", "")

enum class CommandKind : uint8_t {
#define GUERDON_COMMAND_NAME(name, number, ...) name = number,
  GUERDON_COMMANDS(GUERDON_COMMAND_NAME) GUERDON_SHOP_COMMANDS(GUERDON_COMMAND_NAME)
#undef GUERDON_COMMAND_NAME
};

// Whether it is this upper-case word, in either case.
constexpr bool is_word(std::string_view text, std::string_view upper) {
  return text.size() == upper.size() &&
         std::equal(text.begin(), text.end(), upper.begin(), [](char a, char b) {
           return a == b || (a >= 'a' && a <= 'z' && a - 'a' + 'A' == b);
         });
}

// In the order of the list.
std::span<const CommandRow> command_rows();
// Whether words say it at all. A CORRECT is the engine's own: it says what the version of a plan
// that was published at LSN `publication` makes of an event of before, and, with no event, that all
// of these are done.
constexpr bool is_said(const CommandRow& row) {
  return static_cast<CommandKind>(row.number) != CommandKind::kCorrect;
}
// Of a file of goals (docs/decisions/0040-drop-folder.md), which is `of` its checksum: a STAGE is a
// row of it, of which nothing is seen; a COMMIT says that all its rows, so many (`qty`), hold from
// now on, an ABORT that none of them does.
constexpr bool is_of_file(CommandKind kind) {
  return kind == CommandKind::kStage || kind == CommandKind::kCommit || kind == CommandKind::kAbort;
}
// Whether anybody may ask a server for it: not for what its own threads send.
constexpr bool is_asked_for(const CommandRow& row) {
  return is_said(row) && !is_of_file(static_cast<CommandKind>(row.number));
}
// By its number in the log; null where there is none.
const CommandRow* find_command_row(uint64_t number);
// REQUIRES: the record is a command.
const CommandRow& row_of(const Record& record);

// Types of commands begin where those of events cannot reach; kNoType is none.
inline constexpr uint16_t kCommandTypes = 0xff00;
static_assert(kTypesMax <= kCommandTypes && kNoType == kCommandTypes + UINT8_MAX);

constexpr uint16_t type_of(const CommandRow& row) {
  return static_cast<uint16_t>(kCommandTypes + row.number);
}
inline bool is_command(const Record& record) {
  return record.type >= kCommandTypes && record.type != kNoType;
}
inline CommandKind kind_of(const Record& record) {
  return static_cast<CommandKind>(record.type - kCommandTypes);
}

// What a slot is called in a command of this row; as word_of_slot() but where a word of its own
// says it better: the relation and the parent of an ORG.
std::string_view word_of(const CommandRow& row, size_t slot);

// Whether it says a goal: a TARGET at once, a STAGE once its file is committed.
inline bool says_goal(const Record& record) {
  return kind_of(record) == CommandKind::kTarget || kind_of(record) == CommandKind::kStage;
}

// How a slot is read; false where it is none.
bool form_of_slot(size_t slot, FieldForm* form);
// "amount"; "" for a slot that is none. Those of further legs are named as the first's.
std::string_view word_of_slot(size_t slot);
// Whose wallet says the scale of an amount in this slot; 0 for what is of no leg.
constexpr size_t leg_of_slot(size_t slot) {
  constexpr auto kFirst = static_cast<size_t>(CommandField::kWallet);
  return slot < kFirst ? 0 : (slot - kFirst) / kLegSlots;
}

// The values of one command of a batch.
class CommandView {
 public:
  CommandView(const Batch& batch, const Record& record)
      : batch_(batch), values_(batch.values.data() + record.values), present_(record.present) {}

  bool has(CommandField field, size_t leg = 0) const {
    return (present_ & bit_of(field, leg)) != 0;
  }
  // REQUIRES: it has the field.
  int64_t operator[](CommandField field) const { return values_[slot_of(field)]; }
  int64_t at(CommandField field, size_t leg) const { return values_[slot_of(field, leg)]; }
  const Text& text(CommandField field) const {
    return batch_.texts[static_cast<size_t>((*this)[field])];
  }
  // Of the hold or spend that it names.
  uint64_t target() const { return static_cast<uint64_t>(values_[kTargetValue]); }
  size_t legs() const;
  int64_t derived(size_t value) const { return values_[value]; }
  uint16_t wallet(size_t leg) const {
    return static_cast<uint16_t>(at(CommandField::kWallet, leg));
  }

 private:
  const Batch& batch_;
  const int64_t* values_;
  const uint64_t present_;
};

// From when until when what a HOLDER says is known: from its own time on, and for ever, unless it
// says otherwise. REQUIRES: it has been admitted. No time at all where from >= until.
struct Stretch {
  TimeMs from = 0;
  TimeMs until = 0;
};
Stretch stretch_of(const CommandView& holder, TimeMs occurred_at);

// Whether it has all that its row demands and nothing but what the row allows, legs that are whole,
// one behind the other and each of another wallet, and amounts of the sign that the row allows:
// what a reader of requests makes, and what is asked of a log.
bool is_whole(const CommandRow& row, uint64_t present, const int64_t* values);

}  // namespace guerdon::event
