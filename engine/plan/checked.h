// The checked tree of a plan: every name resolved, every term typed, every default filled in.
//
// The checker makes it from the syntax tree (tree.h); the compiler turns it into a program
// (program.h); the reference interpreter of the tests runs it as it stands. So this page is the
// whole meaning of a plan: what is not here does not exist. `param`, `let` and `list` are gone,
// replaced by their meaning.
//
// Numbers in a checked tree are exact rationals (`money::Ratio`): an amount of 500.00 GBP is
// 50000/1 minor units, 5 % is 1/20. Nothing is rounded before the one rounding of an effect.
//
// ## How a term is evaluated
// A term has a value or is *missing*. Missing is: an attribute that the event does not carry, a
// measure whose subject the event does not name (or that is too late for its period), a table
// without a row for its keys, a row that says `none`; and arithmetic on something missing.
//   * Conditions follow Kleene's three values: a comparison with a missing side is unknown; unknown
//     is neither true nor false; `and`, `or`, `not` carry it. A clause applies only when its
//     condition is true.
//   * A clause whose amount is missing does not apply.
// Not applying means: a one-shot rule pays nothing; an entitlement is 0.
//
// Ownership: a Plan owns its terms. Thread-safety: immutable once the checker has returned it.
#pragma once

#include <compare>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/calendar/period.h"
#include "engine/money/ratio.h"
#include "engine/money/rounding.h"
#include "engine/plan/badge.h"
#include "engine/plan/goals.h"
#include "engine/plan/relations.h"
#include "engine/plan/shop.h"
#include "engine/plan/wallet_rules.h"
#include "engine/syntax/diagnostic.h"
#include "engine/syntax/source.h"
#include "engine/syntax/tree.h"

namespace guerdon::plan {

using tree::Verb;

// Durations are fixed values, read by the lines of a wallet alone: no term of a rule has one.
// An object is no value: it is what a rule may be kept for.
enum class TypeKind : uint8_t {
  kBool,
  kAmount,
  kCount,
  kRatio,
  kText,
  kAccount,
  kDuration,
  kObject,
  kLevel,  // in the checker alone: once it is compared or looked up, a count (Ladders)
};

struct Type {
  TypeKind kind = TypeKind::kBool;
  int unit = -1;  // for kAmount: index into Plan::units; for kLevel: which ladder

