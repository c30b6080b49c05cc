// From checked plans to a program (program.h).
//
// What is wrong with one plan was told by the checker, but for an expression that needs more
// registers than the machine has. All else that is refused here is what plans do to each other: two
// of one program name, an event type with more readings than slots.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "engine/plan/checked.h"
#include "engine/program/program.h"

namespace guerdon::plan {

// Plans in load order. Nothing and a sentence in `error` when they cannot be loaded together.
std::optional<Program> compile(const std::vector<Plan>& plans, std::string* error);

}  // namespace guerdon::plan
