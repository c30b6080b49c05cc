// How long a test goes on: as it says, or longer where the long checks ask for it (tests/soak).
#pragma once

#include <cstdint>
#include <cstdlib>
#include <string>

namespace guerdon::support {

// The number that the environment variable has; without one, `otherwise`.
inline uint64_t longer(const char* variable, uint64_t otherwise) {
  const char* const text = std::getenv(variable);  // NOLINT(concurrency-mt-unsafe): before threads
  return text == nullptr || *text == '\0' ? otherwise : std::stoull(text);
}

}  // namespace guerdon::support
