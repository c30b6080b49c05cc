#include <cstdio>

#include "tools/guerdon/plan/plan_command.h"
#include "tools/guerdon/plan/plan_files.h"

namespace guerdon::tools {

ExitStatus plan_explain(const std::vector<std::string>& files,
                        const std::vector<std::string>& after) {
  std::vector<PlanText> plans;
  std::vector<PlanText> before;
  if (!read_plans(after, &before) || !read_plans(files, &plans)) return ExitStatus::kEnvironment;
  ExitStatus status = ExitStatus::kDone;
  const char* gap = "";
  for (const PlanText& plan : plans) {
    std::string out;
    const PlanReport report = explain_plan(plan, &out, before);
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
