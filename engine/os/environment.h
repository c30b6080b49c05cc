#pragma once

#include <cstdint>
#include <string>

namespace guerdon::os {

// A variable of the process's environment, or `fallback` where it is not set. Any thread, as long
// as none changes the environment.
std::string environment(const char* name, const std::string& fallback);

// From the system's source of randomness. Only for names of things: nothing that is computed may
// depend on it. Any thread.
uint64_t random_number();

// Whether a person is likely to look at this file descriptor.
bool is_terminal(int fd);

}  // namespace guerdon::os
