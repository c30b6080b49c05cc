#pragma once

#include <set>
#include <string>
#include <vector>

#include "tests/generate/rng.h"
#include "tests/reference/engine.h"

// Random commands among the events of a case (shrink.h): what is known of accounts, from a time on
// or back to one, and events that are taken back, now and then twice, or such as there are none.
// And what each command of a case is, rows of tables too (random_rows.h).

namespace guerdon::generate {

// Puts some in at random; events are taken back where `takes_back`. `roles`: the names on the wire
// that name accounts; of events of the source `tick_source` the time alone counts.
void add_commands(Rng& rng, const std::set<std::string>& roles, const std::string& tick_source,
                  bool takes_back, std::vector<reference::Event>& events);

// REQUIRES: its source is kCommandSource.
reference::Command command_of(const reference::Event& event);
// "TABLE", "table=p0.table1", "key=A", "value=5.00", "time=..."
std::vector<std::string> words_of(const reference::Command& command);

}  // namespace guerdon::generate
