#include "tools/guerdon/exit_status.h"

#include <cstdio>

namespace guerdon::tools {

ExitStatus refuse(const char* command, ExitStatus status, const std::string& sentence) {
  std::fflush(stdout);
  const char* const end = sentence.ends_with('\n') ? "" : "\n";
  std::fprintf(stderr, "guerdon %s: %s%s", command, sentence.c_str(), end);
  return status;
}

}  // namespace guerdon::tools
