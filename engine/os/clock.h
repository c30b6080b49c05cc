#pragma once

#include <cstdint>

#include "engine/base/timestamp.h"

// Time as an interface: whoever needs it is handed a clock, so that a run can be repeated. Nothing
// below admission reads one.

namespace guerdon::os {

class Clock {
 public:
  virtual ~Clock() = default;
  // Nanoseconds from an arbitrary start; never goes back. For measuring.
  virtual int64_t monotonic_ns() const = 0;
  // Milliseconds since 1970 UTC; may jump when the machine's clock is set.
  virtual base::TimeMs wall_ms() const = 0;
};

// The machine's clocks. Any thread.
class SystemClock final : public Clock {
 public:
  int64_t monotonic_ns() const override;
  base::TimeMs wall_ms() const override;
};

// What this process has used of the processors, all threads together, in nanoseconds. For
// measuring.
int64_t process_cpu_ns();

}  // namespace guerdon::os
