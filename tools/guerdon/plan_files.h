// Files that plans are read from and written to.
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

// Puts `text` in the place of the file, whole or not at all. False with a sentence.
bool replace_file(const std::string& path, const std::string& text, std::string* error);

}  // namespace guerdon::tools
