#include <memory>
#include <string>

#include "tools/guerdon/disk/snapshot_command.h"
#include "tools/guerdon/subcommands.h"

namespace guerdon::tools {

namespace {

struct SnapshotOptions {
  std::string path;
  bool json = false;
};

CLI::App* add_one(CLI::App& snapshot, SnapshotOptions& to, const char* name, const char* what) {
  CLI::App* app = snapshot.add_subcommand(name, what);
  app->add_option("PATH", to.path, "A snapshot, or a folder with some")->type_name("")->required();
  return app;
}

}  // namespace

void add_snapshot(CLI::App& parent, Subcommands& all) {
  const auto options = std::make_shared<SnapshotOptions>();
  CLI::App* snapshot =
      parent.add_subcommand("snapshot", "Look at snapshots, whoever has their folder");
  CLI::App* inspect =
      add_one(*snapshot, *options, "inspect", "Show header, sections and footer, the newest first");
  inspect->add_flag("--json", options->json, "As JSON");
  CLI::App* verify =
      add_one(*snapshot, *options, "verify", "Say whether every byte is as it was written");
  all.push_back({inspect, [options] { return snapshot_inspect(options->path, options->json); }});
  all.push_back({verify, [options] { return snapshot_verify(options->path); }});
  all.push_back({snapshot, [] {
                   return wrong_usage("guerdon snapshot",
                                      "what to do with the snapshot: inspect or verify?");
                 }});
}

}  // namespace guerdon::tools
