#include "tools/guerdon/replay/replay_pace.h"

#include <algorithm>
#include <chrono>
#include <thread>

namespace guerdon::tools {

int64_t Pace::wait_ms(int64_t event_time) {
  constexpr int64_t kNsPerMs = 1'000'000;
  if (factor_ == 0) return 0;
  const int64_t now = clock_.monotonic_ns();
  if (!started_) {
    started_ = true;
    first_event_time_ = event_time;
    started_ns_ = now;
  }
  const int64_t due_ms = (event_time - first_event_time_) / factor_;
  return std::max<int64_t>(due_ms - (now - started_ns_) / kNsPerMs, 0);
}

void Pace::keep(int64_t event_time) {
  const int64_t ms = wait_ms(event_time);
  if (ms > 0) std::this_thread::sleep_for(std::chrono::milliseconds(ms));
}

}  // namespace guerdon::tools
