#include <memory>

#include "guerdon/engine.h"
#include "tools/guerdon/explain/explain.h"
#include "tools/guerdon/subcommands.h"

namespace guerdon::tools {

void add_explain(CLI::App& parent, Subcommands& all) {
  const auto options = std::make_shared<ExplainOptions>();
  CLI::App* app = parent.add_subcommand(
      "explain", "Say why an account has an entry, out of a data folder; or prove it");
  app->add_option("DIR", options->folder, "The folder of the log and its book")
      ->type_name("")
      ->required();
  app->add_option("ACCOUNT", options->account, "Whose entry")->type_name("")->required();
  app->add_option("ENTRY", options->entry, "Its id: LSN or LSN.n, as REGISTER shows it")
      ->type_name("")
      ->required();
  app->add_option("--why-not", options->why_not,
                  "Say instead why this rule did not pay for the event at LSN")
      ->type_name("RULE");
  app->add_option("--plan", options->plan, "With --why-not: whose rule, where plans share its name")
      ->type_name("NAME");
  app->add_flag("--prove", options->proves,
                "Replay the whole log first: every entry of the book has to be what it makes");
  app->add_option("--keys", options->keys, "With --prove: as given to the server that wrote it")
      ->type_name("N")
      ->check(from_1_to(kKeysMax))
      ->capture_default_str();
  app->add_option("--objects", options->objects,
                  "With --prove: as given to the server that wrote it")
      ->type_name("N")
      ->check(from_1_to(kObjectsMax))
      ->capture_default_str();
  app->footer("Nothing is changed or locked; the server should not run meanwhile.");
  all.push_back({app, [options] { return explain(*options); }});
}

}  // namespace guerdon::tools
