// Copies of a checked plan: its terms are owned, so it has none of its own making. What an item
// asks of accounts never changes and is shared.
#pragma once

#include "engine/plan/checked.h"

namespace guerdon::plan {

TermPtr copy_of(const Term& term);
Plan copy_of(const Plan& plan);

}  // namespace guerdon::plan
