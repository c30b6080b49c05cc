#include "tools/guerdon/replay/replay_report.h"

#include "engine/base/int128.h"

namespace guerdon::tools {

uint64_t ReplayReport::events_per_second() const {
  constexpr base::Int128 kNsPerSecond = 1'000'000'000;
  if (elapsed_ns <= 0) return 0;
  return static_cast<uint64_t>(summary.events * kNsPerSecond / elapsed_ns);
}

}  // namespace guerdon::tools
