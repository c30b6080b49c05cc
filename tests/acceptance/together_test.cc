// All the rule sets that a trace has, at once, each a program of its own: each program makes the
// entries that it makes alone, for each account in their order, and has the balances that it has
// alone.
//
// acceptance_test.py compares the sums of all of them with figures that others calculated, rule set
// by rule set; a sum would not show that one program paid what is another's. Here nothing is
// calculated: each program stands beside itself.
// With GUERDON_TRACES=FOLDER the full traces as well. The rest costs two seconds of processor.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/hash.h"
#include "guerdon/engine.h"

namespace guerdon {
namespace {

namespace fs = std::filesystem;

const fs::path kHere = "tests/acceptance";

std::string text_of(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  EXPECT_TRUE(file.is_open()) << path;
  return {std::istreambuf_iterator<char>(file), {}};
}

// A trace and what belongs to it. A trace is a file, or a text where there is none.
struct Case {
  std::vector<PlanText> plans;
  std::string file = {};
  std::string text = {};
  std::string org = {};      // edges as Engine::org takes them
  std::string targets = {};  // goals as Engine::targets takes them, for plans that say `from file`
};

// What one program did. A chain is over an account's entries in the order of the register; of an
// entry all but its LSN and number, which others that stand beside it move: what is due is done
// when the account is next touched, by whatever event. So the order among accounts is not compared.
struct Done {
  uint64_t entries = 0;
  std::map<uint64_t, uint64_t> chains = {};  // by account
  std::map<std::string, uint64_t> by_kind = {};
  std::map<std::string, int64_t> balances = {};  // by account and unit
  bool operator==(const Done&) const = default;
};

void PrintTo(const Done& done, std::ostream* out) {
  uint64_t chains = 0;
  for (const auto& [account, chain] : done.chains) chains += chain;
  *out << done.entries << " entries, chains " << chains << ", " << done.balances.size()
       << " balances";
  for (const auto& [kind, count] : done.by_kind) *out << ", " << kind << " " << count;
}

std::string words_of(const Entry& entry) {
  std::string words = std::to_string(entry.account);
  for (const int64_t number : {entry.amount, entry.effective, int64_t{entry.effect}}) {
    words += "\t" + std::to_string(number);
  }
  for (const std::string_view word : {entry.unit, entry.kind, entry.plan, entry.rule, entry.note}) {
    words += "\t" + std::string(word);
  }
  return words;
}

void read_files(Engine& engine, const Case& of, const std::vector<PlanText>& plans) {
  size_t rows = 0;
  std::vector<RowProblem> problems;
  std::string error;
  if (!of.org.empty()) {
    ASSERT_TRUE(engine.org(of.org, &rows, &problems, &error)) << error;
  }
  const bool is_asked = std::any_of(plans.begin(), plans.end(), [](const PlanText& plan) {
    return plan.text.find("goal from file") != std::string::npos;
  });
  if (is_asked) {
    ASSERT_TRUE(engine.targets(of.targets, &rows, &problems, &error)) << error;
    ASSERT_GT(rows, 0u);
  }
}

// By program, from the first event to the end of the last month.
void run(const Case& of, const std::vector<PlanText>& plans, uint32_t shards,
         std::map<std::string, Done>* done) {
  Options options;
  options.shards = shards;
  std::string error;
  const auto engine = Engine::open(options, plans, &error);
  ASSERT_NE(engine, nullptr) << error;
  engine->on_entry([done](const Entry& entry) {
    Done& program = (*done)[std::string(entry.program)];
    ++program.entries;
    ++program.by_kind[std::string(entry.kind)];
    uint64_t& chain = program.chains[entry.account];
    chain = base::hash64(std::to_string(chain) + "\t" + words_of(entry));
  });
  ASSERT_NO_FATAL_FAILURE(read_files(*engine, of, plans));
  ASSERT_TRUE(of.file.empty() ? engine->replay_text(of.text, "trace", {}, &error)
                              : engine->replay(of.file, {}, &error))
      << error;
  ASSERT_TRUE(engine->tick(next_month(engine->clock()), &error)) << error;
  for (const Balance& balance : engine->balances()) {
    (*done)[balance.program].balances[balance.account + "\t" + balance.unit] = balance.amount;
  }
  EXPECT_EQ(engine->check_books(), "");
}

// Each alone, then all of them on each number of shards.
void expect_sum_of_parts(const Case& of) {
  std::map<std::string, Done> alone;
  for (const PlanText& plan : of.plans) {
    ASSERT_NO_FATAL_FAILURE(run(of, {plan}, 1, &alone)) << plan.name;
  }
  ASSERT_EQ(alone.size(), of.plans.size()) << "a program of its own each, which does something";
  for (const uint32_t shards : {1u, 2u, 7u, 16u}) {
    std::map<std::string, Done> together;
    ASSERT_NO_FATAL_FAILURE(run(of, of.plans, shards, &together));
    ASSERT_EQ(together.size(), alone.size());
    for (const auto& [program, done] : alone) {
      EXPECT_EQ(together[program], done) << program << ", " << shards << " shards";
    }
  }
}

PlanText plan_at(const fs::path& path) { return {path.filename().string(), text_of(path)}; }

// Those of a trace, in this folder: rsNN.plan, and rsNN.TRACE.plan. Those that are written a second
// time in other words are the same program and stand elsewhere.
std::vector<PlanText> plans_of(const std::string& trace) {
  std::vector<fs::path> paths;
  for (const auto& entry : fs::directory_iterator(kHere)) {
    const std::string name = entry.path().filename().string();
    if (!name.ends_with(".plan")) continue;
    const std::string middle = name.substr(name.find('.'));
    if (middle == ".plan" || middle == "." + trace + ".plan") paths.push_back(entry.path());
  }
  std::sort(paths.begin(), paths.end());
  std::vector<PlanText> plans;
  for (const fs::path& path : paths) plans.push_back(plan_at(path));
  return plans;
}

TEST(Together, TheShippedSample) {
  Case sample{plans_of("online-retail"), "docs/examples/online-retail-sample.csv.gz"};
  ASSERT_EQ(sample.plans.size(), 13u);
  expect_sum_of_parts(sample);
}

// ---- All fifteen --------------------------------------------------------------------------------

// One of the columns that a trace may have; empty where it has none.
std::string cell(const std::map<std::string, std::string>& row, const std::string& column) {
  const auto found = row.find(column);
  return found == row.end() ? "" : found->second;
}

std::vector<std::string> split(const std::string& line) {
  std::vector<std::string> cells(1);
  for (const char c : line) {
    if (c == ',') {
      cells.emplace_back();
    } else if (c != '\r') {
      cells.back() += c;
    }
  }
  return cells;
}

// The rows of a trace, no cell of which is quoted; the set goes before the id.
void add_rows(const fs::path& path, const std::string& set,
              std::vector<std::map<std::string, std::string>>* rows) {
  std::ifstream file(path);
  std::string line;
  ASSERT_TRUE(std::getline(file, line)) << path;
  const std::vector<std::string> columns = split(line);
  while (std::getline(file, line)) {
    const std::vector<std::string> cells = split(line);
    ASSERT_EQ(cells.size(), columns.size()) << line;
    std::map<std::string, std::string>& row = rows->emplace_back();
    for (size_t c = 0; c < cells.size(); ++c) row[columns[c]] = cells[c];
    row["event_id"] = set + "-" + row["event_id"];
  }
}

// The traces of all examples as one, by time, with all their plans: thirteen rule sets, that of
// agents and their managers, and that of agents with a goal each. The accounts are called alike in
// all of them, so that each program sees the events of all.
TEST(Together, AllExamplesAtOnce) {
  Case all;
  std::vector<std::map<std::string, std::string>> rows;
  std::vector<fs::path> folders;
  for (const auto& entry : fs::directory_iterator(kHere / "examples")) {
    if (entry.is_directory()) folders.push_back(entry.path());
  }
  std::sort(folders.begin(), folders.end());
  for (const fs::path& folder : folders) {
    all.plans.push_back(plan_at(folder / "example.plan"));
    ASSERT_NO_FATAL_FAILURE(add_rows(folder / "trace.csv", folder.filename().string(), &rows));
  }
  for (const char* const name : {"org", "quotas"}) {
    all.plans.push_back(plan_at(kHere / name / "example.plan"));
    ASSERT_NO_FATAL_FAILURE(add_rows(kHere / name / "example.csv", name, &rows));
  }
  ASSERT_EQ(all.plans.size(), 15u);
  all.org = text_of(kHere / "org" / "example.agents.csv");
  all.targets = text_of(kHere / "quotas" / "example.quotas.csv");

  std::stable_sort(rows.begin(), rows.end(), [](const auto& one, const auto& other) {
    return one.at("time") < other.at("time");
  });
  const std::vector<std::string> columns = {"event_id", "time", "type",    "account", "amount",
                                            "sku",      "qty",  "country", "city",    "agent"};
  for (const std::string& column : columns) all.text += (all.text.empty() ? "" : ",") + column;
  all.text += "\n";
  for (const auto& row : rows) {
    std::string line;
    for (const std::string& column : columns) line += "," + cell(row, column);
    all.text += line.substr(1) + "\n";
  }
  expect_sum_of_parts(all);
}

// ---- The full traces ----------------------------------------------------------------------------

TEST(Together, OnlineRetail) {
  const char* const folder = std::getenv("GUERDON_TRACES");
  if (folder == nullptr) GTEST_SKIP() << "GUERDON_TRACES does not name the folder of the traces";
  expect_sum_of_parts({plans_of("online-retail"), fs::path(folder) / "online-retail.csv.gz"});
}

// No product is returned here, so rule set 6 pays what rule set 1 does; agents come on top.
TEST(Together, Adventureworks) {
  const char* const folder = std::getenv("GUERDON_TRACES");
  if (folder == nullptr) GTEST_SKIP() << "GUERDON_TRACES does not name the folder of the traces";
  Case full{plans_of("adventureworks"), fs::path(folder) / "adventureworks.csv.gz"};
  full.plans.push_back(plan_at(kHere / "org" / "rs12.adventureworks.plan"));
  full.plans.push_back(plan_at(kHere / "quotas" / "rs14.adventureworks.plan"));
  ASSERT_EQ(full.plans.size(), 15u);
  full.org = text_of(fs::path(folder) / "adventureworks-agents.csv");
  full.targets = text_of(fs::path(folder) / "adventureworks-quotas.csv");
  expect_sum_of_parts(full);
}

}  // namespace
}  // namespace guerdon
