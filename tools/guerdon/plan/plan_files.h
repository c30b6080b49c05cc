// Files that plans are read from.
#pragma once

#include <string>
#include <vector>

#include "guerdon/engine.h"

namespace guerdon::tools {

// The text of one plan under the name it was asked for by; "-" is standard input, named `<stdin>`.
// Of a file longer than a plan may be, just so much is read that the compiler sees it is too long.
// False, with a sentence, where it cannot be read.
bool read_plan(const std::string& path, PlanText* plan, std::string* error);

// All of them, in their order; stops at the first that cannot be read and says so on standard
// error.
bool read_plans(const std::vector<std::string>& paths, std::vector<PlanText>* plans);

}  // namespace guerdon::tools
