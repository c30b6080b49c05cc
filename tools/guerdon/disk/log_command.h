// `guerdon log inspect|verify`: what a log on disk holds, and whether it is sound. Nothing is
// changed and nothing locked; a process may write the log meanwhile.
#pragma once

#include <cstdint>
#include <string>

#include "tools/guerdon/exit_status.h"

namespace guerdon::tools {

struct LogInspectOptions {
  std::string path;  // the folder of a log, or one segment of it
  bool frames = false;
  bool records = false;  // frames with their records in words
  bool json = false;     // an object a line
};

struct LogVerifyOptions {
  std::string folder;
  uint64_t from_lsn = 1;  // where the log may begin; what came before is elsewhere
};

// Segments, frames, records on standard output, in the order of the log. At damage it stops and
// says where: kDamage.
ExitStatus log_inspect(const LogInspectOptions& options);

// Reads all of a log and says in one line what it was. kNo, and the first problem, where it is
// damaged.
ExitStatus log_verify(const LogVerifyOptions& options);

}  // namespace guerdon::tools
