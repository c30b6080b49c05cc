// What was granted of budgets, and whose turn it is (engine/accounts/budgets.h).

#include "engine/accounts/budgets.h"

#include <gtest/gtest.h>

#include <array>
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
  void add(uint32_t shard, size_t visit) { asks_.add(jobs_ + 1, shard, visit, 0, {0}); }

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
    ++jobs_;
  }

  plan::Program program_ = of_one_budget();
  Budgets budgets_{program_};
  BudgetAsks asks_{2};
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
  BudgetDesk desk(budgets_, asks_, handovers_, true);
  EXPECT_EQ(ask(desk, 1, 0, 7), 7);
  EXPECT_EQ(ask(desk, 0, 3, 5), 5);
  settle();
  EXPECT_EQ(budgets_.granted(0, 0), 12);
  EXPECT_EQ(budgets_.granted(0, 1), 0);
}

TEST_F(BudgetsTest, ElseTheyTakeTurnsInTheOrderOfTheLog) {
  budgets_.load(0, 0, kMost - 12);
  add(0, 0);
  add(1, 0);
  add(0, 1);
  ASSERT_FALSE(budgets_.is_free(asks_));
  BudgetDesk desk(budgets_, asks_, handovers_, false);
  const uint32_t seen = handovers_.releases();
  EXPECT_EQ(ask(desk, 1, 0, 9), -1);
  EXPECT_EQ(ask(desk, 0, 0, 8), 8);
  EXPECT_NE(handovers_.releases(), seen);  // whoever waits is woken
  EXPECT_EQ(ask(desk, 0, 1, 1), -1);
  EXPECT_EQ(ask(desk, 1, 0, 9), 4);
  EXPECT_EQ(ask(desk, 0, 1, 1), 0);
  EXPECT_TRUE(desk.may_go(0, 2));  // it asks nothing
  settle();
  EXPECT_EQ(budgets_.granted(0, 0), kMost);
  EXPECT_EQ(budgets_.difference(), "");
}

TEST_F(BudgetsTest, AnotherJobFindsWhatTheFirstHasDrawnAndWhatCameBack) {
  add(0, 0);
  BudgetDesk first(budgets_, asks_, handovers_, false);
  EXPECT_EQ(ask(first, 0, 0, 100), 100);
  settle();
  asks_.add(jobs_ + 1, 1, 0, 0, {});  // gives back
  add(0, 0);
  budgets_.wait_for(asks_);
  BudgetDesk second(budgets_, asks_, handovers_, false);
  EXPECT_EQ(ask(second, 0, 0, 5), -1);
  ASSERT_TRUE(second.may_go(1, 0));
  second.done(1, 0, {{0, 0, -3, 0}});
  EXPECT_EQ(ask(second, 0, 0, 5), 3);
  settle();
  EXPECT_EQ(budgets_.granted(0, 0), kMost);
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
