// Measures of what rules credit: `points earned by cashback`. Internal to the checker.
#pragma once

#include "engine/plan/check_state.h"

namespace guerdon::plan {

// Checks the rules whose credits such a measure counts, and then what it has to do with them; of
// another measure nothing. What is wrong is told and makes the measure unsound. `reader`: where it
// is read, if that is why.
void settle_earned(Checking& checking, int measure, std::optional<Span> reader = std::nullopt);

}  // namespace guerdon::plan
