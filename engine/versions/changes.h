// What a version changes of the rules of its plan, for people.
//
// Thread-safety: free functions over what does not change.
#pragma once

#include <string_view>
#include <vector>

#include "engine/plan/checked.h"

namespace guerdon::plan {

// Views into the plan, and words.
struct RuleChange {
  std::string_view rule;
  std::string_view what;  // changed, new, ends
};

// By the last version of a merged plan: rules that changed or are new, in the plan's order, then
// those that end.
std::vector<RuleChange> changes_of(const Plan& merged);

}  // namespace guerdon::plan
