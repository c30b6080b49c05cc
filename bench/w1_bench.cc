// The whole event in one process: CSV text in memory -> records -> admission -> rules -> entries.
//
//   w1_bench [--events N] [--accounts N] [--uniform] [--shards N] [--workers N] [--batch N]
//            [--runs N] [--expect-accounts]
//
// Prints one JSON object: the rate of each run and their median, bytes an account, and whether the
// result is the model's. Exits 1 when it is not: then no figure counts.
#include <CLI/CLI.hpp>
#include <algorithm>
#include <iostream>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "engine/os/byte_source.h"
#include "engine/os/clock.h"
#include "engine/os/memory.h"
#include "guerdon/engine.h"
#include "tools/load/w1.h"

namespace {

using guerdon::load::W1Event;

struct Run {
  double events_per_second = 0;
  double cpu_ns_per_event = 0;
  guerdon::Summary summary;
  int64_t balance_sum = 0;
  std::string state_hash;
};

struct Workload {
  uint64_t events = 0;
  std::string csv = guerdon::load::kW1Header;
  guerdon::load::W1Model model;
};

Workload make_workload(const guerdon::load::W1Options& w1) {
  Workload workload;
  workload.events = w1.events;
  guerdon::load::W1Stream stream(w1);
  guerdon::load::W1Reference reference(w1.accounts);
  for (uint64_t i = 0; i < w1.events; ++i) {
    const W1Event event = stream.next();
    reference.apply(event);
    guerdon::load::append_csv(event, workload.csv);
  }
  workload.model = reference.model();
  return workload;
}

Run run_once(const guerdon::Options& options, const std::string& plan, const Workload& workload) {
  std::string error;
  const auto engine = guerdon::Engine::open(options, {{"bench/w1.plan", plan}}, &error);
  if (engine == nullptr) {
    std::cerr << error;
    std::exit(3);
  }
  Run run;
  const guerdon::os::SystemClock clock;
  const int64_t cpu_begin = guerdon::os::process_cpu_ns();
  const int64_t begin = clock.monotonic_ns();
  if (!engine->replay_text(workload.csv, "w1", {}, &error)) std::cerr << error << "\n";
  const int64_t end = clock.monotonic_ns();
  run.cpu_ns_per_event = static_cast<double>(guerdon::os::process_cpu_ns() - cpu_begin) /
                         static_cast<double>(workload.events);
  run.events_per_second =
      static_cast<double>(workload.events) * 1e9 / static_cast<double>(end - begin);
  run.summary = engine->summary();
  for (const guerdon::Balance& balance : engine->balances()) run.balance_sum += balance.amount;
  run.state_hash = engine->state_hash().to_hex();
  return run;
}

double median(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  return values[values.size() / 2];
}

// Runs and reports; false when a result was not the model's.
bool measure(const guerdon::Options& options, const std::string& plan, const Workload& workload,
             int runs, nlohmann::ordered_json& out) {
  std::vector<double> rates;
  std::vector<double> cpu;
  bool agrees = true;
  for (int i = 0; i < runs; ++i) {
    const Run run = run_once(options, plan, workload);
    rates.push_back(run.events_per_second);
    cpu.push_back(run.cpu_ns_per_event);
    agrees = agrees && run.balance_sum == workload.model.balance_sum &&
             run.summary.entries == workload.model.entries &&
             run.summary.accepted == workload.model.applied;
    out["accounts"] = run.summary.accounts;
    out["state_bytes_per_account"] =
        static_cast<double>(run.summary.state_bytes) / static_cast<double>(run.summary.accounts);
    out["key_bytes"] = run.summary.key_bytes;
    out["entries"] = run.summary.entries;
    out["state_hash"] = run.state_hash;
  }
  out["bytes_per_row"] =
      static_cast<double>(workload.csv.size()) / static_cast<double>(workload.events);
  out["events_per_second"] = rates;
  out["events_per_second_median"] = median(rates);
  out["cpu_ns_per_event_median"] = median(cpu);
  out["agrees_with_model"] = agrees;
  out["peak_rss_bytes"] = guerdon::os::peak_rss_bytes();
  return agrees;
}

}  // namespace

int main(int argc, char** argv) {
  guerdon::load::W1Options w1;
  guerdon::Options options;
  int runs = 5;
  bool uniform = false;
  bool expect_accounts = false;
  CLI::App app("W1, the whole event in one process");
  app.add_option("--events", w1.events);
  app.add_option("--accounts", w1.accounts);
  app.add_flag("--uniform", uniform);
  app.add_option("--shards", options.shards);
  app.add_option("--workers", options.workers);
  app.add_option("--batch", options.batch);
  app.add_option("--runs", runs);
  app.add_flag("--expect-accounts", expect_accounts, "tell the engine how many to expect");
  app.add_option("--keys", options.keys, "event ids to remember; their memory is taken at start");
  CLI11_PARSE(app, argc, argv);
  w1.zipf = !uniform;
  options.reserve_memory = true;
  if (expect_accounts) options.expected_accounts = w1.accounts;

  const Workload workload = make_workload(w1);
  std::string plan;
  std::string error;
  if (!guerdon::os::read_file("bench/w1.plan", 1 << 20, &plan, &error)) {
    std::cerr << error << "\n";
    return 3;
  }

  nlohmann::ordered_json out;
  out["events"] = w1.events;
  out["draw"] = w1.zipf ? "zipf 0.99" : "uniform";
  out["shards"] = options.shards;
  out["workers"] = options.workers;
  out["batch"] = options.batch;
  out["keys"] = options.keys;
  const bool agrees = measure(options, plan, workload, runs, out);
  std::cout << out.dump(2) << "\n";
  return agrees ? 0 : 1;
}
