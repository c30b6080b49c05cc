// `guerdon replay`: traces through the whole engine, without a network.
#pragma once

#include "tools/guerdon/exit_status.h"
#include "tools/guerdon/replay/replay_options.h"

namespace guerdon::tools {

// The report goes to standard output, what is wrong and what is under way to standard error.
ExitStatus replay(const ReplayOptions& options);

}  // namespace guerdon::tools
