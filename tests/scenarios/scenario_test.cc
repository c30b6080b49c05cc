// Runs every scenario file: row by row against what it says, then whole, for several numbers of
// shards and batch sizes and by the reference engine, which must all agree.
#include "tests/scenarios/scenario.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <memory>

#include "engine/money/decimal.h"
#include "engine/runtime/open.h"
#include "tests/scenarios/cells.h"
#include "tests/scenarios/twin_bench.h"
#include "tests/support/borrowed_disk.h"
#include "tests/support/crash_disk.h"

namespace guerdon::scenario {

namespace {

std::vector<std::string> scenario_files() {
  std::vector<std::string> files;
  for (const auto& entry : std::filesystem::directory_iterator("tests/scenarios")) {
    if (entry.path().extension() == ".scenario") files.push_back(entry.path().string());
  }
  std::sort(files.begin(), files.end());
  return files;
}

// An engine with the scenario's plans that keeps what it writes.
class Bench {
 public:
  Bench(const Scenario& scenario, uint32_t shards, uint32_t batch) {
    Options options;
    options.shards = shards;
    options.batch = batch;
    std::string error;
    engine_ = looks_back(scenario) ? open_with_book(options, scenario, &error)
                                   : Engine::open(options, scenario.plans, &error);
    if (engine_ == nullptr) ADD_FAILURE() << error;
    if (engine_ != nullptr) engine_->on_entry([this](const Entry& e) { entries_.push_back(e); });
  }
  bool is_open() const { return engine_ != nullptr; }
  Engine& engine() { return *engine_; }
  const std::vector<Entry>& entries() const { return entries_; }

  Answer command(const Table& table, const Row& row) {
    entries_.clear();
    const std::vector<std::string> words = words_of(table, row);
    Answer answer;
    std::string error;
    if (const std::optional<base::TimeMs> tick = tick_of(row)) {
      EXPECT_TRUE(engine_->tick(*tick, &error)) << error;
      answer.code = "OK";
      return answer;
    }
    EXPECT_TRUE(engine_->request({words.begin(), words.end()}, &answer, &error)) << error;
    return answer;
  }

  // What it publishes, or all rows, of events in batches.
  void feed(const Table& table) {
    if (!table.publishes.empty()) return publish(table.publishes);
    if (!table.is_of_commands) return feed(csv_of(table, nullptr));
    for (const Row& row : table.rows) command(table, row);
  }
  void publish(const std::string& text) {
    uint64_t lsn = 0;
    std::string error;
    EXPECT_TRUE(engine_->publish({"version.plan", text}, &lsn, &error)) << error;
  }

  // One row, and what became of it: "" where it was applied.
  std::string feed(const Table& table, const Row& row, std::string* sentence = nullptr);

  void feed(const std::string& csv) {
    entries_.clear();
    std::string error;
    EXPECT_TRUE(engine_->replay_text(csv, "scenario", {}, &error)) << error;
  }

 private:
  // What is taken back is found in log and book.
  static bool looks_back(const Scenario& scenario) {
    for (const Table& table : scenario.tables) {
      for (const Row& row : table.rows) {
        if (table.is_of_commands && row.cells.at("command") == "REVERSE") return true;
      }
    }
    return false;
  }
  std::unique_ptr<Engine> open_with_book(Options options, const Scenario& scenario,
                                         std::string* error) {
    options.segment_bytes = kSegmentBytesMin;
    runtime::Disks disks(std::make_unique<support::BorrowedDisk>(log_));
    disks.book = std::make_unique<support::BorrowedDisk>(book_);
    std::string warnings;
    return runtime::open_engine(options, scenario.plans, std::move(disks), error, &warnings);
  }

