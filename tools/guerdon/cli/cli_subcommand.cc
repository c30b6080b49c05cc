#include <memory>

#include "tools/guerdon/cli/cli.h"
#include "tools/guerdon/subcommands.h"

namespace guerdon::tools {

void add_cli(CLI::App& parent, Subcommands& all) {
  const auto options = std::make_shared<CliOptions>();
  CLI::App& app = *parent.add_subcommand("cli", "Talk to a server: a shell, or single requests");
  all.push_back({&app, [options] { return cli(*options); }});
  app.positionals_at_end();  // a word of a request may look like an option
  app.add_option("--connect", options->connect, "The server")
      ->type_name("HOST:PORT")
      ->capture_default_str();
  app.add_option("--key", options->key, "The key by which to come in, on a server with keys")
      ->type_name("FILE");
  app.add_option("--tenant", options->tenant, "Whose connection it is, on a server with tenants")
      ->type_name("NAME");
  app.add_flag("--json", options->json, "Each answer as a line of JSON");
  app.add_flag("--no-history", options->no_history, "What is typed is not kept in a file");
  app.add_option("COMMAND", options->words, "One request, a word an argument")->type_name("");
  app.footer(
      "At a terminal it is a shell: TAB completes, help explains, Ctrl-D ends. From a pipe or a\n"
      "file it takes a request a line.\n"
      "Exit status 1 if an answer was an error, 3 if the server cannot be reached or goes away.");
}

}  // namespace guerdon::tools
