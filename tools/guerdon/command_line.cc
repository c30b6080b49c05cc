#include "tools/guerdon/command_line.h"

#include <algorithm>
#include <cstdio>
#include <string>
#include <vector>

#include "guerdon/engine.h"
#include "tools/guerdon/subcommands.h"

namespace guerdon::tools {

namespace {

constexpr const char* kFooter =
    "Exit status: 0 done, 1 the answer is no, 2 wrong usage, 3 a file cannot be opened,\n"
    "4 damage on disk. Errors go to standard error, results to standard output.";

// `help plan fmt` is `plan fmt --help`.
ExitStatus run_help(const CLI::App& root, const std::vector<std::string>& topics) {
  std::vector<std::string> words = {"guerdon"};
  const CLI::App* above = &root;
  for (const std::string& topic : topics) {
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

void add_help(CLI::App& root, Subcommands& all) {
  const auto topics = std::make_shared<std::vector<std::string>>();
  CLI::App* help = root.add_subcommand("help", "Explain a subcommand");
  help->add_option("SUBCOMMAND", *topics)->type_name("");
  all.push_back({help, [&root, topics] { return run_help(root, *topics); }});
}

// The subcommand that was being read when the command line went wrong, as it is typed.
std::string reached(const CLI::App& root) {
  std::string name = "guerdon";
  const CLI::App* app = &root;
  while (!app->get_subcommands().empty()) {
    app = app->get_subcommands().front();
    name += " " + app->get_name();
  }
  return name;
}

}  // namespace

CLI::Validator from_1_to(uint64_t max) { return CLI::Range(uint64_t{1}, max).description(""); }

void add_folder(CLI::App& app, DataFolder& folder) {
  app.add_option("--data", folder.path, "The data folder of an engine")
      ->type_name("DIR")
      ->required();
}

void add_memory(CLI::App& app, DataFolder& folder) {
  app.add_option("--keys", folder.keys, "As given to the server that wrote it")
      ->type_name("N")
      ->check(from_1_to(kKeysMax))
      ->capture_default_str();
  app.add_option("--objects", folder.objects, "As given to the server that wrote it")
      ->type_name("N")
      ->check(from_1_to(kObjectsMax))
      ->capture_default_str();
}

ExitStatus wrong_usage(const std::string& command, const std::string& sentence) {
  std::fprintf(stderr, "%s: %s\nSee: %s --help\n", command.c_str(), sentence.c_str(),
               command.c_str());
  return ExitStatus::kUsage;
}

ExitStatus run_command_line(int argc, char** argv) {
  CLI::App root{"A reward ledger: plans and events in, exact balances and entries out.", "guerdon"};
  root.set_version_flag("--version", "guerdon " GUERDON_VERSION);
  root.footer(kFooter);
  root.require_subcommand(0, 1);
  root.get_formatter()->column_width(28);
  Subcommands all;
  for (const auto add :
       {&add_replay, &add_serve, &add_load, &add_cli, &add_plan, &add_log, &add_book, &add_explain,
        &add_export, &add_report, &add_snapshot, &add_verify, &add_help}) {
    add(root, all);
  }
  try {
    root.parse(argc, argv);
  } catch (const CLI::Success& asked) {  // --help, --version
    root.exit(asked);
    return ExitStatus::kDone;
  } catch (const CLI::ParseError& error) {
    return wrong_usage(reached(root), error.what());
  }
  const auto asked =
      std::find_if(all.begin(), all.end(), [](const Subcommand& one) { return one.app->parsed(); });
  if (asked != all.end()) return asked->run();
  return wrong_usage(
      "guerdon",
      "what to do: replay, serve, load, cli, plan, log, book, explain, export, report, snapshot, "
      "verify or help?");
}

}  // namespace guerdon::tools
