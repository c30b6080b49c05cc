#pragma once

#include <string>
#include <vector>

#include "engine/plan/checked.h"
#include "tests/generate/rng.h"
#include "tests/reference/engine.h"

// Rows of tables from files among the events of a case, as TABLE commands. Most are for keys that
// some event brings, so that look-ups find them; some change a row of before, or say `none`.

namespace guerdon::generate {

// A command (kCommandSource) that says a row, or a goal (random_goals.h), or is of a file of
// goals; its time may be empty.
bool is_row(const reference::Event& event);

// Before the first event and amid them; nothing where the plans ask no table from a file. Of
// versions of one plan the first one counts.
void add_rows(Rng& rng, const std::vector<plan::Plan>& plans,
              std::vector<reference::Event>& events);

}  // namespace guerdon::generate
