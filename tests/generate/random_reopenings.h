#pragma once

#include <string>
#include <vector>

#include "engine/plan/checked.h"
#include "tests/generate/rng.h"
#include "tests/reference/engine.h"

// Closed periods that are opened again amid the events of a case, as REOPEN commands: most of them
// the newest one that is closed, behind a tick, so that it has its seal; then events of before once
// more, as new ones that happened in it, and some CLOSE commands.

namespace guerdon::generate {

// A command (kCommandSource) that is one of these.
bool is_reopening(const reference::Event& event);

// Nothing where no plan pays at the end of a period. `tick_source`: that of ticks.
void add_reopenings(Rng& rng, const std::vector<plan::Plan>& plans, const std::string& tick_source,
                    std::vector<reference::Event>& events);

}  // namespace guerdon::generate
