#include "engine/os/thread.h"

#include <sched.h>

#include <algorithm>

namespace guerdon::os {

void yield() { std::this_thread::yield(); }

unsigned cpu_count() {
  cpu_set_t allowed;
  CPU_ZERO(&allowed);
  if (sched_getaffinity(0, sizeof allowed, &allowed) == 0)
    return static_cast<unsigned>(std::max(CPU_COUNT(&allowed), 1));
  return std::max(std::thread::hardware_concurrency(), 1u);
}

}  // namespace guerdon::os
