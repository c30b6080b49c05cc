// What was granted of budgets, and whose turn it is (engine/accounts/budgets.h).

#include "engine/accounts/budgets.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <optional>
#include <utility>
#include <vector>

namespace guerdon::shard {
namespace {

constexpr int64_t kMost = 100;
constexpr int64_t kAsked = 10;  // by a visit, at the most

plan::Program of_one_budget() {
  plan::Program program;
  plan::BudgetKind kind;
  kind.name = "pot";
  kind.amounts = {{calendar::kTimeBeginning, kMost, false}};
  kind.most_of_visit = kAsked;
  program.budgets.push_back(std::move(kind));
  return program;
}

// Visits of two shards, in turn, and what each asks for.
class BudgetsTest : public testing::Test {
 protected:
  // The next visit, which asks for so much at the most, and exactly that if it says so.
  void add(uint32_t shard, size_t visit, int64_t most = kAsked, bool is_exact = false) {
    const auto turn = static_cast<uint32_t>(asks_.order().size());
    const plan::BudgetAmount& amount = program_.budgets[0].amounts[0];
    if (most > 0) {
      bounds_.push_back({.turn = turn,
                         .limit = amount.most,
                         .pays_nothing = amount.pays_nothing,
                         .least = is_exact ? most : 1,
                         .most = most});
    }
    asks_.add(jobs_ + 1, shard, visit, 0, {0});
  }
  void add_back(uint32_t shard, size_t visit, int64_t back) {
    bounds_.push_back({.turn = static_cast<uint32_t>(asks_.order().size()), .back = back});
    asks_.add(jobs_ + 1, shard, visit, 0, {});
  }

  BudgetDesk desk() { return {budgets_, asks_, handovers_, bounds_}; }

  // A visit of the shard, if it may go: what it is granted; -1: it waits.
  int64_t ask(BudgetDesk& desk, uint32_t shard, size_t visit, int64_t amount) {
    if (!desk.may_go(shard, visit)) return -1;
    const int64_t granted = desk.granted(0, 0);
    const int64_t part =
        granted < 0 ? amount : plan::grant(program_.budgets[0].amounts[0], granted, amount);
    std::vector<plan::Draw> draws;
    if (part != 0) draws.push_back({0, 0, part, 0});
    desk.done(shard, visit, draws);
    return part;
  }

  void settle() {
    budgets_.settle(asks_);
    asks_.clear();
    bounds_.clear();
    ++jobs_;
  }