  support::CrashDisk log_;
  support::CrashDisk book_;
  std::unique_ptr<Engine> engine_;
  std::vector<Entry> entries_;
};

std::string outcome_word(const Summary& before, const Summary& after) {
  if (after.duplicates > before.duplicates) return "DUP";
  if (after.ignored > before.ignored) return "IGNORED";
  for (const auto& [code, count] : after.refused_by_code) {
    const auto at = before.refused_by_code.find(code);
    if (at == before.refused_by_code.end() || at->second < count) return code;
  }
  return "";
}

std::string Bench::feed(const Table& table, const Row& row, std::string* sentence) {
  if (!table.is_of_commands) {
    const Summary before = engine_->summary();
    feed(csv_of(table, &row));
    return outcome_word(before, engine_->summary());
  }
  const Answer answer = command(table, row);
  if (sentence != nullptr) *sentence = answer.sentence;
  return answer.code == "OK" ? "" : answer.code;
}

std::vector<std::string> written_items(Bench& bench, const std::vector<Unit>& units) {
  std::vector<std::string> items;
  for (const Entry& e : bench.entries()) {
    const std::string unit(e.unit);
    const Item item{bench.engine().account_name(e.account), amount_text(e.amount, unit, units),
                    unit, std::string(e.kind), std::string(e.note)};
    items.push_back(item.text());
  }
  return items;
}

// `have`: the amount of a balance, or "0" where there is none.
void check_balances(const Row& row, const std::vector<Unit>& units,
                    const std::function<std::string(const Item&)>& have) {
  for (const Item& want : balances_of(row, units)) {
    const bool is_zero = want.amount.find_first_not_of("0.") == std::string::npos;
    EXPECT_EQ(have(want), is_zero ? "0" : want.amount) << "balance of " << want.account;
  }
}

void check_row(Bench& bench, const Table& table, const Row& row, const std::vector<Unit>& units) {
  SCOPED_TRACE("line " + std::to_string(row.line));
  std::string sentence;
  const std::string became = bench.feed(table, row, &sentence);
  const Expected expected = expected_of(row, units);
  EXPECT_EQ(became, expected.code) << sentence;
  EXPECT_EQ(by_account(written_items(bench, units)), by_account(expected.items));
  const auto says = row.cells.find("says");
  if (says != row.cells.end()) {
    EXPECT_NE(sentence.find(says->second), std::string::npos) << sentence;
  }
  check_balances(row, units, [&](const Item& want) -> std::string {
    for (const Balance& balance : bench.engine().balances()) {
      if (balance.account != want.account || balance.unit != want.unit) continue;
      return money::format_decimal(balance.amount, balance.scale);
    }
    return "0";
  });
  EXPECT_EQ(bench.engine().check_books(), "");
}

// False: no engine reads it.
bool is_read(const Table& table, const Row& row) {
  const bool is_wrong = row.cells.at("entries") == "INVALID";
  const auto command = row.cells.find("command");  // a tree's faults are its state's
  return !table.is_of_commands || !is_wrong || command->second == "REVERSE" ||
         command->second == "ORG";
}

void check_row(TwinBench& twin, const Table& table, const Row& row,
               const std::vector<Unit>& units) {
  if (!is_read(table, row)) return;
  SCOPED_TRACE("line " + std::to_string(row.line));
  const Expected expected = expected_of(row, units);
  EXPECT_EQ(twin.feed(table, row), expected.code);
  EXPECT_EQ(by_account(twin.items(units)), by_account(expected.items));
  const auto balances = twin.engine().balances();
  check_balances(row, units, [&](const Item& want) -> std::string {
    for (const auto& [wallet, amount] : balances) {
      const auto& [account, program, unit] = wallet;
      if (account != want.account || unit != want.unit) continue;
      return amount_text(amount, unit, units);
    }
    return "0";
  });
}

class Scenarios : public ::testing::TestWithParam<std::string> {};

TEST_P(Scenarios, RowsSayWhatHappens) {
  const Scenario scenario = read(GetParam());
  Bench bench(scenario, 1, 256);
  ASSERT_TRUE(bench.is_open());
  for (const Table& table : scenario.tables) {
    if (!table.publishes.empty()) bench.publish(table.publishes);
    for (const Row& row : table.rows) check_row(bench, table, row, units_of(scenario));
  }
}

TEST_P(Scenarios, RowsSayWhatTheReferenceDoes) {
  const Scenario scenario = read(GetParam());
  TwinBench twin(scenario);
  for (const Table& table : scenario.tables) {
    if (!table.publishes.empty()) twin.publish(table.publishes);
    for (const Row& row : table.rows) check_row(twin, table, row, units_of(scenario));
  }
}

TEST_P(Scenarios, ShardsAndBatchesDoNotShow) {
  const Scenario scenario = read(GetParam());
  std::vector<Hash> state;
  std::vector<Hash> entries;
  for (const uint32_t shards : {1u, 2u, 7u, 16u}) {
    for (const uint32_t batch : {1u, 3u, 256u}) {
      Bench bench(scenario, shards, batch);
      ASSERT_TRUE(bench.is_open());
      for (const Table& table : scenario.tables) bench.feed(table);
      state.push_back(bench.engine().state_hash());
      entries.push_back(bench.engine().entries_hash());
      EXPECT_EQ(state.back(), state.front()) << shards << " shards, batches of " << batch;
      EXPECT_EQ(entries.back(), entries.front()) << shards << " shards, batches of " << batch;
      EXPECT_EQ(bench.engine().check_books(), "");
    }
  }
}

TEST_P(Scenarios, TheReferenceAgrees) {
  const Scenario scenario = read(GetParam());
  Bench bench(scenario, 1, 256);
  ASSERT_TRUE(bench.is_open());
  TwinBench twin(scenario);
  for (const Table& table : scenario.tables) {
    if (!table.publishes.empty()) {
      bench.publish(table.publishes);
      twin.publish(table.publishes);
    }
    for (const Row& row : table.rows) {
      SCOPED_TRACE("line " + std::to_string(row.line));
      const std::string became = bench.feed(table, row);
      if (!is_read(table, row)) continue;
      EXPECT_EQ(became, twin.feed(table, row));
      ASSERT_EQ(twin.written(), bench.entries().size());
    }
  }
  std::map<std::tuple<std::string, std::string, std::string>, int64_t> have;
  for (const Balance& b : bench.engine().balances())
    have[{b.account, b.program, b.unit}] = b.amount;
  EXPECT_EQ(have, twin.engine().balances());
  EXPECT_EQ(bench.engine().summary().last_lsn, twin.engine().last_lsn());
}

std::string name_of(const ::testing::TestParamInfo<std::string>& file) {
  return std::filesystem::path(file.param).stem().string();
}

INSTANTIATE_TEST_SUITE_P(Files, Scenarios, ::testing::ValuesIn(scenario_files()), name_of);

}  // namespace

}  // namespace guerdon::scenario
