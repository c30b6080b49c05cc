// The command line of `guerdon`: one subcommand a family, one file a subcommand.
#pragma once

#include "tools/guerdon/exit_status.h"

namespace guerdon::tools {

// Parses and runs. Help and versions go to standard output, what is wrong to standard error.
ExitStatus run_command_line(int argc, char** argv);

}  // namespace guerdon::tools
