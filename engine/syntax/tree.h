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
#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "engine/base/civil.h"
#include "engine/money/rounding.h"
#include "engine/syntax/source.h"
#include "engine/syntax/tree_expr.h"

namespace guerdon::plan::tree {

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
  kChange,       // change
  kGrace,        // number and text: `48 hours`
  kLate,         // late
};

// What becomes of an event whose period is closed when it comes.
enum class LatePolicy : uint8_t { kCorrect, kCurrent, kReject };

constexpr std::array<std::string_view, 3> kLatePolicyWords = {"correct", "current", "reject"};

constexpr std::string_view late_policy_word(LatePolicy policy) {
  return kLatePolicyWords[static_cast<size_t>(policy)];
}

// What becomes of subjects that are open when a version begins to hold.
enum class ChangePolicy : uint8_t { kPin, kSplit, kRetro };

constexpr std::array<std::string_view, 3> kChangePolicyWords = {"pin", "split", "retro"};

constexpr std::string_view change_policy_word(ChangePolicy policy) {
  return kChangePolicyWords[static_cast<size_t>(policy)];
}

struct Setting {
  SettingKind kind = SettingKind::kZone;
  std::string text;
  int64_t number = 0;
  money::Rounding rounding = money::Rounding::kDown;
  ChangePolicy change = ChangePolicy::kPin;
  LatePolicy late = LatePolicy::kCorrect;
  Span span;
};

inline constexpr int64_t kVersionNumberMax = 1'000'000;

// `plan loyalty version 2 from 2026-03-01`.
struct PlanHeader {
  Name name;
  std::optional<int64_t> version;
  Span version_span;
  std::optional<Date> from;
  std::vector<Setting> settings;
};

// `from 2026-03-01 : 6%`, below a param.
struct DatedValue {
  Date from;
  ExprPtr value;
};

struct Param {
  Name name;
  ExprPtr value;
  std::vector<DatedValue> later;
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
  Name type;                  // a unit's name, or account, text, count, flag, object
  bool is_signed = false;     // `signed`: negative values are taken
  bool is_versioned = false;  // `versioned`: of an object
};

struct Event {
  std::vector<Alias> types;
  std::vector<AttributeLine> attributes;
  std::optional<Span> has_lines;     // `lines of`
  std::vector<AttributeLine> lines;  // below it: what each line of the event has
  ExprPtr when;                      // null: every one counts
  bool ignore_others = false;  // `ignore others`: undeclared attributes are no error on the wire
  std::optional<LatePolicy> late;  // `late current`
  Span late_span;
};

// What is known of accounts.
struct Holder {
  std::vector<AttributeLine> attributes;
  Span span;
};

// `relation manager as "reports_to"`: who stands above whom, as ORG says it.
struct Relation {
  Alias name;
};

struct List {
  Name name;
  std::vector<ExprPtr> values;
};

struct Let {
  Name name;
  ExprPtr value;
};

// `from 2026-06-01` below a table, and below it the rows that change on that day.
struct DatedRows {
  Date from;
  std::vector<Row> rows;
};

// `from file of RUB at most 5_000.00, ratio`: what each column of the file has.
struct FileColumn {
  Name type;     // a unit, `count` or `ratio`
  ExprPtr most;  // null: what a table may hold
};

struct Table {
  Name name;
  std::vector<Name> keys;
  std::vector<Name> columns;     // empty: one nameless column
  std::vector<FileColumn> file;  // empty: its rows stand in the plan
  Span file_span;
  bool is_interpolated = false;
  std::vector<Row> rows;
  std::vector<DatedRows> later;
};

enum class PeriodWord : uint8_t { kNone, kDay, kWeek, kMonth, kQuarter, kYear };

// "day" ... "year"; "" for kNone.
constexpr std::string_view period_word(PeriodWord period) {
  static_assert(static_cast<size_t>(PeriodWord::kYear) == base::kPeriodNames.size());
  return period == PeriodWord::kNone ? "" : base::kPeriodNames[static_cast<size_t>(period) - 1];
}