  bool operator==(const Type&) const = default;
  bool is_number() const {
    return kind == TypeKind::kAmount || kind == TypeKind::kCount || kind == TypeKind::kRatio;
  }
};

enum class TermKind : uint8_t {
  kNumber,     // value; of a level `text` is its name
  kText,       // text
  kDuration,   // duration
  kAttribute,  // index: Plan::attributes; in a rule per object: as the object has it (Object)
  kDated,      // args: numbers or texts of one type; the first until from[0], args[i + 1] from
               // from[i] on, at the instant of the subject: a param that changes on a day
  kHas,        // index: Plan::attributes; never missing
  kHeld,       // owner's Plan::holder[index], at the instant of the subject (Holder, below)
  kHasHeld,    // whether there is one; never missing
  kFirst,      // attribute `index` of the object at the first event of type `event` that found it
               // known
  kHighest,    // the highest that it was since then, at that event already
  kCame,       // whether an event of type `event` has come for the object; never missing
  kMeasure,   // index: Plan::measures; moment: kBefore, or kAfter (in an entitlement of an account:
              // always kAfter; in one of an object: as captured); kLast: what it comes to in the
              // period before the one that it counts in, 0 where that is kept no more
  kNegate,    // -a
  kAdd,       // a + b, same type
  kSubtract,  // a - b
  kMultiply,  // a * b: at most one side is an amount; ratio * amount is `5% of amount`
  kMin,       // of two or more, same type
  kMax,       //
  kPerFull,   // trunc(args[2] / args[1]) * args[0]; args[1] is a kNumber above 0; args[2] like it
  kLookup,    // index: Plan::tables; column; args: the keys, then maybe what else (has_else)
  kElse,      // args[0]; where that is missing, args[1]; of one type
  kChoose,    // index: a table of row numbers; args: the keys, then one term a row, then one for
              // `otherwise` if the table has it; a null arg is `none`
  kShare,     // args[0] shared out by the weights args[1..]; the share of args[1 + column] (Share)
  kEachPart,  // index: a table with one key of ranges; column; args[0]: basis; args[1]: on top of
  kAnd,       // two or more
  kOr,        // two or more
  kNot,       //
  kCompare,   // args[0] comparison args[1], same type
  kIn,        // args[0] is one of args[1..], literals
  kInTable,   // args[0]: the only key; a row of table `index` names it (`otherwise` does not count)
  kGoal,      // args[0], a whole number, where it is above 0; else there is no goal: missing
  kPercent,   // args[0] of args[1], a goal: 100 * max(args[0], 0) / args[1] rounded down, and at
              // most kCountMax; a count
  kAverage,  // args[0] / args[1], measures, where args[1] is above 0; else missing. It is a side of
             // kCompare, args[0] of the two percents, or asks ranges, and nothing else
  kPercentWithin,  // args[0] is to be at most args[1], a goal: 100 * args[1] / args[0] rounded
                   // down, and at most 100, which it is of args[0] not above 0; missing where
                   // args[2], the samples, is not above 0; a count
  kSampled,        // args[0], a whole number, where args[1], its samples, is above 0; else missing
};

// ## Share
// What is shared out is args[0], rounded by `rounding`: T, a whole number. Weights are counts not
// below 0, W is their sum. Each gets |T| * weight / W rounded down, and what is left over then
// goes, one unit each, to the largest fractions; of equal ones to the first. All are below 0 where
// T is. So the shares add up to T. With W = 0, or where anything is missing, they are missing.
// `split AMOUNT` is one effect for each part, the amount of which is such a term: what `at most`
// caps is in args[0]. The parts of one amount are paid in different shards, so an amount that reads
// what is kept for an account, or known of it, is refused. An event that does not name one of the
// accounts pays the others what they would get with it.

struct Term;
using TermPtr = std::unique_ptr<Term>;

struct Term {
  TermKind kind = TermKind::kNumber;
  Type type;
  Span span;
  int index = -1;
  int owner = -1;  // kHeld, kHasHeld: an attribute of type account
  int event = -1;  // kFirst, kHighest, kCame: index into Plan::events
  int column = 0;
  bool has_else = false;
  money::Rounding rounding = money::Rounding::kDown;  // kShare
  tree::Moment moment = tree::Moment::kNone;
  tree::Comparison comparison = tree::Comparison::kEqual;
  money::Ratio value;
  calendar::Duration duration;
  std::string text;
  std::vector<calendar::TimeMs> from;  // kDated: ascending
  std::vector<TermPtr> args;
};
TermPtr copy_of(const Term& term);

struct Unit {
  std::string name;  // inside the plan
  std::string code;  // outside
  int scale = 0;
  std::optional<Badge> badge = std::nullopt;  // it counts what was given of one (Badges, below)
};

struct Attribute {
  std::string name;
  std::string wire;  // on the wire and as CSV column
  Type type;         // kBool is a flag: present and true, or present and false, or missing
  bool is_signed = false;
  // Its values must be told apart even when no plan names them: it is a subject's key, or is
  // compared with another attribute. Only for kText.
  bool identity = false;
  bool of_line = false;  // of each line of an event, and not of the event (LineFold)
  int fold = -1;         // of the event, and made of its lines: index into Plan::folds
  int ask = -1;          // of the event, and from a table: index into Plan::asks
  int climb = -1;        // of the event, and from a tree: index into Plan::climbs (relations.h)
  int credited = -1;     // what a rule credits at the event: index into Plan::credited (shop.h)
  int64_t most = 0;      // of an ask: no value is above it
  Span span;

  bool is_sent() const { return fold < 0 && ask < 0 && climb < 0 && credited < 0; }
};

// ## Lines
// An event of a type with `lines of` has a list of lines, or carries none. Each line has values of
// the attributes that stand below it, each of which may be missing, and flags: `reward`,
// `shipping`, `paid_with_points`. Over all lines of one event the magnitudes of an amount stay
// within kAmountMax, those of a count within kCountMax.
//
// What a plan makes of them is an attribute of the event that nobody sends: of its lines without a
// flag (`all_lines`: of all) those for which `where` is true,
//   kNumber            how many there are
//   kSum               the sum of `value`, a missing one being nothing; 0 where there is none
//   kHighest, kLowest  the highest, the lowest `value`; missing where no such line has one.
// An event without lines has none of these; of an order that is the last one then (Object). Where
// it has lines, and yet no highest or lowest, none is known of its order from then on. What changes
// on a day is asked, in `where`, at the event's occurred_at, whatever rule reads it.
//
// A rule per line asks each line for itself: its amount, its `at most` and what of its conditions
// reads the line. In the checked tree it is a rule without lines, the amount of whose effect is
// such an attribute: the sum of what each line without a flag comes to that meets the conditions,
// each capped and rounded by itself, one that is missing adding nothing. Of an order it is made of
// the lines that the order has now; so what a version takes out is owed no more, and a line needs
// no name of its own.
struct LineFold {
  tree::Fold fold = tree::Fold::kNumber;
  int value = -1;  // an attribute of lines: an amount or a count; of kNumber: none
  bool all_lines = false;
  TermPtr where;  // null: each. Reads attributes of lines
  // Of a rule per line (kSum; there is no value): what is rounded and summed. It reads attributes
  // of lines. In all it lies from `low` to `high`, within what a wallet holds.
  TermPtr amount;
  money::Rounding rounding = money::Rounding::kDown;
  int64_t low = 0;
  int64_t high = 0;
};

// ## Tables from a file
// The rows of such a table stand outside of the plan: TABLE commands bring them, one value each,
// for keys, and from an instant on or for all time before the first such instant. What a plan looks
// up is an attribute of the event that nobody sends: for the keys as the event carries them the
// value of the last row whose instant is not after the event's occurred_at, of those that stood
// when the record came. An event that leaves a key out, or for whose keys no row holds, has none;
// of an order the event that carries all keys says all of it, also that there is none (Object).
// What comes later changes no event that has been. Ratios are whole millionths, to be multiplied.
// `otherwise` of the table or the look-up is kElse: where there is no value, whatever the reason.
struct TableAsk {
  int table = -1;         // of Plan::tables, is_from_file
  int column = 0;         // of it
  std::vector<int> keys;  // attributes that are sent; text or count

