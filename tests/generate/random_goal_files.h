#pragma once

#include <vector>

#include "engine/plan/checked.h"
#include "tests/generate/rng.h"
#include "tests/reference/engine.h"

// Files of goals amid the events of a case: rows as STAGE commands, about events that came shortly
// before, and a COMMIT or an ABORT some events behind the last of them.

namespace guerdon::generate {

// A command (kCommandSource) that is one of these.
bool is_of_file(const reference::Event& event);

// Nothing where no plan has a goal from a file. Where two files would be staged at a time, the
// second is refused.
void add_goal_files(Rng& rng, const std::vector<plan::Plan>& plans,
                    std::vector<reference::Event>& events);

}  // namespace guerdon::generate
