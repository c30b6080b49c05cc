#include "engine/os/clock.h"

#include <chrono>
#include <ctime>

#include "engine/base/assert.h"

namespace guerdon::os {

int64_t SystemClock::monotonic_ns() const {
  const auto since_start = std::chrono::steady_clock::now().time_since_epoch();
  return std::chrono::duration_cast<std::chrono::nanoseconds>(since_start).count();
}

base::TimeMs SystemClock::wall_ms() const {
  const auto since_1970 = std::chrono::system_clock::now().time_since_epoch();
  return std::chrono::duration_cast<std::chrono::milliseconds>(since_1970).count();
}

int64_t process_cpu_ns() {
  timespec used{};
  const int result = clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &used);
  GUERDON_ASSERT(result == 0);
  return int64_t{used.tv_sec} * 1'000'000'000 + used.tv_nsec;
}

}  // namespace guerdon::os
