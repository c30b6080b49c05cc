// A checked plan in sentences, defaults included: what the engine will do, for people who do not
// write plans. Amounts in the reader's form; every example is computed from the tree.
#pragma once

#include <string>

#include "engine/plan/checked.h"

namespace guerdon::plan {

std::string explain(const Plan& plan);

}  // namespace guerdon::plan
