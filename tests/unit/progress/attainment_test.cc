#include "engine/progress/attainment.h"

#include <gtest/gtest.h>

#include <random>

#include "engine/base/int128.h"

namespace guerdon::progress {
namespace {

using base::Int128;
using money::kMeasureMax;

TEST(Attainment, IsRoundedDownAndNeverBelowZero) {
  struct Row {
    int64_t achieved, goal, percent;
    bool is_reached;
    int64_t remaining;
  };
  const Row rows[] = {
      {0, 1'000'000, 0, false, 1'000'000},
      {-1, 1'000'000, 0, false, 1'000'001},
      {9'999, 1'000'000, 0, false, 990'001},
      {10'000, 1'000'000, 1, false, 990'000},
      {890'000, 1'000'000, 89, false, 110'000},  // E8, event by event
      {899'999, 1'000'000, 89, false, 100'001},
      {900'000, 1'000'000, 90, false, 100'000},
      {999'999, 1'000'000, 99, false, 1},
      {1'000'000, 1'000'000, 100, true, 0},
      {1'000'001, 1'000'000, 100, true, 0},
      {1'010'000, 1'000'000, 101, true, 0},
      {1, 1, 100, true, 0},
      {1, 3, 33, false, 2},
      {kMeasureMax, kMeasureMax, 100, true, 0},
      {kMeasureMax - 1, kMeasureMax, 99, false, 1},
      {-kMeasureMax, kMeasureMax, 0, false, INT64_MAX},  // held there
      {kMeasureMax, 1, kPercentMax, true, 0},            // the same
      {kPercentMax / 100, 1, kPercentMax, true, 0},
      {kPercentMax / 100 - 1, 1, kPercentMax - 100, true, 0},
  };
  for (const Row& row : rows) {
    EXPECT_EQ(static_cast<int64_t>(percent_of(row.achieved, row.goal)), row.percent)
        << row.achieved;
    EXPECT_EQ(is_reached(row.achieved, row.goal, 100), row.is_reached) << row.achieved;
    EXPECT_EQ(remaining(row.achieved, row.goal), row.remaining) << row.achieved;
  }
}

TEST(Attainment, AMilestoneIsReachedExactlyAtItsPart) {
  // 1 percent of 1,050 is 10.5: reached by 11, not by 10.
  EXPECT_FALSE(is_reached(10, 1'050, 1));
  EXPECT_TRUE(is_reached(11, 1'050, 1));
  EXPECT_EQ(least_for(1'050, 1), 11);
  EXPECT_EQ(least_for(1'000, 50), 500);
  EXPECT_EQ(least_for(1, 1), 1);
  EXPECT_EQ(least_for(kMeasureMax, 1'000), INT64_MAX) << "held there";
  EXPECT_TRUE(is_reached(10'000, 1'000, 1'000));
  EXPECT_FALSE(is_reached(9'999, 1'000, 1'000));
}

// What is shown of a milestone goes together: the least that reaches it does, one less does not,
// and both are what the percent says.
TEST(Attainment, PercentAndMilestonesSayTheSame) {
  std::mt19937_64 random(7);
  for (int i = 0; i < 20'000; ++i) {
    const int bits = static_cast<int>(random() % 62) + 1;
    const auto goal = static_cast<int64_t>(random() % (uint64_t{1} << bits)) + 1;
    const auto percent = static_cast<int64_t>(random() % 1'000) + 1;
    const int64_t least = least_for(goal, percent);
    if (least > kMeasureMax) continue;
    for (const int64_t achieved : {least, least - 1, least - goal}) {
      const bool is = achieved >= least;
      EXPECT_EQ(is_reached(achieved, goal, percent), is) << achieved << " of " << goal;
      EXPECT_EQ(percent_of(achieved, goal) >= percent, is) << achieved << " of " << goal;
    }
  }
}

TEST(Attainment, OfWhatIsToStaySmall) {
  struct Row {
    int64_t goal, achieved, percent;
  };
  const Row rows[] = {
      {480, 481, 99},  // E15
      {360, 360, 100},
      {120, 0, 100},
      {120, -7, 100},
      {120, 119, 100},
      {120, 133, 90},
      {120, 134, 89},
      {1, 101, 0},
      {kMeasureMax - 1, kMeasureMax, 99},
      {kMeasureMax, kMeasureMax, 100},
      {1, kMeasureMax, 0},
  };
  for (const Row& row : rows) {
    EXPECT_EQ(static_cast<int64_t>(percent_within(row.goal, row.achieved)), row.percent)
        << row.achieved;
  }
}

// The most with which a part is reached reaches it, and one more does not.
TEST(Attainment, TheMostForAPartIsWhatThePercentSays) {
  std::mt19937_64 random(8);
  for (int i = 0; i < 20'000; ++i) {
    const int bits = static_cast<int>(random() % 55) + 1;
    const auto goal = static_cast<int64_t>(random() % (uint64_t{1} << bits)) + 1;
    const auto percent = static_cast<int64_t>(random() % 100) + 1;
    const int64_t most = most_for(goal, percent);
    EXPECT_GE(percent_within(goal, most), percent) << most << " of " << goal;
    EXPECT_LT(percent_within(goal, most + 1), percent) << most << " of " << goal;
  }
  EXPECT_EQ(most_for(120, 90), 133);
  EXPECT_EQ(most_for(kMeasureMax, 1), INT64_MAX) << "held there";
}

TEST(Attainment, AnAverageIsNeverShownBetterThanItIs) {
  EXPECT_EQ(average_shown(481, 4, true), 121);
  EXPECT_EQ(average_shown(481, 4, false), 120);
  EXPECT_EQ(average_shown(480, 4, true), 120);
  EXPECT_EQ(average_shown(480, 4, false), 120);
  EXPECT_EQ(average_shown(-1, 2, true), 0);
  EXPECT_EQ(average_shown(-1, 2, false), -1);
  EXPECT_EQ(average_shown(-4, 2, false), -2);
  EXPECT_EQ(average_shown(0, 7, true), 0);
}

TEST(Pace, IsRoundedUp) {
  EXPECT_EQ(pace(0, 7), 0);
  EXPECT_EQ(pace(1, 7), 1);
  EXPECT_EQ(pace(700, 7), 100);
  EXPECT_EQ(pace(701, 7), 101);
  EXPECT_EQ(pace(701, 1), 701);
  EXPECT_EQ(pace(INT64_MAX, 1), INT64_MAX);
  EXPECT_EQ(pace(INT64_MAX, 2), INT64_MAX / 2 + 1);
}

TEST(AttainmentDeathTest, RefusesNoGoal) {
  EXPECT_DEATH((void)percent_of(1, 0), "goal > 0");
  EXPECT_DEATH((void)pace(1, 0), "days_left > 0");
}

// Example 14: An has 12 of 10 invoices and 20 of 20 leads.
TEST(GoalPoints, InProportionAndRoundedDownEachByItself) {
  EXPECT_EQ(goal_points(12, 10, 1) + goal_points(20, 20, 1), 22'000);
  EXPECT_EQ(goal_points(15, 10, 1) + goal_points(18, 20, 1), 24'000);
  EXPECT_EQ(goal_points(1, 3, 1), 3'333);
  EXPECT_EQ(goal_points(1, 3, 3), 9'999) << "rounded before it is weighed";
  EXPECT_EQ(goal_points(1, 10'001, 1), 0);
}

TEST(GoalPoints, NoMoreThanTheMostBeforeTheyAreWeighed) {
  EXPECT_EQ(goal_points(30, 10, 1, 20'000), 20'000);
  EXPECT_EQ(goal_points(30, 10, 3, 20'000), 60'000);
  EXPECT_EQ(goal_points(19, 10, 3, 20'000), 57'000);
  EXPECT_EQ(goal_points(money::kMeasureMax, 1, 1'000, 100'000), 100'000'000);
}

TEST(GoalPoints, NothingIsNeverBelowNothing) {
  EXPECT_EQ(goal_points(0, 10, 1'000), 0);
  EXPECT_EQ(goal_points(-money::kMeasureMax, 1, 1'000), 0);
}

TEST(GoalPoints, AsManyAsAMeasureHolds) {
  EXPECT_EQ(goal_points(money::kMeasureMax, 1, 1'000), money::kMeasureMax);
  EXPECT_EQ(goal_points(money::kMeasureMax, money::kMeasureMax, 1'000), 10'000'000);
}

TEST(GoalForDays, InProportionAndRoundedUp) {
  EXPECT_EQ(goal_for_days(10, 21, 31), 7);
  EXPECT_EQ(goal_for_days(10, 1, 31), 1);
  EXPECT_EQ(goal_for_days(31, 21, 31), 21);
  EXPECT_EQ(goal_for_days(10, 31, 31), 10);
  EXPECT_EQ(goal_for_days(1, 1, 366), 1);
  constexpr int64_t kMost = money::kMeasureMax;
  EXPECT_EQ(goal_for_days(kMost, 365, 366), kMost - kMost / 366);
}

}  // namespace
}  // namespace guerdon::progress