  bool operator==(const TableAsk&) const = default;
};
inline constexpr int64_t kMillion = 1'000'000;

struct EventType {
  std::string name;
  int64_t version = 1;  // of the plan that declared it first
  std::string wire;
  // Indexes into Plan::attributes, in the order declared; then what is made of its lines or found
  // in tables.
  std::vector<int> attributes;
  std::vector<int> lines;  // what each of its lines has, in the order in which it is sent; or empty
  TermPtr when;            // null: every one counts. Reads attributes only
  int object = -1;         // the attribute that names its object; it is none of `attributes`
  bool is_versioned = false;  // and its version is sent with it
  bool ignore_others = false;
  tree::LatePolicy late = tree::LatePolicy::kCorrect;
};

// ---- tables -------------------------------------------------------------------------------------
//
// Which row fits: of all rows whose cells fit the keys, the one with the fewest `any`; the checker
// has made sure there is one such row. No row: `otherwise`; without it what the look-up says else;
// without that: missing. A row that says `none` fits, and the look-up is missing. A missing key
// fits only `any`; and a missing key of ranges without such a row does not fit `otherwise` either,
// since there that word means "beyond the last bound". Keys are whole: minor units or counts.
//
// Ranges (at most one key of a table, the last) are ruled group by group, a group being the rows
// whose other cells are equal. In a group first come upper bounds (`up to`, `below`), ascending,
// then lower bounds (`from`, `above`), ascending. An upper bound's row reaches down to the bound
// before it; the first one reaches down to 0 (or without end if its bound is below 0). A lower
// bound's row reaches up to the next one, the last without end. A key below 0 that no row reaches,
// in a group that begins with an upper bound, has the value 0 in every column (a basis below zero
// pays nothing), as if the group had one row more. In a table of row numbers (kChoose) that means
// missing.
//
// A table that changes on a day is several, of the same keys and columns: terms name the first, and
// the last version whose `from` is not after the instant of the subject is the one that is asked.
// The instant of the subject is that of the event; in an entitlement the first of its period, and
// one that is kept for life reads nothing that changes on a day. Where an event counts and what
// moves a measure is asked at the event's.
//
// A table that is interpolated has points in place of ranges: rows `at p`, ascending, none of which
// says `none`. One reaches as a lower bound's row does, from its point up to before the next one of
// its group, the last without end. For the key x its value is v + (v' - v) * (x - p) / (p' - p),
// exactly, where v' is the value at the next point p'; in the last row v. A row that says `any` in
// place of the point has its own value, and so has `otherwise`: what is below the first point.
//
// kEachPart cuts at the bounds, whatever their word: G(x) = sum over rows of value * length of the
// part of (0, max(x, 0)] that is the row's; the term is G(top + basis) - G(top), top 0 if left out.
// Below the lowest lower bound, and in a row that says `none`, a part is worth 0.

enum class KeyKind : uint8_t { kText, kNumber, kRange };

struct Key {
  std::string name;
  KeyKind kind = KeyKind::kText;
  Type type;  // kText: text; kNumber: count; kRange: amount or count
};

struct Cell {
  tree::CellKind kind = tree::CellKind::kAny;
  std::string text;    // a kText key; of a level its name
  int64_t number = 0;  // others: minor units or a count
};

struct Column {
  std::string name;
  Type type;  // amount, count or ratio
  // What bound_of says of a look-up, found once: all values, and 0, lie from low / den to high /
  // den and are exact over den, those between points too. den -1: they have no such den in 64 bits;
  // 0: not found yet.
  int64_t low = 0;
  int64_t high = 0;
  int64_t den = 0;
  // Of a table from a file: values are from 0 to this, in minor units, pieces or millionths.
  int64_t most = 0;
};

struct Row {
  std::vector<Cell> cells;
  std::vector<std::optional<money::Ratio>> values;  // one a column; nothing: `none`
  Span span;
};

struct TableVersion {
  calendar::TimeMs from = 0;
  int table = -1;  // index into Plan::tables: all rows, changed or not
};

struct Table {
  std::string name;  // empty: written inline in a rule; of a version: `fee from 2026-06-01`
  bool is_interpolated = false;
  std::vector<Key> keys;
  std::vector<Column> columns;
  std::vector<Row> rows;
  std::optional<Row> otherwise;
  std::vector<TableVersion> later;  // ascending; of a version: none
  bool is_from_file = false;        // no rows, but for `otherwise`; no term names it (TableAsk)
  bool is_milestones = false;       // of a target, by percent, the highest of which pays
  std::vector<std::string> levels;  // of a ladder, called as it: what its values are called
  Span span;
};

// ---- subjects, measures, rules ------------------------------------------------------------------

// What is known of accounts, each from an instant on (HOLDER): `customer's region`. It is read of
// the account that a measure is kept for, or that a rule pays, as it was known to be, when the
// record came, at an instant: that of the event; in an entitlement the first of its period. What is
// not known then is missing. An entitlement looks again when a measure moves, not when this does.
struct HolderAttribute {
  std::string name;
  std::string wire;  // in HOLDER
  Type type;         // text, count, amount or a flag
  bool is_signed = false;
  Span span;
};

// ## Object
// An object (an order, a contract) is what several events speak of: those that name it by its id.
// For each plan it is known of it, from its events of types with `object`, in the order of the log
// and whether their `when` holds or not: the last value of each attribute that one of them carried,
// the account last named in each role, and what kFirst, kHighest and kCame say. An event has
// brought its own values before rules run.
//
// What a measure or an entitlement is kept for: an account, maybe further attributes, maybe a
// period (the one of the event's occurred_at); or an object, and of it the account that an effect
// pays. Neither: the event itself.
struct Subject {
  int owner = -1;               // an attribute of type account
  std::vector<int> keys;        // further attributes: text or count; at most kSubjectKeysMax
  calendar::PeriodRule period;  // a lifetime to begin with

