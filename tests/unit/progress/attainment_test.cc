#include "engine/progress/attainment.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>

#include "engine/base/int128.h"

namespace guerdon::progress {
namespace {

using base::Int128;
using money::kMeasureMax;

Goal at_least(int64_t value) { return {value, Aim::kAtLeast}; }
Goal at_most(int64_t value) { return {value, Aim::kAtMost}; }

TEST(Attainment, OfASumIsRoundedDownAndNeverBelowZero) {
  struct Row {
    int64_t achieved, goal, percent;
    bool is_reached;
  };
  const Row rows[] = {
      {0, 1'000'000, 0, false},
      {-1, 1'000'000, 0, false},
      {9'999, 1'000'000, 0, false},
      {10'000, 1'000'000, 1, false},
      {899'999, 1'000'000, 89, false},
      {900'000, 1'000'000, 90, false},
      {999'999, 1'000'000, 99, false},
      {1'000'000, 1'000'000, 100, true},
      {1'000'001, 1'000'000, 100, true},
      {1'010'000, 1'000'000, 101, true},
      {1, 1, 100, true},
      {1, 3, 33, false},
      {kMeasureMax, kMeasureMax, 100, true},
      {kMeasureMax - 1, kMeasureMax, 99, false},
      {-kMeasureMax, kMeasureMax, 0, false},
      {kMeasureMax, 1, kPercentMax, true},  // held there
      {kTimesMax, 1, kPercentMax, true},
      {kTimesMax - 1, 1, kPercentMax - 100, true},
  };
  for (const Row& row : rows) {
    const Achieved achieved = {row.achieved, 1};
    EXPECT_EQ(percent_of(achieved, at_least(row.goal)), row.percent) << row.achieved;
    EXPECT_EQ(is_reached(achieved, at_least(row.goal), 100), row.is_reached) << row.achieved;
  }
}

TEST(Attainment, AMilestoneIsReachedExactlyAtItsPart) {
  // 1 percent of 1,050 is 10.5: reached by 11, not by 10.
  EXPECT_FALSE(is_reached({10, 1}, at_least(1'050), 1));
  EXPECT_TRUE(is_reached({11, 1}, at_least(1'050), 1));
  EXPECT_TRUE(is_reached({500, 1}, at_least(1'000), 50));
  EXPECT_FALSE(is_reached({499, 1}, at_least(1'000), 50));
  EXPECT_TRUE(is_reached({10'000, 1}, at_least(1'000), 1'000));
  EXPECT_FALSE(is_reached({9'999, 1}, at_least(1'000), 1'000));
}

TEST(Attainment, WithoutAGoalNothingIsReached) {
  EXPECT_FALSE(Goal{}.is_set());
  EXPECT_FALSE(at_least(-5).is_set());
  EXPECT_FALSE(is_reached({kMeasureMax, 1}, at_least(0), 1));
  EXPECT_FALSE(is_reached({0, 1}, at_most(0), 1));
}

// Time to qualify a lead, at most 120 minutes on average (example 15).
TEST(Attainment, AnAverageThatIsToBeLow) {
  struct Row {
    int64_t sum, samples, percent;
    bool is_reached;
    std::optional<int64_t> remaining;
  };
  const Row rows[] = {
      {0, 0, 0, false, std::nullopt},  // no sample is not reached
      {100, 1, 100, true, 0},
      {250, 2, 96, false, 5},
      {360, 3, 100, true, 0},  // 100, 150, 110: equal is reached
      {481, 4, 99, false, 1},  // and 121: 480 / 481
      {0, 4, 100, true, 0},
      {-7, 4, 100, true, 0},
      {kMeasureMax, 1, 0, false, kMeasureMax - 120},
      {kMeasureMax, kMeasureMax, 100, true, 0},
  };
  for (const Row& row : rows) {
    const Achieved achieved = {row.sum, row.samples};
    EXPECT_EQ(percent_of(achieved, at_most(120)), row.percent) << row.sum;
    EXPECT_EQ(is_reached(achieved, at_most(120), 100), row.is_reached) << row.sum;
    EXPECT_EQ(remaining(achieved, at_most(120)), row.remaining) << row.sum;
    EXPECT_FALSE(is_reached(achieved, at_most(120), 101)) << "never more than whole";
  }
}

TEST(Attainment, AnAverageThatIsToBeHigh) {
  // At least 100.00 an order.
  EXPECT_EQ(percent_of({0, 0}, at_least(10'000)), 0);
  EXPECT_EQ(remaining({0, 0}, at_least(10'000)), std::nullopt);
  EXPECT_EQ(percent_of({29'999, 3}, at_least(10'000)), 99);
  EXPECT_EQ(remaining({29'999, 3}, at_least(10'000)), 1);
  EXPECT_TRUE(is_reached({30'000, 3}, at_least(10'000), 100));
  EXPECT_EQ(percent_of({kMeasureMax, kMeasureMax}, at_least(kMeasureMax)), 0);
  EXPECT_EQ(percent_of({kMeasureMax, 1}, at_least(kMeasureMax)), 100);
}

TEST(Remaining, IsZeroOnceReached) {
  EXPECT_EQ(remaining({0, 1}, at_least(1'000)), 1'000);
  EXPECT_EQ(remaining({999, 1}, at_least(1'000)), 1);
  EXPECT_EQ(remaining({1'000, 1}, at_least(1'000)), 0);
  EXPECT_EQ(remaining({1'001, 1}, at_least(1'000)), 0);
  EXPECT_EQ(remaining({-200, 1}, at_least(1'000)), 1'200);
  EXPECT_EQ(remaining({-kMeasureMax, 1}, at_least(kMeasureMax)), INT64_MAX) << "held there";
}

TEST(Pace, IsRoundedUp) {
  EXPECT_EQ(pace(0, 7), 0);
  EXPECT_EQ(pace(1, 7), 1);
  EXPECT_EQ(pace(700, 7), 100);
  EXPECT_EQ(pace(701, 7), 101);
  EXPECT_EQ(pace(701, 1), 701);
  EXPECT_EQ(pace(INT64_MAX, INT64_MAX), 1);
}

TEST(Surplus, IsCarriedUpToItsLimit) {
  EXPECT_EQ(surplus_carried(100, at_least(100), 50), 0);
  EXPECT_EQ(surplus_carried(99, at_least(100), 50), 0);
  EXPECT_EQ(surplus_carried(130, at_least(100), 50), 30);
  EXPECT_EQ(surplus_carried(150, at_least(100), 50), 50);
  EXPECT_EQ(surplus_carried(151, at_least(100), 50), 50);
  EXPECT_EQ(surplus_carried(151, at_least(100), 0), 0);
  EXPECT_EQ(surplus_carried(-kMeasureMax, at_least(kMeasureMax), INT64_MAX), 0);
  EXPECT_EQ(surplus_carried(kMeasureMax, at_least(1), INT64_MAX), kMeasureMax - 1);
  EXPECT_EQ(surplus_carried(151, at_least(0), 50), 0) << "no goal, nothing beyond it";
}

TEST(Prorated, ByDaysRoundedUp) {
  EXPECT_EQ(prorated(20, 31, 31), 20);
  EXPECT_EQ(prorated(20, 15, 30), 10);
  EXPECT_EQ(prorated(20, 16, 31), 11);  // 10.32
  EXPECT_EQ(prorated(20, 1, 31), 1);
  EXPECT_EQ(prorated(1, 1, 366), 1);
  EXPECT_EQ(prorated(0, 5, 31), 0);
  EXPECT_EQ(prorated(kMeasureMax, 365, 366), kMeasureMax - kMeasureMax / 366);
}

// The slow twin tries one part after the other, by the words of the definition.
bool slow_has(const Achieved& achieved, const Goal& goal, int64_t whole, int64_t part) {
  if (achieved.samples == 0) return part == 0;
  const Int128 wanted = Int128{goal.value} * achieved.samples;
  if (goal.aim == Aim::kAtLeast) return Int128{achieved.sum} * whole >= part * wanted;
  return part <= whole && (achieved.sum <= wanted || Int128{achieved.sum} * part <= wanted * whole);
}

int64_t slow_part(const Achieved& achieved, const Goal& goal, int64_t whole) {
  int64_t part = 0;
  while (slow_has(achieved, goal, whole, part + 1)) ++part;
  return part;
}

TEST(Attainment, IsAsTheSlowTwinCountsIt) {
  std::mt19937_64 random(8);  // NOLINT(bugprone-random-generator-seed): the same each time
  int reached = 0;
  for (int i = 0; i < 20'000; ++i) {
    const int64_t scale = int64_t{1} << (random() % 30);
    Goal goal = at_least(1 + static_cast<int64_t>(random() % static_cast<uint64_t>(8 * scale)));
    Achieved achieved;
    if (i % 2 == 0) achieved.samples = static_cast<int64_t>(random() % 6);
    achieved.sum = static_cast<int64_t>(random() % static_cast<uint64_t>(30 * scale)) - 3 * scale;
    if (i % 4 == 0) goal.aim = Aim::kAtMost;
    if (i % 16 < 2) achieved.sum = goal.value * achieved.samples - 1 + i / 16 % 3;  // at the edge
    // Not so far above that counting takes long.
    achieved.sum = std::min(achieved.sum, 20 * goal.value * std::max<int64_t>(1, achieved.samples));
    for (const int64_t whole : {int64_t{1}, int64_t{7}, int64_t{100}}) {
      ASSERT_EQ(attainment(achieved, goal, whole), slow_part(achieved, goal, whole))
          << achieved.sum << " of " << achieved.samples << ", goal " << goal.value;
    }
    const bool is_whole = achieved.samples > 0 && slow_has(achieved, goal, 100, 100);
    reached += is_whole ? 1 : 0;
    ASSERT_EQ(is_reached(achieved, goal, 100), is_whole);
    const std::optional<int64_t> missing = remaining(achieved, goal);
    ASSERT_EQ(missing.has_value(), achieved.samples > 0);
    if (!missing) continue;
    ASSERT_EQ(*missing == 0, is_whole) << "0 if and only if reached";
    // So much more for each sample reaches it, one less does not.
    const int64_t sign = goal.aim == Aim::kAtLeast ? 1 : -1;
    const auto with = [&](int64_t more) {
      return Achieved{achieved.sum + sign * more * achieved.samples, achieved.samples};
    };
    ASSERT_TRUE(is_reached(with(*missing), goal, 100));
    if (*missing > 0) {
      ASSERT_FALSE(is_reached(with(*missing - 1), goal, 100));
    }
  }
  EXPECT_GT(reached, 2'000);
  EXPECT_LT(reached, 18'000);
}

TEST(AttainmentDeathTest, RefusesWhatIsOutOfRange) {
  EXPECT_DEATH((void)percent_of({1, 1}, at_least(0)), "is_set");
  EXPECT_DEATH((void)percent_of({1, -1}, at_least(1)), "samples >= 0");
  EXPECT_DEATH((void)percent_of({INT64_MAX, 1}, at_least(1)), "kMeasureMax");
  EXPECT_DEATH((void)is_reached({1, 1}, at_least(1), 0), "percent >= 1");
  EXPECT_DEATH((void)is_reached({1, 1}, at_least(1), 1'001), "kWrittenPercentMax");
  EXPECT_DEATH((void)pace(1, 0), "days_left > 0");
  EXPECT_DEATH((void)prorated(1, 0, 31), "days_in >= 1");
  EXPECT_DEATH((void)prorated(1, 32, 31), "days_in <= days_of_period");
}

}  // namespace
}  // namespace guerdon::progress
