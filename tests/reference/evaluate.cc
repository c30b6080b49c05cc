#include "tests/reference/evaluate.h"

#include <algorithm>
#include <optional>
#include <string>

#include "engine/base/assert.h"
#include "engine/money/limits.h"
#include "tests/reference/tables.h"

namespace guerdon::reference {
namespace {

using plan::Term;
using plan::TermKind;
using plan::tree::Comparison;

std::vector<Value> evaluate_first(const Scope& scope, const Term& term, size_t count) {
  GUERDON_ASSERT(count <= term.args.size());
  std::vector<Value> values;
  for (size_t i = 0; i < count; ++i) values.push_back(evaluate(scope, *term.args[i]));
  return values;
}

std::vector<Value> evaluate_all(const Scope& scope, const Term& term) {
  return evaluate_first(scope, term, term.args.size());
}

bool any_missing(const std::vector<Value>& values) {
  return std::any_of(values.begin(), values.end(), is_missing);
}

// ---- conditions ---------------------------------------------------------------------------------

// Kleene's `and`: false decides, then unknown.
Value conjunction(const std::vector<Value>& values) {
  for (const Value& value : values) {
    if (!is_missing(value) && !flag_of(value)) return false;
  }
  if (any_missing(values)) return Missing{};
  return true;
}

Value negation(const Value& value) {
  if (is_missing(value)) return Missing{};
  return !flag_of(value);
}

Value disjunction(const std::vector<Value>& values) {
  std::vector<Value> negated;
  negated.reserve(values.size());
  for (const Value& value : values) negated.push_back(negation(value));
  return negation(conjunction(negated));
}

Value compare(Comparison comparison, const Value& a, const Value& b) {
  if (is_missing(a) || is_missing(b)) return Missing{};
  if (comparison == Comparison::kEqual) return a == b;
  if (comparison == Comparison::kNotEqual) return !(a == b);
  const bool less = number_of(a) < number_of(b);
  const bool greater = number_of(b) < number_of(a);
  switch (comparison) {
    case Comparison::kLess:
      return less;
    case Comparison::kLessEqual:
      return !greater;
    case Comparison::kGreater:
      return greater;
    default:
      return !less;
  }
}

Value is_one_of(const std::vector<Value>& values) {
  if (is_missing(values[0])) return Missing{};
  return std::find(values.begin() + 1, values.end(), values[0]) != values.end();
}

// ---- tables -------------------------------------------------------------------------------------

// How many of the days have come.
template <typename Days>
size_t days_come(const Scope& scope, const Days& days) {
  return static_cast<size_t>(std::count_if(
      days.begin(), days.end(), [&](calendar::TimeMs day) { return day <= scope.instant; }));
}

const plan::Table& table_of(const Scope& scope, const Term& term) {
  const plan::Table& first = scope.plan.tables.at(static_cast<size_t>(term.index));
  std::vector<calendar::TimeMs> days;
  for (const plan::TableVersion& later : first.later) days.push_back(later.from);
  const size_t come = days_come(scope, days);
  if (come == 0) return first;
  return scope.plan.tables.at(static_cast<size_t>(first.later[come - 1].table));
}

Value value_in(const plan::Row& row, int column) {
  const std::optional<money::Ratio>& value = row.values.at(static_cast<size_t>(column));
  if (!value) return Missing{};
  return Rational(*value);
}

Value look_up(const Scope& scope, const Term& term) {
  const plan::Table& table = table_of(scope, term);
  const std::vector<Value> keys = evaluate_first(scope, term, table.keys.size());
  const Found found = find_row(table, keys);
  switch (found.fit) {
    case Fit::kRow: {
      const std::optional<Rational> value = value_along(table, found.row, term.column, keys.back());
      return value ? Value(*value) : Value(Missing{});
    }
    case Fit::kBelowZero:
      return Rational(0);
    case Fit::kOtherwise:
      return value_in(*table.otherwise, term.column);
    case Fit::kNoRow:
      break;
  }
  if (term.has_else) return evaluate(scope, *term.args.back());
  return Missing{};
}

Value choose(const Scope& scope, const Term& term) {
  const plan::Table& table = table_of(scope, term);
  const Found found = find_row(table, evaluate_first(scope, term, table.keys.size()));
  if (found.fit == Fit::kNoRow || found.fit == Fit::kBelowZero) return Missing{};
  const size_t row = found.fit == Fit::kRow ? found.row : table.rows.size();
  const plan::TermPtr& chosen = term.args.at(table.keys.size() + row);
  if (chosen == nullptr) return Missing{};
  return evaluate(scope, *chosen);
}

Value each_part(const Scope& scope, const Term& term) {
  const std::vector<Value> values = evaluate_all(scope, term);
  if (any_missing(values)) return Missing{};
  const plan::Table& table = table_of(scope, term);
  const Rational top = values.size() > 1 ? number_of(values[1]) : Rational(0);
  return sum_of_parts(table, term.column, top + number_of(values[0])) -
         sum_of_parts(table, term.column, top);
}

// Unit by unit: whoever lacks most of what is exactly his gets the next one.
Value share(const Scope& scope, const Term& term) {
  const std::vector<Value> values = evaluate_all(scope, term);
  if (any_missing(values)) return Missing{};
  const Rational whole(number_of(values[0]).round(term.rounding));
  const bool is_below = whole < Rational(0);
  const Rational total = is_below ? -whole : whole;
  Rational sum;
  for (size_t i = 1; i < values.size(); ++i) sum = sum + number_of(values[i]);
  if (sum == Rational(0)) return Missing{};
  std::vector<Rational> exact;
  std::vector<Rational> got;
  Rational left = total;
  for (size_t i = 1; i < values.size(); ++i) {
    exact.push_back(total * number_of(values[i]) / sum);
    got.emplace_back(exact.back().trunc());
    left = left - got.back();
  }
  for (; Rational(0) < left; left = left - Rational(1)) {
    size_t most = 0;
    for (size_t i = 1; i < exact.size(); ++i) {
      if (exact[most] - got[most] < exact[i] - got[i]) most = i;
    }
    got[most] = got[most] + Rational(1);
  }
  const Rational& mine = got.at(static_cast<size_t>(term.column));
  return is_below ? -mine : mine;
}

// ---- numbers ------------------------------------------------------------------------------------

Rational combine(TermKind kind, const Rational& a, const Rational& b) {
  switch (kind) {
    case TermKind::kAdd:
      return a + b;
    case TermKind::kSubtract:
      return a - b;
    case TermKind::kMultiply:
      return a * b;
    case TermKind::kMin:
      return b < a ? b : a;
    case TermKind::kMax:
      return a < b ? b : a;
    default:
      GUERDON_UNREACHABLE();
  }
}

Value arithmetic(const Scope& scope, const Term& term) {
  const std::vector<Value> values = evaluate_all(scope, term);
  if (any_missing(values)) return Missing{};
  if (term.kind == TermKind::kNegate) return -number_of(values[0]);
  if (term.kind == TermKind::kPerFull) {
    const Rational full = number_of(values[2]) / number_of(values[1]);
    return Rational(full.trunc()) * number_of(values[0]);
  }
  Rational result = number_of(values[0]);
  for (size_t i = 1; i < values.size(); ++i) {
    result = combine(term.kind, result, number_of(values[i]));
  }
  return result;
}

// By counting: how many hundredths of the goal are reached.
Value percent(const Scope& scope, const Term& term) {
  const std::vector<Value> values = evaluate_all(scope, term);
  if (any_missing(values)) return Missing{};
  const Rational hundredth = number_of(values[1]) / Rational(100);
  if (number_of(values[0]) < Rational(0)) return Rational(0);
  const base::Int128 whole = (number_of(values[0]) / hundredth).trunc();
  return Rational(std::min<base::Int128>(whole, money::kCountMax));
}

Value average(const Scope& scope, const Term& term) {
  const std::vector<Value> values = evaluate_all(scope, term);
  if (any_missing(values) || !(Rational(0) < number_of(values[1]))) return Missing{};
  return number_of(values[0]) / number_of(values[1]);
}

// The most hundredths of what is achieved that are no more than the goal.
Value percent_within(const Scope& scope, const Term& term) {
  const std::vector<Value> values = evaluate_all(scope, term);
  if (any_missing(values) || !(Rational(0) < number_of(values[2]))) return Missing{};
  const Rational hundredth = number_of(values[0]) / Rational(100);
  int64_t percent = 100;
  while (number_of(values[1]) < Rational(percent) * hundredth) --percent;
  return Rational(percent);
}

Value condition(const Scope& scope, const Term& term) {
  const std::vector<Value> values = evaluate_all(scope, term);
  switch (term.kind) {
    case TermKind::kAnd:
      return conjunction(values);
    case TermKind::kOr:
      return disjunction(values);
    case TermKind::kNot:
      return negation(values[0]);
    case TermKind::kCompare:
      return compare(term.comparison, values[0], values[1]);
    case TermKind::kIn:
      return is_one_of(values);
    case TermKind::kInTable:
      if (is_missing(values[0])) return Missing{};
      return is_named(table_of(scope, term), values[0]);
    default:
      GUERDON_UNREACHABLE();
  }
}

}  // namespace

Value evaluate(const Scope& scope, const Term& term) {
  switch (term.kind) {
    case TermKind::kNumber:
      return Rational(term.value);
    case TermKind::kText:
      return term.text;
    case TermKind::kAttribute:
      return scope.attributes.at(static_cast<size_t>(term.index));
    case TermKind::kFirst:
    case TermKind::kHighest:
    case TermKind::kCame:
      return scope.fact(term);
    case TermKind::kDated:
      return evaluate(scope, *term.args.at(days_come(scope, term.from)));
    case TermKind::kHas:
      return !is_missing(scope.attributes.at(static_cast<size_t>(term.index)));
    case TermKind::kHeld:
      return scope.known(term);
    case TermKind::kHasHeld:
      return !is_missing(scope.known(term));
    case TermKind::kMeasure:
      return scope.measure(term.index, term.moment);
    case TermKind::kNegate:
    case TermKind::kAdd:
    case TermKind::kSubtract:
    case TermKind::kMultiply:
    case TermKind::kMin:
    case TermKind::kMax:
    case TermKind::kPerFull:
      return arithmetic(scope, term);
    case TermKind::kGoal: {
      const Value goal = evaluate(scope, *term.args.at(0));
      const bool is_none = is_missing(goal) || !(Rational(0) < number_of(goal));
      return is_none ? Value(Missing{}) : goal;
    }
    case TermKind::kSampled: {
      const Value samples = evaluate(scope, *term.args.at(1));
      const bool is_none = is_missing(samples) || !(Rational(0) < number_of(samples));
      return is_none ? Value(Missing{}) : evaluate(scope, *term.args.at(0));
    }
    case TermKind::kPercent:
      return percent(scope, term);
    case TermKind::kAverage:
      return average(scope, term);
    case TermKind::kPercentWithin:
      return percent_within(scope, term);
    case TermKind::kLookup:
      return look_up(scope, term);
    case TermKind::kElse: {
      const Value value = evaluate(scope, *term.args.at(0));
      return is_missing(value) ? evaluate(scope, *term.args.at(1)) : value;
    }
    case TermKind::kChoose:
      return choose(scope, term);
    case TermKind::kShare:
      return share(scope, term);
    case TermKind::kEachPart:
      return each_part(scope, term);
    case TermKind::kAnd:
    case TermKind::kOr:
    case TermKind::kNot:
    case TermKind::kCompare:
    case TermKind::kIn:
    case TermKind::kInTable:
      return condition(scope, term);
    case TermKind::kDuration:  // only in wallets
      break;
  }
  GUERDON_UNREACHABLE();
}

bool holds(const Scope& scope, const plan::TermPtr& condition) {
  return condition == nullptr || is_true(evaluate(scope, *condition));
}

bool applies(const Scope& scope, const plan::Rule& rule) {
  return scope.instant >= rule.from && scope.instant < rule.until && holds(scope, rule.when);
}

namespace {

// What the amount is multiplied by; nothing: it is missing.
std::optional<Rational> multiplier(const Scope& scope, const plan::Effect& effect) {
  Rational product(1);
  Rational sum(1);
  for (const plan::Times& times : effect.times) {
    if (!holds(scope, times.when)) continue;
    const Value factor = evaluate(scope, *times.factor);
    if (is_missing(factor)) return std::nullopt;
    product = product * number_of(factor);
    sum = sum + number_of(factor) - Rational(1);
  }
  if (!effect.adds_times) return product;
  return sum < Rational(0) ? Rational(0) : sum;
}

}  // namespace

std::optional<base::Int128> amount_of(const Scope& scope, const plan::Rule& rule,
                                      const plan::Effect& effect) {
  if (!applies(scope, rule) || !holds(scope, effect.when)) return std::nullopt;
  Value amount = evaluate(scope, *effect.amount);
  if (is_missing(amount)) return std::nullopt;
  const std::optional<Rational> times = multiplier(scope, effect);
  if (!times) return std::nullopt;
  amount = number_of(amount) * *times;
  if (effect.at_most != nullptr) {
    const Value cap = evaluate(scope, *effect.at_most);
    if (is_missing(cap)) return std::nullopt;
    if (number_of(cap) < number_of(amount)) amount = cap;
  }
  return number_of(amount).round(effect.rounding);
}

}  // namespace guerdon::reference