  int object = -1;  // an attribute of type object; then nothing else

  bool is_event() const { return owner < 0 && object < 0; }
  bool is_object() const { return object >= 0; }
  auto operator<=>(const Subject&) const = default;
};

inline constexpr int kSubjectKeysMax = 3;

struct Flow {
  std::vector<int> events;  // indexes into Plan::events
  TermPtr value;            // null: 1
  bool less = false;
};

// The sum of its flows. An event adds to it when it is of a flow's type, passes the event's own
// `when` and the measure's `where`, names the owner and every key, and the flow's value is not
// missing. A sum stays within +-kMeasureMax: what would go beyond stays at the bound. Values are
// integers: the checker takes only amounts and counts whose exact value is whole.
//
// Or, in place of flows, it is what rules credit: the sum of what the effects of `earned_by` that
// pay its owner in its unit post, one-shot rules and entitlements, what they take back as less; as
// asked of the wallet, whatever that makes of it. It counts in the period of the event, that of an
// object, too: what is taken back of it later counts as less in the period of the event that takes
// it back. Rules run layer by layer, and in each in file order; a rule that reads such a measure is
// of a higher layer than those whose credits it sums, and than all that are in a group with one of
// these. Where an event is taken back so is what its one-shot rules added, and what its
// entitlements owe then moves the sum anew.
struct Measure {
  std::string name;
  int64_t version = 1;  // of the plan that declared it so
  Subject subject;
  Type type;
  std::vector<Flow> flows;
  TermPtr where;               // null: all. Reads attributes, and what is known of the owner
  std::vector<int> earned_by;  // indexes into Plan::rules, ascending
  bool is_told = false;        // what TARGET said last; there are no flows
  bool is_entered = false;     // the same: of what is achieved of a target, not of its goal
  bool is_score = false;       // of a challenge: final when its period is closed
  bool is_of_average = false;  // it, or samples: they begin at once, as no sum of before does
  bool is_streak = false;      // moved where periods are closed (Counting); there are no flows
  bool is_carried = false;     // the same: what a target has carried into the period
  bool is_opened = false;      // of a target that carries: closing the period before adds to it
  // `distinct X`: how many values X has had, at most values_max. The measure behind it, kept per X,
  // too, has counted_in: the index of this one. A value above 0 is counted, or else not added.
  int distinct = -1;  // X, of both: index into Plan::attributes
  int64_t values_max = 0;
  int counted_in = -1;
  tree::Pick pick = tree::Pick::kNone;  // `highest of X` (goals.h), its samples, and its values
  int samples = -1;                     // of such values
  // No flow takes away and no value is below 0, so neither is the sum. Found by the checker, for
  // bound_of.
  bool is_never_negative = false;
  Span span;