// `per manager above seller up to 5 levels`: each of those who stand above, for himself.
struct AboveSubject {
  Name relation;
  Name who;
  int64_t up_to = 0;  // 0: it is left out
  Span span;
};

// `per account per sku per month`; no names and no period: the event itself.
struct Subject {
  std::vector<Name> names;
  std::optional<AboveSubject> above;  // in place of an account among the names
  PeriodWord period = PeriodWord::kNone;
  std::optional<Date> from;  // `per 2 weeks from 2026-01-05`: the first day of one; so many days,
  int64_t count = 0;         // weeks or months each
  int64_t last = 0;          // `per last 30 days`: so many days or months; 0: no such window
  Span span;

  bool is_event() const { return names.empty() && !above && period == PeriodWord::kNone; }
};

// One flow of a measure: `sum of VALUE on EVENTS`, the same with `average`, or `number of EVENTS`
// (value is null).
struct Flow {
  ExprPtr value;
  std::vector<Name> events;
  bool less = false;  // taken away instead of added
};

// Which of the values that events have had.
enum class Pick : uint8_t { kNone, kHighest, kLowest };

constexpr std::string_view pick_word(Pick pick) {
  return pick == Pick::kHighest ? "highest" : "lowest";
}

struct Measure {
  Name name;
  Subject subject;
  bool is_number = false;        // `number of`; otherwise `sum of`
  bool is_average = false;       // `average of`, of one flow
  std::optional<Name> distinct;  // `distinct NAME`, counted `up to` so many; of one flow, too
  int64_t up_to = 0;
  Pick pick = Pick::kNone;     // `highest of NAME`, `lowest of NAME`: of one flow, which reads it
  std::optional<Name> picked;  // that name
  std::vector<Flow> flows;     // the first adds, the ones after `less` take away
  ExprPtr where;               // null: all
  // What TARGET says of the account, in place of flows: a goal from a file.
  bool is_told = false;
  bool is_entered = false;     // the same: what TARGET says is achieved
  bool is_of_streak = false;   // the same: moved where a period is closed
  bool is_carried = false;     // the same: what a target carries over
  bool opens_carried = false;  // and what is achieved of one that does
  // `UNIT earned by RULES`, in place of flows.
  Name unit;
  std::vector<Name> earned_by;

