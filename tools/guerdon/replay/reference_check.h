// Reference files beside a trace: `--ref org=FILE`, `--ref targets=FILE`.
#pragma once

#include <string>
#include <vector>

#include "tools/guerdon/exit_status.h"

namespace guerdon::tools {

// Reads each KIND=FILE whole. A file with a mistake is refused whole, each mistake with its line on
// standard error: kNo. A KIND that does not exist is kUsage, a file that cannot be read
// kEnvironment. No plan of this version reads them, which an accepted file is told on standard
// error.
ExitStatus check_references(const std::vector<std::string>& references);

}  // namespace guerdon::tools
