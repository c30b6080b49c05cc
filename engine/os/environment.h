#pragma once

#include <string>

namespace guerdon::os {

// A variable of the process's environment, or `fallback` where it is not set. Any thread, as long
// as none changes the environment.
std::string environment(const char* name, const std::string& fallback);

}  // namespace guerdon::os
