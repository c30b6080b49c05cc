#include <cstdio>

#include "tools/guerdon/plan/plan_command.h"
#include "tools/guerdon/plan/plan_files.h"

namespace guerdon::tools {

namespace {

const char* stage_name(PlanStage stage) {
  switch (stage) {
    case PlanStage::kTokens:
      return "tokens";
    case PlanStage::kTree:
      return "tree";
    case PlanStage::kChecked:
      return "checked";
    case PlanStage::kProgram:
      return "program";
    case PlanStage::kRules:
      return "rules";
  }
  return "";
}

}  // namespace

ExitStatus plan_print(const std::vector<std::string>& files, const std::vector<PlanStage>& stages,
                      const std::vector<std::string>& after) {
  std::vector<PlanText> plans;
  std::vector<PlanText> before;
  if (!read_plans(after, &before) || !read_plans(files, &plans)) return ExitStatus::kEnvironment;
  const bool titled = files.size() * stages.size() > 1;
  const char* gap = "";
  ExitStatus status = ExitStatus::kDone;
  for (const PlanText& plan : plans) {
    for (const PlanStage stage : stages) {
      std::string out;
      const PlanReport report = print_plan(plan, stage, &out, before);
      if (!report.ok) {
        std::fputs(report.diagnostics.c_str(), stderr);
        status = ExitStatus::kNo;
        break;  // the later stages would tell the same
      }
      if (titled) std::printf("%s== %s: %s\n", gap, plan.name.c_str(), stage_name(stage));
      gap = "\n";
      std::fputs(out.c_str(), stdout);
    }
  }
  return status;
}

}  // namespace guerdon::tools
