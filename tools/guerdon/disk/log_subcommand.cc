#include <memory>

#include "tools/guerdon/disk/log_command.h"
#include "tools/guerdon/subcommands.h"

namespace guerdon::tools {

namespace {

void add_inspect(CLI::App& log, Subcommands& all) {
  const auto options = std::make_shared<LogInspectOptions>();
  CLI::App* app = log.add_subcommand("inspect", "What a log holds: segments, and more");
  app->add_option("PATH", options->path, "The folder of a log, or one segment of it")
      ->type_name("")
      ->required();
  app->add_flag("--frames", options->frames, "The frames, too");
  app->add_flag("--records", options->records, "Frames and records, in words");
  app->add_flag("--json", options->json, "An object of JSON a line");
  all.push_back({app, [options] { return log_inspect(*options); }});
}

void add_log_verify(CLI::App& log, Subcommands& all) {
  const auto options = std::make_shared<LogVerifyOptions>();
  CLI::App* app = log.add_subcommand(
      "verify", "Read all of a log: checks, chain of hashes, order; say what is wrong, and where");
  app->add_option("DIR", options->folder, "The folder of a log")->type_name("")->required();
  app->add_option("--from", options->from_lsn, "Where it begins; what came before is elsewhere")
      ->type_name("LSN")
      ->check(from_1_to(UINT64_MAX))
      ->capture_default_str();
  all.push_back({app, [options] { return log_verify(*options); }});
}

}  // namespace

void add_log(CLI::App& parent, Subcommands& all) {
  CLI::App* log = parent.add_subcommand("log", "Look into the log of an engine, and verify it");
  add_inspect(*log, all);
  add_log_verify(*log, all);
  log->footer("Nothing is changed or locked; the engine may run meanwhile.");
  all.push_back({log, [] {
                   return wrong_usage("guerdon log", "what to do with the log: inspect or verify?");
                 }});
}

}  // namespace guerdon::tools
