// The hash of what an auditor would list: equal lists, equal hashes, whatever lies in memory.
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <string>
#include <vector>

#include "tests/unit/shard/books.h"

namespace guerdon::shard {
namespace {

using plan::Event;
using plan::kDay;

Event sale(const std::string& account, const std::string& sku, int64_t qty, int day = 100) {
  Event event;
  event.texts = {{"account", account}, {"sku", sku}};
  event.numbers = {{"qty", qty}, {"delta", qty}};
  event.occurred_at = day * kDay;
  return event;
}

constexpr const char* kRules = R"(
measure pieces per account per sku per day = sum of qty on sale
measure drift per account per day = sum of delta on sale
rule third per account per day
  when drift >= 3
  credit account 10 points
rule every_one
  on sale
  credit account qty * 1 point
)";

std::vector<Event> some_events() {
  std::vector<Event> events;
  for (int i = 0; i < 200; ++i) {
    const std::string account = std::string(i % 3 == 0 ? 20 : 3, 'a') + std::to_string(i % 23);
    events.push_back(sale(account, "sku" + std::to_string(i % 5), 1 + i % 4, 98 + i % 3));
  }
  return events;
}

TEST(ContentHashTest, AnEmptyShardHasTheHashOfNothing) {
  Books books(plan::shop(kRules));
  EXPECT_EQ(books.content_hash(), base::Hash128{});
}

TEST(ContentHashTest, TheOrderOfEventsDoesNotShow) {
  Books first(plan::shop(kRules));
  Books second(plan::shop(kRules));
  std::vector<Event> events = some_events();
  for (Event& event : events) event.at = 100 * kDay;
  first.apply(events);
  std::reverse(events.begin(), events.end());
  second.apply(events);
  EXPECT_EQ(first.content_hash(), second.content_hash());
  EXPECT_NE(first.content_hash(), base::Hash128{});
}

TEST(ContentHashTest, TheNumberOfShardsDoesNotShow) {
  Books one(plan::shop(kRules));
  one.apply(some_events());
  for (const uint32_t shards : {2u, 7u, 64u}) {
    Books many(plan::shop(kRules), shards);
    many.apply(some_events());
    EXPECT_EQ(many.content_hash(), one.content_hash()) << shards;
  }
}

TEST(ContentHashTest, WhatFellBackToZeroIsAsIfItHadNeverBeen) {
  Books books(plan::shop(R"(
measure net per account per sku = sum of delta on sale
rule owed per account per sku
  credit account net * 1 point
)"));
  books.apply(sale("anna", "tea", 5));
  EXPECT_NE(books.content_hash(), base::Hash128{});
  books.apply(sale("anna", "tea", -5));
  EXPECT_EQ(books.balance("anna"), 0);
  EXPECT_EQ(books.content_hash(), base::Hash128{});
}

TEST(ContentHashTest, WhetherAFrameStandsInTheBlockOrApartDoesNotShow) {
  const std::string plan = plan::shop("measure drift per account per day = sum of delta on sale\n");
  Books in_order(plan);
  Books late(plan);
  in_order.apply({sale("anna", "x", 2, 99), sale("anna", "x", 3, 100)});
  late.apply({sale("anna", "x", 3, 100), sale("anna", "x", 2, 99)});
  EXPECT_EQ(late.content_hash(), in_order.content_hash());
}

TEST(ContentHashTest, WhatIsOverCountsNoMoreWhetherItWasSweptOrNot) {
  Books books(plan::shop(kRules));
  books.apply(some_events());
  Books untouched(plan::shop(kRules));
  untouched.apply(some_events());
  for (const int day : {101, 102, 103}) {
    const base::Hash128 before = books.content_hash(day * kDay);
    books.sweep_all(day * kDay);
    EXPECT_EQ(books.content_hash(), before);
    EXPECT_EQ(untouched.content_hash(day * kDay), before);
    EXPECT_NE(untouched.content_hash((day - 1) * kDay), before);
  }
  EXPECT_EQ(books.shard(0).state().kept().size(), 0u);
  EXPECT_GT(untouched.shard(0).state().kept().size(), 0u);
}

TEST(ContentHashTest, TheNumbersOfSymbolsDoNotShow) {
  const std::string plan = plan::shop("measure pieces per account per sku = sum of qty on sale\n");
  Books first(plan);
  Books second(plan);
  first.apply({sale("anna", "tea", 1), sale("anna", "cup", 2)});
  second.apply({sale("anna", "cup", 2), sale("anna", "tea", 1)});
  EXPECT_EQ(first.content_hash(), second.content_hash());
}

// ---- what must show -----------------------------------------------------------------------------

base::Hash128 hash_of(const std::string& plan, const Event& event) {
  Books books(plan);
  books.apply(event);
  return books.content_hash();
}

void expect_all_different(const std::map<std::string, base::Hash128>& hashes) {
  for (const auto& [a, hash_a] : hashes) {
    EXPECT_NE(hash_a, base::Hash128{}) << a;
    for (const auto& [b, hash_b] : hashes) {
      if (a == b) continue;
      EXPECT_NE(hash_a, hash_b) << a << " and " << b;
    }
  }
}

TEST(ContentHashTest, EveryPartOfACounterShows) {
  const auto measure = [](const std::string& line, const std::string& name = "shop") {
    return plan::shop("measure " + line + " on sale\n", name);
  };
  const std::string usual = measure("pieces per account per sku per day = sum of qty");
  Event by_city = sale("anna", "other", 2);
  by_city.texts["city"] = "tea";
  Event agent = sale("bert", "tea", 2);
  agent.texts["agent"] = "anna";
  agent.texts.erase("account");
  expect_all_different({
      {"usual", hash_of(usual, sale("anna", "tea", 2))},
      {"account", hash_of(usual, sale("bert", "tea", 2))},
      {"value", hash_of(usual, sale("anna", "tea", 3))},
      {"key", hash_of(usual, sale("anna", "cup", 2))},
      {"period", hash_of(usual, sale("anna", "tea", 2, 101))},
      {"kind of key",
       hash_of(measure("pieces per account per city per day = sum of qty"), by_city)},
      {"no key",
       hash_of(measure("pieces per account per day = sum of qty"), sale("anna", "tea", 2))},
      {"role", hash_of(measure("pieces per agent per sku per day = sum of qty"), agent)},
      {"name",
       hash_of(measure("parts per account per sku per day = sum of qty"), sale("anna", "tea", 2))},
      {"plan", hash_of(measure("pieces per account per sku per day = sum of qty", "other"),
                       sale("anna", "tea", 2))},
  });
}

TEST(ContentHashTest, EveryPartOfAWalletShows) {
  const auto credit = [](const std::string& amount, const std::string& name = "shop") {
    return plan::shop("rule one\n  on sale\n  credit account " + amount + "\n", name);
  };
  const Event event = sale("anna", "tea", 1);
  expect_all_different({
      {"usual", hash_of(credit("1 point"), event)},
      {"amount", hash_of(credit("2 points"), event)},
      {"unit", hash_of(credit("0.01 GBP"), event)},
      {"program", hash_of(credit("1 point", "other"), event)},
      {"account", hash_of(credit("1 point"), sale("bert", "tea", 1))},
      {"long name", hash_of(credit("1 point"), sale("anna of the long name", "tea", 1))},
  });
}

// The same balance and the same counter; but one rule has posted what it may have to take back.
TEST(ContentHashTest, WhatWasPostedShowsBesideTheBalance) {
  const std::string measure = "measure drift per account = sum of delta on sale\n";
  const std::string once = "rule one\n  on sale\n  credit account 5 points\n";
  const std::string owed = "rule one per account\n  when drift >= 0\n  credit account 5 points\n";
  const Event event = sale("anna", "tea", 1);
  EXPECT_NE(hash_of(plan::shop(measure + owed), event), hash_of(plan::shop(measure + once), event));
}

}  // namespace
}  // namespace guerdon::shard
