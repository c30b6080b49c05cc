#include <memory>

#include "tools/guerdon/export/export.h"
#include "tools/guerdon/subcommands.h"

namespace guerdon::tools {

namespace {

void add_one(CLI::App& parent, Subcommands& all, const char* name, const char* what,
             ExitStatus (*run)(const ExportOptions&)) {
  const auto options = std::make_shared<ExportOptions>();
  CLI::App* app = parent.add_subcommand(name, what);
  add_folder(*app, options->folder);
  app->add_option("--format", options->format, "csv, or jsonl: an object of JSON a line")
      ->type_name("csv|jsonl")
      ->check(CLI::IsMember({"csv", "jsonl"}).description(""))
      ->capture_default_str();
  app->add_option("--account", options->account, "Only what is of this account")->type_name("NAME");
  add_memory(*app, options->folder);
  all.push_back({app, [options, run] { return run(*options); }});
}

}  // namespace

void add_export(CLI::App& parent, Subcommands& all) {
  CLI::App* app = parent.add_subcommand("export", "A data folder as a table for other programs");
  add_one(*app, all, "register", "Every entry of the book, with the balance behind it",
          export_register);
  add_one(*app, all, "balances", "The balances that are not zero, by account", export_balances);
  app->footer(
      "Nothing is changed or locked; the engine may run meanwhile. The newest snapshot and the log "
      "behind it are read first.");
  all.push_back(
      {app, [] { return wrong_usage("guerdon export", "what to export: register or balances?"); }});
}

}  // namespace guerdon::tools
