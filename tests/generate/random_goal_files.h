#pragma once

#include <vector>

#include "tests/generate/rng.h"
#include "tests/reference/engine.h"

// Files of goals amid the events of a case: of the TARGET commands that are there many become rows
// of a file, as STAGE commands, and a COMMIT or an ABORT comes some events behind the last of them.

namespace guerdon::generate {

// A command (kCommandSource) that is one of these.
bool is_of_file(const reference::Event& event);

// Nothing where there is no TARGET. One file is staged at a time, nearly always.
void add_goal_files(Rng& rng, std::vector<reference::Event>& events);

}  // namespace guerdon::generate
