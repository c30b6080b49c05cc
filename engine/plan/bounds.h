// How large the value of a term can become, and over which denominator it is exact.
//
// At run time numbers are 128-bit numerators over a denominator that is known when the plan is
// compiled: `5% of amount` is 5 * amount over 100, a sum of two terms stands over the least common
// multiple of theirs. `bound_of` finds, for each term, that denominator and the interval of the
// numerator, from the limits of money/limits.h (attributes, measures) and the values in tables. The
// checker refuses what does not fit (E070); so the compiled program can never overflow, and no
// check is left for run time.
//
// Source: interval analysis, as in any compiler's value-range pass; here it is exact.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "engine/base/int128.h"
#include "engine/plan/checked.h"

namespace guerdon::plan {

struct Bound {
  base::Int128 low = 0;   // of the numerator
  base::Int128 high = 0;  // of the numerator
  int64_t den = 1;        // above 0
};

// Nothing when a numerator could leave +-2^126 or a denominator int64.
// REQUIRES: term.type.is_number().
std::optional<Bound> bound_of(const Plan& plan, const Term& term);

// True when every comparison and number inside a condition stays within the bounds.
bool condition_is_bounded(const Plan& plan, const Term& term);

// The bound of a column's values, as Column keeps it. REQUIRES: a table of values.
void find_column_bounds(Table& table);

// The bound of what an effect asks for before its cap and its rounding: its amount, multiplied by
// the first `count` of its multipliers, or by all.
std::optional<Bound> multiplied_bound(const Plan& plan, const Effect& effect,
                                      size_t count = SIZE_MAX);

// The bound of what an effect posts, rounded to minor units; nothing if it could pass kBalanceMax.
std::optional<Bound> posting_bound(const Plan& plan, const Effect& effect);

// Of a table that is interpolated (checked.h: "tables"), by row: how much the value of this column
// grows with each whole step of the key, from the row's point to the next one of its group; 0 in
// the last of a group, and in a row that is no point. Empty where the table is not interpolated.
// Nothing where one cannot be kept exactly in 64 bits.
std::optional<std::vector<money::Ratio>> slopes_of(const Table& table, size_t column);

// Whether the rule goes by what others credit at the same event (shop.h, Credited).
inline bool goes_by_others(const Plan& plan, const Rule& rule) {
  bool found = false;
  visit_terms(rule, [&](const Term& term) {
    const auto index = static_cast<size_t>(term.index);
    found = found || (term.kind == TermKind::kAttribute && plan.attributes[index].credited >= 0);
  });
  return found;
}

}  // namespace guerdon::plan
