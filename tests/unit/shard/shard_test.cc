#include "engine/shard/shard.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "engine/money/limits.h"
#include "tests/unit/shard/books.h"

namespace guerdon::shard {
namespace {

using plan::Event;
using plan::kDay;

Event sale(const std::string& account, int64_t amount, const std::string& agent = "") {
  Event event;
  event.texts["account"] = account;
  if (!agent.empty()) event.texts["agent"] = agent;
  event.numbers["amount"] = amount;
  return event;
}

// ---- entries ------------------------------------------------------------------------------------

constexpr const char* kBothRoles = R"(
rule split
  on sale
  credit account 10% of amount
  credit account 1 point as stamp
  credit agent 1% of amount
)";

TEST(ShardTest, EachAccountOfAnEventHasEntriesOfItsOwnFromNought) {
  Books books(plan::shop(kBothRoles));
  books.apply(sale("anna", 1000, "bert"));
  ASSERT_EQ(books.entries().size(), 3u);
  for (const ledger::Entry& entry : books.entries()) {
    EXPECT_EQ(entry.lsn, 1u);
    const bool is_bert = entry.account == base::hash64("bert");
    EXPECT_EQ(entry.n, is_bert || entry.amount == 100 ? 0u : 1u);
    EXPECT_EQ(books.program().kinds[entry.kind], entry.amount == 1 ? "stamp" : "earn");
  }
  EXPECT_EQ(books.balance("anna", "GBP"), 100);
  EXPECT_EQ(books.balance("anna"), 1);
  EXPECT_EQ(books.balance("bert", "GBP"), 10);
}

TEST(ShardTest, AnAccountInTwoRolesGoesOnCounting) {
  Books books(plan::shop(kBothRoles));
  EXPECT_EQ(books.apply(sale("anna", 1000, "anna")),
            "1 anna earn 100 | 1 anna stamp 1 | 1 anna earn 10");
  for (uint32_t n = 0; n < 3; ++n) EXPECT_EQ(books.entries()[n].n, n);
  books.apply(sale("anna", 1000, "anna"));
  for (uint32_t n = 0; n < 3; ++n) EXPECT_EQ(books.entries()[n].n, n);
}

TEST(ShardTest, AnEntrySaysWhenItTookEffectAndInWhichPeriod) {
  Books books(plan::shop(R"(
measure day_spent per account per day = sum of amount on sale
rule reached per account per day
  when day_spent >= 5.00
  credit account 3 points
rule every_one
  on sale
  credit account 1 point
)"));
  Event event = sale("anna", 500);
  event.occurred_at = 99 * kDay + 7;
  event.at = 99 * kDay + 8;
  EXPECT_EQ(books.apply(event), "1 anna earn 3 | 1 anna earn 1");
  EXPECT_EQ(books.entries()[0].effective, 99 * kDay + 7);
  EXPECT_EQ(books.entries()[0].period, 99);
  EXPECT_EQ(books.entries()[1].effective, 99 * kDay + 7);
  EXPECT_EQ(books.entries()[1].period, 0);
  EXPECT_EQ(books.program().clauses[books.entries()[0].clause].rule, "reached");
  // Late: the day is closed, and what it is owed is corrected as of the clock.
  Event late = sale("bert", 500);
  late.occurred_at = 99 * kDay + 7;
  late.at = 100 * kDay;
  EXPECT_EQ(books.apply(late), "2 bert correct 3 | 2 bert earn 1");
  EXPECT_EQ(books.entries()[0].effective, 100 * kDay);
  EXPECT_EQ(books.entries()[0].period, 99);
  EXPECT_EQ(books.entries()[1].effective, 99 * kDay + 7);
}

TEST(ShardTest, AnEventThatDoesNothingLeavesNoAccount) {
  Books books(plan::shop("rule big\n  on sale\n  when amount > 9.00\n  credit account 1 point\n"));
  EXPECT_EQ(books.apply(sale("anna", 900)), "");
  EXPECT_EQ(books.shard(0).state().accounts().size(), 0u);
  EXPECT_EQ(books.apply(sale("anna", 901)), "2 anna earn 1");
  EXPECT_EQ(books.shard(0).state().accounts().size(), 1u);
}

// ---- one after the other ------------------------------------------------------------------------

constexpr const char* kOrdinal = R"(
measure sales per account = number of sale
rule ordinal
  on sale
  credit account 1 point * sales after
  at most 100000 points
)";

// More than one group of what is fetched together, all of one account: each event sees the last.
TEST(ShardTest, WithinABatchEachEventSeesWhatTheOneBeforeItLeft) {
  Books books(plan::shop(kOrdinal));
  books.apply(std::vector<Event>(100, sale("anna", 1)));
  ASSERT_EQ(books.entries().size(), 100u);
  for (size_t i = 0; i < 100; ++i) {
    EXPECT_EQ(books.entries()[i].lsn, i + 1);
    EXPECT_EQ(books.entries()[i].amount, static_cast<int64_t>(i + 1));
  }
}

TEST(ShardTest, NewAccountsAmongKnownOnesAreFoundByTheNextEventOfTheBatch) {
  Books books(plan::shop(kOrdinal));
  std::vector<Event> events;
  for (int round = 0; round < 3; ++round) {
    for (int a = 0; a < 70; ++a) events.push_back(sale("account " + std::to_string(a), 1));
  }
  books.apply(events);  // the index grows meanwhile
  EXPECT_EQ(books.shard(0).state().accounts().size(), 70u);
  for (int a = 0; a < 70; ++a) EXPECT_EQ(books.balance("account " + std::to_string(a)), 6);
}

TEST(ShardTest, AShardTouchesNoAccountThatIsNotItsOwn) {
  constexpr uint32_t kShards = 5;
  Books books(plan::shop(kOrdinal), kShards);
  std::vector<Event> events;
  for (int a = 0; a < 200; ++a) events.push_back(sale("account " + std::to_string(a), 1));
  books.apply(events);
  uint32_t accounts = 0;
  for (uint32_t s = 0; s < kShards; ++s) {
    books.shard(s).state().accounts().visit_all(
        [&](const BlockHeader& account) { EXPECT_EQ(shard_of(account.hash, kShards), s); });
    accounts += books.shard(s).state().accounts().size();
  }
  EXPECT_EQ(accounts, 200u);
  EXPECT_EQ(books.entries().size(), 200u);
}

// ---- entitlements -------------------------------------------------------------------------------

constexpr const char* kTenth = R"(
measure net per account = sum of amount on sale less fee on sale
rule tenth per account
  credit account 10% of net
)";

