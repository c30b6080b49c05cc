#include <cstdio>

#include "tools/guerdon/command_line.h"

// A result that could not be written (a full disk, a closed pipe) is no result.
int main(int argc, char** argv) {
  using guerdon::tools::ExitStatus;
  ExitStatus status = guerdon::tools::run_command_line(argc, argv);
  const bool is_written = std::fflush(stdout) == 0 && std::ferror(stdout) == 0;
  if (!is_written && status == ExitStatus::kDone) {
    std::fputs("guerdon: cannot write to standard output\n", stderr);
    status = ExitStatus::kEnvironment;
  }
  return static_cast<int>(status);
}
