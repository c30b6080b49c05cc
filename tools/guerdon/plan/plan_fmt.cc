#include <cstdio>

#include "tools/guerdon/plan/plan_command.h"
#include "tools/guerdon/plan/plan_files.h"
#include "tools/guerdon/replace_file.h"

namespace guerdon::tools {

namespace {

ExitStatus write_back(const std::string& path, const std::string& formatted) {
  std::string error;
  if (!replace_file(path, formatted, &error)) {
    std::fprintf(stderr, "guerdon: %s\n", error.c_str());
    return ExitStatus::kEnvironment;
  }
  std::printf("%s\n", path.c_str());
  return ExitStatus::kDone;
}

ExitStatus fmt_one(const std::string& path, const PlanText& plan, FmtMode mode) {
  std::string formatted;
  const PlanReport report = format_plan(plan, &formatted);
  if (!report.ok) {
    std::fputs(report.diagnostics.c_str(), stderr);
    return ExitStatus::kNo;
  }
  if (mode == FmtMode::kPrint) {
    std::fwrite(formatted.data(), 1, formatted.size(), stdout);
    return ExitStatus::kDone;
  }
  if (formatted == plan.text) return ExitStatus::kDone;
  if (mode == FmtMode::kWrite) return write_back(path, formatted);
  std::printf("%s\n", plan.name.c_str());
  return ExitStatus::kNo;
}

}  // namespace

ExitStatus plan_fmt(const std::vector<std::string>& files, FmtMode mode) {
  std::vector<PlanText> plans;
  if (!read_plans(files, &plans)) return ExitStatus::kEnvironment;
  ExitStatus worst = ExitStatus::kDone;
  for (size_t i = 0; i < plans.size(); ++i) {
    const ExitStatus status = fmt_one(files[i], plans[i], mode);
    if (status > worst) worst = status;
  }
  return worst;
}

}  // namespace guerdon::tools