Event refund(const std::string& account, int64_t amount) {
  Event event = sale(account, 0);
  event.numbers["fee"] = amount;
  return event;
}

TEST(ShardTest, AnEntitlementPostsTheDifference) {
  Books books(plan::shop(kTenth));
  EXPECT_EQ(books.apply(sale("anna", 1000)), "1 anna earn 100");
  EXPECT_EQ(books.apply(sale("anna", 55)), "2 anna earn 5");
  EXPECT_EQ(books.apply(sale("anna", 5)), "3 anna earn 1");
  EXPECT_EQ(books.apply(refund("anna", 60)), "4 anna clawback -6");
  EXPECT_EQ(books.balance("anna", "GBP"), 100);
}

// What was owed counts as posted, also where the wallet had less to give.
TEST(ShardTest, WhatTheFloorForgaveIsNotAskedAgain) {
  Books books(plan::shop(std::string(kTenth) + R"(
rule spend
  on sale
  credit account change
)"));
  Event spend = sale("anna", 0);
  spend.numbers["change"] = -80;
  EXPECT_EQ(books.apply(sale("anna", 1000)), "1 anna earn 100");
  EXPECT_EQ(books.apply(spend), "2 anna clawback -80");
  EXPECT_EQ(books.apply(refund("anna", 500)), "3 anna clawback -20 (floor)");  // of 50
  EXPECT_EQ(books.apply(refund("anna", 500)), "");                             // of 50, and empty
  EXPECT_EQ(books.apply(sale("anna", 300)), "5 anna earn 30");
  EXPECT_TRUE(books.is_balanced());
}

TEST(ShardTest, WhatAnEventBringsComesBeforeWhatItTakes) {
  Books books(plan::shop(R"(
rule take
  on sale
  credit account -1 * fee
rule bring
  on sale
  credit account amount as gift
rule take_more
  on sale
  credit account -1 * fee
)"));
  Event event = sale("anna", 100);
  event.numbers["fee"] = 60;
  EXPECT_EQ(books.apply(event),
            "1 anna gift 100 | 1 anna clawback -60 | 1 anna clawback -40 (floor)");
  for (uint32_t n = 0; n < 3; ++n) EXPECT_EQ(books.entries()[n].n, n);
  EXPECT_EQ(books.program().clauses[books.entries()[1].clause].rule, "take");
}

TEST(ShardTest, WhatNoWalletCanHoldGoesToSuspense) {
  Books books(plan::shop(R"(
rule huge
  on sale
  credit account 4000 * amount
)"));
  const int64_t each = 4000 * money::kAmountMax;  // one fits, two do not
  EXPECT_EQ(books.apply(sale("anna", money::kAmountMax)), "1 anna earn " + std::to_string(each));
  EXPECT_EQ(books.apply(sale("anna", money::kAmountMax)),
            "2 anna earn " + std::to_string(each) + " (overflow)");
  EXPECT_EQ(books.balance("anna", "GBP"), each);
  const Wallets& wallets = books.shard(0).wallets();
  EXPECT_EQ(wallets.total(0, ledger::SystemAccount::kSuspense), each);
  EXPECT_EQ(wallets.total(0, ledger::SystemAccount::kIssuance), -base::Int128{2} * each);
  EXPECT_TRUE(books.is_balanced());
}

TEST(ShardTest, WhatWalletsGainIssuanceLoses) {
  Books books(plan::shop(kBothRoles));
  books.apply({sale("anna", 1000, "bert"), sale("carl", 500)});
  const Wallets& wallets = books.shard(0).wallets();
  EXPECT_EQ(wallets.total(0, ledger::SystemAccount::kIssuance), -160);  // GBP
  EXPECT_EQ(wallets.total(1, ledger::SystemAccount::kIssuance), -2);    // points
  EXPECT_EQ(wallets.total(0, ledger::SystemAccount::kSuspense), 0);
  EXPECT_TRUE(books.is_balanced());
}

TEST(ShardTest, BooksThatWereTamperedWithDoNotBalance) {
  Books books(plan::shop(kBothRoles));
  books.apply(sale("anna", 1000, "bert"));
  books.shard(0).state().accounts().visit_all([](const BlockHeader& account) {
    if (account.hash == base::hash64("anna")) ++*const_cast<int64_t*>(cells_of(&account));
  });
  const Audit found = audit(books.program(), books.shard(0), 0);
  EXPECT_EQ(found.units[0].sum(), 1);
  EXPECT_EQ(found.units[1].sum(), 0);
  EXPECT_EQ(found.difference, "the postings in GBP of shop sum to 1, not to 0");
}

// ---- sweeps -------------------------------------------------------------------------------------

TEST(ShardTest, ASweepSettlesTheAccountsOfItsSlicesAlone) {
  Books books(plan::shop("measure sold per account per sku per day = number of sale\n"));
  std::vector<Event> events;
  std::vector<int> of_slice(kSlices);
  for (int a = 0; a < 300; ++a) {
    events.push_back(sale("account " + std::to_string(a), 1));
    events.back().texts["sku"] = "tea";
    ++of_slice[slice_of(base::hash64("account " + std::to_string(a)))];
  }
  books.apply(events);
  books.sweep_all(2 * kDay);  // two days later all is kept yet
  size_t kept = 300;
  ASSERT_EQ(books.shard(0).state().kept().size(), kept);
  // One at a time, and then some, the last of them round the end.
  for (event::Slices slices{5, 1}; slices.first < kSlices + 5;) {
    books.sweep({slices.first % kSlices, slices.count}, 3 * kDay);
    for (uint32_t i = 0; i < slices.count; ++i) {
      kept -= static_cast<size_t>(of_slice[(slices.first + i) % kSlices]);
    }
    ASSERT_EQ(books.shard(0).state().kept().size(), kept) << "slice " << slices.first;
    slices.first += slices.count;
    slices.count = slices.first < 1'000 ? 1 : std::min(kSlices + 5 - slices.first, 61U);
  }
  EXPECT_EQ(kept, 0u);
}

TEST(ShardTest, CountsWhatItsRulesDid) {
  Books books(plan::shop(kBothRoles));
  books.apply({sale("anna", 1000, "bert"), sale("carl", 1)});
  EXPECT_EQ(books.shard(0).counters().rules_tried, 3u);
  EXPECT_EQ(books.shard(0).counters().zero_amounts, 1u);
}

}  // namespace
}  // namespace guerdon::shard
