#include "tests/support/manual_clock.h"

#include "engine/base/assert.h"

namespace guerdon::support {

void ManualClock::advance_ms(int64_t ms) {
  GUERDON_ASSERT(ms >= 0);
  wall_ms_ += ms;
  monotonic_ns_ += ms * 1'000'000;
}

}  // namespace guerdon::support
