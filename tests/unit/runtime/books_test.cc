// Balances, and that the books agree with themselves.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <string>
#include <tuple>
#include <vector>

#include "tests/unit/runtime/shop.h"

namespace guerdon {
namespace {

std::vector<std::string> in_words(const std::vector<Balance>& balances) {
  std::vector<std::string> words;
  for (const Balance& b : balances) {
    words.push_back(b.account + " " + b.program + " " + b.unit + "/" + std::to_string(b.scale) +
                    " " + std::to_string(b.amount));
  }
  return words;
}

TEST(BalancesTest, StandByAccountThenProgramThenUnit) {
  Options options;
  options.shards = 7;
  const auto engine = open_engine({shop_plan("zoo"), shop_plan("bar")}, options);
  std::string trace = kHeader;
  int id = 0;
  for (const std::string account : {"b", "B", "a", "a longer name than fifteen bytes", "é", "10"}) {
    trace += sale_row(std::to_string(++id), account, "100.00");
  }
  EXPECT_EQ(feed(*engine, trace), "");
  std::vector<std::string> expected;
  for (const std::string account : {"10", "B", "a", "a longer name than fifteen bytes", "b", "é"}) {
    for (const std::string program : {"bar", "zoo"}) {
      expected.push_back(account + " " + program + " GBP/2 1000");
      expected.push_back(account + " " + program + " points/0 50");
    }
  }
  EXPECT_EQ(in_words(engine->balances()), expected);
}

TEST(BalancesTest, AWalletThatIsEmptyAgainIsNotListed) {
  const auto engine = open_shop();
  EXPECT_EQ(feed(*engine, kHeader + sale_row("1", "anna", "50.00") +
                              "2,2026-01-06T10:00:00Z,refund,anna,,50.00,\n"),
            "");
  EXPECT_TRUE(engine->balances().empty());
  EXPECT_EQ(engine->summary().accounts, 1u);
}

std::string busy_trace() {
  std::string trace = kHeader;
  for (int i = 0; i < 2000; ++i) {
    const std::string account = "account " + std::to_string(i * 7 % 90);
    const std::string amount = std::to_string(i * 13 % 80) + ".37";
    const std::string day = std::to_string(10 + i / 100);
    const std::string type = i % 4 == 3 ? "refund" : "sale";
    trace += std::to_string(i) + ",2026-01-" + day + "T10:00:00Z," + type + "," + account +
             ",agent " + std::to_string(i % 11) + "," + amount + ",\n";
  }
  return trace;
}

TEST(BalancesTest, AreTheSumsOfTheEntries) {
  Options options;
  options.shards = 4;
  options.workers = 2;
  const auto engine = open_shop(options);
  std::map<std::tuple<uint64_t, std::string>, int64_t> sums;
  engine->on_entry([&](const Entry& entry) {
    sums[{entry.account, std::string(entry.unit)}] += entry.note == "overflow" ? 0 : entry.amount;
  });
  EXPECT_EQ(feed(*engine, busy_trace()), "");
  std::vector<std::string> expected;
  for (const auto& [key, sum] : sums) {
    const auto& [account, unit] = key;
    if (sum == 0) continue;
    expected.push_back(engine->account_name(account) + " shop " + unit +
                       (unit == "GBP" ? "/2 " : "/0 ") + std::to_string(sum));
  }
  EXPECT_THAT(in_words(engine->balances()), testing::UnorderedElementsAreArray(expected));
  EXPECT_EQ(engine->check_books(), "");
}

// An engine that stops between two traces is the engine that read them as one.
TEST(BooksTest, WhereATraceIsCutDoesNotShow) {
  const std::string trace = busy_trace();
  const auto whole = open_shop();
  EXPECT_EQ(feed(*whole, trace), "");
  const auto halves = open_shop();
  const size_t middle = trace.find('\n', trace.size() / 2) + 1;
  EXPECT_EQ(feed(*halves, trace.substr(0, middle)), "");
  EXPECT_EQ(feed(*halves, kHeader + trace.substr(middle)), "");
  EXPECT_EQ(halves->state_hash(), whole->state_hash());
  EXPECT_EQ(halves->entries_hash(), whole->entries_hash());
  EXPECT_EQ(halves->summary().last_lsn, whole->summary().last_lsn);
}

TEST(BooksTest, MemoryThatIsReservedDoesNotShow) {
  Options options;
  options.reserve_memory = true;
  options.keys = 10'000;
  options.expected_accounts = 200'000;
  const auto reserved = open_shop(options);
  options.reserve_memory = false;
  options.expected_accounts = 0;
  const auto plain = open_shop(options);
  EXPECT_EQ(feed(*reserved, busy_trace()), "");
  EXPECT_EQ(feed(*plain, busy_trace()), "");
  EXPECT_EQ(reserved->state_hash(), plain->state_hash());
  EXPECT_EQ(reserved->entries_hash(), plain->entries_hash());
}

TEST(HashTest, IsThirtyTwoDigits) {
  EXPECT_EQ((Hash{0x0123'4567'89ab'cdef, 0xf}).to_hex(), "000000000000000f0123456789abcdef");
}

}  // namespace
}  // namespace guerdon
