// What a measure or a rule is kept for: `per account per sku per month`. Internal to the checker.
#pragma once

#include <optional>

#include "engine/plan/check_state.h"

namespace guerdon::plan {

// Nothing: a mistake, told. The keys are in the order of Plan::attributes, whatever order they are
// written in, so that equal subjects are equal. `kept`, "a measure is kept": what is for accounts
// alone; empty of a rule, which may be for an object. REQUIRES: `written` is not the event itself.
std::optional<Subject> check_subject(Checking& checking, const tree::Subject& written,
                                     std::string_view kept = {});

calendar::PeriodKind period_kind(tree::PeriodWord word);

// Its period. Nothing: a mistake, told.
std::optional<calendar::PeriodRule> check_period(Checking& checking, const tree::Subject& written);

// The event that a name in `on ...` stands for; -1: told.
int check_event_name(Checking& checking, const tree::Name& name);

// Whether events of this type speak of the object. False: told.
bool is_event_of_object(Checking& checking, int event, int object, Span span);

// Whether what events say of the object can be told apart: each name outside is one attribute, and
// the plan has no other kind of object, which might have the same id. False: told, at `span`.
bool may_follow(Checking& checking, int object, Span span);

// All of a list of event names; nothing: told.
std::optional<std::vector<int>> check_event_names(Checking& checking,
                                                  const std::vector<tree::Name>& names);

}  // namespace guerdon::plan
