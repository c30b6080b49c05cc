#include "tests/reference/evaluate.h"

#include <algorithm>
#include <optional>
#include <string>

#include "engine/base/assert.h"
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

const plan::Table& table_of(const Scope& scope, const Term& term) {
  return scope.plan.tables.at(static_cast<size_t>(term.index));
}

Value value_in(const plan::Row& row, int column) {
  const std::optional<money::Ratio>& value = row.values.at(static_cast<size_t>(column));
  if (!value) return Missing{};
  return Rational(*value);
}

Value look_up(const Scope& scope, const Term& term) {
  const plan::Table& table = table_of(scope, term);
  const Found found = find_row(table, evaluate_first(scope, term, table.keys.size()));
  switch (found.fit) {
    case Fit::kRow:
      return value_in(table.rows[found.row], term.column);
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
    case TermKind::kLookup:
      return look_up(scope, term);
    case TermKind::kChoose:
      return choose(scope, term);
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

}  // namespace guerdon::reference
