#include <cstdio>
#include <memory>
#include <string>
#include <vector>

#include "guerdon/plan.h"
#include "tools/guerdon/plan/plan_command.h"
#include "tools/guerdon/subcommands.h"

namespace guerdon::tools {

namespace {

struct PlanOptions {
  std::vector<std::string> files;
  bool tokens = false;
  bool tree = false;
  bool checked = false;
  bool program = false;
  bool write = false;
  bool check = false;
};

ExitStatus run_print(const PlanOptions& options) {
  using enum PlanStage;
  std::vector<PlanStage> stages;
  if (options.tokens) stages.push_back(kTokens);
  if (options.tree) stages.push_back(kTree);
  if (options.checked) stages.push_back(kChecked);
  if (options.program) stages.push_back(kProgram);
  if (stages.empty()) stages = {kChecked, kProgram};
  return plan_print(options.files, stages);
}

ExitStatus run_fmt(const PlanOptions& options) {
  const bool from_input = options.files == std::vector<std::string>{"-"};
  if (options.write && from_input) {
    std::fputs("guerdon plan fmt: --write needs files, not standard input\n", stderr);
    return ExitStatus::kUsage;
  }
  const FmtMode mode = options.write   ? FmtMode::kWrite
                       : options.check ? FmtMode::kCheck
                                       : FmtMode::kPrint;
  return plan_fmt(options.files, mode);
}

CLI::App* add_one(CLI::App& plan, PlanOptions& to, const char* name, const char* what) {
  CLI::App* app = plan.add_subcommand(name, what);
  app->add_option("FILE", to.files, "Plans; - is standard input")->type_name("")->required();
  return app;
}

}  // namespace

void add_plan(CLI::App& parent, Subcommands& all) {
  const auto options = std::make_shared<PlanOptions>();
  PlanOptions& to = *options;
  CLI::App* plan = parent.add_subcommand("plan", "Check, print or format plans");
  CLI::App* check = add_one(*plan, to, "check", "Say what is wrong with plans, and where");
  CLI::App* print =
      add_one(*plan, to, "print", "Show plans as the compiler sees them: checked and program");
  print->add_flag("--tokens", to.tokens, "The words and signs");
  print->add_flag("--tree", to.tree, "What was written, as a tree");
  print->add_flag("--checked", to.checked, "What it means: names resolved, types known");
  print->add_flag("--program", to.program, "What runs: the index and the instructions");
  CLI::App* fmt = add_one(*plan, to, "fmt", "The canonical form of plans, to standard output");
  CLI::Option* write = fmt->add_flag("--write", to.write, "Change the files instead");
  fmt->add_flag("--check", to.check, "Only name the files that are not canonical; then exit 1")
      ->excludes(write);
  all.push_back({check, [options] { return plan_check(options->files); }});
  all.push_back({print, [options] { return run_print(*options); }});
  all.push_back({fmt, [options] { return run_fmt(*options); }});
  all.push_back({plan, [] {
                   return wrong_usage("guerdon plan",
                                      "what to do with the plan: check, print or fmt?");
                 }});
}

}  // namespace guerdon::tools
