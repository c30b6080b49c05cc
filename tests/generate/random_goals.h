#pragma once

#include <optional>
#include <vector>

#include "engine/plan/checked.h"
#include "tests/generate/rng.h"
#include "tests/reference/engine.h"

// Goals of targets from a file amid the events of a case, as TARGET commands: for accounts and
// periods that events are about, most of them, so that what is achieved is there already.

namespace guerdon::generate {

// Nothing where no plan has such a target. Of versions of one plan the first one counts.
void add_goals(Rng& rng, const std::vector<plan::Plan>& plans,
               std::vector<reference::Event>& events);

// A TARGET about what the event is about; nothing where there is none to be said.
std::optional<reference::Event> random_goal(Rng& rng, const std::vector<plan::Plan>& plans,
                                            const reference::Event& about);

}  // namespace guerdon::generate
