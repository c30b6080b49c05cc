// Reference files beside a trace or a server: `--ref org=FILE`, `--ref rates=FILE`,
// `--ref targets=FILE`, `--ref table:NAME=FILE`.
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "tools/guerdon/exit_status.h"

namespace guerdon::tools {

struct ReferenceFile {
  std::string path;
  std::string text;
  std::string table = {};  // whose rows it has; empty: it has rates, or goals
  bool has_goals = false;  // of targets
  bool has_edges = false;  // of trees
};

// Reads each KIND=FILE whole. A file with a mistake is refused whole, each mistake with its line on
// standard error: kNo. A KIND that does not exist is kUsage, a file that cannot be read
// kEnvironment. They are left in *known, in their order, for who knows the plans. `command`:
// guerdon replay, or guerdon serve.
ExitStatus check_references(const char* command, const std::vector<std::string>& references,
                            std::vector<ReferenceFile>* known);

// Each with its line, and that nothing was done: kNo.
struct LineProblem {
  uint64_t line = 0;
  std::string sentence;
};
ExitStatus refuse_reference(const std::string& path, const std::vector<LineProblem>& problems);

}  // namespace guerdon::tools
