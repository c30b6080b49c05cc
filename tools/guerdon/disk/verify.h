#pragma once

#include <cstdint>
#include <string>

#include "tools/guerdon/exit_status.h"

namespace guerdon::tools {

struct VerifyOptions {
  std::string folder;
  uint32_t shards = 1;
  uint64_t keys = 8'000'000;
  uint64_t objects = 4'000'000;
};

// Replays all of a folder's log and compares it with what the log and the snapshots say; changes
// nothing. What was proved goes to standard output; kNo and the first difference where there is
// one; kUsage where keys or objects are not those of a snapshot.
ExitStatus verify(const VerifyOptions& options);

}  // namespace guerdon::tools
