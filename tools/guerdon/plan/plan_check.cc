#include <cstdio>
#include <map>
#include <string>
#include <vector>

#include "tools/guerdon/plan/plan_command.h"
#include "tools/guerdon/plan/plan_files.h"

namespace guerdon::tools {

ExitStatus plan_check(const std::vector<std::string>& files) {
  std::vector<PlanText> plans;
  if (!read_plans(files, &plans)) return ExitStatus::kEnvironment;
  ExitStatus status = ExitStatus::kDone;
  std::map<std::string, std::vector<PlanText>> versions;  // by the plan's name
  for (const PlanText& plan : plans) {
    std::string name;
    const bool is_named = name_plan(plan, &name);
    const PlanReport report = check_plan(plan, versions[name]);
    if (is_named && report.ok) versions[name].push_back(plan);
    std::fputs(report.diagnostics.c_str(), stderr);
    if (report.ok) {
      std::printf("%s: ok\n%s", plan.name.c_str(), report.changes.c_str());
    } else {
      status = ExitStatus::kNo;
    }
  }
  return status;
}

}  // namespace guerdon::tools
