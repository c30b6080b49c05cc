// That rows of tables from files which are drawn are used: looked up by events, and paid by.
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <map>
#include <set>
#include <string>

#include "tests/generate/case_files.h"
#include "tests/generate/random_goal_files.h"
#include "tests/generate/random_rows.h"
#include "tests/law/compare_reference.h"
#include "tests/law/differential.h"
#include "tests/law/draw.h"
#include "tests/law/rows.h"

namespace guerdon::law {
namespace {

using generate::Case;
using reference::Event;

constexpr uint64_t kSeeds = 150;
constexpr int kPaidByRows = 10;  // cases: then it is not asked of more, which takes two runs each
constexpr int kPaidByFiles = 3;

// Goals go with them in a case, and are of no table.
bool is_table_row(const Event& event) { return generate::is_row(event) && event.type == "TABLE"; }

bool has_rows(const Case& drawn) {
  return std::any_of(drawn.events.begin(), drawn.events.end(), is_table_row);
}

Case without_rows(Case drawn) {
  std::erase_if(drawn.events, is_table_row);
  return drawn;
}

std::string said(const Event& row, const std::string& name) {
  for (const auto& [known, value] : row.values) {
    if (known == name) return value;
  }
  return "";
}

// What was paid, whatever LSN it has.
std::multiset<std::string> paid_in(const ReferenceRun& run) {
  std::multiset<std::string> paid;
  for (const reference::Entry& entry : run.engine.entries()) {
    paid.insert(entry.account + " " + entry.unit + " " + std::to_string(entry.amount) + " " +
                entry.plan + " " + entry.rule);
  }
  return paid;
}

std::multiset<std::string> paid_in(const Case& drawn) { return paid_in(ReferenceRun(drawn)); }

// The first case from a seed on in which rows change what is paid.
Case case_that_pays_by_rows(uint64_t seed) {
  for (;; ++seed) {
    Case drawn = differential_case(seed);
    if (has_rows(drawn) && paid_in(drawn) != paid_in(without_rows(drawn))) return drawn;
  }
}

// That from the first seed on: it is looked for once.
const Case& first_that_pays_by_rows() {
  static const Case found = case_that_pays_by_rows(1);
  return found;
}

void count_tables(const plan::Plan& plan, std::map<std::string, int>& seen) {
  for (const plan::TableAsk& ask : plan.asks) {
    const plan::Table& table = plan.tables[static_cast<size_t>(ask.table)];
    const plan::TypeKind kind = table.columns[static_cast<size_t>(ask.column)].type.kind;
    ++seen[std::to_string(ask.keys.size()) + " keys"];
    ++seen[kind == plan::TypeKind::kRatio   ? "ratio"
           : kind == plan::TypeKind::kCount ? "count"
                                            : "amount"];
    ++seen[table.columns.size() > 1 ? "columns" : "one column"];
    ++seen[table.otherwise ? "otherwise" : "no otherwise"];
  }
}

TEST(RowsTest, RowsThatAreDrawnAreUsed) {
  std::map<std::string, int> seen;
  for (uint64_t seed = 1; seed <= kSeeds; ++seed) {
    const Case drawn = differential_case(seed);
    for (const plan::Plan& plan : load_all(drawn.plans)) count_tables(plan, seen);
    if (!has_rows(drawn)) continue;
    ++seen["cases"];
    EXPECT_TRUE(are_rows_read(drawn)) << print(drawn);
    if (int& paid = seen["cases whose rows change what is paid"]; paid < kPaidByRows) {
      paid += paid_in(drawn) != paid_in(without_rows(drawn)) ? 1 : 0;
    }
    bool is_amid = false;
    std::set<std::string> keys;
    for (const Event& event : drawn.events) {
      const bool is_row = is_table_row(event);
      is_amid = is_amid || (!is_row && event.source != kTickSource);
      if (!is_row) continue;
      ++seen[is_amid ? "rows amid events" : "rows before them"];
      ++seen[said(event, "effective").empty() ? "rows for ever" : "rows from an instant on"];
      ++seen[said(event, "value") == "none" ? "rows that say none" : "rows with a value"];
      std::string key;
      for (const auto& [name, value] : event.values) key += name == "value" ? "" : value + "\n";
      seen["rows that change one"] += keys.insert(key).second ? 0 : 1;
    }
  }
  for (const auto& [what, count] : seen) RecordProperty(what, count);
  EXPECT_GE(seen["cases"], 20);
  EXPECT_EQ(seen["cases whose rows change what is paid"], kPaidByRows);
  for (const char* const what :
       {"1 keys", "2 keys", "3 keys", "4 keys", "ratio", "count", "amount", "columns", "one column",
        "otherwise", "no otherwise", "rows amid events", "rows before them", "rows for ever",
        "rows from an instant on", "rows that say none", "rows with a value",
        "rows that change one"}) {
    EXPECT_GE(seen[what], 5) << what;
  }
}

// What is paid where no file of goals is ever committed.
std::multiset<std::string> paid_without_files(Case drawn) {
  std::erase_if(drawn.events, [](const Event& event) {
    return event.source == generate::kCommandSource && event.type == "COMMIT";
  });
  return paid_in(drawn);
}

TEST(RowsTest, FilesOfGoalsThatAreDrawnAreUsed) {
  std::map<std::string, int> seen;
  for (uint64_t seed = 1; seed <= kSeeds; ++seed) {
    const Case drawn = differential_case(seed);
    if (std::none_of(drawn.events.begin(), drawn.events.end(), generate::is_of_file)) continue;
    ++seen["cases"];
    const ReferenceRun run(drawn);
    if (int& paid = seen["cases whose files change what is paid"]; paid < kPaidByFiles) {
      paid += paid_in(run) != paid_without_files(drawn) ? 1 : 0;
    }
    size_t command = 0;
    for (const Event& event : drawn.events) {
      if (event.source != generate::kCommandSource) continue;
      const reference::Result& result = run.answers.at(command++);
      if (generate::is_of_file(event)) ++seen[event.type + " " + result.code];
    }
  }
  for (const auto& [what, count] : seen) RecordProperty(what, count);
  EXPECT_GE(seen["cases"], 8);
  EXPECT_EQ(seen["cases whose files change what is paid"], kPaidByFiles);
  EXPECT_GE(seen["STAGE "], 50);
  EXPECT_GE(seen["COMMIT "], 10);
  EXPECT_GE(seen["ABORT "], 5);
  for (const char* const what : {"STAGE CONFLICT", "COMMIT LATE", "COMMIT UNKNOWN"}) {
    EXPECT_GE(seen[what], 1) << what;
  }
}

TEST(RowsTest, ACaseWithRowsIsKeptAndReadAgain) {
  const Case& drawn = first_that_pays_by_rows();
  const std::string folder = testing::TempDir() + "rows_test";
  std::string error;
  ASSERT_TRUE(generate::write_files(drawn, kTickSource, folder, &error)) << error;
  Case again;
  ASSERT_TRUE(generate::read_files(folder, kTickSource, &again, &error)) << error;
  std::filesystem::remove_all(folder);
  EXPECT_EQ(again.plans, drawn.plans);
  ASSERT_EQ(again.events.size(), drawn.events.size());
  for (size_t i = 0; i < drawn.events.size(); ++i) {
    if (!is_table_row(drawn.events[i])) continue;
    EXPECT_EQ(again.events[i], drawn.events[i]) << i;
  }
  EXPECT_EQ(paid_in(again), paid_in(drawn));
}

// Down to what is needed: a plan with a table, a row for it, and an event that finds it.
TEST(RowsTest, ACaseIsMadeSmallWithItsRows) {
  const auto pays_by_rows = [](const Case& one) {
    return goes_together(one) && are_rows_read(one) && paid_in(one) != paid_in(without_rows(one));
  };
  const Case small = generate::shrink(first_that_pays_by_rows(), pays_by_rows, 3'000);
  EXPECT_TRUE(pays_by_rows(small));
  EXPECT_EQ(small.plans.size(), 1u);
  EXPECT_LE(small.events.size(), 4u) << print(small);
  EXPECT_NE(print(small).find("TABLE table="), std::string::npos) << print(small);
}

// A table, a key or a bound that is gone.
TEST(RowsTest, RowsThatNoEngineReadsAreTold) {
  const Case& drawn = first_that_pays_by_rows();
  EXPECT_TRUE(are_rows_read(drawn));
  for (const char* const lost : {"table", "key", "value"}) {
    Case other = drawn;
    for (Event& event : other.events) {
      if (!is_table_row(event)) continue;
      std::erase_if(event.values, [&](const auto& value) { return value.first == lost; });
    }
    EXPECT_FALSE(are_rows_read(other)) << lost;
  }
}

}  // namespace
}  // namespace guerdon::law