  bool is_earned() const { return !earned_by.empty(); }
  bool is_distinct() const { return values_max > 0 && counted_in < 0; }
  bool is_picked() const { return pick != tree::Pick::kNone && counted_in < 0 && !is_of_average; }
  // No event moves it, but the measure behind it.
  bool is_of_values() const { return is_distinct() || is_picked(); }
};

inline constexpr int kLayersMax = 4;

// What an effect may post for its payee over more than one event: `at most 50.00 per account per
// month`. The limits of an effect stand behind its `at_most` and its rounding, in the order in
// which they are written, the ones that count first; each is asked for what the ones before it
// left.
//   Amount: of its subject the sum of what it was asked for is kept, A (within +-kMeasureMax, as a
//   measure). What it has let through in all is min(most, max(A, 0)); asked for `x` more, it lets
//   through the difference that makes, whatever the order: what comes back makes room, and a later
//   excess flows in. An entitlement asks for owed - posted, so `posted` is what it owes before any
//   limit; the difference is posted at the event that makes it, be it on this subject or not.
//   or_nothing (one-shot rules and those of objects; the only amount of its effect): A is the sum
//   of what it let through. Of `x` above 0 it lets all through where A + x <= most, and else
//   nothing; of `x` below 0 max(x, -A).
//   counts (`times`, `once`): A is how often. A one-shot rule that asks for something not 0, with A
//   = most, is asked for nothing; else A grows by 1. An entitlement that owes something, and owed
//   nothing before, takes one of the `most` places, or owes nothing while there is none; when it
//   owes nothing again its place is free. What a later limit leaves of it does not matter, but what
//   or_nothing refuses is no firing.
// The subject's owner is the payee; its period is that of the event's occurred_at. Of an
// entitlement the keys are some of the rule's, and the period holds the rule's whole. Of one of an
// object there are no keys, and the period is that of the instant at which the rule opened for the
// account: all objects that opened in one share it, and it is never too late for it. An event that
// does not name a key, or is too late for a period, does not apply. Credits only.
struct Limit {
  Subject subject;
  bool counts = false;
  bool or_nothing = false;
  int64_t most = 0;  // minor units, or times; above 0
  Span span;
};

inline constexpr int kLimitsPerEffectMax = 8;

// A multiplier of an effect: `factor`, a count or a ratio not below 0, where `when` is true;
// else 1.
struct Times {
  TermPtr factor;
  TermPtr when;  // null: always
  Span span;
};

inline constexpr size_t kTimesPerEffectMax = 8;

// Credits, debits or burns: adds to the wallet of `payee` (the account that this attribute names)
// `amount`, rounded once, or takes it. The amount is what stands in the plan, so above 0 as a rule;
// what is posted by a debit or a burn is its negation.
//   One-shot rule: an entry of round(amount) if it is not 0.
//   Entitlement: owed = round(amount), at least 0, while `when` is true, else 0; an entry of owed -
//   posted if it is not 0; posted becomes owed. The payee is the subject's owner; of an object, the
//   account that has this role. A penalty that is owed no more goes back as far as it was taken.
// A burn stands in one-shot rules only, and burns nothing where the amount is below 0; it never
// takes more than there is, whatever the wallet's `shortfall`.
// What one event posts to an account in one role is posted credits first, then debits, each in the
// order of the rules, by the sign of what is posted. What a debit does not find is for the wallet's
// rules to say (WalletRules::shortfall): it is forgiven, owed, or the balance goes below 0. What
// was forgiven counts as posted all the same. The amount is multiplied by all of `times`; or, where
// they add, by max(0, 1 + the sum of what each is above 1). A factor that applies and is missing
// makes the amount missing. Where `when` is not true, the effect does not apply: it owes 0, or
// posts nothing. `at_most` caps what that comes to: min(amount, at_most), both exact, before the
// rounding. An entry has the kind `kind`, but for what a credit takes back, which is a `clawback`.
struct Effect {
  Verb verb = Verb::kCredit;
  int payee = -1;
  int unit = -1;  // the wallet: (account, program, unit)
  TermPtr when;   // null: always
  TermPtr amount;
  std::vector<Times> times;
  bool adds_times = false;
  TermPtr at_most;  // null: no cap
  std::vector<Limit> limits;
  int budget = -1;  // index into Plan::budgets (shop.h), asked behind them
  money::Rounding rounding = money::Rounding::kDown;
  std::string kind = "earn";
  bool at_close = false;  // of an entitlement with a period: owed from when that is closed
  Span span;
};

// What a one-shot rule takes back of what it credited. All its effects are credits and pay the
// owner of `subject`, which has no period; for each (account, keys) are kept, as sums that only
// this rule moves and that stay within +-kMeasureMax:
//   kInProportion    value     + `value` at an event of `Rule::events` whose `when` is true;
//                              - the smaller of c and it at a return;
//                    earned    of each effect: + what it posts, - what it takes back.
//   kAtTheRatePaid   value     + `value` as above; a return leaves it;
//                    returned  + c at a return;
//                    earned    of each effect: + what it posts; a return leaves it;
//                    taken     of each effect: + what it takes back.
// A missing `value` moves nothing; what earns is basis also where it earned 0. A return is an event
// of `events` (none of them in Rule::events) with a `value` c above 0; the rule's `when` is not
// asked. Nothing happens unless value > 0. Else each effect takes back, always rounded down:
//   kInProportion    earned * min(c, value) / value, where earned > 0;
//   kAtTheRatePaid   earned * min(returned + c, value) / value - taken, where earned > 0 and that
//                    is above 0: the rate is what was paid on all that was earned on, and the
//                    rounding that of the whole, so that it never drifts.
// Then the sums move. An entry of it is a `clawback`, whatever the wallet took of it; what was not
// there is not asked for again. REVERSE moves the sums back by what the event moved them.
struct TakeBack {
  tree::TakeBackWay way = tree::TakeBackWay::kInProportion;
  TermPtr value;            // whole; reads attributes only
  std::vector<int> events;  // indexes into Plan::events
  Subject subject;
};

// Rules of which not all pay in full. A rule in a group has one effect, a credit, and does not
// `keep`; all of a group pay one role in one unit, and are one-shot all, or entitlements of one
// subject all. What they ask for, each capped and rounded, is combined: of one-shot rules at the
// event, those that apply; of entitlements what each owes for the subject. They are taken in the
// order of their priorities, those without one last, and where these are equal of their names, by
// bytes.
//   kBest:  the one that asks for most of those that ask for something not 0; of equals the first.
//   kFirst: the first that asks for something not 0.
//   kAll:   all; with up_to the sum s of those so far is worth min(up_to, s), and each gets the
//           difference that it makes.
// What each is given takes the place of what it asked for: an entitlement owes it, so that a change
// of who is best posts both differences at the event that makes it; limits over more than the event
// are asked for it; and of what a rule takes back, it is what was earned. An entitlement in such a
// group runs for each event that any of the group runs for, so that all are asked of one state.
struct Group {
  std::string name;
  int64_t version = 1;  // of the plan in which it, or a rule of it, last changed
  tree::Stacking how = tree::Stacking::kAll;
  int unit = -1;  // of its rules; below 0: it has none
  std::optional<int64_t> up_to;
  Span span;

