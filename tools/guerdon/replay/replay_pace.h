// `--speed xN`: a replay that takes as long as its events did, divided by N.
#pragma once

#include <cstdint>

#include "engine/os/clock.h"

namespace guerdon::tools {

class Pace {
 public:
  // factor 0: as fast as it goes. The clock must outlive it.
  Pace(const os::Clock& clock, uint32_t factor) : clock_(clock), factor_(factor) {}

  // How long to wait now, in ms, when the engine's time has come to `event_time`. The first call
  // sets the start of both times.
  int64_t wait_ms(int64_t event_time);

  // Sleeps for wait_ms.
  void keep(int64_t event_time);

 private:
  const os::Clock& clock_;
  const uint32_t factor_;
  bool started_ = false;
  int64_t first_event_time_ = 0;
  int64_t started_ns_ = 0;
};

}  // namespace guerdon::tools
