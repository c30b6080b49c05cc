// What the last version of a merged plan changes, rule by rule, for people.
//
// Thread-safety: free functions over what does not change.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "engine/plan/checked.h"

namespace guerdon::plan {

// Views into the plan, and into literals.
struct RuleChange {
  std::string_view rule;
  std::string_view what;      // changed, new, ends
  bool is_corrected = false;  // what was since the day of the version, too
};

// Those that change or begin in the order of the plan, then those that end.
std::vector<RuleChange> changes_of(const Plan& merged);

// One a line: "rule base: changed, corrects what was since 2026-03-01T00:00:00Z\n". Empty where the
// version changes none.
std::string changes_in_words(const Plan& merged);

}  // namespace guerdon::plan
