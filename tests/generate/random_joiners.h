#pragma once

#include <vector>

#include "engine/plan/checked.h"
#include "tests/generate/rng.h"
#include "tests/reference/engine.h"

// Accounts that come to take part in a challenge while its period goes on, amid the events of a
// case, as HOLDER commands: such as events of that period are about, before it is settled.

namespace guerdon::generate {

// Nothing where no plan has a challenge with `joiners prorated`. Of versions of one plan the first
// one counts.
void add_joiners(Rng& rng, const std::vector<plan::Plan>& plans,
                 std::vector<reference::Event>& events);

}  // namespace guerdon::generate
