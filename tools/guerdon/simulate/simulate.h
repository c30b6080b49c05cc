// `guerdon plan simulate`: what other plans would have paid for real traces, or what a version
// would correct of what an engine has paid.
#pragma once

#include "tools/guerdon/exit_status.h"
#include "tools/guerdon/simulate/simulate_options.h"

namespace guerdon::tools {

// Two engines in memory run the same traces, one after the other: one with the old plans, if there
// are any, one with the new ones (plan_sides.h). The report goes to standard output, what is wrong
// and what is under way to standard error.
ExitStatus simulate(const SimulateOptions& options);

// A copy of an engine's log, and the version behind it. REQUIRES: of the options there are `data`
// and one plan.
ExitStatus simulate_correction(const SimulateOptions& options);

}  // namespace guerdon::tools
