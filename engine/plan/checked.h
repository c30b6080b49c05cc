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
#include "engine/plan/shop.h"
#include "engine/plan/wallet_rules.h"
#include "engine/syntax/diagnostic.h"
#include "engine/syntax/source.h"
#include "engine/syntax/tree.h"

namespace guerdon::plan {

using tree::Verb;

// Durations are fixed values, read by the lines of a wallet alone: no term of a rule has one.
enum class TypeKind : uint8_t { kBool, kAmount, kCount, kRatio, kText, kAccount, kDuration };

struct Type {
  TypeKind kind = TypeKind::kBool;
  int unit = -1;  // for kAmount: index into Plan::units

  bool operator==(const Type&) const = default;
  bool is_number() const {
    return kind == TypeKind::kAmount || kind == TypeKind::kCount || kind == TypeKind::kRatio;
  }
};

enum class TermKind : uint8_t {
  kNumber,     // value
  kText,       // text
  kDuration,   // duration
  kAttribute,  // index: Plan::attributes
  kHas,        // index: Plan::attributes; never missing
  kHeld,       // owner's Plan::holder[index], at the instant of the subject (Holder, below)
  kHasHeld,    // whether there is one; never missing
  kMeasure,  // index: Plan::measures; moment: kBefore, or kAfter (in an entitlement: always kAfter)
  kNegate,   // -a
  kAdd,      // a + b, same type
  kSubtract,  // a - b
  kMultiply,  // a * b: at most one side is an amount; ratio * amount is `5% of amount`
  kMin,       // of two or more, same type
  kMax,       //
  kPerFull,   // trunc(args[2] / args[1]) * args[0]; args[1] is a kNumber above 0; args[2] like it
  kLookup,    // index: Plan::tables; column; args: the keys, then maybe what else (has_else)
  kChoose,    // index: a table of row numbers; args: the keys, then one term a row, then one for
              // `otherwise` if the table has it; a null arg is `none`
  kEachPart,  // index: a table with one key of ranges; column; args[0]: basis; args[1]: on top of
  kAnd,       // two or more
  kOr,        // two or more
  kNot,       //
  kCompare,   // args[0] comparison args[1], same type
  kIn,        // args[0] is one of args[1..], literals
  kInTable,   // args[0]: the only key; a row of table `index` names it (`otherwise` does not count)
};

struct Term;
using TermPtr = std::unique_ptr<Term>;

struct Term {
  TermKind kind = TermKind::kNumber;
  Type type;
  Span span;
  int index = -1;
  int owner = -1;  // kHeld, kHasHeld: an attribute of type account
  int column = 0;
  bool has_else = false;
  tree::Moment moment = tree::Moment::kNone;
  tree::Comparison comparison = tree::Comparison::kEqual;
  money::Ratio value;
  calendar::Duration duration;
  std::string text;
  std::vector<TermPtr> args;
};

struct Unit {
  std::string name;  // inside the plan
  std::string code;  // outside
  int scale = 0;
};

struct Attribute {
  std::string name;
  std::string wire;  // on the wire and as CSV column
  Type type;         // kBool is a flag: present and true, or present and false, or missing
  bool is_signed = false;
  // Its values must be told apart even when no plan names them: it is a subject's key, or is
  // compared with another attribute. Only for kText.
  bool identity = false;
  Span span;
};

struct EventType {
  std::string name;
  std::string wire;
  std::vector<int> attributes;  // indexes into Plan::attributes, in the order declared
  TermPtr when;                 // null: every one counts. Reads attributes only
  bool ignore_others = false;
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
  std::string text;    // a kText key
  int64_t number = 0;  // others: minor units or a count
};

struct Column {
  std::string name;
  Type type;  // amount, count or ratio
  // What bound_of says of a look-up, found once: all values, and 0, lie from low / den to high /
  // den and are exact over den. den -1: they have no such den in 64 bits; 0: not found yet.
  int64_t low = 0;
  int64_t high = 0;
  int64_t den = 0;
};

struct Row {
  std::vector<Cell> cells;
  std::vector<std::optional<money::Ratio>> values;  // one a column; nothing: `none`
  Span span;
};

struct Table {
  std::string name;  // empty: written inline in a rule
  std::vector<Key> keys;
  std::vector<Column> columns;
  std::vector<Row> rows;
  std::optional<Row> otherwise;
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

// What a measure or an entitlement is kept for: an account, maybe further attributes, maybe a
// period (the one of the event's occurred_at). owner < 0: the event itself.
struct Subject {
  int owner = -1;         // an attribute of type account
  std::vector<int> keys;  // further attributes: text or count; at most kSubjectKeysMax
  calendar::PeriodKind period = calendar::PeriodKind::kLifetime;

