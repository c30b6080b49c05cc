#include "engine/base/assert.h"

#include <cstdio>
#include <cstdlib>

namespace guerdon::base {

void assertion_failed(const char* file, int line, const char* condition) noexcept {
  std::fprintf(stderr, "%s:%d: assertion `%s' failed\n", file, line, condition);
  std::abort();
}

}  // namespace guerdon::base
