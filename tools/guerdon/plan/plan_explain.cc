#include <cstdio>

#include "tools/guerdon/plan/plan_command.h"
#include "tools/guerdon/plan/plan_files.h"

namespace guerdon::tools {

ExitStatus plan_explain(const std::vector<std::string>& files) {
  std::vector<PlanText> plans;
  if (!read_plans(files, &plans)) return ExitStatus::kEnvironment;
  ExitStatus status = ExitStatus::kDone;
  const char* gap = "";
  for (const PlanText& plan : plans) {
    std::string out;
    const PlanReport report = explain_plan(plan, &out);
    if (!report.ok) {
      std::fputs(report.diagnostics.c_str(), stderr);
      status = ExitStatus::kNo;
      continue;
    }
    std::fputs(gap, stdout);
    gap = "\n";
    std::fputs(out.c_str(), stdout);
  }
  return status;
}

}  // namespace guerdon::tools
