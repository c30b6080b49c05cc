// Plans as text: check, print, format. What `guerdon plan` does, for embedders.
//
// Thread-safety: free functions without state.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "guerdon/engine.h"

namespace guerdon {

struct PlanReport {
  bool ok = false;          // no errors; there may be warnings
  std::string diagnostics;  // rendered, with line, column, caret and advice; may be empty
  std::string changes;      // what a further version changes, a rule a line; may be empty
};

// `before`: the versions of the same plan that it follows, in their order; none for a first one.
// They must be without errors: else the report is theirs.
PlanReport check_plan(const PlanText& plan, const std::vector<PlanText>& before = {});
// The name that a plan gives itself. False where it has errors.
bool name_plan(const PlanText& plan, std::string* name);

// Which stage to show.
enum class PlanStage : uint8_t {
  kTokens,
  kTree,
  kChecked,
  kProgram,
  kRules,  // no stage of its own: what is proved of each rule of the checked plan
};

// The printed form of a stage in `out`. Not ok when the plan has errors before that stage.
// `before` as for check_plan(): what is shown from kChecked on is all of them together.
PlanReport print_plan(const PlanText& plan, PlanStage stage, std::string* out,
                      const std::vector<PlanText>& before = {});

// The checked plan in sentences in `out`. Not ok when the plan has errors.
// The same of `before`.
PlanReport explain_plan(const PlanText& plan, std::string* out,
                        const std::vector<PlanText>& before = {});

// The canonical form in `out`. Not ok when the plan cannot be parsed.
PlanReport format_plan(const PlanText& plan, std::string* out);

}  // namespace guerdon
