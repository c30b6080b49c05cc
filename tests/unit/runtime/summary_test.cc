// What an engine says of itself: its numbers, its entries, its clock.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <string>
#include <tuple>
#include <vector>

#include "tests/unit/runtime/shop.h"

namespace guerdon {
namespace {

using ::testing::ElementsAre;
using ::testing::Pair;

std::string refund_row(const std::string& id, const std::string& account,
                       const std::string& amount) {
  return id + ",2026-01-06T10:00:00Z,refund," + account + ",," + amount + ",\n";
}

TEST(SummaryTest, CountsEachRowOnceByWhatBecameOfIt) {
  const auto engine = open_shop();
  std::string trace = kHeader;
  trace += sale_row("1", "anna", "5.00");
  trace += sale_row("2", "bert", "7.00");
  trace += sale_row("1", "anna", "5.00");
  trace += sale_row("1", "anna", "5.01");
  trace += sale_row("3", "anna", "five");
  trace += sale_row("4", "anna", "-5.00");
  trace += "5,2026-01-05T10:00:00Z,weather,,,,\n";
  EXPECT_EQ(feed(*engine, trace), "");
  const Summary summary = engine->summary();
  EXPECT_EQ(summary.events, 7u);
  EXPECT_EQ(summary.accepted, 2u);
  EXPECT_EQ(summary.duplicates, 1u);
  EXPECT_EQ(summary.ignored, 1u);
  EXPECT_EQ(summary.refused, 3u);
  EXPECT_THAT(summary.refused_by_code, ElementsAre(Pair("CONFLICT", 1), Pair("INVALID", 2)));
  EXPECT_EQ(summary.last_lsn, 1u + 2 + 1);  // the plan, two events, and what moved the clock
  EXPECT_EQ(summary.accounts, 2u);
}

TEST(SummaryTest, CountsEntriesByKindAndByNote) {
  const auto engine = open_shop();
  std::string trace = kHeader;
  trace += sale_row("1", "anna", "100.00");          // 10.00 and the milestone
  trace += refund_row("2", "anna", "30.00");         // the milestone back, and 3.00
  trace += refund_row("3", "anna", "200.00");        // 7.00 of 20.00
  trace += "4,2026-01-06T10:00:00Z,sale,,carl,,\n";  // no amount, no account: nothing
  EXPECT_EQ(feed(*engine, trace), "");
  const Summary summary = engine->summary();
  EXPECT_EQ(summary.entries, 5u);
  EXPECT_THAT(summary.entries_by_kind,
              ElementsAre(Pair("bonus", 1), Pair("clawback", 3), Pair("earn", 1)));
  EXPECT_THAT(summary.entries_by_note, ElementsAre(Pair("floor", 1)));
}

TEST(SummaryTest, CountsWhatIsKeptAndTheMemoryForIt) {
  const auto engine = open_shop();
  const Summary before = engine->summary();
  std::string trace = kHeader;
  for (int i = 0; i < 1000; ++i) {
    trace += sale_row(std::to_string(i), "account " + std::to_string(i), "1.00");
    trace += sale_row("b" + std::to_string(i), "account " + std::to_string(i), "1.00",
                      "2026-02-05T10:00:00Z");
  }
  EXPECT_EQ(feed(*engine, trace), "");
  const Summary after = engine->summary();
  EXPECT_EQ(after.accounts, 1000u);
  EXPECT_EQ(after.kept_frames, 1000u);  // the month before the one in the block
  EXPECT_GT(after.state_bytes, before.state_bytes + 1000 * 64);
  EXPECT_GT(after.key_bytes, 2000u * 48);
}

// ---- entries ------------------------------------------------------------------------------------

TEST(EntryTest, AnEntryNamesItsWalletItsReasonAndItsPlaceInTheLog) {
  const auto engine = open_shop();
  std::vector<Entry> entries;
  engine->on_entry([&](const Entry& entry) { entries.push_back(entry); });
  EXPECT_EQ(feed(*engine, kHeader + "1,2026-01-05T10:00:00.250Z,sale,anna,bert,5.00,\n"), "");
  ASSERT_EQ(entries.size(), 2u);
  const bool anna_first = engine->account_name(entries[0].account) == "anna";
  const Entry& anna = entries[anna_first ? 0 : 1];
  const Entry& bert = entries[anna_first ? 1 : 0];
  EXPECT_EQ(anna.lsn, 2u);
  EXPECT_EQ(anna.n, 0u);
  EXPECT_EQ(anna.amount, 50);
  EXPECT_EQ(anna.scale, 2);
  EXPECT_EQ(anna.effective, 1'767'607'200'250);
  EXPECT_EQ(anna.program, "shop");
  EXPECT_EQ(anna.unit, "GBP");
  EXPECT_EQ(anna.kind, "earn");
  EXPECT_EQ(anna.plan, "shop");
  EXPECT_EQ(anna.rule, "cashback");
  EXPECT_EQ(anna.effect, 0);
  EXPECT_EQ(anna.note, "");
  EXPECT_EQ(engine->account_name(bert.account), "bert");
  EXPECT_EQ(bert.unit, "points");
  EXPECT_EQ(bert.scale, 0);
  EXPECT_EQ(bert.kind, "stamp");
  EXPECT_EQ(bert.effect, 1);
  EXPECT_LT(entries[0].account, entries[1].account);
}

TEST(EntryTest, EntriesComeInOrderWhateverTheThreads) {
  Options options;
  options.shards = 5;
  options.workers = 2;
  options.batch = 7;
  const auto engine = open_shop(options);
  std::vector<Entry> entries;
  engine->on_entry([&](const Entry& entry) { entries.push_back(entry); });
  std::string trace = kHeader;
  for (int i = 0; i < 500; ++i) {
    trace += sale_row(std::to_string(i), "account " + std::to_string(i % 40), "60.00");
  }
  EXPECT_EQ(feed(*engine, trace), "");
  ASSERT_EQ(entries.size(), engine->summary().entries);
  ASSERT_GT(entries.size(), 500u);
  for (size_t i = 1; i < entries.size(); ++i) {
    const Entry& a = entries[i - 1];
    const Entry& b = entries[i];
    EXPECT_LT(std::tie(a.lsn, a.account, a.n), std::tie(b.lsn, b.account, b.n));
  }
}

TEST(EntryDeathTest, ASinkIsSetBeforeTheFirstEvent) {
  const auto engine = open_shop();
  EXPECT_EQ(feed(*engine, kHeader + sale_row("1", "anna", "5.00")), "");
  EXPECT_DEATH(engine->on_entry([](const Entry&) {}), "assertion");
}

// ---- the clock ----------------------------------------------------------------------------------

constexpr int64_t kJanuary = 1'767'607'200'000;  // 2026-01-05T10:00:00Z

TEST(ClockTest, IsThatOfTheLastRecordAndNeverFalls) {
  const auto engine = open_shop();
  std::string error;
  EXPECT_EQ(feed(*engine, kHeader + sale_row("1", "anna", "5.00") +
                              sale_row("2", "anna", "5.00", "2025-01-01T00:00:00Z")),
            "");
  EXPECT_EQ(engine->clock(), kJanuary);
  ASSERT_TRUE(engine->tick(kJanuary - 1, &error)) << error;
  EXPECT_EQ(engine->clock(), kJanuary);
  ASSERT_TRUE(engine->tick(kJanuary + 1, &error)) << error;
  EXPECT_EQ(engine->clock(), kJanuary + 1);
  EXPECT_EQ(engine->summary().last_lsn, 5u);
  ASSERT_TRUE(engine->tick(INT64_MIN, &error)) << error;
  EXPECT_EQ(engine->clock(), kJanuary + 1);
}

TEST(ClockTest, StopsAtTheLastInstantOf2099) {
  std::string error;
  const auto engine = open_shop();
  ASSERT_TRUE(engine->tick(4'102'444'800'000, &error)) << error;
  EXPECT_EQ(engine->clock(), 4'102'444'799'999);
  ASSERT_TRUE(engine->tick(INT64_MAX, &error)) << error;
  EXPECT_EQ(engine->clock(), 4'102'444'799'999);
  ASSERT_TRUE(engine->tick(next_month(engine->clock()), &error)) << error;
  EXPECT_EQ(engine->clock(), 4'102'444'799'999);
}

TEST(ClockTest, ATickBeforeAnyEventIsARecordLikeAnyOther) {
  std::string error;
  const auto engine = open_shop();
  ASSERT_TRUE(engine->tick(kJanuary, &error)) << error;
  EXPECT_EQ(engine->clock(), kJanuary);
  EXPECT_EQ(engine->summary().last_lsn, 2u);
  EXPECT_EQ(engine->summary().events, 0u);
}

TEST(NextMonthTest, IsTheFirstInstantOfTheMonthAfter) {
  const auto at = [](const std::string& time) {  // by an engine's own reading of times
    const auto engine = open_shop();
    EXPECT_EQ(feed(*engine, kHeader + sale_row("1", "anna", "1.00", time)), "");
    return engine->clock();
  };
  EXPECT_EQ(next_month(at("2026-01-05T10:00:00Z")), at("2026-02-01T00:00:00Z"));
  EXPECT_EQ(next_month(at("2026-02-01T00:00:00Z")), at("2026-03-01T00:00:00Z"));
  EXPECT_EQ(next_month(at("2026-02-28T23:59:59.999Z")), at("2026-03-01T00:00:00Z"));
  EXPECT_EQ(next_month(at("2024-02-29T12:00:00Z")), at("2024-03-01T00:00:00Z"));
  EXPECT_EQ(next_month(at("2025-12-31T23:59:59Z")), at("2026-01-01T00:00:00Z"));
  EXPECT_EQ(next_month(0), at("1970-02-01T00:00:00Z"));
}

}  // namespace
}  // namespace guerdon
