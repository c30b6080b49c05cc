#include "engine/os/thread.h"

#include <sched.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>

namespace guerdon::os {

void yield() { std::this_thread::yield(); }

// Of Linux a priority is a thread's own. Where it cannot be lowered, all goes on as before.
void give_way() {
  constexpr int kNicer = 10;  // a tenth of the share of others
  const auto self = static_cast<id_t>(::gettid());
  (void)::setpriority(PRIO_PROCESS, self, ::getpriority(PRIO_PROCESS, self) + kNicer);
}

unsigned cpu_count() {
  cpu_set_t allowed;
  CPU_ZERO(&allowed);
  if (sched_getaffinity(0, sizeof allowed, &allowed) == 0)
    return static_cast<unsigned>(std::max(CPU_COUNT(&allowed), 1));
  return std::max(std::thread::hardware_concurrency(), 1u);
}

}  // namespace guerdon::os
