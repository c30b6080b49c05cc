#include <cstdio>

#include "tools/guerdon/plan/plan_command.h"
#include "tools/guerdon/plan/plan_files.h"

namespace guerdon::tools {

ExitStatus plan_check(const std::vector<std::string>& files) {
  std::vector<PlanText> plans;
  if (!read_plans(files, &plans)) return ExitStatus::kEnvironment;
  ExitStatus status = ExitStatus::kDone;
  for (const PlanText& plan : plans) {
    const PlanReport report = check_plan(plan);
    std::fputs(report.diagnostics.c_str(), stderr);
    if (report.ok) {
      std::printf("%s: ok\n", plan.name.c_str());
    } else {
      status = ExitStatus::kNo;
    }
  }
  return status;
}

}  // namespace guerdon::tools
