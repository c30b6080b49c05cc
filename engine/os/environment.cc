#include "engine/os/environment.h"

#include <sys/random.h>
#include <unistd.h>

#include <cstdlib>

#include "engine/base/assert.h"

namespace guerdon::os {

std::string environment(const char* name, const std::string& fallback) {
  const char* value = std::getenv(name);
  return value != nullptr ? value : fallback;
}

uint64_t random_number() {
  uint64_t number = 0;
  const ssize_t got = ::getrandom(&number, sizeof number, 0);  // so few bytes always come whole
  GUERDON_ASSERT(got == sizeof number);
  return number;
}

bool is_terminal(int fd) { return isatty(fd) == 1; }

}  // namespace guerdon::os