  bool is_event() const { return owner < 0; }
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
struct Measure {
  std::string name;
  Subject subject;
  Type type;
  std::vector<Flow> flows;
  TermPtr where;  // null: all. Reads attributes, and what is known of the owner
  // No flow takes away and no value is below 0, so neither is the sum. Found by the checker, for
  // bound_of.
  bool is_never_negative = false;
  Span span;
};

// Credits, debits or burns: adds to the wallet of `payee` (the account that this attribute names)
// `amount`, rounded once, or takes it. The amount is what stands in the plan, so above 0 as a rule;
// what is posted by a debit or a burn is its negation.
//   One-shot rule: an entry of round(amount) if it is not 0.
//   Entitlement: owed = round(amount), at least 0, while `when` is true, else 0; an entry of owed -
//   posted if it is not 0; posted becomes owed. The payee is the subject's owner. So a penalty that
//   is owed no longer is given back, as far as it was taken or made a debt.
// A burn stands in one-shot rules only, and burns nothing where the amount is below 0; it never
// takes more than there is, whatever the wallet's `shortfall`.
// What one event posts to an account in one role is posted credits first, then debits, each in the
// order of the rules, by the sign of what is posted. What a debit does not find is for the wallet's
// rules to say (WalletRules::shortfall): it is forgiven, owed, or the balance goes below 0. What
// was forgiven counts as posted all the same. `at_most` caps: min(amount, at_most), both exact,
// before the rounding. An entry has the kind `kind`, but for what a credit takes back, which is a
// `clawback`.
struct Effect {
  Verb verb = Verb::kCredit;
  int payee = -1;
  int unit = -1;  // the wallet: (account, program, unit)
  TermPtr amount;
  TermPtr at_most;  // null: no cap
  money::Rounding rounding = money::Rounding::kDown;
  std::string kind = "earn";
  Span span;
};

// A one-shot rule runs for each event of `events`; its terms read attributes, and measures with
// kBefore or kAfter. An entitlement runs for each event that can move one of the measures it reads
// (`events` is that set); its terms read its subject's keys, measures of the same owner and keys
// whose period is the rule's or holds it whole, and nothing else. All measures a rule reads belong
// to the account that it pays. Measures are moved before any rule runs; rules run in file order.
struct Rule {
  std::string name;
  Subject subject;
  std::vector<int> events;
  TermPtr when;  // null: always
  std::vector<Effect> effects;
  Span span;
  Span whole;  // from its first line to the end of its last
};

struct Plan {
  std::string name;
  std::string program;
  std::string text;  // the source, byte for byte: what the PLAN record holds
  calendar::Calendar calendar;
  std::vector<Unit> units;
  std::vector<WalletRules> wallets;  // as `units`
  std::vector<Attribute> attributes;
  std::vector<HolderAttribute> holder;
  std::vector<EventType> events;
  std::vector<Table> tables;
  std::vector<Measure> measures;
  std::vector<Rule> rules;
  std::vector<Item> items;
  std::vector<Exchange> exchanges;
};

// The canonical printed form, for golden tests and `plan print --checked`.
std::string print_checked(const Plan& plan);
// One term of it, e.g. `(* 1/20 amount)`. Equal terms print equally and different ones differently.
std::string print_term(const Plan& plan, const Term& term);

}  // namespace guerdon::plan
