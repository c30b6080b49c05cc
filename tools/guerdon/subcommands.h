// The subcommands of `guerdon`: each family adds its parsers to the application, and what is to be
// run when one of them was asked for.
#pragma once

#include <CLI/CLI.hpp>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "tools/guerdon/data_folder.h"
#include "tools/guerdon/exit_status.h"

namespace guerdon::tools {

struct Subcommand {
  CLI::App* app = nullptr;
  std::function<ExitStatus()> run;
};
// In the order in which they are asked whether they were parsed: inner ones before the outer.
using Subcommands = std::vector<Subcommand>;

// In the order of the help.
void add_replay(CLI::App& parent, Subcommands& all);
void add_serve(CLI::App& parent, Subcommands& all);
void add_load(CLI::App& parent, Subcommands& all);
void add_cli(CLI::App& parent, Subcommands& all);
void add_plan(CLI::App& parent, Subcommands& all);
void add_log(CLI::App& parent, Subcommands& all);
void add_book(CLI::App& parent, Subcommands& all);
void add_explain(CLI::App& parent, Subcommands& all);
void add_export(CLI::App& parent, Subcommands& all);
void add_report(CLI::App& parent, Subcommands& all);
void add_snapshot(CLI::App& parent, Subcommands& all);
void add_verify(CLI::App& parent, Subcommands& all);

// ---- What they share

// The help says the range in words.
CLI::Validator from_1_to(uint64_t max);

// --data; and what its engine remembers, --keys and --objects.
void add_folder(CLI::App& app, DataFolder& folder);
void add_memory(CLI::App& app, DataFolder& folder);

// Tells it on standard error; kUsage.
ExitStatus wrong_usage(const std::string& command, const std::string& sentence);

}  // namespace guerdon::tools
