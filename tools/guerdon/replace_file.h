#pragma once

#include <string>

namespace guerdon::tools {

// Puts `text` in the place of the file at `path`, whole or not at all: it is written beside it and
// renamed. A file that was there keeps its permissions; a link to it stays one. What is no file (a
// pipe, a device) is written to as it stands. False with a sentence, and nothing is left behind.
bool replace_file(const std::string& path, const std::string& text, std::string* error);

}  // namespace guerdon::tools
