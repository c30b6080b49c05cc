#pragma once

#include <string>
#include <vector>

#include "tests/generate/shrink.h"
#include "tests/law/run.h"
#include "tests/reference/engine.h"

namespace guerdon::law {

// A case on the slow twin.
struct ReferenceRun {
  explicit ReferenceRun(const generate::Case& drawn);

  reference::Engine engine;
  std::vector<reference::Result> results;  // one an event, in their order
  std::vector<reference::Result> answers;  // one a command
};

// As in compare_runs.h, of what both engines can show: entries and ids, balances, refusals, counts,
// the clock, the last LSN.
std::string difference(const ReferenceRun& expected, const Run& actual);

}  // namespace guerdon::law
