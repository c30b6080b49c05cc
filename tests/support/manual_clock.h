#pragma once

#include <cstdint>

#include "engine/base/timestamp.h"
#include "engine/os/clock.h"

namespace guerdon::support {

// A clock that is turned by hand. One thread at a time.
class ManualClock final : public os::Clock {
 public:
  explicit ManualClock(base::TimeMs wall_ms = 0) : wall_ms_(wall_ms) {}
  int64_t monotonic_ns() const override { return monotonic_ns_; }
  base::TimeMs wall_ms() const override { return wall_ms_; }

  // Both clocks go on. REQUIRES: ms >= 0.
  void advance_ms(int64_t ms);
  // As if somebody set the machine's clock: only wall time jumps.
  void set_wall_ms(base::TimeMs wall_ms) { wall_ms_ = wall_ms; }

 private:
  base::TimeMs wall_ms_;
  int64_t monotonic_ns_ = 0;
};

}  // namespace guerdon::support
