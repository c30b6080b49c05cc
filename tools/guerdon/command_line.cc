#include "tools/guerdon/command_line.h"

#include <CLI/CLI.hpp>
#include <cstdio>
#include <string>
#include <vector>

#include "guerdon/engine.h"
#include "guerdon/plan.h"
#include "tools/guerdon/plan_command.h"
#include "tools/guerdon/replay.h"
#include "tools/guerdon/snapshot_command.h"

namespace guerdon::tools {

namespace {

constexpr const char* kFooter =
    "Exit status: 0 done, 1 the answer is no, 2 wrong usage, 3 a file cannot be opened,\n"
    "4 damage on disk. Errors go to standard error, results to standard output.";

static_assert(kShardsMax == 1024 && kWorkersMax == 64 && kBatchMax == 256, "the help says so");

struct PlanOptions {
  std::vector<std::string> files;
  bool tokens = false;
  bool tree = false;
  bool checked = false;
  bool program = false;
  bool write = false;
  bool check = false;
};

struct SnapshotOptions {
  std::string path;
  bool json = false;
};

// The parsers of all subcommands and what they fill.
struct CommandLine {
  CLI::App app{"A reward ledger: plans and events in, exact balances and entries out.", "guerdon"};
  ReplayOptions replay_options;
  PlanOptions plan_options;
  SnapshotOptions snapshot_options;
  std::vector<std::string> help_topics;
  CLI::App* replay = nullptr;
  CLI::App* plan = nullptr;
  CLI::App* plan_check = nullptr;
  CLI::App* plan_print = nullptr;
  CLI::App* plan_fmt = nullptr;
  CLI::App* snapshot = nullptr;
  CLI::App* snapshot_inspect = nullptr;
  CLI::App* snapshot_verify = nullptr;
  CLI::App* help = nullptr;
};

// The help says the range in words.
CLI::Validator from_1_to(uint64_t max) { return CLI::Range(uint64_t{1}, max).description(""); }

void add_replay(CommandLine& line) {
  ReplayOptions& to = line.replay_options;
  CLI::App& app = *line.app.add_subcommand("replay", "Run traces through the whole engine");
  line.replay = &app;
  app.add_option("--plan", to.plans, "Plans, in the order in which they are loaded")
      ->type_name("FILE")
      ->required();
  app.add_option("--trace", to.traces,
                 "Traces, one after the other: CSV, plain, .gz or .zst; - is standard input")
      ->type_name("FILE")
      ->required();
  app.add_option("--ref", to.references, "A reference file: org=FILE or targets=FILE")
      ->type_name("KIND=FILE");
  app.add_option("--shards", to.shards, "Accounts are spread over so many shards, 1 to 1024")
      ->type_name("N")
      ->check(from_1_to(kShardsMax))
      ->capture_default_str();
  app.add_option("--threads", to.threads, "shards=M: M threads, 1 to 64, share the shards")
      ->type_name("shards=M");
  app.add_option("--batch", to.batch, "Events that go from stage to stage at once, 1 to 256")
      ->type_name("N")
      ->check(from_1_to(kBatchMax))
      ->capture_default_str();
  app.add_option("--keys", to.keys, "Event ids remembered to recognise duplicates")
      ->type_name("N")
      ->check(from_1_to(kKeysMax))
      ->capture_default_str();
  app.add_option("--speed", to.speed, "max, or xN: events pass N times as fast as they did")
      ->type_name("max|xN")
      ->capture_default_str();
  app.add_option("--until", to.until, "After the last event the clock goes on to this time")
      ->type_name("TIME|next-month");
  app.add_option("--dump", to.dump, "Write balances: account TAB unit TAB minor units")
      ->type_name("FILE");
  app.add_flag("--json", to.json, "The report as JSON");
  app.footer("Shards, threads and batches never change a result.");
}

CLI::App* add_plan_command(CommandLine& line, const char* name, const char* what) {
  CLI::App* app = line.plan->add_subcommand(name, what);
  app->add_option("FILE", line.plan_options.files, "Plans; - is standard input")
      ->type_name("")
      ->required();
  return app;
}

void add_plan(CommandLine& line) {
  PlanOptions& to = line.plan_options;
  line.plan = line.app.add_subcommand("plan", "Check, print or format plans");
  line.plan_check = add_plan_command(line, "check", "Say what is wrong with plans, and where");
  line.plan_print =
      add_plan_command(line, "print", "Show plans as the compiler sees them: checked and program");
  line.plan_print->add_flag("--tokens", to.tokens, "The words and signs");
  line.plan_print->add_flag("--tree", to.tree, "What was written, as a tree");
  line.plan_print->add_flag("--checked", to.checked, "What it means: names resolved, types known");
  line.plan_print->add_flag("--program", to.program, "What runs: the index and the instructions");
  line.plan_fmt = add_plan_command(line, "fmt", "The canonical form of plans, to standard output");
  CLI::Option* write = line.plan_fmt->add_flag("--write", to.write, "Change the files instead");
  line.plan_fmt
      ->add_flag("--check", to.check, "Only name the files that are not canonical; then exit 1")
      ->excludes(write);
}

CLI::App* add_snapshot_command(CommandLine& line, const char* name, const char* what) {
  CLI::App* app = line.snapshot->add_subcommand(name, what);
  app->add_option("PATH", line.snapshot_options.path, "A snapshot, or a folder with some")
      ->type_name("")
      ->required();
  return app;
}

void add_snapshot(CommandLine& line) {
  line.snapshot =
      line.app.add_subcommand("snapshot", "Look at snapshots, whoever has their folder");
  line.snapshot_inspect =
      add_snapshot_command(line, "inspect", "Show header, sections and footer, the newest first");
  line.snapshot_inspect->add_flag("--json", line.snapshot_options.json, "As JSON");
  line.snapshot_verify =
      add_snapshot_command(line, "verify", "Say whether every byte is as it was written");
}

ExitStatus wrong_usage(const std::string& command, const char* sentence) {
  std::fprintf(stderr, "%s: %s\nSee: %s --help\n", command.c_str(), sentence, command.c_str());
  return ExitStatus::kUsage;
}

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

// `help plan fmt` is `plan fmt --help`.
ExitStatus run_help(const CommandLine& line) {
  std::vector<std::string> words = {"guerdon"};
  const CLI::App* above = &line.app;
  for (const std::string& topic : line.help_topics) {
    const auto named = [&](const CLI::App* app) { return app->get_name() == topic; };
    const std::vector<const CLI::App*> found = above->get_subcommands(named);
    if (found.empty()) return wrong_usage("guerdon help", "there is no subcommand of this name");
    above = found.front();
    words.push_back(topic);
  }
  words.emplace_back("--help");
  std::vector<char*> argv;
  argv.reserve(words.size());
  for (std::string& word : words) argv.push_back(word.data());
  return run_command_line(static_cast<int>(argv.size()), argv.data());
}

ExitStatus run_parsed(const CommandLine& line) {
  if (line.replay->parsed()) return replay(line.replay_options);
  if (line.plan_check->parsed()) return plan_check(line.plan_options.files);
  if (line.plan_print->parsed()) return run_print(line.plan_options);
  if (line.plan_fmt->parsed()) return run_fmt(line.plan_options);
  const SnapshotOptions& snapshot = line.snapshot_options;
  if (line.snapshot_inspect->parsed()) return snapshot_inspect(snapshot.path, snapshot.json);
  if (line.snapshot_verify->parsed()) return snapshot_verify(snapshot.path);
  if (line.help->parsed()) return run_help(line);
  if (line.snapshot->parsed()) {
    return wrong_usage("guerdon snapshot", "what to do with the snapshot: inspect or verify?");
  }
  const bool is_plan = line.plan->parsed();
  return wrong_usage(is_plan ? "guerdon plan" : "guerdon",
                     is_plan ? "what to do with the plan: check, print or fmt?"
                             : "what to do: replay, plan, snapshot or help?");
}

// The subcommand that was being read when the command line went wrong, as it is typed.
std::string reached(const CommandLine& line) {
  std::string name = "guerdon";
  const CLI::App* app = &line.app;
  while (!app->get_subcommands().empty()) {
    app = app->get_subcommands().front();
    name += " " + app->get_name();
  }
  return name;
}

}  // namespace

ExitStatus run_command_line(int argc, char** argv) {
  CommandLine line;
  line.app.set_version_flag("--version", "guerdon " GUERDON_VERSION);
  line.app.footer(kFooter);
  line.app.require_subcommand(0, 1);
  line.app.get_formatter()->column_width(28);
  add_replay(line);
  add_plan(line);
  add_snapshot(line);
  line.help = line.app.add_subcommand("help", "Explain a subcommand");
  line.help->add_option("SUBCOMMAND", line.help_topics)->type_name("");
  try {
    line.app.parse(argc, argv);
  } catch (const CLI::Success& asked) {  // --help, --version
    line.app.exit(asked);
    return ExitStatus::kDone;
  } catch (const CLI::ParseError& error) {
    return wrong_usage(reached(line), error.what());
  }
  return run_parsed(line);
}

}  // namespace guerdon::tools
