// The syntax tree of a plan: what was written, before any name is looked up.
//
// The parser makes it, `plan print --tree` and `plan fmt` show it, the checker turns it into the
// checked tree (checked.h). It holds no types and resolves no names. Every node keeps its span.
//
// Ownership: a tree owns its nodes; it borrows nothing, so it may outlive the source text.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "engine/base/civil.h"
#include "engine/money/rounding.h"
#include "engine/syntax/source.h"

namespace guerdon::plan::tree {

// A name as written, with its place.
struct Name {
  std::string text;
  Span span;
};

enum class NumberSuffix : uint8_t { kNone, kPercent, kBasisPoints, kUnit, kDuration };

// A literal number, exactly as written: 100_000.00 is mantissa 10000000 with 2 decimals.
struct Number {
  int64_t mantissa = 0;  // never negative; at most 18 digits
  int decimals = 0;      // digits after the point, 0 to 9
  NumberSuffix suffix = NumberSuffix::kNone;
  std::string unit;  // for kUnit: the unit's name as written (`points`, `GBP`); for kDuration: the
                     // step (`days`)
};

enum class ExprKind : uint8_t {
  kNumber,    // number
  kText,      // text: the value without quotes, escapes done
  kName,      // text: a name; `moment` says before/after if written; column: T.column
  kHeld,      // owner's text: what is known of the account that `owner` names
  kHas,       // args[0] is a kName or kHeld
  kNegate,    // - args[0]
  kNot,       // not args[0]
  kAnd,       // args[0] and args[1]
  kOr,        //
  kCompare,   // args[0] compare args[1]
  kIn,        // args[0] in args[1..]; a single kName may be a list or a table; negated: not in
  kAdd,       //
  kSubtract,  //
  kMultiply,  // *
  kDivide,    // /
  kOf,        // args[0] of args[1]: a ratio of something
  kPerFull,   // args[0] per full args[1] of args[2]
  kMin,       // min(args...)
  kMax,       // max(args...)
  kLookup,    // text[.column] for args[0..]; `otherwise`: the last arg is what else
  kEachPart,  // text for each part of args[0] [on top of args[1]]
};

enum class Comparison : uint8_t { kEqual, kNotEqual, kLess, kLessEqual, kGreater, kGreaterEqual };

enum class Moment : uint8_t { kNone, kBefore, kAfter };

struct Expr;
using ExprPtr = std::unique_ptr<Expr>;

struct Expr {
  ExprKind kind = ExprKind::kNumber;
  Span span;
  std::string text;
  std::string column;  // for kName and kLookup: the part after the point, or empty
  std::string owner;   // for kHeld
  Number number;
  Comparison comparison = Comparison::kEqual;
  Moment moment = Moment::kNone;
  bool negated = false;    // kIn: not in
  bool otherwise = false;  // kLookup: the last of args is the value when no row fits
  std::vector<ExprPtr> args;
};

// ---- tables -------------------------------------------------------------------------------------

// Kinds of cells, each with the words before its value. Those of ranges say which side is in.
#define GUERDON_CELL_KINDS(X) \
  X(kAny, "any")              \
  X(kEqual, "")               \
  X(kUpTo, "up to")           \
  X(kBelow, "below")          \
  X(kFrom, "from")            \
  X(kAbove, "above")

enum class CellKind : uint8_t {
#define GUERDON_CELL_KIND(kind, words) kind,
  GUERDON_CELL_KINDS(GUERDON_CELL_KIND)
#undef GUERDON_CELL_KIND
};

inline constexpr auto kCellWords = std::to_array<std::string_view>({
#define GUERDON_CELL_WORDS(kind, words) words,
    GUERDON_CELL_KINDS(GUERDON_CELL_WORDS)
#undef GUERDON_CELL_WORDS
});

constexpr std::string_view cell_words(CellKind kind) {
  return kCellWords[static_cast<size_t>(kind)];
}

constexpr bool is_range(CellKind kind) {
  return kind != CellKind::kAny && kind != CellKind::kEqual;
}

struct Cell {
  CellKind kind = CellKind::kAny;
  ExprPtr value;  // null for kAny
  Span span;
};

struct Row {
  bool otherwise = false;       // then `cells` is empty
  std::vector<Cell> cells;      // one a key
  std::vector<ExprPtr> values;  // one a column; null: `none`
  Span span;
};

// ---- declarations -------------------------------------------------------------------------------

enum class SettingKind : uint8_t {
  kZone,         // text: IANA name
  kProgram,      // text
  kRound,        // rounding
  kWeekStarts,   // number: 0 is Monday
  kMonthStarts,  // number: 1 to 31
  kYearStarts,   // number: 1 is January
  kPenalties,    // number: 1 is on, 0 off
  kAccounts,     // number: 1 is open on first credit, 0 by command
};

struct Setting {
  SettingKind kind = SettingKind::kZone;
  std::string text;
  int64_t number = 0;
  money::Rounding rounding = money::Rounding::kDown;
  Span span;
};

struct PlanHeader {
  Name name;
  std::vector<Setting> settings;
};

struct Param {
  Name name;
  ExprPtr value;
};

struct Unit {
  Name name;
  std::optional<std::string> alias;  // as "..."
  int64_t decimals = 0;
};

struct Alias {
  Name name;
  std::optional<std::string> wire;  // as "..."
};

struct AttributeLine {
  std::vector<Alias> names;
  Name type;               // a unit's name, or account, text, count, flag
  bool is_signed = false;  // `signed`: negative values are taken
};

struct Event {
  std::vector<Alias> types;
  std::vector<AttributeLine> attributes;
  ExprPtr when;                // null: every one counts
  bool ignore_others = false;  // `ignore others`: undeclared attributes are no error on the wire
};

// What is known of accounts.
struct Holder {
  std::vector<AttributeLine> attributes;
  Span span;
};

struct List {
  Name name;
  std::vector<ExprPtr> values;
};

struct Let {
  Name name;
  ExprPtr value;
};

struct Table {
  Name name;
  std::vector<Name> keys;
  std::vector<Name> columns;  // empty: one nameless column
  std::vector<Row> rows;
};

enum class PeriodWord : uint8_t { kNone, kDay, kWeek, kMonth, kQuarter, kYear };

// "day" ... "year"; "" for kNone.
constexpr std::string_view period_word(PeriodWord period) {
  static_assert(static_cast<size_t>(PeriodWord::kYear) == base::kPeriodNames.size());
  return period == PeriodWord::kNone ? "" : base::kPeriodNames[static_cast<size_t>(period) - 1];
}

// `per account per sku per month`; no names and no period: the event itself.
struct Subject {
  std::vector<Name> names;
  PeriodWord period = PeriodWord::kNone;
  Span span;

