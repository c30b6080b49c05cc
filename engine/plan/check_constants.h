// Arithmetic on the constants of a plan, exact and checked: what `kNumber` terms are folded with.
//
// Nothing where the result leaves the range of `money::Ratio`; the caller tells the plan owner.
#pragma once

#include <cstdint>
#include <optional>

#include "engine/money/ratio.h"

namespace guerdon::plan {

std::optional<money::Ratio> add(money::Ratio a, money::Ratio b);
std::optional<money::Ratio> subtract(money::Ratio a, money::Ratio b);
// REQUIRES: b is not 0.
std::optional<money::Ratio> divide(money::Ratio a, money::Ratio b);
money::Ratio negate(money::Ratio a);

// Below 0, 0 or above 0, as a is less than b, equal or greater.
int compare(money::Ratio a, money::Ratio b);

// REQUIRES: 0 <= exponent <= 18.
int64_t power_of_ten(int exponent);

}  // namespace guerdon::plan
