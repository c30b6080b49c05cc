#include <memory>

#include "tools/guerdon/load/load.h"
#include "tools/guerdon/load/load_options.h"
#include "tools/guerdon/subcommands.h"
#include "tools/load/lane.h"

namespace guerdon::tools {

namespace {

static_assert(load::kConnectionsMax == 10'000 && load::kBatchEventsMax == 16'384 &&
                  load::kPipelineMax == 1'000'000,
              "the help says so");

void add_what(CLI::App& app, LoadOptions& to) {
  CLI::Option* trace = app.add_option("--trace", to.traces,
                                      "Traces to send, one after the other: CSV, plain, .gz or "
                                      ".zst; - is standard input")
                           ->type_name("FILE");
  CLI::Option* plan =
      app.add_option("--plan", to.plans, "The server's plans: what they declare is sent")
          ->type_name("FILE");
  CLI::Option* workload = app.add_option("--workload", to.workload, "w1: made events instead")
                              ->type_name("w1")
                              ->check(CLI::IsMember({"w1"}).description(""))
                              ->excludes(trace)
                              ->excludes(plan);
  trace->needs(plan);
  plan->needs(trace);
  const auto of_w1 = [&](CLI::Option* option) { option->needs(workload); };
  of_w1(app.add_option("--events", to.events, "Events of the workload")
            ->type_name("N")
            ->check(from_1_to(kLoadEventsMax))
            ->capture_default_str());
  of_w1(app.add_option("--accounts", to.accounts, "Its accounts")
            ->type_name("N")
            ->check(from_1_to(kLoadAccountsMax))
            ->capture_default_str());
  of_w1(app.add_flag("--uniform", to.uniform, "Draw them alike, not by Zipf 0.99"));
  of_w1(app.add_option("--seed", to.seed, "Of its random numbers")
            ->type_name("N")
            ->capture_default_str());
}

void add_how(CLI::App& app, LoadOptions& to) {
  app.add_option("--connections", to.connections, "1 to 10000")
      ->type_name("N")
      ->check(from_1_to(load::kConnectionsMax))
      ->capture_default_str();
  app.add_option("--deal", to.deal,
                 "Events to connections: account (each keeps to one of them) or turn (all get as "
                 "many, and an account's order is lost)")
      ->type_name("HOW")
      ->check(CLI::IsMember({"account", "turn"}).description(""))
      ->capture_default_str();
  app.add_option("--send", to.send, "The form of requests: lines, resp (arrays) or batch")
      ->type_name("FORM")
      ->check(CLI::IsMember({"lines", "resp", "batch"}).description(""))
      ->capture_default_str();
  app.add_option("--pipeline", to.pipeline,
                 "Requests under way on each connection, 1 to 1000000; else 128, of batches 4")
      ->type_name("N")
      ->check(from_1_to(load::kPipelineMax));
  app.add_option("--batch", to.batch, "Events in a batch, 1 to 16384")
      ->type_name("N")
      ->check(from_1_to(load::kBatchEventsMax))
      ->capture_default_str();
  app.add_option(
         "--ahead", to.ahead,
         "Of a trace: no connection runs ahead of another by so many events; 0: as it comes")
      ->type_name("N")
      ->capture_default_str();
  app.add_option("--source", to.source, "Source of the events; else the trace's name, or w1")
      ->type_name("NAME");
  app.add_option("--tick", to.tick, "After the last event the server's clock goes on to this time")
      ->type_name("TIME|next-month");
  app.add_flag("--repeat-check", to.repeat_check,
               "Send all of it again: each event must be known, and nothing may change");
  app.add_flag("--json", to.json, "The report as JSON");
}

}  // namespace

void add_load(CLI::App& parent, Subcommands& all) {
  const auto options = std::make_shared<LoadOptions>();
  CLI::App* app = parent.add_subcommand("load", "Send events to a server as fast as it replies");
  app->add_option("--connect", options->connect, "The server")->type_name("HOST:PORT")->required();
  app->add_option("--key", options->key, "The key by which to come in, on a server with keys")
      ->type_name("FILE");
  app->add_option("--tenant", options->tenant, "Whose the events are, on a server with tenants")
      ->type_name("NAME");
  add_what(*app, *options);
  add_how(*app, *options);
  app->footer(
      "A closed loop: the next request waits for a reply. So it finds the highest throughput;\n"
      "its latencies are those at that throughput, queue and all.\n"
      "Exit status 1 if an event was refused, 3 if the server cannot be reached or goes away.");
  all.push_back({app, [options] { return load(*options); }});
}

}  // namespace guerdon::tools
