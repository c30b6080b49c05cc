// `guerdon plan check|print|explain|fmt`: the stages of the plan compiler, for people and scripts.
#pragma once

#include <string>
#include <vector>

#include "guerdon/plan.h"
#include "tools/guerdon/exit_status.h"

namespace guerdon::tools {

// Diagnostics on standard error; `FILE: ok` on standard output for each plan without an error. A
// plan of the same name as one before it is checked as its next version.
ExitStatus plan_check(const std::vector<std::string>& files);

// The same, and then laws of each plan's rules tried on the events of a trace (proofs/laws.h), each
// plan by itself. kNo where one does not hold: it is told, with the fewest events that show it.
ExitStatus plan_check_laws(const std::vector<std::string>& files, const std::string& trace);

// The printed form of each stage, in the order of the compiler, on standard output. With several
// files or stages a line in front says what follows.
// `after`: versions that each of them follows, in their order; may be empty.
ExitStatus plan_print(const std::vector<std::string>& files, const std::vector<PlanStage>& stages,
                      const std::vector<std::string>& after);

// Each plan in sentences on standard output, an empty line between two; what is wrong with one on
// standard error. `after` as for plan_print().
ExitStatus plan_explain(const std::vector<std::string>& files,
                        const std::vector<std::string>& after);

enum class FmtMode {
  kPrint,  // the canonical form on standard output
  kWrite,  // in the place of the file; its name on standard output if that changed it
  kCheck,  // the names of files that are not canonical on standard output; then kNo
};
ExitStatus plan_fmt(const std::vector<std::string>& files, FmtMode mode);

}  // namespace guerdon::tools
