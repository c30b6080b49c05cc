// INFO: the server's figures, as lines `name:value` in sections.
#pragma once

#include <cstdint>
#include <string>

#include "engine/os/clock.h"
#include "engine/runtime/core.h"
#include "engine/server/intake.h"

namespace guerdon::server {

struct InfoSources {
  const runtime::Core& core;
  const os::Clock& clock;
  Queues queues;
  int64_t started_ns = 0;  // by the monotonic clock
  bool is_clock_of_events = false;
  uint32_t loops = 1;
};

// REQUIRES: all stages are at rest.
std::string info_text(const InfoSources& from);

}  // namespace guerdon::server
