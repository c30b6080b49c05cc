#include <memory>

#include "guerdon/engine.h"
#include "tools/guerdon/disk/verify.h"
#include "tools/guerdon/subcommands.h"

namespace guerdon::tools {

void add_verify(CLI::App& parent, Subcommands& all) {
  const auto options = std::make_shared<VerifyOptions>();
  CLI::App* app = parent.add_subcommand(
      "verify", "Prove a data folder: checks, chain, and that replaying gives the same state");
  app->add_option("DIR", options->folder, "The folder of the log and its snapshots")
      ->type_name("")
      ->required();
  app->add_option("--shards", options->shards, "Accounts are spread over so many shards, 1 to 1024")
      ->type_name("N")
      ->check(from_1_to(kShardsMax))
      ->capture_default_str();
  app->add_option("--keys", options->keys, "As given to the server that wrote it")
      ->type_name("N")
      ->check(from_1_to(kKeysMax))
      ->capture_default_str();
  app->add_option("--objects", options->objects, "As given to the server that wrote it")
      ->type_name("N")
      ->check(from_1_to(kObjectsMax))
      ->capture_default_str();
  app->footer("Nothing is changed or locked; the server should not run meanwhile.");
  all.push_back({app, [options] { return verify(*options); }});
}

}  // namespace guerdon::tools