  bool is_earned() const { return !earned_by.empty(); }
  bool picks() const { return pick != Pick::kNone; }
  // What is large enough, or stays so, may be so no more by the end of the period.
  bool may_fall() const { return is_average || pick == Pick::kLowest; }
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

// `at most AMOUNT per ...`, `at most NUMBER times per ...`, `at most once per ...`.
struct Limit {
  ExprPtr amount;     // null: a number of times
  int64_t times = 0;  // `once` is 1
  Subject per;        // names at least an attribute or a period
  bool or_nothing = false;
  Span span;
};

// `times FACTOR when CONDITION`
struct Times {
  ExprPtr factor;
  ExprPtr when;  // null: always
  Span span;
};

// `level 2 : 1% of value`, below `each manager above seller`.
struct LevelRow {
  int64_t level = 0;
  Span level_span;
  ExprPtr amount;
};

// Who stands above an account: `seller's manager`, `seller's manager's manager`, or
// `each manager above seller up to 5 levels`.
struct Above {
  Name relation;
  int64_t level = 1;  // of one: how often `'s` stands there
  bool is_each = false;
  int64_t up_to = 0;  // of each: `up to N levels`; 0: it is left out
  std::vector<LevelRow> rows;
  std::optional<bool> passes;  // `vacant passes`; false: `vacant forfeits`
  bool is_differential = false;
  Span span;
};

// `seller : 3 parts`, below a `split`.
struct Part {
  Name who;
  std::optional<Above> above;  // it is not who but someone above him
  ExprPtr weight;
  Span span;
};

// `50%`, as written.
struct Percent {
  Number number;
  Span span;
};

struct Effect {
  std::optional<Percent> at;     // of a target: from what part of the goal on
  bool at_close = false;         // of a target: ... at close
  std::optional<Name> at_level;  // of a ladder: from which level on
  Verb verb = Verb::kCredit;
  bool is_grant = false;         // `grant BADGE to WHO`, or
  bool is_notice = false;        // `notify WHO "WORD"`, which is a grant of that word
  Name badge;                    // of a grant
  bool is_split = false;         // `split AMOUNT` and who gets how much of it; who is empty
  std::vector<Part> parts;       // of a split
  Name who;                      // an account attribute of the event
  std::optional<Above> above;    // it is not who but someone above him
  bool by = false;               // credit WHO by KEYS + rows
  bool each_part = false;        // by each part of args
  bool is_interpolated = false;  // by KEYS, interpolated
  std::vector<ExprPtr>
      keys;                  // by: up to four keys; each part: the basis and, maybe, on top of what
  std::vector<Row> rows;     // by
  ExprPtr amount;            // not by
  std::optional<Name> kind;  // as KIND
  std::optional<Name> budget;               // from budget NAME
  std::optional<money::Rounding> rounding;  // rounded ...
  ExprPtr at_most;                          // the `at most` line below it, or null
  std::vector<Limit> limits;                // `at most ... per ...` below it, as written
  std::vector<Times> times;                 // below it, indented
  std::optional<bool> adds_times;           // `multipliers add`; false: `multipliers multiply`
  Span span;
};

// What a rule takes back of what it paid, each with its words after `take back`.
#define GUERDON_TAKE_BACKS(X)          \
  X(kNothing, "nothing")               \
  X(kInProportion, "in proportion to") \
  X(kAtTheRatePaid, "at the rate paid for")

enum class TakeBackWay : uint8_t {
#define GUERDON_TAKE_BACK(way, words) way,
  GUERDON_TAKE_BACKS(GUERDON_TAKE_BACK)
#undef GUERDON_TAKE_BACK
};

inline constexpr auto kTakeBackWords = std::to_array<std::string_view>({
#define GUERDON_TAKE_BACK_WORDS(way, words) words,
    GUERDON_TAKE_BACKS(GUERDON_TAKE_BACK_WORDS)
#undef GUERDON_TAKE_BACK_WORDS
});

constexpr std::string_view take_back_words(TakeBackWay way) {
  return kTakeBackWords[static_cast<size_t>(way)];
}

// `take back in proportion to VALUE on EVENTS per account per sku`; of kNothing only the way.
struct TakeBack {
  TakeBackWay way = TakeBackWay::kNothing;
  ExprPtr value;
  std::vector<Name> events;
  Subject subject;
  Span span;
};

// How the rules of a group go together.
enum class Stacking : uint8_t { kAll, kBest, kFirst };

constexpr std::string_view stacking_word(Stacking how) {
  return how == Stacking::kAll ? "all" : how == Stacking::kBest ? "best" : "first";
}

struct Group {
  Name name;
  Stacking how = Stacking::kAll;
  ExprPtr up_to;  // kAll: or null
};

// `budget NAME = AMOUNT per month`, and maybe `short pay nothing` below it.
struct Budget {
  Name name;
  ExprPtr amount;
  Subject per;                       // a period and no names; neither: for good
  std::optional<bool> pays_nothing;  // where less is left than is asked for; false: what is left
};

struct Rule {
  Name name;
  Subject subject;
  std::optional<Name> group;  // an `in group ...` line
  int64_t priority = 0;       // ... priority NUMBER; 0: none
  std::vector<Name> on;
  std::optional<Span> on_close;  // `on close`
  std::vector<ExprPtr> when;     // several `when` lines are joined by `and`
  std::vector<Let> lets;
  std::vector<Name> void_on;  // events after which nothing is owed
  std::vector<Effect> effects;
  std::optional<TakeBack> take_back;
  std::optional<money::Rounding> rounding;  // a `round ...` line
  std::optional<Date> from;                 // a `from ...` line
  std::optional<Date> until;                // ... until ...
  std::vector<Name> was;                    // a `was ...` line: its names before
  std::optional<ChangePolicy> change;       // a `change ...` line
  Span change_span;
  Span span;  // from the word `rule` to the end of its last line
};

// `red below 90%`, `green from 100%`
struct Band {
  Name name;
  bool is_from = false;
  Percent percent;
};

// What is achieved is a measure, and what is paid for it a rule, each kept for the same subject.
struct Target {
  Name name;
  Measure achieved;  // called `T.achieved`; no flows and no rules: there is no such line
  ExprPtr goal;      // null: there is no such line, or it is `goal from file` without `otherwise`
  bool at_most = false;           // `goal at most ...`: less is better
  std::optional<Span> from_file;  // `goal from file`; then `goal` is what stands behind `otherwise`
  Measure told;                   // the same: called `T.goal`
  std::optional<Span> surplus;    // `surplus dropped`, or `surplus carried up to ...`:
  ExprPtr carries;                // null: dropped
  Measure carried;                // the same: called `T.carried`
  Rule rule;  // its effects are the milestones, each with an `at`; or it has none
  std::vector<Band> bands;
  Span bands_span;
  std::optional<Span> highest;  // `milestones highest`
};

// What becomes of equal scores, each with its word after `ties`.
#define GUERDON_TIES(X)    \
  X(kShare, "share")       \
  X(kSplit, "split")       \
  X(kEarliest, "earliest") \
  X(kMore, "more")         \
  X(kId, "id")

enum class Ties : uint8_t {
#define GUERDON_TIE(tie, word) tie,
  GUERDON_TIES(GUERDON_TIE)
#undef GUERDON_TIE
};

inline constexpr auto kTieWords = std::to_array<std::string_view>({
#define GUERDON_TIE_WORD(tie, word) word,
    GUERDON_TIES(GUERDON_TIE_WORD)
#undef GUERDON_TIE_WORD
});

constexpr std::string_view tie_word(Ties ties) { return kTieWords[static_cast<size_t>(ties)]; }

// How ranks are counted, each with what stands after `ranks`.
enum class Ranks : uint8_t { kSkip, kDense, kOrdinal };
inline constexpr auto kRanksWords = std::to_array<std::string_view>({"1-1-3", "1-1-2", "1-2-3"});

constexpr std::string_view ranks_word(Ranks ranks) {
  return kRanksWords[static_cast<size_t>(ranks)];
}

// `rank 2 to 3 even if not succeeded`, `everyone who succeeded`, or `share AMOUNT by score`
struct Place {
  enum class Kind : uint8_t { kRank, kEveryone, kShare };
  Kind kind = Kind::kRank;
  int64_t first = 1;
  int64_t last = 1;
  bool even_if_not_succeeded = false;
  Span span;
};

// `goal invoices at least 10 weight 2 : number of invoice`
struct ChallengeGoal {
  Name name;
  Measure achieved;  // called `C.invoices`; no line of its own
  ExprPtr least;
  int64_t weight = 1;
  std::optional<Percent> up_to;  // more of it does not count
  Span span;
};

// `at least 100% for any prize`: of goals a part of them, of a score a value.
struct LeastForPrize {
  std::optional<Percent> percent;
  ExprPtr value;  // or this
  Span span;
};

// What is counted are measures, and what is won a rule, each kept for the same subject.
struct Challenge {
  Name name;
  Measure score;  // called `C.score`; no flows and no rules: there is no such line
  std::vector<ChallengeGoal> goals;
  Rule rule;                  // its effects are what is won
  std::vector<Place> places;  // as the effects
  std::optional<LeastForPrize> least;
  std::optional<Name> responsible;  // `owner "u7"`: the text
  ExprPtr among;                    // who takes part; null: whoever has a score
  std::optional<Span> joiners;      // `joiners full`, or
  bool prorated = false;            // `joiners prorated`
  std::optional<Span> nobody;       // `nobody rollover`, or
  bool rolls_over = false;          // `nobody forfeits`
  std::optional<Ties> ties;
  std::optional<Name> more;  // of which goal: `ties more revenue`
  std::optional<Ranks> ranks;
};

// `level silver from 500 points`
struct Level {
  Name name;
  ExprPtr from;  // null: the bottom, from nothing
  Span span;
};

// Where an account stands by a measure, and what it is paid when it gets there.
struct Ladder {
  // How far a level falls at a review.
  enum class Falls : uint8_t { kToMeasure, kOneDown, kNever };

