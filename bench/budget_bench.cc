// What an event costs that asks a budget: the same trace under a plan without one, with one that
// cannot bind, with one that may bind and does not, and with one that is used up half-way.
//
//   budget_bench [--events N] [--accounts N] [--shards N] [--workers N] [--batch N] [--runs N]
//
// Prints one JSON object: nanoseconds an event of each, the median of the runs, what was granted,
// and whether that is what it has to be. Exits 1 when it is not: then no figure counts.
#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdint>
#include <iostream>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "engine/os/clock.h"
#include "guerdon/engine.h"

namespace {

constexpr int64_t kAsk = 5;  // points, of each event

struct Trace {
  uint64_t events = 200'000;
  uint64_t accounts = 20'000;
  std::string csv() const {
    std::string text = "event_id,time,type,account,amount\n";
    for (uint64_t i = 0; i < events; ++i) {
      const uint64_t account = (i * 0x9e3779b97f4a7c15 >> 20) % accounts;
      text += std::to_string(i) + ",2026-03-01T12:00:00Z,ask,a" + std::to_string(account) + "," +
              std::to_string(kAsk) + "\n";
    }
    return text;
  }
};

// A plan; `most`: of its budget, in points; 0: there is none.
std::string plan_of(int64_t most) {
  std::string text = "plan asks\nunit points, 0 decimals\nevent ask\n";
  text += "  account : account\n  amount : points\n";
  if (most > 0) text += "budget pot = " + std::to_string(most) + " points\n";
  text += "rule pay\n  on ask\n  credit account min(amount, 10 points)";
  return text + (most > 0 ? " from budget pot\n" : "\n");
}

struct Measured {
  std::vector<double> ns;  // an event, by run
  int64_t granted = 0;
};

bool measure(const guerdon::Options& options, const std::string& plan, const std::string& csv,
             uint64_t events, Measured* measured) {
  std::string error;
  const auto engine = guerdon::Engine::open(options, {{"asks.plan", plan}}, &error);
  if (engine == nullptr) {
    std::cerr << error;
    return false;
  }
  const guerdon::os::SystemClock clock;
  const int64_t begin = clock.monotonic_ns();
  if (!engine->replay_text(csv, "bench", {}, &error)) {
    std::cerr << error << "\n";
    return false;
  }
  const int64_t end = clock.monotonic_ns();
  measured->ns.push_back(static_cast<double>(end - begin) / static_cast<double>(events));
  measured->granted = 0;
  for (const guerdon::Balance& balance : engine->balances()) measured->granted += balance.amount;
  return true;
}

double median(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  return values[values.size() / 2];
}

}  // namespace

int main(int argc, char** argv) {
  Trace trace;
  guerdon::Options options;
  int runs = 5;
  CLI::App app("What an event costs that asks a budget");
  app.add_option("--events", trace.events);
  app.add_option("--accounts", trace.accounts);
  app.add_option("--shards", options.shards);
  app.add_option("--workers", options.workers);
  app.add_option("--batch", options.batch);
  app.add_option("--runs", runs);
  CLI11_PARSE(app, argc, argv);
  const std::string csv = trace.csv();
  const int64_t asked = kAsk * static_cast<int64_t>(trace.events);

  // No visit asks for more than 10: a pool with less than 10 for each visit of a job may bind.
  const int64_t spare = 10 * static_cast<int64_t>(options.batch);
  struct Case {
    const char* name;
    int64_t most;
    int64_t granted;
  };
  const std::vector<Case> cases = {{"no_budget", 0, asked},
                                   {"cannot_bind", asked + 2 * spare, asked},
                                   {"used_up_half_way", asked / 2 + 1, asked / 2 + 1},
                                   {"used_up_at_once", 1, 1}};
  nlohmann::ordered_json out;
  out["events"] = trace.events;
  out["accounts"] = trace.accounts;
  out["shards"] = options.shards;
  out["workers"] = options.workers;
  out["batch"] = options.batch;
  bool agrees = true;
  std::vector<Measured> measured(cases.size());
  for (int run = 0; run < runs; ++run) {  // in turn, so that all see the same machine
    for (size_t i = 0; i < cases.size(); ++i) {
      if (!measure(options, plan_of(cases[i].most), csv, trace.events, &measured[i])) return 3;
      agrees = agrees && measured[i].granted == cases[i].granted;
    }
  }
  for (size_t i = 0; i < cases.size(); ++i) {
    out[cases[i].name] = {{"ns_event_median", median(measured[i].ns)},
                          {"granted", measured[i].granted}};
  }
  out["agrees"] = agrees;
  std::cout << out.dump(2) << "\n";
  return agrees ? 0 : 1;
}
