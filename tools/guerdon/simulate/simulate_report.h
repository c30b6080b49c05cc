// What a simulation came to, and its two forms: JSON for programs, a page for people.
#pragma once

#include <string>
#include <vector>

#include "guerdon/engine.h"
#include "tools/cli/look.h"
#include "tools/guerdon/simulate/comparison.h"
#include "tools/guerdon/simulate/plan_sides.h"

namespace guerdon::tools {

struct SimulateReport {
  std::vector<std::string> plans;
  std::vector<std::string> against;  // empty: nothing is paid before
  std::vector<std::string> traces;
  std::string data;       // what an engine with this folder would correct, the version being
  uint64_t last_lsn = 0;  // published behind this record; then `after` and `before` say nothing
  Summary before;
  Summary after;
  std::vector<VersionChanges> versions;  // of plans of `against`
  std::vector<UnitComparison> units;

  bool has_before() const { return !against.empty(); }
  bool is_of_folder() const { return !data.empty(); }
};

// One object, its fields always in the same order, with a line end. Amounts and percents are texts.
std::string to_json(const SimulateReport& report);

// For a terminal.
std::string to_page(const SimulateReport& report, const cli::Look& look);

// One of them, to standard output.
void tell(const SimulateReport& report, bool is_json);

}  // namespace guerdon::tools
