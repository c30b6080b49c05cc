// Plans as text: check, print, format. What `guerdon plan` does, for embedders.
//
// Thread-safety: free functions without state.
#pragma once

#include <cstdint>
#include <string>

#include "guerdon/engine.h"

namespace guerdon {

struct PlanReport {
  bool ok = false;          // no errors; there may be warnings
  std::string diagnostics;  // rendered, with line, column, caret and advice; may be empty
};

PlanReport check_plan(const PlanText& plan);

// Which stage to show.
enum class PlanStage : uint8_t {
  kTokens,
  kTree,
  kChecked,
  kProgram,
  kRules,  // no stage of its own: what is proved of each rule of the checked plan
};

// The printed form of a stage in `out`. Not ok when the plan has errors before that stage.
PlanReport print_plan(const PlanText& plan, PlanStage stage, std::string* out);

// The checked plan in sentences in `out`. Not ok when the plan has errors.
PlanReport explain_plan(const PlanText& plan, std::string* out);

// The canonical form in `out`. Not ok when the plan cannot be parsed.
PlanReport format_plan(const PlanText& plan, std::string* out);

}  // namespace guerdon