  bool changes_nothing() const { return how == tree::Stacking::kAll && !up_to; }
};

// ## Versions
// A plan is published whole, again and again: each time with a higher number, and with the first
// instant of a local day from which on it holds. All that were published are merged into one
// (engine/versions/merge.h), in which a rule that changed stands once for each version of it, what
// spans of it point into being the text of that version.
//
// Which version of a rule acts is said by the instant of its subject: of an event, and of an
// account for life, the event's occurred_at; of a period its first instant; of an object that at
// which the rule opened, in whatever version of it, and before it opens the event's. Where that is
// outside [since, before), the version does not act: it pays nothing, and what it has posted stays.
// What a one-shot rule takes back is taken back by the last version that had begun at the time of
// the return, also where it has ended, of what all of them have earned.
//
// A version whose rule says `retro` holds for what was before it was published, too, from its day
// on: what the versions before it have posted for such subjects is corrected, each by an entry that
// names what it corrects. All versions of such a rule keep what they post in the same cells.
enum class Change : uint8_t { kUsual, kPin, kSplit, kRetro };

struct PlanVersion {
  int64_t number = 1;
  calendar::TimeMs from = calendar::kTimeBeginning;
  std::string text;
  // By merge(). Lineages of the rules that it changes, begins or ends and that say `retro`, in the
  // order of names; and whether these are all that it changes, so that its day may be over.
  std::vector<std::string> corrects;
  bool corrects_all = false;
};

// A one-shot rule runs for each event of `events`; its terms read attributes, and measures with
// kBefore or kAfter. An entitlement runs for each event that can move one of the measures it reads
// (`events` is that set); its terms read its subject's keys, measures of the same owner and keys
// whose period is the rule's or holds it whole, and nothing else. All measures a rule reads belong
// to the account that it pays. Measures of events are moved before any rule runs; rules run layer
// by layer, in each in file order; a group is settled behind the last layer of its rules. An
// entitlement that `keeps` owes at least what it has posted: it takes nothing back. But a REVERSE
// takes back what the event itself made it post, as far as it is more than is owed then.
//
// An entitlement of an object runs for each event whose type names that attribute (`events` is that
// set) and whose own `when` holds, if it has an object; its terms read the attributes that these
// types have. It *opens* for an account at the first event at which its `when` is true. What is
// known of the account it reads as at that instant; before it opens, as at the event's. A measure
// that it reads is kept for the account that it pays, and for no further keys: it is *captured*
// when the rule opens, as it stood before or after that event, in that event's period, and stays
// what it was then; before it opens it is read as at the event. When an
// event names another account in a role, the one before is owed nothing by the rules that pay that
// role, whether the event counts or not and whether they keep or not; for him it is not open then.
// An entitlement of an account *follows* objects when it reads a measure of what rules of objects,
// or entitlements that follow them, credit, or is in a group with one that follows. It runs for the
// account that an object has in the role of its owner also where the type of the event does not
// name that; and for one that loses the role, if what falls for him moves a measure: then in the
// period of that event, for its keys, and whether the event counts or not.
// An object is over for a plan when 180 days of engine time have gone by since the latest of its
// events of types with `object`, the first one included: then nothing changes.
//
// `from 2026-03-01 until 2026-06-01`: where the instant of its subject is outside [from, until), it
// does not apply: of an event its occurred_at, of a period its first, of an object that at which
// the rule opened. Both are first instants of local days; of an entitlement with a period, of
// periods. What a one-shot rule takes back it takes back at any time.
struct Rule {
  std::string name;
  Change change = Change::kUsual;
  std::vector<std::string> was;  // names of its lineage in versions before
  // Its lineage is the first name that it had, its version that of the plan in which it last
  // changed. Where the instant of its subject is outside [since, before), this version of it does
  // not act: see Versions. As the checker leaves it: of a first version. merge() (engine/versions)
  // sets it.
  std::string lineage;
  int64_t version = 1;
  calendar::TimeMs since = calendar::kTimeBeginning;
  calendar::TimeMs before = calendar::kTimeEternity;
  bool is_retro = false;  // by merge(): this version of it corrects those before
  Subject subject;
  std::vector<int> events;
  int group = -1;        // index into Plan::groups
  int64_t priority = 0;  // in it; 0: none
  calendar::TimeMs from = calendar::kTimeBeginning;
  calendar::TimeMs until = calendar::kTimeEternity;
  TermPtr when;  // null: always
  std::vector<Effect> effects;
  std::optional<TakeBack> take_back;  // of a one-shot rule
  bool keeps = false;                 // of an entitlement, all of whose effects are credits
  bool is_settled = false;            // what a challenge's ranks win: no event runs it
  std::optional<Counting> counts;     // of a streak (goals.h): no event runs it, nor does TARGET
  int layer = 0;                      // 0 to kLayersMax - 1: one above what it reads the credits of
  Span span;
  Span whole;  // from its first line to the end of its last
};

// ## At the end of a period
// An effect at_close owes nothing while its period is open: no event asks it. When the period is
// closed for an account it is asked once, as if by an event that names the account and the further
// names alone, at the first instant of the period, and moves nothing; what it owes then is posted
// as usual, as of the deadline. An event that comes later and counts in the closed period, and a
// REVERSE of one, ask it again as any entitlement. Nothing counts what it credits, and it is in no
// group and has no limit but `at_most`.
//
// It is asked of each member: an account is one, for an owner and a period rule, from the first
// event on that moves a measure which such an effect reads, or the first TARGET that changes one;
// of periods that are open then and later. Of effects with further names it is asked for those of
// which some measure that the rule reads is not 0, a goal among them, or for which it has posted
// something: the period may be closed for the second time. A period is closed for an
// account at its deadline, in order with what else is due for it then: deadlines ascending, at one
// what wallets do first, then plan by plan, shorter periods first, owners as attributes are
// declared; of one close credits before debits, rules as they stand, further names ascending:
// counts by their size, texts by their bytes. Members without events in a period are closed, too.
//
// ## Goals from a file
// `goal from file` is a measure `T.goal` of the target's subject, which no event moves: TARGET says
// it of an account, the target's further names and a period, and the last word holds; 0 is as if
// nothing were said. `otherwise` is kElse: where that is no goal. A period that is over for good
// is not spoken of any more. Where what is said changes a goal of a period that has begun, the
// entitlements of that very subject that read it are asked at once, layer by layer, as if by an
// event that names the account and these names alone, now or at the period's last instant, and
// moves nothing: they post as of the clock. Rules with `on` and per object find what is said by
// then.
//
// ## Targets
// `target T per account per month` is a measure `T.achieved` and an entitlement T, both of its
// subject. Each milestone is an effect of T whose `when` is `T.achieved >= p% of the goal`; where
// only the highest pays, they are one effect, the amount of which chooses by kPercent. `T.achieved`
// and the goal, read elsewhere, are the measure and what the goal says there; what is called
// `T.percent` is a kPercent, `T.remaining` is max(0, goal - achieved), `T.reached` the first at
// 100 %. A goal that is missing or not above 0 is none: nothing is reached, and no percent known.

struct Plan {
  std::string name;
  std::string program;
  std::string text;  // the source, byte for byte: what the PLAN record holds
  int64_t version = 1;
  calendar::TimeMs from = calendar::kTimeBeginning;  // when it holds
  Change change = Change::kUsual;                    // of rules that say nothing else
  std::vector<PlanVersion> versions;                 // all that it is merged of, itself the last
  calendar::Calendar calendar;
  calendar::Duration grace;                            // no time to begin with
  tree::LatePolicy late = tree::LatePolicy::kCorrect;  // of types that say nothing else
  std::vector<Unit> units;
  std::vector<WalletRules> wallets;  // as `units`
  std::vector<Attribute> attributes;
  std::vector<HolderAttribute> holder;
  std::vector<LineFold> folds;
  std::vector<TableAsk> asks;
  std::vector<Relation> relations;
  std::vector<Climb> climbs;
  std::vector<Credited> credited;
  std::vector<EventType> events;
  std::vector<Table> tables;
  std::vector<Measure> measures;
  std::vector<Target> targets;
  std::vector<Challenge> challenges;
  std::vector<Ladder> ladders;
  std::vector<Target> past_targets;  // what versions before said of these, where that was otherwise
  std::vector<Group> groups;
  std::vector<Budget> budgets;
  std::vector<Rule> rules;
  std::vector<Item> items;
  std::vector<Exchange> exchanges;
};

// ---- late events --------------------------------------------------------------------------------
//
// A period is closed from its end, and the plan's grace, on: that is a matter of time, of no
// record. What happened in a period and comes when it is closed, at the clock, is late for it. Then
// the plan says of its type:
//
//   correct  It counts in its own period as long as that is one of the two newest closed ones of
//            its kind; what an entitlement posts for a closed period is a correction as of the
//            clock. For a period that is closed longer it is too late: see Missing values.
//   current  Where one of periods_of() is closed, it counts in the periods that the clock is in, in
//            place of all its own: measures, entitlements (and the instant of their subjects) and
//            limits of rules with `on`. A day lies in one month, and so does all that is summed
//            and asked for it; clock by clock it would not, with a grace. Nor would a sale and its
//            refund be of one month, where the day of one alone is asked.
//   reject   It is refused whole, for all plans, where one of periods_of() is closed.
//
// All else takes it as any event: what is for life or for an event; of a rule with `on` the window,
// the version and the date of its entries; all of a rule per object, whose limits go by the period
// in which it opened. What is taken back of an event goes out of the period in which it came in, by
// the version that took it.

// In which the events of a type count: by measures that they move, by rules but those per object
// that they run, what these read and the limits of these. Of `late current` also those in which
// other types of it do that go with them: one measure or rule with a period takes both, or a rule
// reads what both move. Without lifetimes, each once, ascending.
std::vector<calendar::PeriodRule> periods_of(const Plan& plan, int event);

// ---- goals that TARGET says ---------------------------------------------------------------------

// Which rules are asked again when TARGET comes: those of the goal's own subject that read it,
// those that read what one of them credits, and all that share with one of them in a group.
// Ascending. REQUIRES: target.told >= 0.
std::vector<int> rules_of_goal(const Plan& plan, const Target& target);

// One of those that is kept for a period in which the target's does not lie whole. TARGET changes
// what is owed for the whole of that, and posts it in the period of the clock; what a sale takes
// back of it goes out of the sale's own. So a bonus for the one would stay when the target is lost
// in the other.
struct ShorterThanGoal {
  calendar::PeriodRule whole;
  calendar::PeriodRule shorter;
  std::string name;
  Span span;

