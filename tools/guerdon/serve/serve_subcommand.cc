#include <memory>

#include "guerdon/engine.h"
#include "tools/guerdon/serve/serve.h"
#include "tools/guerdon/subcommands.h"

namespace guerdon::tools {

void add_serve(CLI::App& parent, Subcommands& all) {
  const auto options = std::make_shared<ServeOptions>();
  ServeOptions& to = *options;
  CLI::App& app = *parent.add_subcommand("serve", "Run the engine behind a port");
  all.push_back({&app, [options] { return serve(*options); }});
  app.add_option("--plan", to.plans,
                 "Plans, in the order in which they are loaded; TENANT=FILE: tenants side by side, "
                 "of which none sees another's")
      ->type_name("FILE")
      ->required();
  app.add_option("--ref", to.references,
                 "A reference file, taken before it listens: org=FILE, rates=FILE, targets=FILE or "
                 "table:NAME=FILE. With tenants TENANT:KIND=FILE")
      ->type_name("KIND=FILE");
  app.add_option("--data", to.data, "The folder of the log; made if it is not there")
      ->type_name("DIR");
  app.add_option(
         "--drop", to.drop,
         "A folder into which others put files of goals while it runs; what is missing in it "
         "is made. With tenants TENANT=DIR")
      ->type_name("DIR");
  app.add_flag("--book,!--no-book", to.book,
               "Keep the register of all entries, in the folder `book` of --data; on unless told "
               "otherwise");
  app.add_option("--auth", to.auth,
                 "A file of keys, a line KEY ROLE TENANT SECRET each, that nobody else may read; "
                 "connections prove that they have one")
      ->type_name("FILE");
  app.add_option("--listen", to.listen, "Where to listen; port 0 is one that is free")
      ->type_name("HOST:PORT")
      ->capture_default_str();
  app.add_option("--shards", to.shards, "Accounts are spread over so many shards, 1 to 1024")
      ->type_name("N")
      ->check(from_1_to(kShardsMax))
      ->capture_default_str();
  app.add_option("--threads", to.threads,
                 "net=N,shards=M: N threads for connections, M for the shards; else one for all")
      ->type_name("net=N,shards=M");
  app.add_option("--clock", to.clock, "wall, or events: time is that of the events")
      ->type_name("wall|events")
      ->check(CLI::IsMember({"wall", "events"}).description(""))
      ->capture_default_str();
  app.add_option("--durability", to.durability, "always, or none: for tests, nothing is kept")
      ->type_name("always|none")
      ->check(CLI::IsMember({"always", "none"}).description(""))
      ->capture_default_str();
  app.add_option("--keys", to.keys, "Event ids remembered to recognise duplicates")
      ->type_name("N")
      ->check(from_1_to(kKeysMax))
      ->capture_default_str();
  app.add_option("--objects", to.objects, "Objects whose version and roles are remembered")
      ->type_name("N")
      ->check(from_1_to(kObjectsMax))
      ->capture_default_str();
  app.add_option("--accounts", to.accounts, "Accounts to expect: a hint, for memory")
      ->type_name("N")
      ->capture_default_str();
  app.add_flag("--reserve", to.reserve,
               "Take the memory for --keys and --accounts at the start, so that no event waits for "
               "fresh pages");
  app.add_option("--segment-mib", to.segment_mib, "Size of a file of the log, 4 to 1024 MiB")
      ->type_name("N")
      ->check(CLI::Range(uint64_t{4}, uint64_t{1024}).description(""))
      ->capture_default_str();
  app.set_config("--config", "", "A file with these options, name=value a line")->type_name("FILE");
  app.footer("SIGTERM and SIGINT stop it in order. Shards and threads never change a result.");
}

}  // namespace guerdon::tools