  plan::Program program_ = of_one_budget();
  Budgets budgets_{program_};
  BudgetAsks asks_{2};
  std::vector<AskBound> bounds_;
  event::Handovers handovers_;
  uint64_t jobs_ = 0;
};

TEST_F(BudgetsTest, AJobIsFreeWhereAllThatItsVisitsMayAskForIsThere) {
  budgets_.load(0, 0, kMost - 2 * kAsked);
  add(0, 0);
  add(1, 0);
  EXPECT_TRUE(budgets_.is_free(asks_));
  add(1, 1);
  EXPECT_FALSE(budgets_.is_free(asks_));
  asks_.drop();
  EXPECT_TRUE(asks_.any());
  EXPECT_TRUE(budgets_.is_free(asks_));
}

TEST_F(BudgetsTest, WhatIsFreeWaitsForNobody) {
  add(0, 3);
  add(1, 0);
  ASSERT_TRUE(budgets_.is_free(asks_));
  BudgetDesk desk(budgets_, asks_, handovers_, std::nullopt);
  EXPECT_TRUE(desk.is_one_stretch());
  EXPECT_EQ(ask(desk, 1, 0, 7), 7);
  EXPECT_EQ(ask(desk, 0, 3, 5), 5);
  settle();
  EXPECT_EQ(budgets_.granted(0, 0), 12);
  EXPECT_EQ(budgets_.granted(0, 1), 0);
}

TEST_F(BudgetsTest, WhatVisitsMayAskForIsSetAsideToTheLastUnit) {
  budgets_.load(0, 0, kMost - 12);
  add(0, 0, 8);
  add(1, 0, 4);
  EXPECT_TRUE(desk().is_one_stretch());
  add(1, 1, 1);
  EXPECT_FALSE(desk().is_one_stretch());
}

TEST_F(BudgetsTest, ThoseForWhomRoomIsSetAsideGoInAnyOrder) {
  budgets_.load(0, 0, kMost - 12);
  add(0, 0, 8);
  add(1, 0, 4);
  add(0, 1, 2);
  add(1, 1, 5);
  BudgetDesk desk = this->desk();
  const uint32_t seen = handovers_.releases();
  EXPECT_EQ(ask(desk, 1, 0, 3), 3);
  EXPECT_EQ(ask(desk, 1, 1, 5), -1);
  EXPECT_EQ(handovers_.releases(), seen);
  EXPECT_EQ(ask(desk, 0, 0, 6), 6);  // of 12 there are 3 left, and not 0
  EXPECT_EQ(ask(desk, 1, 1, 5), -1);
  EXPECT_EQ(handovers_.releases(), seen);  // nobody else may go
  EXPECT_EQ(ask(desk, 0, 1, 2), 2);
  EXPECT_NE(handovers_.releases(), seen);  // whoever waits is woken
  EXPECT_EQ(ask(desk, 1, 1, 5), 1);
  EXPECT_TRUE(desk.may_go(0, 2));  // it asks nothing
  settle();
  EXPECT_EQ(budgets_.granted(0, 0), kMost);
  EXPECT_EQ(budgets_.difference(), "");
}

TEST_F(BudgetsTest, BehindWhoGetsTheLastNobodyWaits) {
  budgets_.load(0, 0, kMost - 4);
  add(0, 0, 1'000);
  for (size_t visit = 0; visit < 5; ++visit) add(1, visit, 1'000);
  BudgetDesk desk = this->desk();
  EXPECT_EQ(ask(desk, 1, 0, 9), -1);
  EXPECT_EQ(ask(desk, 0, 0, 9), 4);
  const uint32_t seen = handovers_.releases();
  for (size_t visit = 0; visit < 5; ++visit) EXPECT_EQ(ask(desk, 1, visit, 9), 0);
  EXPECT_EQ(handovers_.releases(), seen);
  settle();
  EXPECT_EQ(budgets_.granted(0, 0), kMost);
}

TEST_F(BudgetsTest, AnEmptyPoolGivesNothingInAnyOrderUntilSomethingMayComeBack) {
  budgets_.load(0, 0, kMost);
  add(0, 0, 1'000);
  add(1, 0, 1'000);
  EXPECT_TRUE(desk().is_one_stretch());
  add_back(0, 1, 3);
  add(1, 1, 1'000);
  BudgetDesk desk = this->desk();
  EXPECT_EQ(ask(desk, 1, 0, 5), 0);
  EXPECT_EQ(ask(desk, 1, 1, 5), -1);
  EXPECT_EQ(ask(desk, 0, 0, 5), 0);
  ASSERT_TRUE(desk.may_go(0, 1));
  desk.done(0, 1, {{0, 0, -2, 0}});  // it was spent but for that
  EXPECT_EQ(ask(desk, 1, 1, 5), 2);
  settle();
  EXPECT_EQ(budgets_.granted(0, 0), kMost);
}

TEST_F(BudgetsTest, OfAPoolThatPaysNothingWhenItIsShortLessThanAnybodyAsksIsAsNothing) {
  program_.budgets[0].amounts[0].pays_nothing = true;
  budgets_.load(0, 0, kMost - 4);
  add(0, 0, 5, true);
  add(1, 0, 6, true);
  add(1, 1, 4, true);
  EXPECT_TRUE(desk().is_one_stretch());
  add(0, 1, 3, true);  // 0 is left, or 4: where the one before does not ask after all
  BudgetDesk desk = this->desk();
  EXPECT_EQ(ask(desk, 1, 0, 6), 0);
  EXPECT_EQ(ask(desk, 1, 1, 4), 4);
  EXPECT_EQ(ask(desk, 0, 0, 5), 0);
  EXPECT_EQ(ask(desk, 0, 1, 3), 0);
  settle();
  EXPECT_EQ(budgets_.granted(0, 0), kMost);
}

// Those that ask for nothing they cannot do without are not known to ask for more than is left.
TEST_F(BudgetsTest, WhoMayAskForLittleWaits) {
  program_.budgets[0].amounts[0].pays_nothing = true;
  budgets_.load(0, 0, kMost - 4);
  add(0, 0, 5);
  add(1, 0, 6);
  BudgetDesk desk = this->desk();
  EXPECT_EQ(ask(desk, 1, 0, 2), -1);
  EXPECT_EQ(ask(desk, 0, 0, 3), 3);
  EXPECT_EQ(ask(desk, 1, 0, 2), 0);
  settle();
}

TEST_F(BudgetsTest, OneAfterTheOtherOfOneShardWakesNobody) {
  for (size_t visit = 0; visit < 4; ++visit) add(0, visit, 1'000);
  add(1, 0, 1'000);
  BudgetDesk desk = this->desk();
  const uint32_t seen = handovers_.releases();
  for (size_t visit = 0; visit < 3; ++visit) EXPECT_EQ(ask(desk, 0, visit, 1), 1);
  EXPECT_EQ(handovers_.releases(), seen);
  EXPECT_EQ(ask(desk, 1, 0, 1), -1);
  EXPECT_EQ(ask(desk, 0, 3, 1), 1);
  EXPECT_NE(handovers_.releases(), seen);
  EXPECT_EQ(ask(desk, 1, 0, 1), 1);
  settle();
}

TEST_F(BudgetsTest, AnotherJobFindsWhatTheFirstHasDrawnAndWhatCameBack) {
  add(0, 0, 100);
  BudgetDesk first = desk();
  EXPECT_EQ(ask(first, 0, 0, 100), 100);
  settle();
  add_back(1, 0, 3);
  add(0, 0);
  budgets_.wait_for(asks_);
  BudgetDesk second = desk();
  EXPECT_EQ(ask(second, 0, 0, 5), -1);
  ASSERT_TRUE(second.may_go(1, 0));
  second.done(1, 0, {{0, 0, -3, 0}});
  EXPECT_EQ(ask(second, 0, 0, 5), 3);
  settle();
  EXPECT_EQ(budgets_.granted(0, 0), kMost);
}

// Each way to cut grants what one after the other does.
TEST_F(BudgetsTest, WhateverTheOrderOfTheShardsEachGetsWhatTheOrderOfTheLogGives) {
  uint32_t state = 1;
  const auto draw = [&](uint32_t below) {
    state = state * 1'664'525 + 1'013'904'223;
    return (state >> 8) % below;
  };
  for (int round = 0; round < 2'000; ++round) {
    plan::BudgetAmount& amount = program_.budgets[0].amounts[0];
    amount.pays_nothing = draw(2) == 0;
    const bool is_exact = draw(2) == 0;
    budgets_.load(0, 0, -budgets_.granted(0, 0));
    budgets_.load(0, 0, kMost - draw(20));
    struct Visit {
      uint32_t shard;
      size_t visit;
      int64_t asks;  // below 0: gives back
      int64_t gets;
    };
    std::vector<Visit> visits;
    std::array<size_t, 2> next{};
    int64_t granted = budgets_.granted(0, 0);
    for (uint32_t count = 1 + draw(8); count > 0; --count) {
      const uint32_t shard = draw(2);
      const auto most = static_cast<int64_t>(draw(10));
      if (draw(6) == 0) {
        add_back(shard, next[shard], most);
        visits.push_back({shard, next[shard]++, -most, -most});
        granted -= most;
        continue;
      }
      add(shard, next[shard], most, is_exact);
      const bool asks = most > 0 && draw(3) != 0;
      const int64_t asked = !asks ? 0 : is_exact ? most : 1 + draw(static_cast<uint32_t>(most));
      const int64_t gets = asked == 0 ? 0 : plan::grant(amount, granted, asked);
      granted += gets;
      visits.push_back({shard, next[shard]++, asked, gets});
    }
    BudgetDesk desk = this->desk();
    std::array<size_t, 2> at{};
    for (size_t left = visits.size(); left > 0;) {
      const uint32_t shard = draw(2);
      const auto visit = std::find_if(visits.begin(), visits.end(), [&](const Visit& each) {
        return each.shard == shard && each.visit == at[shard];
      });
      if (visit == visits.end() || !desk.may_go(shard, visit->visit)) continue;
      if (visit->asks > 0) {
        EXPECT_EQ(ask(desk, shard, visit->visit, visit->asks), visit->gets);
      } else {
        std::vector<plan::Draw> draws;
        if (visit->asks < 0) draws.push_back({0, 0, visit->asks, 0});
        desk.done(shard, visit->visit, draws);
      }
      ++at[shard];
      --left;
    }
    settle();
    ASSERT_EQ(budgets_.granted(0, 0), granted) << "round " << round;
  }
}

TEST_F(BudgetsTest, WhatNobodyCanHaveGrantedIsFound) {
  budgets_.load(0, 0, kMost + 1);
  program_.plans.emplace_back().name = "season";
  EXPECT_EQ(budgets_.difference(),
            "budget pot of plan season has granted 101 in period 0, and had 100");
}

TEST(GrantTest, AllOrNothingGivesNoPart) {
  const plan::BudgetAmount clipped{calendar::kTimeBeginning, 10, false};
  const plan::BudgetAmount whole{calendar::kTimeBeginning, 10, true};
  for (const auto& [granted, asked, part, all] :
       {std::array<int64_t, 4>{0, 10, 10, 10},
        {0, 11, 10, 0},
        {9, 1, 1, 1},
        {9, 2, 1, 0},
        {10, 1, 0, 0},
        {12, 1, 0, 0}}) {  // a version may have lowered it
    EXPECT_EQ(plan::grant(clipped, granted, asked), part);
    EXPECT_EQ(plan::grant(whole, granted, asked), all);
  }
}

}  // namespace
}  // namespace guerdon::shard