  std::string sentence() const;
  std::string advice() const;
};
std::vector<ShorterThanGoal> shorter_than_goals(const Plan& plan);

inline bool is_each_above(const Plan& plan, const Attribute& attribute) {
  return attribute.climb >= 0 && plan.climbs[static_cast<size_t>(attribute.climb)].is_each();
}

// The rules of a group in the order in which they are taken.
std::vector<const Rule*> rules_of(const Plan& plan, int group);

// Calls see(term) for the term, then for all below it.
template <typename See>
void visit_terms(const Term& term, const See& see) {
  see(term);
  for (const TermPtr& arg : term.args) {
    if (arg != nullptr) visit_terms(*arg, see);
  }
}

// For all that a rule asks and pays by; what it takes back is not among them.
template <typename See>
void visit_terms(const Rule& rule, const See& see) {
  const auto visit = [&](const TermPtr& term) {
    if (term != nullptr) visit_terms(*term, see);
  };
  visit(rule.when);
  if (rule.counts) {
    visit(rule.counts->goal);
    visit(rule.counts->reached);
  }
  for (const Effect& effect : rule.effects) {
    visit(effect.when);
    visit(effect.amount);
    visit(effect.at_most);
    for (const Times& times : effect.times) {
      visit(times.factor);
      visit(times.when);
    }
  }
}

// The canonical printed form, for golden tests and `plan print --checked`.
std::string print_checked(const Plan& plan);
// One term of it, e.g. `(* 1/20 amount)`. Equal terms print equally and different ones differently.
std::string print_term(const Plan& plan, const Term& term);

}  // namespace guerdon::plan
