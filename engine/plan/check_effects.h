// One effect line of a rule: who is credited what. Internal to the checker.
#pragma once

#include <optional>

#include "engine/plan/check_state.h"
#include "engine/plan/check_terms.h"

namespace guerdon::plan {

// `rule` has its subject and name by now. Nothing: a mistake, told.
std::optional<Effect> check_effect(Checking& checking, const tree::Effect& written,
                                   const tree::Rule& written_rule, const Rule& rule,
                                   const Scope& scope);

}  // namespace guerdon::plan
