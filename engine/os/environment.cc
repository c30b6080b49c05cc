#include "engine/os/environment.h"

#include <cstdlib>

namespace guerdon::os {

std::string environment(const char* name, const std::string& fallback) {
  const char* value = std::getenv(name);
  return value != nullptr ? value : fallback;
}

}  // namespace guerdon::os
