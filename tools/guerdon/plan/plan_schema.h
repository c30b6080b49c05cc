// Plans compiled together, and what their events look like, without an engine that runs them.
#pragma once

#include <string>
#include <vector>

#include "engine/event/schema.h"
#include "engine/program/program.h"
#include "guerdon/engine.h"

namespace guerdon::tools {

// All plans together. False, and what is wrong in `error`, as make_schema.
bool make_program(const std::vector<PlanText>& plans, plan::Program* program, std::string* error);

// The schema of all plans together. False, and what is wrong in `error` as Engine::open says it,
// where they cannot be loaded.
bool make_schema(const std::vector<PlanText>& plans, event::Schema* schema, std::string* error);

}  // namespace guerdon::tools