  Name name;
  std::optional<Name> of;  // `measure NAME`
  Measure measure;         // else what is summed: called `L.measure`
  Measure kept;            // called `L.kept`: what reviews leave, where has_reviews()
  std::vector<Level> levels;
  std::optional<Span> review;           // `review at once`, or
  PeriodWord each = PeriodWord::kNone;  // `review each year, to measure`
  Falls falls = Falls::kToMeasure;      // `one down`, `never down`
  std::optional<Span> lowers;           // `refund lowers at once`, or
  bool lowers_at_review = true;         // `at review`, which need not be written

  // Whether what it has come to is kept. What has been reached in the period before, at once
  // lowered, needs not be.
  bool has_reviews() const {
    return each != PeriodWord::kNone && (lowers_at_review || falls != Falls::kToMeasure);
  }
  Rule rule;  // its effects are what levels are paid, each with an `at_level`
  Rule told;  // called `L.notices`: the same of its `notify` lines, which follow the level
};

constexpr std::string_view falls_word(Ladder::Falls falls) {
  if (falls == Ladder::Falls::kToMeasure) return "to-measure";
  return falls == Ladder::Falls::kOneDown ? "one-down" : "never-down";
}

// How many periods running a target was reached, and what is paid for so many.
struct Streak {
  Name name;
  Measure running;         // called `K.running`: closing a period moves it
  std::optional<Name> of;  // the target
  int64_t least = 0;       // so many periods running
  Span least_span;
  Name period;  // how they are called: `months`
  std::optional<Span> repeats;
  Rule rule;  // its effects are what is paid; `on close`
};

// Who may give a badge to another.
enum class Granters : uint8_t { kNobody, kAnyone, kHolders, kListed };

// How often one account is given a badge.
enum class Given : uint8_t { kOnceEver, kOncePer, kEachTime };

// `badge star "Star of the month", gold`
struct Badge {
  Name name;
  std::string title;
  std::optional<Name> level;
  std::optional<Span> given_span;  // a `given ...` line
  Given given = Given::kOnceEver;
  Subject per;                  // kOncePer: a period alone
  std::optional<Name> follows;  // a `follows TARGET` line
  // What stands below it of people who give it.
  std::optional<Span> granted_span;  // a `granted by ...` line
  Granters granters = Granters::kNobody;
  Name holders_of;
  std::vector<Name> names;        // texts
  std::optional<Span> sent_span;  // `at most 5 times per granter per month`
  int64_t sent_times = 0;         // `once` is 1
  Subject sent_in;                // without the granter
  ExprPtr burn;                   // `burn granter 5 kudos`
  ExprPtr credit;                 // `credit receiver 10 points`
  bool from_granter = false;      // ... from granter
  std::optional<Name> budget;     // ... from budget promo
  Span span;                      // from the word `badge` to the end of its last line
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

using Declared =
    std::variant<PlanHeader, Param, Unit, Event, Holder, Relation, List, Let, Table, Measure, Rule,
                 Wallet, Item, Exchange, Group, Budget, Target, Challenge, Ladder, Streak, Badge>;

struct Declaration {
  Declared what;
  Span span;                          // the header line
  std::vector<std::string> comments;  // the comment lines right above it, without `#`
};

struct Plan {
  std::deque<Declaration> declarations;  // large ones: none is moved when another comes
};

}  // namespace guerdon::plan::tree
