// Copies of a checked plan: its terms are owned, so it has none of its own making. What an item
// asks of accounts never changes and is shared. Of a term: checked.h.
#pragma once

#include "engine/plan/checked.h"

namespace guerdon::plan {

Plan copy_of(const Plan& plan);

}  // namespace guerdon::plan
