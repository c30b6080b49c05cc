#pragma once

#include <cstdint>
#include <string>

#include "tools/guerdon/exit_status.h"

namespace guerdon::tools {

struct ExplainOptions {
  std::string folder;
  std::string account;
  std::string entry;    // LSN or LSN.n
  std::string why_not;  // a rule; else why there is an entry
  std::string plan;     // whose rule; empty: there is one
  bool proves = false;
  uint64_t keys = 8'000'000;
  uint64_t objects = 4'000'000;
};

// One entry of a folder's book: as it is stored, the record that made it, the rule, and what
// follows from the log. Changes nothing. `proves`: the whole log is replayed first, and each entry
// of the book compared with what it makes (runtime/verification.h); kNo where one differs, or where
// the entry's own derivation is not what was posted.
// `why_not`: instead, why the rule did not pay for the event (history/why_not.h); kNo where it did.
ExitStatus explain(const ExplainOptions& options);

}  // namespace guerdon::tools
