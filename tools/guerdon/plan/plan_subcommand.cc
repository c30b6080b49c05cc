#include <cstdio>
#include <memory>
#include <string>
#include <vector>

#include "guerdon/engine.h"
#include "guerdon/plan.h"
#include "tools/guerdon/plan/plan_command.h"
#include "tools/guerdon/simulate/simulate.h"
#include "tools/guerdon/subcommands.h"

namespace guerdon::tools {

namespace {

struct PlanOptions {
  std::vector<std::string> files;
  bool tokens = false;
  bool tree = false;
  bool checked = false;
  bool program = false;
  bool rules = false;
  bool write = false;
  bool check = false;
  bool laws = false;
  std::string trace;
  std::vector<std::string> after;
};

ExitStatus run_print(const PlanOptions& options) {
  using enum PlanStage;
  std::vector<PlanStage> stages;
  if (options.tokens) stages.push_back(kTokens);
  if (options.tree) stages.push_back(kTree);
  if (options.checked) stages.push_back(kChecked);
  if (options.program) stages.push_back(kProgram);
  if (options.rules) stages.push_back(kRules);
  if (stages.empty()) stages = {kChecked, kProgram};
  return plan_print(options.files, stages, options.after);
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

void add_after(CLI::App& app, PlanOptions& to) {
  app.add_option("--after", to.after,
                 "The version that the plans follow; of more, each in its turn")
      ->type_name("FILE")
      ->expected(1)
      ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
}

CLI::Option* add_files(CLI::App& app, const char* name, std::vector<std::string>& to,
                       const char* what) {
  return app.add_option(name, to, what)->type_name("FILE");
}

CLI::Option* add_reference(CLI::App& app, const char* name, std::vector<std::string>& to,
                           const char* what) {
  return app.add_option(name, to, what)->type_name("KIND=FILE");
}

void add_simulate(CLI::App& plan, Subcommands& all) {
  const auto options = std::make_shared<SimulateOptions>();
  SimulateOptions& to = *options;
  CLI::App& app =
      *plan.add_subcommand("simulate", "Say what plans would have paid, or would correct");
  add_files(app, "--plan", to.plans, "New plans, or further versions of those of --against")
      ->required();
  const std::vector<CLI::Option*> of_traces = {
      add_files(app, "--against", to.against, "Old plans; left out: nothing is paid before"),
      add_files(app, "--trace", to.traces, "Traces, one after the other: CSV, plain, .gz or .zst"),
      add_reference(app, "--ref", to.references, "A reference file, as replay takes it, for both"),
      add_reference(app, "--plan-ref", to.plan_references, "One for the new side alone"),
      add_reference(app, "--against-ref", to.against_references, "One for the old side alone"),
  };
  CLI::Option* data = app.add_option(
      "--data", to.data,
      "In place of traces a server's folder, which may run: what one version corrects");
  data->type_name("DIR");
  for (CLI::Option* each : of_traces) data->excludes(each);
  app.add_option("--keys", to.keys, "As given to the server that wrote it")
      ->type_name("N")
      ->check(from_1_to(kKeysMax))
      ->needs(data)
      ->capture_default_str();
  app.add_option("--objects", to.objects, "As given to the server that wrote it")
      ->type_name("N")
      ->check(from_1_to(kObjectsMax))
      ->needs(data)
      ->capture_default_str();
  static_assert(kTopMax == 1'000'000, "the help says so");
  app.add_option("--top", to.top, "Of the biggest changes so many up and down, 1 to 1000000")
      ->type_name("N")
      ->check(from_1_to(kTopMax))
      ->capture_default_str();
  app.add_flag("--json", to.json, "The report as JSON");
  app.footer(
      "No engine is changed: those of traces are in memory, that of a folder works on a copy of "
      "its "
      "log.");
  all.push_back({&app, [options] { return simulate(*options); }});
}

}  // namespace

void add_plan(CLI::App& parent, Subcommands& all) {
  const auto options = std::make_shared<PlanOptions>();
  PlanOptions& to = *options;
  CLI::App* plan = parent.add_subcommand("plan", "Check, print, explain, format or try plans");
  CLI::App* check = add_one(*plan, to, "check", "Say what is wrong with plans, and where");
  CLI::Option* trace =
      check->add_option("--trace", to.trace, "Events to try the laws on: a CSV file, or -");
  trace->type_name("FILE");
  CLI::Option* laws =
      check->add_flag("--laws", to.laws, "Try laws of the rules on a trace: order, split, cancel");
  laws->needs(trace);
  trace->needs(laws);
  CLI::App* print =
      add_one(*plan, to, "print", "Show plans as the compiler sees them: checked and program");
  add_after(*print, to);
  print->add_flag("--tokens", to.tokens, "The words and signs");
  print->add_flag("--tree", to.tree, "What was written, as a tree");
  print->add_flag("--checked", to.checked, "What it means: names resolved, types known");
  print->add_flag("--program", to.program, "What runs: the index and the instructions");
  print->add_flag("--rules", to.rules, "What is proved of each rule: reads, writes, cost, bounds");
  CLI::App* explain = add_one(*plan, to, "explain", "Say in sentences what plans do");
  add_after(*explain, to);
  CLI::App* fmt = add_one(*plan, to, "fmt", "The canonical form of plans, to standard output");
  CLI::Option* write = fmt->add_flag("--write", to.write, "Change the files instead");
  fmt->add_flag("--check", to.check, "Only name the files that are not canonical; then exit 1")
      ->excludes(write);
  all.push_back({check, [options] {
                   return options->laws ? plan_check_laws(options->files, options->trace)
                                        : plan_check(options->files);
                 }});
  all.push_back({print, [options] { return run_print(*options); }});
  all.push_back({explain, [options] { return plan_explain(options->files, options->after); }});
  all.push_back({fmt, [options] { return run_fmt(*options); }});
  add_simulate(*plan, all);
  all.push_back({plan, [] {
                   return wrong_usage(
                       "guerdon plan",
                       "what to do with the plan: check, print, explain, fmt or simulate?");
                 }});
}

}  // namespace guerdon::tools
