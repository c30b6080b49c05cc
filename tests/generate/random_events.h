#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "engine/plan/checked.h"
#include "tests/generate/rng.h"
#include "tests/reference/engine.h"

// Random events for given plans, as texts of the wire: few accounts and few words, amounts at and
// beside the bounds that the plans name, instants at and beside the ends of their periods. Some
// come late, some twice, some with another content under the same id, and some are wrong.

namespace guerdon::generate {

struct EventShape {
  bool has_faults = true;        // refusals, duplicates, conflicts, unknown types
  bool has_two_sources = false;  // a trace has one
};

std::vector<reference::Event> random_events(Rng& rng, const std::vector<plan::Plan>& plans,
                                            size_t count, const EventShape& shape = {});

// What it says of that attribute; "": nothing.
std::string value_of(const reference::Event& event, const std::string& name);

// A trace: event_id, time, type and each attribute that some event has; `source` where they differ.
std::string as_csv(const std::vector<reference::Event>& events);

}  // namespace guerdon::generate
