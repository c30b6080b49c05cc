// What a measure or a rule is kept for: `per account per sku per month`. Internal to the checker.
#pragma once

#include <optional>

#include "engine/plan/check_state.h"

namespace guerdon::plan {

// Nothing: a mistake, told. The keys are in the order of Plan::attributes, whatever order they are
// written in, so that equal subjects are equal. REQUIRES: `written` is not the event itself.
std::optional<Subject> check_subject(Checking& checking, const tree::Subject& written);

calendar::PeriodKind period_kind(tree::PeriodWord word);

// The event that a name in `on ...` stands for; -1: told.
int check_event_name(Checking& checking, const tree::Name& name);

// All of a list of event names; nothing: told.
std::optional<std::vector<int>> check_event_names(Checking& checking,
                                                  const std::vector<tree::Name>& names);

}  // namespace guerdon::plan
