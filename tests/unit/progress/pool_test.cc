#include "engine/progress/pool.h"

#include <gtest/gtest.h>

#include <vector>

#include "engine/money/limits.h"

namespace guerdon::progress {
namespace {

using Shares = std::vector<Share>;

Shares shared(const std::vector<Contender>& list, int64_t pool) {
  return share_by_score(list, rank(list, {}, Field::kAll), pool);
}

TEST(Pool, FloorsThenSpareUnitsInRankOrder) {
  const std::vector<Contender> list = {
      {.name = "a", .score = 10}, {.name = "b", .score = 30}, {.name = "c", .score = 20}};
  EXPECT_EQ(shared(list, 60), (Shares{{1, 30}, {2, 20}, {0, 10}}));
  // 61: 30.5, 20.33, 10.17; the first gets the spare one. 64: 32, 21.33, 10.67, and the spare one
  // goes to rank 1 although its share was whole.
  EXPECT_EQ(shared(list, 61), (Shares{{1, 31}, {2, 20}, {0, 10}}));
  EXPECT_EQ(shared(list, 64), (Shares{{1, 33}, {2, 21}, {0, 10}}));
  EXPECT_EQ(shared(list, 1), (Shares{{1, 1}}));
  EXPECT_EQ(shared(list, 0), Shares());
}

TEST(Pool, EqualScoresGetTheirSpareUnitsByName) {
  const std::vector<Contender> list = {
      {.name = "b", .score = 5}, {.name = "c", .score = 5}, {.name = "a", .score = 5}};
  EXPECT_EQ(shared(list, 10'000), (Shares{{2, 3'334}, {0, 3'333}, {1, 3'333}}));
}

TEST(Pool, NothingIsSharedWhereNobodyScored) {
  EXPECT_EQ(shared({}, 100), Shares());
  EXPECT_EQ(shared({{.name = "a", .score = 0}, {.name = "b", .score = 0}}, 100), Shares());
  EXPECT_EQ(shared({{.name = "a", .score = 0}, {.name = "b", .score = 1}}, 100),
            (Shares{{1, 100}}));
}

TEST(Pool, IsExactAtTheLimits) {
  const int64_t most = money::kMeasureMax;
  const std::vector<Contender> list = {
      {.name = "a", .score = most}, {.name = "b", .score = most}, {.name = "c", .score = 1}};
  EXPECT_EQ(shared(list, money::kBalanceMax),
            (Shares{{0, money::kBalanceMax / 2}, {1, money::kBalanceMax / 2}}));
  EXPECT_EQ(shared({{.name = "a", .score = 1}}, money::kBalanceMax),
            (Shares{{0, money::kBalanceMax}}));
}

TEST(Pool, WhatNobodyWonIsCarriedOrForfeited) {
  EXPECT_EQ(carried_on(100, true, Nobody::kRollover), 0);
  EXPECT_EQ(carried_on(100, true, Nobody::kForfeits), 0);
  EXPECT_EQ(carried_on(100, false, Nobody::kForfeits), 0);
  EXPECT_EQ(carried_on(100, false, Nobody::kRollover), 100);
}

// A jackpot of 100 over five periods; the third and the fifth have a winner.
TEST(Pool, AJackpotGrowsUntilItIsWon) {
  const bool has_winner[] = {false, false, true, false, true};
  std::vector<int64_t> stakes;
  int64_t carried = 0;
  for (const bool won : has_winner) {
    stakes.push_back(at_stake(100, carried));
    carried = carried_on(stakes.back(), won, Nobody::kRollover);
  }
  EXPECT_EQ(stakes, (std::vector<int64_t>{100, 200, 300, 100, 200}));
  EXPECT_EQ(carried, 0);
  EXPECT_EQ(at_stake(1, money::kBalanceMax), money::kBalanceMax) << "held there";
}

TEST(PoolDeathTest, RefusesWhatIsOutOfRange) {
  EXPECT_DEATH((void)shared({{.name = "a", .score = -1}}, 1), "score >= 0");
  EXPECT_DEATH((void)shared({{.name = "a", .score = 1}}, -1), "pool >= 0");
  EXPECT_DEATH((void)at_stake(-1, 0), "prize >= 0");
}

}  // namespace
}  // namespace guerdon::progress
