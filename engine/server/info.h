// INFO: the server's figures, as lines `name:value` in sections.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

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

// What the operator of a server with tenants is told.
struct TenantFigures {
  std::string name;
  Queues queues;
  std::optional<uint64_t> durable_lsn;  // nothing: no log is kept
};
struct OperatorSources {
  const os::Clock& clock;
  int64_t started_ns = 0;  // by the monotonic clock
  uint32_t loops = 1;
  uint64_t at_the_door = 0;  // connections that have named no tenant
  std::vector<TenantFigures> tenants = {};
};
std::string operator_info_text(const OperatorSources& from);

}  // namespace guerdon::server
