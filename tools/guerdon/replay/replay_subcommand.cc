#include <memory>

#include "guerdon/engine.h"
#include "tools/guerdon/replay/replay.h"
#include "tools/guerdon/subcommands.h"

namespace guerdon::tools {

static_assert(kShardsMax == 1024 && kWorkersMax == 64 && kBatchMax == 256, "the help says so");

void add_replay(CLI::App& parent, Subcommands& all) {
  const auto options = std::make_shared<ReplayOptions>();
  ReplayOptions& to = *options;
  CLI::App& app = *parent.add_subcommand("replay", "Run traces through the whole engine");
  all.push_back({&app, [options] { return replay(*options); }});
  app.add_option("--plan", to.plans, "Plans, in the order in which they are loaded")
      ->type_name("FILE")
      ->required();
  app.add_option("--trace", to.traces,
                 "Traces, one after the other: CSV, plain, .gz or .zst; - is standard input")
      ->type_name("FILE")
      ->required();
  app.add_option("--ref", to.references,
                 "A reference file: org=FILE, targets=FILE, rates=FILE or table:NAME=FILE")
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

}  // namespace guerdon::tools
