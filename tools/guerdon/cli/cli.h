// `guerdon cli`: a shell for people at a terminal, and requests from a pipe or a command line.
#pragma once

#include <string>
#include <vector>

#include "tools/guerdon/exit_status.h"

namespace guerdon::tools {

struct CliOptions {
  std::string connect = "127.0.0.1:7411";  // HOST:PORT
  std::string key;                         // a file with the key to come in by; empty: none
  std::string tenant;                      // empty: none is named
  std::vector<std::string> words;          // one request; none: from standard input
  bool json = false;
  bool no_history = false;
};

// Answers go to standard output, what is wrong with the connection to standard error.
ExitStatus cli(const CliOptions& options);

}  // namespace guerdon::tools
