#pragma once

#include <vector>

#include "engine/plan/checked.h"
#include "tests/generate/rng.h"
#include "tests/reference/results.h"

// Random trees: who stands above whom, as ORG says it, among the events of a case (shrink.h). Most
// of it is about the accounts that the events name and about their times; some is refused, because
// it goes round or names a second parent.

namespace guerdon::generate {

// A command (kCommandSource) that says an edge.
bool is_edge(const reference::Event& event);

// Before the first event and amid them; nothing where no plan has a relation.
void add_edges(Rng& rng, const std::vector<plan::Plan>& plans,
               std::vector<reference::Event>& events);

}  // namespace guerdon::generate
