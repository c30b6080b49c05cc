#include "engine/plan/bounds.h"

#include <algorithm>
#include <numeric>
#include <utility>

#include "engine/base/assert.h"
#include "engine/money/limits.h"
#include "engine/money/ratio.h"

namespace guerdon::plan {
namespace {

using base::Int128;

constexpr Int128 kNumeratorMax = static_cast<Int128>(1) << 126;

bool fits(Int128 value) { return value >= -kNumeratorMax && value <= kNumeratorMax; }

std::optional<Int128> product(Int128 a, Int128 b) {
  Int128 result = 0;
  if (__builtin_mul_overflow(a, b, &result) || !fits(result)) return std::nullopt;
  return result;
}

std::optional<Bound> checked(Bound bound) {
  GUERDON_ASSERT(bound.low <= bound.high && bound.den > 0);
  if (!fits(bound.low) || !fits(bound.high)) return std::nullopt;
  return bound;
}

std::optional<int64_t> product_of_dens(int64_t a, int64_t b) {
  int64_t result = 0;
  if (__builtin_mul_overflow(a, b, &result)) return std::nullopt;
  return result;
}

// The same values over `den`, a multiple of the bound's own.
std::optional<Bound> over(const Bound& bound, int64_t den) {
  GUERDON_ASSERT(den % bound.den == 0);
  const std::optional<Int128> low = product(bound.low, den / bound.den);
  const std::optional<Int128> high = product(bound.high, den / bound.den);
  if (!low || !high) return std::nullopt;
  return Bound{*low, *high, den};
}

struct Pair {
  Bound a;
  Bound b;
};

// Both over their least common denominator: what is added or compared at run time.
std::optional<Pair> alike(const Bound& a, const Bound& b) {
  const std::optional<int64_t> den = money::lcm_checked(a.den, b.den);
  if (!den) return std::nullopt;
  const std::optional<Bound> left = over(a, *den);
  const std::optional<Bound> right = over(b, *den);
  if (!left || !right) return std::nullopt;
  return Pair{*left, *right};
}

std::optional<Bound> either(const Bound& a, const Bound& b) {
  const std::optional<Pair> pair = alike(a, b);
  if (!pair) return std::nullopt;
  return Bound{std::min(pair->a.low, pair->b.low), std::max(pair->a.high, pair->b.high),
               pair->a.den};
}

std::optional<Bound> sum(const Bound& a, const Bound& b) {
  const std::optional<Pair> pair = alike(a, b);
  if (!pair) return std::nullopt;
  // Each is within 2^126, so the sums are within 2^127 less one, but for 2^126 + 2^126.
  if (pair->a.high == kNumeratorMax || pair->b.high == kNumeratorMax) return std::nullopt;
  return checked({pair->a.low + pair->b.low, pair->a.high + pair->b.high, pair->a.den});
}

Bound smaller(const Pair& pair) {
  return {std::min(pair.a.low, pair.b.low), std::min(pair.a.high, pair.b.high), pair.a.den};
}

Bound larger(const Pair& pair) {
  return {std::max(pair.a.low, pair.b.low), std::max(pair.a.high, pair.b.high), pair.a.den};
}

Bound negated(const Bound& bound) { return {-bound.high, -bound.low, bound.den}; }

std::optional<Bound> multiplied(const Bound& a, const Bound& b) {
  const std::optional<int64_t> den = product_of_dens(a.den, b.den);
  if (!den) return std::nullopt;
  Bound result;
  result.den = *den;
  bool first = true;
  for (const Int128 left : {a.low, a.high}) {
    for (const Int128 right : {b.low, b.high}) {
      const std::optional<Int128> corner = product(left, right);
      if (!corner) return std::nullopt;
      result.low = first ? *corner : std::min(result.low, *corner);
      result.high = first ? *corner : std::max(result.high, *corner);
      first = false;
    }
  }
  return result;
}

Bound with_zero(Bound bound) {
  return {std::min<Int128>(bound.low, 0), std::max<Int128>(bound.high, 0), bound.den};
}

// Away from zero, whatever the rounding.
Int128 rounded_outward(Int128 num, int64_t den) {
  const Int128 whole = num / den;
  if (whole * den == num) return whole;
  return num < 0 ? whole - 1 : whole + 1;
}

// ---- terms --------------------------------------------------------------------------------------

Bound of_values(Type type, bool is_signed) {
  const int64_t high = type.kind == TypeKind::kAmount ? money::kAmountMax : money::kCountMax;
  return {is_signed ? -high : 0, high, 1};
}

Bound of_measure(const Measure& measure) {
  if (measure.is_distinct()) return {0, measure.values_max, 1};
  return {measure.is_never_negative ? 0 : -money::kMeasureMax, money::kMeasureMax, 1};
}

Column with_bounds(const Table& table, size_t index) {
  Column column = table.columns[index];
  Bound bound;
  bool sound = true;
  const auto add = [&](const Row& row) {
    if (!sound || !row.values[index]) return;
    const money::Ratio value = *row.values[index];
    const std::optional<Bound> wider = either(bound, {value.num, value.num, value.den});
    sound = wider && wider->low >= INT64_MIN && wider->high <= INT64_MAX;
    if (sound) bound = *wider;
  };
  for (const Row& row : table.rows) add(row);
  if (table.otherwise) add(*table.otherwise);
  // Between two points a value lies between theirs; only its denominator may be another.
  const std::optional<std::vector<money::Ratio>> slopes = slopes_of(table, index);
  sound = sound && slopes;
  for (size_t i = 0; sound && i < slopes->size(); ++i) {
    const std::optional<int64_t> den = money::lcm_checked(bound.den, (*slopes)[i].den);
    const std::optional<Bound> finer = den ? over(bound, *den) : std::nullopt;
    sound = finer && finer->low >= INT64_MIN && finer->high <= INT64_MAX;
    if (sound) bound = *finer;
  }
  column.low = static_cast<int64_t>(bound.low);
  column.high = static_cast<int64_t>(bound.high);
  column.den = sound ? bound.den : -1;
  return column;
}

// As many events never come: at a million a second they take two thousand years.
constexpr Int128 kSamplesMax = static_cast<Int128>(1) << 56;

// What stands on one side of a comparison, an average as its sum; and by what it is multiplied
// where the other side is an average.
const Term& summed(const Term& term) {
  return term.kind == TermKind::kAverage ? *term.args[0] : term;
}

class BoundFinder {
 public:
  explicit BoundFinder(const Plan& plan) : plan_(plan) {}

