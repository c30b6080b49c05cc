// `take back` lines of a rule: what is taken back of what it paid. Internal to the checker.
#pragma once

#include "engine/plan/check_state.h"

namespace guerdon::plan {

// Fills Rule::take_back or Rule::keeps. REQUIRES: the rule has its events and effects; `lets` are
// its own. False: a mistake, told.
bool check_take_back(Checking& checking, const tree::TakeBack& written,
                     absl::flat_hash_map<std::string_view, Definition>& lets, Rule& rule);

}  // namespace guerdon::plan
