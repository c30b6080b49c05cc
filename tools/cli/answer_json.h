#pragma once

#include <string>

#include "tools/cli/answer.h"

namespace guerdon::cli {

// The answer as one line of JSON, without a line end. Texts and statuses are strings, so amounts
// stay exact; an error is {"error":{"code":...,"sentence":...}}. Bytes that are no UTF-8 become
// U+FFFD.
std::string json_line(const Answer& answer);

}  // namespace guerdon::cli
