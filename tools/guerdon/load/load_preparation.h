// All that `guerdon load` is to send, made in memory before a clock is started: so what is measured
// is the server, and not the reading of a trace.
#pragma once

#include <string>
#include <vector>

#include "tools/guerdon/exit_status.h"
#include "tools/guerdon/load/load_options.h"
#include "tools/guerdon/load/load_report.h"
#include "tools/load/lane.h"

namespace guerdon::tools {

// The lanes of the trace or the workload that the options name, and what was counted. Else what is
// wrong, in `error`, ended by a line end where it is a list of diagnostics. REQUIRES: the options
// name one of the two; `form` is theirs.
ExitStatus prepare_load(const LoadOptions& options, load::SendForm form,
                        std::vector<load::Lane>* lanes, PreparedLoad* prepared, std::string* error);

}  // namespace guerdon::tools