  std::optional<Bound> of(const Term& term) const;
  // Of a comparison, as it is computed: an average's samples stand on the other side of it.
  bool may_compare(const Term& left, const Term& right) const;

 private:
  std::optional<Bound> of_percent(const Term& term, int64_t most) const;
  std::optional<Bound> of_dated(const Term& term) const;
  std::optional<Bound> of_two(const Term& term) const;
  std::optional<Bound> of_extreme(const Term& term) const;
  std::optional<Bound> of_per_full(const Term& term) const;
  std::optional<Bound> of_lookup(const Term& term) const;
  std::optional<Bound> of_choice(const Term& term) const;
  std::optional<Bound> of_share(const Term& term) const;
  std::optional<Bound> of_parts(const Term& term) const;
  std::optional<Bound> of_column(const Term& term) const;
  bool keys_are_bounded(const Term& term, size_t count) const;
  std::optional<Bound> beside(const Term& term, const Term& other) const;

  const Table& table(const Term& term) const {
    return plan_.tables[static_cast<size_t>(term.index)];
  }

  const Plan& plan_;
};

std::optional<Bound> BoundFinder::beside(const Term& term, const Term& other) const {
  const std::optional<Bound> bound = of(summed(term));
  if (!bound || other.kind != TermKind::kAverage) return bound;
  return multiplied(*bound, {1, kSamplesMax, 1});
}

bool BoundFinder::may_compare(const Term& left, const Term& right) const {
  const std::optional<Bound> a = beside(left, right);
  const std::optional<Bound> b = beside(right, left);
  return a && b && alike(*a, *b);
}

std::optional<Bound> BoundFinder::of_two(const Term& term) const {
  const std::optional<Bound> a = of(*term.args[0]);
  const std::optional<Bound> b = of(*term.args[1]);
  if (!a || !b) return std::nullopt;
  if (term.kind == TermKind::kAdd) return sum(*a, *b);
  if (term.kind == TermKind::kSubtract) return sum(*a, negated(*b));
  return multiplied(*a, *b);
}

std::optional<Bound> BoundFinder::of_extreme(const Term& term) const {
  std::optional<Bound> result = of(*term.args[0]);
  for (size_t i = 1; i < term.args.size() && result; ++i) {
    const std::optional<Bound> arg = of(*term.args[i]);
    if (!arg) return std::nullopt;
    const std::optional<Pair> pair = alike(*result, *arg);
    if (!pair) return std::nullopt;
    result = term.kind == TermKind::kMin ? smaller(*pair) : larger(*pair);
  }
  return result;
}

// trunc(basis / step) * award: the basis over 1 times the step's den, by the step's num.
std::optional<Bound> BoundFinder::of_per_full(const Term& term) const {
  const std::optional<Bound> award = of(*term.args[0]);
  const money::Ratio step = term.args[1]->value;
  const std::optional<Bound> basis = of(*term.args[2]);
  GUERDON_ASSERT(term.args[1]->kind == TermKind::kNumber && step.num > 0);
  if (!award || !basis) return std::nullopt;
  const std::optional<Int128> low = product(basis->low, step.den);
  const std::optional<Int128> high = product(basis->high, step.den);
  const std::optional<Int128> divisor = product(basis->den, step.num);
  if (!low || !high || !divisor) return std::nullopt;
  return multiplied({*low / *divisor, *high / *divisor, 1}, *award);
}

bool BoundFinder::keys_are_bounded(const Term& term, size_t count) const {
  for (size_t k = 0; k < count; ++k) {
    if (term.args[k]->type.is_number() && !of(summed(*term.args[k]))) return false;
  }
  return true;
}

std::optional<Bound> of_one_column(const Table& table, size_t index) {
  const Column& kept = table.columns[index];
  const Column column = kept.den != 0 ? kept : with_bounds(table, index);
  if (column.den < 0) return std::nullopt;
  return Bound{column.low, column.high, column.den};
}

// Of all versions of the table.
std::optional<Bound> BoundFinder::of_column(const Term& term) const {
  const auto index = static_cast<size_t>(term.column);
  std::optional<Bound> result = of_one_column(table(term), index);
  for (const TableVersion& later : table(term).later) {
    if (!result) return std::nullopt;
    const std::optional<Bound> other =
        of_one_column(plan_.tables[static_cast<size_t>(later.table)], index);
    result = other ? either(*result, *other) : std::nullopt;
  }
  return result;
}

std::optional<Bound> BoundFinder::of_lookup(const Term& term) const {
  if (!keys_are_bounded(term, table(term).keys.size())) return std::nullopt;
  const std::optional<Bound> values = of_column(term);
  if (!values || !term.has_else) return values;
  const std::optional<Bound> otherwise = of(*term.args.back());
  if (!otherwise) return std::nullopt;
  return either(*values, *otherwise);
}

std::optional<Bound> BoundFinder::of_choice(const Term& term) const {
  const size_t keys = table(term).keys.size();
  if (!keys_are_bounded(term, keys)) return std::nullopt;
  std::optional<Bound> result;
  for (size_t i = keys; i < term.args.size(); ++i) {
    if (term.args[i] == nullptr) continue;
    const std::optional<Bound> arm = of(*term.args[i]);
    if (!arm) return std::nullopt;
    result = result ? either(*result, *arm) : arm;
    if (!result) return std::nullopt;
  }
  return result ? result : Bound{};
}

// Rounded, between 0 and what is shared.
std::optional<Bound> BoundFinder::of_share(const Term& term) const {
  const std::optional<Bound> whole = of(*term.args[0]);
  for (size_t i = 1; i < term.args.size(); ++i) {
    if (!of(*term.args[i])) return std::nullopt;
  }
  if (!whole) return std::nullopt;
  return with_zero(
      {rounded_outward(whole->low, whole->den), rounded_outward(whole->high, whole->den), 1});
}

// G(top + basis) - G(top): between 0 and basis each step is worth one of the values. The two G are
// computed on the way and have to fit too.
std::optional<Bound> BoundFinder::of_parts(const Term& term) const {
  const std::optional<Bound> values = of_column(term);
  const std::optional<Bound> basis = of(*term.args[0]);
  const std::optional<Bound> top = term.args.size() > 1 ? of(*term.args[1]) : Bound{};
  if (!values || !basis || !top) return std::nullopt;
  const std::optional<Bound> end = sum(*basis, *top);
  if (!end) return std::nullopt;
  const std::optional<Bound> begin = over(*top, end->den);
  const std::optional<Bound> length = over(*basis, end->den);
  if (!begin || !length) return std::nullopt;
  const Bound value = with_zero(*values);
  if (!multiplied(value, with_zero(*end)) || !multiplied(value, with_zero(*begin))) {
    return std::nullopt;
  }
  return multiplied(value, with_zero(*length));
}

// Multiplied by 100 is what is achieved; or the goal, where it is less than that.
std::optional<Bound> BoundFinder::of_percent(const Term& term, int64_t most) const {
  const std::optional<Bound> achieved = of(summed(*term.args[0]));
  const std::optional<Bound> goal = beside(*term.args[1], *term.args[0]);
  if (!achieved || !goal || !product(achieved->high, 100)) return std::nullopt;
  return Bound{0, most, 1};
}

std::optional<Bound> BoundFinder::of_dated(const Term& term) const {
  std::optional<Bound> result = of(*term.args[0]);
  for (size_t i = 1; i < term.args.size() && result; ++i) {
    const std::optional<Bound> value = of(*term.args[i]);
    result = value ? either(*result, *value) : std::nullopt;
  }
  return result;
}

std::optional<Bound> BoundFinder::of(const Term& term) const {
  GUERDON_ASSERT(term.type.is_number());
  switch (term.kind) {
    case TermKind::kNumber:
      return Bound{term.value.num, term.value.num, term.value.den};
    case TermKind::kDated:
      return of_dated(term);
    case TermKind::kFirst:
    case TermKind::kHighest:
    case TermKind::kAttribute: {
      const Attribute& attribute = plan_.attributes[static_cast<size_t>(term.index)];
      if (attribute.ask >= 0) return Bound{0, attribute.most, 1};
      if (attribute.credited >= 0) {
        return Bound{0, plan_.credited[static_cast<size_t>(attribute.credited)].most, 1};
      }
      if (attribute.fold >= 0) {
        const LineFold& fold = plan_.folds[static_cast<size_t>(attribute.fold)];
        if (fold.amount != nullptr) return Bound{fold.low, fold.high, 1};
      }
      return of_values(attribute.type, attribute.is_signed);
    }
    case TermKind::kHeld: {
      const HolderAttribute& held = plan_.holder[static_cast<size_t>(term.index)];
      return of_values(held.type, held.is_signed);
    }
    case TermKind::kMeasure:
      return of_measure(plan_.measures[static_cast<size_t>(term.index)]);
    case TermKind::kNegate: {
      const std::optional<Bound> bound = of(*term.args[0]);
      return bound ? std::optional<Bound>(negated(*bound)) : std::nullopt;
    }
    case TermKind::kAdd:
    case TermKind::kSubtract:
    case TermKind::kMultiply:
      return of_two(term);
    case TermKind::kMin:
    case TermKind::kMax:
      return of_extreme(term);
    case TermKind::kPerFull:
      return of_per_full(term);
    case TermKind::kLookup:
      return of_lookup(term);
    case TermKind::kElse: {
      const std::optional<Bound> value = of(*term.args[0]);
      const std::optional<Bound> other = of(*term.args[1]);
      return value && other ? either(*value, *other) : std::nullopt;
    }
    case TermKind::kGoal: {
      const std::optional<Bound> goal = of(*term.args[0]);
      if (!goal) return std::nullopt;
      return Bound{std::max<Int128>(goal->low, 1), std::max<Int128>(goal->high, 1), 1};
    }
    case TermKind::kSampled:
      return of(*term.args[0]);
    case TermKind::kPercent:
      return of_percent(term, money::kCountMax);
    case TermKind::kPercentWithin:
      return of_percent(term, 100);
    case TermKind::kChoose:
      return of_choice(term);
    case TermKind::kShare:
      return of_share(term);
    case TermKind::kEachPart:
      return of_parts(term);
    default:
      GUERDON_UNREACHABLE();  // no number
  }
}

}  // namespace

std::optional<Bound> bound_of(const Plan& plan, const Term& term) {
  return BoundFinder(plan).of(term);
}

bool condition_is_bounded(const Plan& plan, const Term& term) {
  GUERDON_ASSERT(term.type.kind == TypeKind::kBool);
  if (term.args.empty()) return true;  // a flag, `has`, or a constant
  const bool joins =
      term.kind == TermKind::kAnd || term.kind == TermKind::kOr || term.kind == TermKind::kNot;
  if (joins) {
    return std::all_of(term.args.begin(), term.args.end(),
                       [&](const TermPtr& arg) { return condition_is_bounded(plan, *arg); });
  }
  if (!term.args[0]->type.is_number()) return true;
  if (term.kind == TermKind::kCompare) {
    return BoundFinder(plan).may_compare(*term.args[0], *term.args[1]);
  }
  const std::optional<Bound> left = bound_of(plan, *term.args[0]);
  if (!left) return false;
  return std::all_of(term.args.begin() + 1, term.args.end(), [&](const TermPtr& arg) {
    const std::optional<Bound> right = bound_of(plan, *arg);
    return right && alike(*left, *right);
  });
}

void find_column_bounds(Table& table) {
  for (size_t c = 0; c < table.columns.size(); ++c) table.columns[c] = with_bounds(table, c);
}

namespace {

constexpr Bound kOne{1, 1, 1};

// What one multiplier can be.
std::optional<Bound> factor_bound(const Plan& plan, const Times& times) {
  const std::optional<Bound> factor = bound_of(plan, *times.factor);
  if (!factor || times.when == nullptr) return factor;
  if (!condition_is_bounded(plan, *times.when)) return std::nullopt;
  return either(*factor, kOne);
}

// max(0, 1 + what each of the first `count` is above 1), each of them added before its 1 is taken
// away.
std::optional<Bound> added_factors(const Plan& plan, const Effect& effect, size_t count) {
  std::optional<Bound> all = kOne;
  for (size_t i = 0; i < count; ++i) {
    const std::optional<Bound> factor = factor_bound(plan, effect.times[i]);
    const std::optional<Bound> more = factor ? sum(*all, *factor) : std::nullopt;
    all = more ? sum(*more, negated(kOne)) : std::nullopt;
    if (!all) return std::nullopt;
  }
  return Bound{std::max<Int128>(all->low, 0), std::max<Int128>(all->high, 0), all->den};
}

}  // namespace

std::optional<Bound> multiplied_bound(const Plan& plan, const Effect& effect, size_t count) {
  std::optional<Bound> amount = bound_of(plan, *effect.amount);
  count = std::min(count, effect.times.size());
  if (!amount || count == 0) return amount;
  if (effect.adds_times) {
    const std::optional<Bound> factor = added_factors(plan, effect, count);
    if (!factor) return std::nullopt;
    return multiplied(*amount, *factor);
  }
  for (size_t i = 0; i < count; ++i) {
    const std::optional<Bound> factor = factor_bound(plan, effect.times[i]);
    amount = factor && amount ? multiplied(*amount, *factor) : std::nullopt;
  }
  return amount;
}

std::optional<Bound> posting_bound(const Plan& plan, const Effect& effect) {
  std::optional<Bound> amount = multiplied_bound(plan, effect);
  if (amount && effect.at_most != nullptr) {
    const std::optional<Bound> cap = bound_of(plan, *effect.at_most);
    const std::optional<Pair> pair = cap ? alike(*amount, *cap) : std::nullopt;
    amount.reset();
    if (pair) amount = smaller(*pair);
  }
  if (!amount) return std::nullopt;
  const Bound posted{rounded_outward(amount->low, amount->den),
                     rounded_outward(amount->high, amount->den), 1};
  if (posted.low < -money::kBalanceMax || posted.high > money::kBalanceMax) return std::nullopt;
  return posted;
}

}  // namespace guerdon::plan