  bool is_event() const { return names.empty() && period == PeriodWord::kNone; }
};

// One flow of a measure: `sum of VALUE on EVENTS`, or `number of EVENTS` (value is null).
struct Flow {
  ExprPtr value;
  std::vector<Name> events;
  bool less = false;  // taken away instead of added
};

struct Measure {
  Name name;
  Subject subject;
  bool is_number = false;   // `number of`; otherwise `sum of`
  std::vector<Flow> flows;  // the first adds, the ones after `less` take away
  ExprPtr where;            // null: all
};

// What an effect does to a wallet, each with the word that begins its line.
#define GUERDON_VERBS(X) \
  X(kCredit, "credit")   \
  X(kDebit, "debit")     \
  X(kBurn, "burn")

enum class Verb : uint8_t {
#define GUERDON_VERB(verb, word) verb,
  GUERDON_VERBS(GUERDON_VERB)
#undef GUERDON_VERB
};

inline constexpr auto kVerbWords = std::to_array<std::string_view>({
#define GUERDON_VERB_WORD(verb, word) word,
    GUERDON_VERBS(GUERDON_VERB_WORD)
#undef GUERDON_VERB_WORD
});

constexpr std::string_view verb_word(Verb verb) { return kVerbWords[static_cast<size_t>(verb)]; }

struct Effect {
  Verb verb = Verb::kCredit;
  Name who;                // an account attribute of the event
  bool by = false;         // credit WHO by KEYS + rows
  bool each_part = false;  // by each part of args
  std::vector<ExprPtr>
      keys;                  // by: one or two keys; each part: the basis and, maybe, on top of what
  std::vector<Row> rows;     // by
  ExprPtr amount;            // not by
  std::optional<Name> kind;  // as KIND
  std::optional<money::Rounding> rounding;  // rounded ...
  ExprPtr at_most;                          // the `at most` line below it, or null
  Span span;
};

struct Rule {
  Name name;
  Subject subject;
  std::vector<Name> on;
  std::vector<ExprPtr> when;  // several `when` lines are joined by `and`
  std::vector<Let> lets;
  std::vector<Effect> effects;
  std::optional<money::Rounding> rounding;  // a `round ...` line
  Span span;                                // from the word `rule` to the end of its last line
};

// ---- wallets ------------------------------------------------------------------------------------

// Which lots are spent first, each with its words after `spend`.
#define GUERDON_SPEND_ORDERS(X)               \
  X(kEarliestExpiry, "earliest expiry first") \
  X(kOldest, "oldest first")

enum class SpendOrder : uint8_t {
#define GUERDON_SPEND_ORDER(order, words) order,
  GUERDON_SPEND_ORDERS(GUERDON_SPEND_ORDER)
#undef GUERDON_SPEND_ORDER
};

inline constexpr auto kSpendOrderWords = std::to_array<std::string_view>({
#define GUERDON_SPEND_ORDER_WORDS(order, words) words,
    GUERDON_SPEND_ORDERS(GUERDON_SPEND_ORDER_WORDS)
#undef GUERDON_SPEND_ORDER_WORDS
});

constexpr std::string_view spend_order_words(SpendOrder order) {
  return kSpendOrderWords[static_cast<size_t>(order)];
}

// What is done when a rule takes more than there is, each with its words after `short`.
#define GUERDON_SHORTFALLS(X)             \
  X(kTakeWhatIsLeft, "take what is left") \
  X(kTakeNothing, "take nothing")         \
  X(kOweTheRest, "owe the rest")          \
  X(kGoDownTo, "go down to")

enum class Shortfall : uint8_t {
#define GUERDON_SHORTFALL(shortfall, words) shortfall,
  GUERDON_SHORTFALLS(GUERDON_SHORTFALL)
#undef GUERDON_SHORTFALL
};

inline constexpr auto kShortfallWords = std::to_array<std::string_view>({
#define GUERDON_SHORTFALL_WORDS(shortfall, words) words,
    GUERDON_SHORTFALLS(GUERDON_SHORTFALL_WORDS)
#undef GUERDON_SHORTFALL_WORDS
});

constexpr std::string_view shortfall_words(Shortfall shortfall) {
  return kShortfallWords[static_cast<size_t>(shortfall)];
}

// The lines of a wallet, each with the word that it begins with.
#define GUERDON_WALLET_LINES(X)                                    \
  X(kOpen, "open")       /* on first credit */                     \
  X(kMature, "mature")   /* amount: a duration */                  \
  X(kExpire, "expire")   /* amount: a duration; end_of_day */      \
  X(kWarn, "warn")       /* amount: a duration */                  \
  X(kMerge, "merge")     /* lots of one day */                     \
  X(kSpend, "spend")     /* order */                               \
  X(kReturns, "returns") /* amount: a duration of grace or null */ \
  X(kHold, "hold")       /* amount: a ratio or null; of; lives */  \
  X(kShort, "short")     /* shortfall; amount: kGoDownTo */

enum class WalletLineKind : uint8_t {
#define GUERDON_WALLET_LINE(kind, word) kind,
  GUERDON_WALLET_LINES(GUERDON_WALLET_LINE)
#undef GUERDON_WALLET_LINE
};

inline constexpr auto kWalletLineWords = std::to_array<std::string_view>({
#define GUERDON_WALLET_LINE_WORD(kind, word) word,
    GUERDON_WALLET_LINES(GUERDON_WALLET_LINE_WORD)
#undef GUERDON_WALLET_LINE_WORD
});

constexpr std::string_view wallet_line_word(WalletLineKind kind) {
  return kWalletLineWords[static_cast<size_t>(kind)];
}

struct WalletLine {
  WalletLineKind kind = WalletLineKind::kOpen;
  ExprPtr amount;
  bool end_of_day = false;  // at the end of the day
  SpendOrder order = SpendOrder::kEarliestExpiry;
  std::optional<Name> of;  // hold at most ... of NAME
  ExprPtr lives;           // hold for ...; or null
  Shortfall shortfall = Shortfall::kTakeWhatIsLeft;
  Span span;
};

struct Wallet {
  Name unit;
  std::vector<WalletLine> lines;
};

// ---- catalogue and exchange ---------------------------------------------------------------------

// `2026-07-01`: a day that there is.
struct Date {
  base::CivilDay day{};
  Span span;
};

// The lines of an item, each with the word that it begins with.
#define GUERDON_ITEM_LINES(X)                                        \
  X(kPrice, "price") /* amount */                                    \
  X(kGives, "gives") /* amount */                                    \
  X(kStock, "stock") /* number */                                    \
  X(kAtMost, "at")   /* number times; per: for whom, and how long */ \
  X(kFrom, "from")   /* from, maybe until */                         \
  X(kUntil, "until") /* until */                                     \
  X(kWhen, "when")   /* amount: a condition */

enum class ItemLineKind : uint8_t {
#define GUERDON_ITEM_LINE(kind, word) kind,
  GUERDON_ITEM_LINES(GUERDON_ITEM_LINE)
#undef GUERDON_ITEM_LINE
};

inline constexpr auto kItemLineWords = std::to_array<std::string_view>({
#define GUERDON_ITEM_LINE_WORD(kind, word) word,
    GUERDON_ITEM_LINES(GUERDON_ITEM_LINE_WORD)
#undef GUERDON_ITEM_LINE_WORD
});

constexpr std::string_view item_line_word(ItemLineKind kind) {
  return kItemLineWords[static_cast<size_t>(kind)];
}

struct ItemLine {
  ItemLineKind kind = ItemLineKind::kPrice;
  ExprPtr amount;
  int64_t number = 0;  // at most ...: `once` is 1
  Subject per;
  std::optional<Date> from;
  std::optional<Date> until;
  Span span;
};

struct Item {
  Name name;
  std::optional<std::string> title;
  std::vector<ItemLine> lines;
};

// The lines of an exchange, each with the word that it begins with.
#define GUERDON_EXCHANGE_LINES(X)                         \
  X(kRate, "rate")     /* give = take; null: from file */ \
  X(kFrom, "from")     /* from; give = take */            \
  X(kSpread, "spread") /* amount: a ratio */              \
  X(kStale, "stale")   /* amount: a duration */           \
  X(kShow, "show")     /* only */

enum class ExchangeLineKind : uint8_t {
#define GUERDON_EXCHANGE_LINE(kind, word) kind,
  GUERDON_EXCHANGE_LINES(GUERDON_EXCHANGE_LINE)
#undef GUERDON_EXCHANGE_LINE
};

inline constexpr auto kExchangeLineWords = std::to_array<std::string_view>({
#define GUERDON_EXCHANGE_LINE_WORD(kind, word) word,
    GUERDON_EXCHANGE_LINES(GUERDON_EXCHANGE_LINE_WORD)
#undef GUERDON_EXCHANGE_LINE_WORD
});

constexpr std::string_view exchange_line_word(ExchangeLineKind kind) {
  return kExchangeLineWords[static_cast<size_t>(kind)];
}

struct ExchangeLine {
  ExchangeLineKind kind = ExchangeLineKind::kRate;
  ExprPtr give;  // `100 points` of `100 points = 1.00 EUR`
  ExprPtr take;
  ExprPtr amount;
  std::optional<Date> from;
  Span span;
};

struct Exchange {
  Name from;
  Name to;
  std::vector<ExchangeLine> lines;
};

using Declared = std::variant<PlanHeader, Param, Unit, Event, Holder, List, Let, Table, Measure,
                              Rule, Wallet, Item, Exchange>;

struct Declaration {
  Declared what;
  Span span;                          // the header line
  std::vector<std::string> comments;  // the comment lines right above it, without `#`
};

struct Plan {
  std::vector<Declaration> declarations;
};

}  // namespace guerdon::plan::tree
