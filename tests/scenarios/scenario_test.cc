// Runs every scenario file: row by row against what it says, then whole, for several numbers of
// shards and batch sizes and by the reference engine, which must all agree.
#include "tests/scenarios/scenario.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <memory>
#include <sstream>

#include "engine/money/decimal.h"
#include "engine/plan/checker.h"
#include "engine/runtime/open.h"
#include "tests/reference/engine.h"
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

// A unit as the plans declare it.
struct Unit {
  std::string code;
  int scale = 0;
};

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
    EXPECT_TRUE(engine_->request({words.begin(), words.end()}, &answer, &error)) << error;
    return answer;
  }

  // All rows, of events in batches.
  void feed(const Table& table) {
    if (!table.is_of_commands) return feed(csv_of(table, nullptr));
    for (const Row& row : table.rows) command(table, row);
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

// The units that the plans declare, in their order; the first need not be named in a cell.
std::vector<Unit> units_of(const Scenario& scenario) {
  std::vector<Unit> units;
  for (const PlanText& plan : scenario.plans) {
    std::stringstream text(plan.text);
    for (std::string line; std::getline(text, line);) {
      if (!line.starts_with("unit ")) continue;
      const size_t quote = line.find('"');
      const size_t comma = line.rfind(',');
      units.push_back({quote == std::string::npos
                           ? line.substr(5, comma - 5)
                           : line.substr(quote + 1, line.rfind('"') - quote - 1),
                       std::stoi(line.substr(comma + 1))});
    }
  }
  return units;
}

// An item of an `entries` cell with everything said, to compare as text.
struct Item {
  std::string account;
  std::string amount;
  std::string unit;
  std::string kind;
  std::string note;

  std::string text() const {
    return account + ": " + amount + " " + unit + " " + kind + (note.empty() ? "" : " " + note);
  }
};

std::string strip_note(std::string& text) {
  const size_t open = text.find('(');
  if (open == std::string::npos) return "";
  std::string note = text.substr(open + 1, text.find(')') - open - 1);
  text = text.substr(0, open);
  return note;
}

// `units`: the codes of all units, the one that need not be said first.
Item read_item(std::string text, const std::string& account, const std::vector<Unit>& units) {
  Item item;
  item.note = strip_note(text);
  const size_t colon = text.find(':');
  item.account = colon == std::string::npos ? account : text.substr(0, colon);
  std::stringstream words(colon == std::string::npos ? text : text.substr(colon + 1));
  words >> item.amount;
  item.unit = units.front().code;
  item.kind = item.amount.starts_with('-') ? "clawback" : "earn";
  for (std::string word; words >> word;) {
    const bool is_unit = std::any_of(units.begin(), units.end(),
                                     [&](const Unit& unit) { return unit.code == word; });
    (is_unit ? item.unit : item.kind) = word;
  }
  return item;
}

std::vector<std::string> items_of(const std::string& cell, const Row& row,
                                  const std::vector<Unit>& units) {
  std::vector<std::string> items;
  if (cell == "none") return items;
  const auto account = row.cells.find("account");
  std::stringstream parts(cell);
  for (std::string part; std::getline(parts, part, ',');) {
    part.erase(0, part.find_first_not_of(' '));
    items.push_back(
        read_item(part, account == row.cells.end() ? "" : account->second, units).text());
  }
  return items;
}

// Of several accounts each in its own order: the register's order of accounts is by hash.
std::vector<std::string> by_account(std::vector<std::string> items) {
  std::stable_sort(items.begin(), items.end(), [](const std::string& a, const std::string& b) {
    return a.substr(0, a.find(':')) < b.substr(0, b.find(':'));
  });
  return items;
}

std::vector<std::string> written_items(Bench& bench, const std::vector<Unit>& units) {
  std::vector<std::string> items;
  for (const Entry& e : bench.entries()) {
    const auto unit = std::find_if(units.begin(), units.end(),
                                   [&](const Unit& one) { return one.code == e.unit; });
    Item item{bench.engine().account_name(e.account), money::format_decimal(e.amount, unit->scale),
              std::string(e.unit), std::string(e.kind), std::string(e.note)};
    items.push_back(item.text());
  }
  return items;
}

void check_balances(Bench& bench, const std::string& cell, const Row& row,
                    const std::vector<Unit>& units) {
  const auto account = row.cells.find("account");
  std::stringstream parts(cell);
  for (std::string part; std::getline(parts, part, ',');) {
    part.erase(0, part.find_first_not_of(' '));
    const Item want = read_item(part, account == row.cells.end() ? "" : account->second, units);
    std::string have = "0";
    for (const Balance& balance : bench.engine().balances()) {
      if (balance.account != want.account || balance.unit != want.unit) continue;
      have = money::format_decimal(balance.amount, balance.scale);
    }
    const bool zero = want.amount.find_first_not_of("0.") == std::string::npos;
    EXPECT_EQ(have, zero ? "0" : want.amount) << "balance of " << want.account;
  }
}

// Codes are upper case and stand alone.
bool is_code(const std::string& cell) {
  return !cell.empty() && cell.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZ") == std::string::npos;
}

void check_row(Bench& bench, const Table& table, const Row& row, const std::vector<Unit>& units) {
  SCOPED_TRACE("line " + std::to_string(row.line));
  const std::string& cell = row.cells.at("entries");
  std::string sentence;
  const std::string became = bench.feed(table, row, &sentence);
  // What falls due before a command that is refused is written all the same.
  const std::string code = cell.substr(0, cell.find(','));
  const bool is_refused = is_code(code);
  EXPECT_EQ(became, is_refused ? code : "") << sentence;
  const std::string written = !is_refused                 ? cell
                              : code.size() < cell.size() ? cell.substr(code.size() + 1)
                                                          : "none";
  EXPECT_EQ(by_account(written_items(bench, units)), by_account(items_of(written, row, units)));
  const auto says = row.cells.find("says");
  if (says != row.cells.end()) {
    EXPECT_NE(sentence.find(says->second), std::string::npos) << sentence;
  }
  check_balances(bench, row.cells.at("balance"), row, units);
  EXPECT_EQ(bench.engine().check_books(), "");
}

std::vector<plan::Plan> checked_plans(const Scenario& scenario) {
  std::vector<plan::Plan> plans;
  for (const PlanText& text : scenario.plans) {
    const plan::SourceText source(text.name, text.text);
    plan::Diagnostics diagnostics;
    std::optional<plan::Plan> plan = plan::load_plan(source, diagnostics);
    if (plan) plans.push_back(std::move(*plan));
  }
  return plans;
}

reference::Event reference_event(const Table& table, const Row& row) {
  reference::Event event;
  event.source = "scenario";
  for (const std::string& column : table.columns) {
    const std::string& value = row.cells.at(column);
    if (column == "id") {
      event.id = value;
    } else if (column == "type") {
      event.type = value;
    } else if (column == "time") {
      event.time = value;
    } else {
      event.values.emplace_back(column, value);
    }
  }
  return event;
}

reference::Command reference_command(const Table& table, const Row& row) {
  reference::Command command;
  command.source = "default";
  for (const std::string& column : table.columns) {
    const std::string& value = row.cells.at(column);
    if (column == "command") {
      command.word = value;
    } else if (column == "id") {
      command.id = value;
    } else if (column == "time") {
      command.time = value;
    } else if (column == "source") {
      if (!value.empty()) command.source = value;
    } else {
      command.values.emplace_back(column, value);
    }
  }
  return command;
}

// As the engine answers: "" where it was applied.
std::string word_of(const reference::Result& result) {
  switch (result.outcome) {
    case reference::Outcome::kDuplicate:
      return "DUP";
    case reference::Outcome::kConflict:
      return "CONFLICT";
    default:
      return result.code;
  }
}

class Scenarios : public ::testing::TestWithParam<std::string> {};

TEST_P(Scenarios, RowsSayWhatHappens) {
  const Scenario scenario = read(GetParam());
  Bench bench(scenario, 1, 256);
  ASSERT_TRUE(bench.is_open());
  for (const Table& table : scenario.tables) {
    for (const Row& row : table.rows) check_row(bench, table, row, units_of(scenario));
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
  reference::Engine reference(checked_plans(scenario));
  for (const Table& table : scenario.tables) {
    for (const Row& row : table.rows) {
      SCOPED_TRACE("line " + std::to_string(row.line));
      const size_t before = reference.entries().size();
      const std::string became = bench.feed(table, row);
      if (!table.is_of_commands) {
        reference.apply(reference_event(table, row));
      } else if (became != "INVALID" || row.cells.at("command") == "REVERSE") {  // it was read
        EXPECT_EQ(became, word_of(reference.apply(reference_command(table, row))));
      }
      ASSERT_EQ(reference.entries().size() - before, bench.entries().size());
    }
  }
  std::map<std::tuple<std::string, std::string, std::string>, int64_t> have;
  for (const Balance& b : bench.engine().balances())
    have[{b.account, b.program, b.unit}] = b.amount;
  EXPECT_EQ(have, reference.balances());
  EXPECT_EQ(bench.engine().summary().last_lsn, reference.last_lsn());
}

INSTANTIATE_TEST_SUITE_P(Files, Scenarios, ::testing::ValuesIn(scenario_files()),
                         [](const ::testing::TestParamInfo<std::string>& file) {
                           return std::filesystem::path(file.param).stem().string();
                         });

}  // namespace

}  // namespace guerdon::scenario
