// One effect line of a rule: who is credited what. Internal to the checker.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "engine/plan/check_state.h"
#include "engine/plan/check_terms.h"

namespace guerdon::plan {

// Adds it to `effects`; of a split one for each part. `rule` has its subject and name by now;
// `amounts` is what amounts may read: `scope`, or in a rule per line what a line has. False: a
// mistake, told.
bool check_effect(Checking& checking, const tree::Effect& written, const tree::Rule& written_rule,
                  const Rule& rule, const Scope& scope, const Scope& amounts,
                  std::vector<Effect>& effects);

// Who shares is told apart, and nothing stands below that is for one account. False: told.
// (check_split.cc)
bool check_parts_of(Checking& checking, const tree::Effect& split);

// Makes of an effect that pays one of them the whole one that pays its part. False: told.
bool share_out(Checking& checking, const tree::Effect& split, size_t part, const Scope& scope,
               Effect& effect);

// Of a milestone: whole, once check_milestones() has said so. (check_milestones.cc)
int64_t whole_percent(const tree::Percent& written);
// The same where it is one from 1 to kMilestoneMax; nothing: told, by the code.
std::optional<int64_t> check_percent(Checking& checking, const tree::Percent& written,
                                     DiagnosticCode code);

// The first term of it that changes on a day; null: none does.
const Term* dated_in(const Plan& plan, const Term& term);

// The limits below it that are for more than the event. `effect` has its payee and its unit by now.
// False: a mistake, told.
bool check_limits(Checking& checking, const tree::Effect& written, const Rule& rule,
                  const Scope& scope, Effect& effect);

}  // namespace guerdon::plan
