// Of which rules the laws of laws.h hold, and for which events: what a rule reads decides it.
// Pure functions of the checked tree.
#pragma once

#include <optional>

#include "engine/plan/checked.h"

namespace guerdon::plan {

// The one attribute that the rule's measures sum up of events of this type, added or (`less`) taken
// away, so that an event of it may become two that share its value. Nothing: they do not, or a
// condition, a key, a limit or another rule of a group has a say in it.
std::optional<int> summed_attribute(const Plan& plan, const Rule& rule, int event, bool less);

// The attribute of which an event of type `back` takes back, to the last unit, what the rule gave
// for the same value of one of type `event`. Nothing: there is none.
std::optional<int> returned_attribute(const Plan& plan, const Rule& rule, int event, int back);

// What both events of such a pair have to name: the attributes that the rule and its measures are
// kept for.
std::vector<int> kept_for(const Plan& plan, const Rule& rule);

}  // namespace guerdon::plan
