// How a subcommand ends that could not open an engine or its folder.
#pragma once

#include "engine/runtime/core.h"
#include "tools/guerdon/exit_status.h"

namespace guerdon::tools {

inline ExitStatus status_of(runtime::OpenFault::Kind kind) {
  switch (kind) {
    case runtime::OpenFault::Kind::kOption:
      return ExitStatus::kUsage;
    case runtime::OpenFault::Kind::kPlan:
      return ExitStatus::kNo;
    case runtime::OpenFault::Kind::kDamage:
      return ExitStatus::kDamage;
    case runtime::OpenFault::Kind::kDisk:
      break;
  }
  return ExitStatus::kEnvironment;
}

}  // namespace guerdon::tools
