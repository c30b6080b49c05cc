#include "engine/progress/score.h"

#include <gtest/gtest.h>

#include <random>
#include <vector>

namespace guerdon::progress {
namespace {

using base::Int128;
using money::kMeasureMax;

ScoredGoal scored(int64_t achieved, int64_t goal, int64_t weight = 1) {
  return {.achieved = {achieved, 1}, .goal = {goal, Aim::kAtLeast}, .weight = weight};
}

ScoredGoal scored_low(int64_t sum, int64_t samples, int64_t goal, LowerScores lower) {
  return {.achieved = {sum, samples}, .goal = {goal, Aim::kAtMost}, .lower = lower};
}

TEST(Points, AreTenThousandForAGoalThatIsJustReached) {
  EXPECT_EQ(points_of(scored(10, 10)), 10'000);
  EXPECT_EQ(points_of(scored(12, 10)), 12'000);
  EXPECT_EQ(points_of(scored(1, 3)), 3'333);
  EXPECT_EQ(points_of(scored(2, 3)), 6'666);
  EXPECT_EQ(points_of(scored(0, 10)), 0);
  EXPECT_EQ(points_of(scored(-12, 10)), 0);
  EXPECT_EQ(points_of(scored(12, 0)), 0) << "no goal";
  EXPECT_EQ(points_of(scored(kMeasureMax, 1)), kPointsOfGoal * kTimesMax);
}

TEST(Points, AreHeldAtTheCap) {
  ScoredGoal goal = scored(200, 100);
  goal.cap = 200;
  EXPECT_EQ(points_of(goal), 20'000);
  goal.achieved.sum = 201;
  EXPECT_EQ(points_of(goal), 20'000);
  goal.achieved.sum = 199;
  EXPECT_EQ(points_of(goal), 19'900);
  goal.cap = 1;
  EXPECT_EQ(points_of(goal), 100);
}

TEST(Points, WhereLowerIsBetterAreAtMostWhole) {
  for (const LowerScores lower : {LowerScores::kInProportion, LowerScores::kAllOrNothing}) {
    EXPECT_EQ(points_of(scored_low(360, 3, 120, lower)), 10'000);
    EXPECT_EQ(points_of(scored_low(10, 3, 120, lower)), 10'000);
    EXPECT_EQ(points_of(scored_low(0, 0, 120, lower)), 0) << "no sample";
  }
  EXPECT_EQ(points_of(scored_low(481, 4, 120, LowerScores::kInProportion)), 9'979);
  EXPECT_EQ(points_of(scored_low(481, 4, 120, LowerScores::kAllOrNothing)), 0);
}

TEST(Score, IsTheSumByWeight) {
  EXPECT_EQ(score_of({}), 0);
  const std::vector<ScoredGoal> goals = {scored(5, 10, 3), scored(21, 20, 1)};
  EXPECT_EQ(score_of(goals), 3 * 5'000 + 10'500);
  const std::vector<ScoredGoal> largest(kGoalsMax, scored(kMeasureMax, 1, kWeightMax));
  EXPECT_EQ(score_of(largest), 640'000'000'000'000'000);
}

TEST(Score, SucceededIsWhoReachedEachGoal) {
  EXPECT_TRUE(has_succeeded({}));
  EXPECT_TRUE(has_succeeded(std::vector{scored(10, 10), scored(20, 20)}));
  EXPECT_FALSE(has_succeeded(std::vector{scored(100, 10), scored(19, 20)}));
  EXPECT_FALSE(has_succeeded(std::vector{scored(10, 10), scored(20, 0)})) << "no goal";
  ScoredGoal capped = scored(10, 10);
  capped.cap = 50;
  EXPECT_TRUE(has_succeeded(std::vector{capped})) << "a cap is one of points";
}

TEST(Score, TheLeastForAnyPrizeIsAMean) {
  // Weights 3 and 1: 40,000 points are 100 percent.
  std::vector<ScoredGoal> goals = {scored(10, 10, 3), scored(20, 20, 1)};
  EXPECT_TRUE(is_enough(40'000, goals, 100));
  EXPECT_FALSE(is_enough(39'999, goals, 100));
  EXPECT_TRUE(is_enough(32'000, goals, 80));
  EXPECT_FALSE(is_enough(31'999, goals, 80));
  EXPECT_TRUE(is_enough(400, goals, 1));
  EXPECT_FALSE(is_enough(0, goals, 1));
  // One goal may make up for the other.
  goals = {scored(15, 10, 1), scored(10, 20, 1)};
  EXPECT_TRUE(is_enough(score_of(goals), goals, 100));
  EXPECT_FALSE(has_succeeded(goals));
}

TEST(Score, OfNothingIsNoRankUnlessThePlanSaysMinimum0) {
  EXPECT_EQ(ranked_score(1, false), 1);
  EXPECT_EQ(ranked_score(0, false), std::nullopt);
  EXPECT_EQ(ranked_score(-1, false), std::nullopt);
  EXPECT_EQ(ranked_score(kMeasureMax, false), kMeasureMax);
  EXPECT_EQ(ranked_score(1, true), 1);
  EXPECT_EQ(ranked_score(0, true), 0);
  EXPECT_EQ(ranked_score(-kMeasureMax, true), 0);
}

// The slow twin: as many whole points as fit, one after the other.
int64_t slow_points(const ScoredGoal& each) {
  int64_t points = 0;
  const auto fits = [&](int64_t more) {
    return Int128{each.achieved.sum} * 10'000 >= Int128{more} * each.goal.value;
  };
  while (points < each.cap * 100 && fits(points + 1)) ++points;
  return points;
}

TEST(Score, IsAsTheSlowTwinCountsIt) {
  std::mt19937_64 random(14);  // NOLINT(bugprone-random-generator-seed): the same each time
  for (int i = 0; i < 200; ++i) {
    std::vector<ScoredGoal> goals(random() % 5);
    Int128 score = 0;
    bool all = true;
    for (ScoredGoal& each : goals) {
      each.goal.value = 1 + static_cast<int64_t>(random() % 1'000);
      each.achieved.sum = static_cast<int64_t>(random() % 2'000) - 200;
      each.weight = 1 + static_cast<int64_t>(random() % 9);
      each.cap = 1 + static_cast<int64_t>(random() % 200);
      score += Int128{each.weight} * slow_points(each);
      all = all && each.achieved.sum >= each.goal.value;
    }
    ASSERT_TRUE(score_of(goals) == score);
    ASSERT_EQ(has_succeeded(goals), all);
  }
}

TEST(ScoreDeathTest, RefusesWhatIsOutOfRange) {
  EXPECT_DEATH((void)score_of(std::vector{scored(1, 1, 0)}), "weight >= 1");
  EXPECT_DEATH((void)score_of(std::vector{scored(1, 1, kWeightMax + 1)}), "kWeightMax");
  EXPECT_DEATH((void)is_enough(1, {}, 100), "empty");
}

}  // namespace
}  // namespace guerdon::progress
