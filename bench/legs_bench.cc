// What it costs that one event pays many: in other shards, up a tree, and to one who is paid by
// all.
//
//   legs_bench [--events N] [--sellers N] [--runs N]
//
// Cases that are compared are run in turn, so that a ratio is of one machine at one time. Prints
// one JSON object: nanoseconds an event of each case by run, what a leg costs, the ratios of
// medians, and whether what was paid is what it has to be. Exits 1 when it is not: then no figure
// counts.
#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdint>
#include <iostream>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "engine/accounts/account_table.h"
#include "engine/base/hash.h"
#include "engine/os/clock.h"
#include "guerdon/engine.h"

namespace {

// One trace under one plan. Each leg pays one point, so what was paid is how many there were.
struct Case {
  std::string name;
  uint32_t shards = 2;
  uint32_t workers = 2;
  std::string plan = {};
  std::string org = {};  // edges, as --ref org= takes them; empty: none
  std::string trace = {};
  int64_t legs = 0;
  std::vector<double> ns = {};  // an event, by run
};

struct Shape {
  uint64_t events = 200'000;
  uint64_t sellers = 20'000;
};

constexpr std::string_view kHead =
    "plan legs\nunit points, 0 decimals\nrelation manager\nevent deal\n  seller as \"account\" : "
    "account\n";

std::string seller(uint64_t i) { return "s" + std::to_string(i); }

// Scattered over all sellers, the same in every case.
std::string seller_of(const Shape& shape, uint64_t event) {
  return seller((event * 0x9e3779b97f4a7c15 >> 20) % shape.sellers);
}

uint32_t shard_of(const std::string& account, uint32_t shards) {
  return guerdon::shard::shard_of(guerdon::base::hash64(account), shards);
}

// An account of that shard, of so many that there are.
std::string helper_in(uint32_t shard, uint32_t shards, uint64_t number) {
  for (uint64_t salt = 0;; ++salt) {
    std::string name = "h" + std::to_string(number) + "." + std::to_string(salt);
    if (shard_of(name, shards) == shard) return name;
  }
}

std::string row(uint64_t event) { return std::to_string(event) + ",2026-03-01T12:00:00Z,deal,"; }

// One deal in ten names who helped: of the seller's shard, or of the other one.
Case helped(const Shape& shape, bool is_across) {
  Case made{is_across ? "one in ten across" : "one in ten beside"};
  made.plan =
      std::string(kHead) +
      "  helper : account\nrule sold\n  on deal\n  credit seller 1 point\nrule helped\n  on "
      "deal\n  credit helper 1 point\n";
  made.trace = "event_id,time,type,account,helper\n";
  for (uint64_t i = 0; i < shape.events; ++i) {
    const std::string sold = seller_of(shape, i);
    const uint32_t home = shard_of(sold, made.shards);
    made.trace += row(i) + sold + ",";
    if (i % 10 == 0) {
      made.trace += helper_in(is_across ? 1 - home : home, made.shards, i % shape.sellers);
    }
    made.trace += "\n";
  }
  made.legs = static_cast<int64_t>(shape.events + (shape.events + 9) / 10);
  return made;
}

// One deal in ten names a helper of the other shard, who is paid one point; by what the seller was
// credited, or by himself.
Case behind(const Shape& shape, bool depends) {
  Case made = helped(shape, true);
  made.name = depends ? "one in ten goes by a leg across" : "one in ten across, by itself";
  const std::string told = "rule helped\n  on deal\n  credit helper ";
  const size_t at = made.plan.find(told) + told.size();
  if (depends) made.plan.replace(at, std::string("1 point").size(), "sold.credited");
  return made;
}

// One deal in ten asks a budget for a point.
enum class Asks : uint8_t {
  kLittle,      // no deal can ask for more than that: the plan says so
  kAsItSays,    // a deal could say anything, and says that
  kForNothing,  // the pool is used up by the first one
  kUntilHalf,   // the pool has enough for the first half of them
  kOfMeasure,   // what one may ask is said by no deal: each waits for those before it
};

Case asking(const Shape& shape, Asks how) {
  static constexpr int64_t kPlenty = 1'000'000'000'000;
  Case made{"one in ten asks"};
  const auto asks = static_cast<int64_t>((shape.events + 9) / 10);
  int64_t pool = kPlenty;
  std::string amount = "min(extra, " + std::to_string(kPlenty) + " points)";
  if (how == Asks::kLittle) amount = "min(extra, 1 points)";
  if (how == Asks::kAsItSays) made.name += ", may bind by the plan alone";
  if (how == Asks::kForNothing) {
    made.name += ", used up";
    pool = 1;
  }
  if (how == Asks::kUntilHalf) {
    made.name += ", runs out in the middle";
    pool = asks / 2;
  }
  if (how == Asks::kOfMeasure) {
    made.name += ", by a measure";
    amount = "min(max(extra, had before - had after), " + std::to_string(kPlenty) + " points)";
  }
  made.plan = std::string(kHead) + "  extra : points\nbudget pot = " + std::to_string(pool) +
              " points\nmeasure had per seller = sum of extra on deal\n" +
              "rule sold\n  on deal\n  credit seller 1 point\nrule more\n  on deal\n  credit "
              "seller " +
              amount + " from budget pot\n";
  made.trace = "event_id,time,type,account,extra\n";
  for (uint64_t i = 0; i < shape.events; ++i) {
    made.trace += row(i) + seller_of(shape, i) + (i % 10 == 0 ? ",1\n" : ",\n");
  }
  made.legs = static_cast<int64_t>(shape.events) + std::min(asks, pool);
  return made;
}

// Each deal pays the seller, and so many above him, in a tree where `managers` are right above the
// sellers and a chain is above all of them.
Case above(const Shape& shape, const std::string& name, uint64_t managers, int levels) {
  Case made{name};
  made.plan = std::string(kHead) + "rule sold\n  on deal\n  credit seller 1 point\n";
  if (levels > 0) {
    made.plan += "rule overrides\n  on deal\n  credit each manager above seller up to " +
                 std::to_string(levels) + " levels 1 point\n";
    made.org = "agent,manager\n";
    for (uint64_t s = 0; s < shape.sellers; ++s) {
      made.org += seller(s) + ",m" + std::to_string(s % managers) + "\n";
    }
    for (uint64_t m = 0; m < managers; ++m) made.org += "m" + std::to_string(m) + ",c1\n";
    for (int c = 1; c < 12; ++c) {
      made.org += "c" + std::to_string(c) + ",c" + std::to_string(c + 1) + "\n";
    }
    made.org += "c12,\n";
  }
  made.trace = "event_id,time,type,account\n";
  for (uint64_t i = 0; i < shape.events; ++i) made.trace += row(i) + seller_of(shape, i) + "\n";
  made.legs = static_cast<int64_t>(shape.events) * (1 + levels);
  return made;
}

// As above(), with one of 1,000 managers right above; but who sells goes by Zipf(1): the first of
// the sellers has a tenth of the deals, the second half as many, and their managers with them.
Case by_zipf(const Shape& shape) {
  Case made = above(shape, "a manager, of 1,000, by Zipf", 1'000, 1);
  std::vector<double> up_to;
  for (uint64_t rank = 1; rank <= shape.sellers; ++rank) {
    up_to.push_back((up_to.empty() ? 0 : up_to.back()) + 1 / static_cast<double>(rank));
  }
  made.trace = "event_id,time,type,account\n";
  for (uint64_t i = 0; i < shape.events; ++i) {
    const auto drawn = static_cast<double>((i * 0x9e3779b97f4a7c15) >> 11) / 0x1p53;
    const auto found = std::upper_bound(up_to.begin(), up_to.end(), drawn * up_to.back());
    const auto rank = std::min(static_cast<uint64_t>(found - up_to.begin()), shape.sellers - 1);
    made.trace += row(i) + seller(rank) + "\n";
  }
  return made;
}

// Each deal pays eight: all of one shard of eight, or one of each.
Case eight(const Shape& shape, bool is_across) {
  Case made{is_across ? "eight in eight shards" : "eight in one shard", 8};
  made.plan = std::string(kHead);
  for (int a = 1; a < 8; ++a) made.plan += "  with" + std::to_string(a) + " : account\n";
  made.plan += "rule pay\n  on deal\n  credit seller 1 point\n";
  made.trace = "event_id,time,type,account";
  for (int a = 1; a < 8; ++a) {
    made.plan += "  credit with" + std::to_string(a) + " 1 point\n";
    made.trace += ",with" + std::to_string(a);
  }
  made.trace += "\n";
  for (uint64_t i = 0; i < shape.events; ++i) {
    const std::string sold = seller_of(shape, i);
    const uint32_t home = shard_of(sold, made.shards);
    made.trace += row(i) + sold;
    for (uint32_t a = 1; a < 8; ++a) {
      const uint32_t shard = is_across ? (home + a) % made.shards : home;
      made.trace += "," + helper_in(shard, made.shards, (i * 8 + a) % 1'000);
    }
    made.trace += "\n";
  }
  made.legs = static_cast<int64_t>(shape.events) * 8;
  return made;
}

bool run_once(Case& measured, uint64_t events) {
  guerdon::Options options;
  options.shards = measured.shards;
  options.workers = measured.workers;
  options.reserve_memory = true;
  std::string error;
  const auto engine = guerdon::Engine::open(options, {{"legs.plan", measured.plan}}, &error);
  std::vector<guerdon::RowProblem> problems;
  size_t rows = 0;
  if (engine == nullptr ||
      (!measured.org.empty() && !engine->org(measured.org, &rows, &problems, &error))) {
    std::cerr << measured.name << ": " << (problems.empty() ? error : problems.front().sentence)
              << "\n";
    return false;
  }
  const guerdon::os::SystemClock clock;
  const int64_t begin = clock.monotonic_ns();
  if (!engine->replay_text(measured.trace, "legs", {}, &error)) {
    std::cerr << measured.name << ": " << error << "\n";
    return false;
  }
  const int64_t end = clock.monotonic_ns();
  measured.ns.push_back(static_cast<double>(end - begin) / static_cast<double>(events));
  int64_t paid = 0;
  for (const guerdon::Balance& balance : engine->balances()) paid += balance.amount;
  if (paid == measured.legs) return true;
  std::cerr << measured.name << ": " << paid << " points were paid, not " << measured.legs << "\n";
  return false;
}

double median(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  return values[values.size() / 2];
}

}  // namespace

int main(int argc, char** argv) {
  Shape shape;
  int runs = 7;
  CLI::App app("What it costs that one event pays many");
  app.add_option("--events", shape.events)->check(CLI::Range(100'000'000));
  app.add_option("--sellers", shape.sellers)->check(CLI::Range(1, 10'000'000));
  app.add_option("--runs", runs)->check(CLI::Range(1, 1'000));
  CLI11_PARSE(app, argc, argv);

  // By what is compared with what: the first of a row is what the others are compared with.
  std::vector<std::vector<Case>> rows;
  rows.push_back({helped(shape, false), helped(shape, true)});
  rows.push_back({behind(shape, false), behind(shape, true)});
  rows.push_back({asking(shape, Asks::kLittle), asking(shape, Asks::kAsItSays),
                  asking(shape, Asks::kForNothing), asking(shape, Asks::kUntilHalf),
                  asking(shape, Asks::kOfMeasure)});
  rows.push_back({above(shape, "nobody above", 1, 0), above(shape, "a manager, of 1,000", 1'000, 1),
                  by_zipf(shape), above(shape, "a manager, of 10", 10, 1),
                  above(shape, "one director", 1, 1)});
  rows.push_back({above(shape, "1 level", 100, 1), above(shape, "2 levels", 100, 2),
                  above(shape, "4 levels", 100, 4), above(shape, "8 levels", 100, 8),
                  above(shape, "12 levels", 100, 12)});
  rows.push_back({eight(shape, false), eight(shape, true)});

  nlohmann::ordered_json out;
  out["events"] = shape.events;
  out["sellers"] = shape.sellers;
  for (std::vector<Case>& row : rows) {
    for (int run = 0; run < runs; ++run) {
      for (Case& each : row) {
        if (!run_once(each, shape.events)) return 1;
      }
    }
    for (const Case& each : row) {
      nlohmann::ordered_json& told = out["cases"][each.name];
      told["ns_per_event"] = each.ns;
      told["ns_per_event_median"] = median(each.ns);
      told["legs_per_event"] = static_cast<double>(each.legs) / static_cast<double>(shape.events);
      told["ns_per_leg_median"] =
          median(each.ns) * static_cast<double>(shape.events) / static_cast<double>(each.legs);
      told["ratio_to_first"] = median(each.ns) / median(row.front().ns);
    }
  }
  std::cout << out.dump(2) << "\n";
  return 0;
}
