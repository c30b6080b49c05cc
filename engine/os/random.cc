#include "engine/os/random.h"

#include <sys/random.h>

#include "engine/base/assert.h"

namespace guerdon::os {

uint64_t random_number() {
  uint64_t number = 0;
  const ssize_t got = ::getrandom(&number, sizeof number, 0);  // so few bytes always come whole
  GUERDON_ASSERT(got == sizeof number);
  return number;
}

}  // namespace guerdon::os
