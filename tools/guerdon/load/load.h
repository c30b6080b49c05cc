// `guerdon load`: events to a server over the network, from traces or made, as fast as it replies.
#pragma once

#include "tools/guerdon/exit_status.h"
#include "tools/guerdon/load/load_options.h"

namespace guerdon::tools {

// The report goes to standard output, what is wrong and what is under way to standard error.
ExitStatus load(const LoadOptions& options);

}  // namespace guerdon::tools
