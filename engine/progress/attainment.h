// How far an account has come towards a goal: what is shown of it, and what plans read as percent.
//
// Amounts are in the smallest units of what is counted (minor units, pieces), of either sign. A
// goal is above 0; where there is none, nothing is reached, and that is the caller's to say.
//
// Thread-safety: pure functions.
#pragma once

#include <cstdint>

#include "engine/base/int128.h"
#include "engine/money/limits.h"

namespace guerdon::progress {

// No more percents are told apart.
inline constexpr int64_t kPercentMax = money::kCountMax;
// A milestone is no higher a percent of the goal.
inline constexpr int64_t kMilestoneMax = 1'000;

// What is achieved of the goal, in percent, rounded down: 99.999 % are 99. From 0 to kPercentMax.
// REQUIRES: goal > 0; 100 * achieved fits.
base::Int128 percent_of(base::Int128 achieved, base::Int128 goal);

// The same of what is to be at most `goal`: the goal in percent of what is achieved, rounded down;
// at most 100, which it is where nothing is achieved, or less. REQUIRES: goal > 0; 100 * achieved
// fits.
base::Int128 percent_within(base::Int128 goal, base::Int128 achieved);

// Whether so many percent of it are achieved, exactly: achieved * 100 >= percent * goal. REQUIRES:
// goal > 0; percent from 1 to kMilestoneMax.
bool is_reached(int64_t achieved, int64_t goal, int64_t percent);

// The least that is so many percent of the goal, rounded up. REQUIRES: goal from 1 to kMeasureMax;
// percent from 1 to kMilestoneMax. At most INT64_MAX.
int64_t least_for(int64_t goal, int64_t percent);

// Points of one goal of a challenge: so many for all of it, in proportion for less and for more,
// rounded down, but no more than `most`, times its weight. 0 where nothing is achieved; at most
// kMeasureMax. REQUIRES: goal > 0; weight from 1 to kGoalWeightMax; most > 0.
inline constexpr int64_t kGoalPoints = 10'000;
inline constexpr int64_t kGoalWeightMax = 1'000;
int64_t goal_points(int64_t achieved, int64_t goal, int64_t weight,
                    int64_t most = money::kMeasureMax);

// The goal of who takes part on so many days of all: in proportion, rounded up. REQUIRES: goal from
// 1 to kMeasureMax; 1 <= days <= of. From 1 to `goal`.
int64_t goal_for_days(int64_t goal, int64_t days, int64_t of);

// The most that is so many percent of what is to be at most `goal`: goal * 100 / percent rounded
// down. REQUIRES: as above. At most INT64_MAX.
int64_t most_for(int64_t goal, int64_t percent);

// An average as it is shown: in whole units, never better than it is. What is to be at most a goal
// is rounded up, else down. REQUIRES: samples > 0.
int64_t average_shown(int64_t sum, int64_t samples, bool at_most);

// What is missing to the goal; 0 where it is reached. At most INT64_MAX. REQUIRES: both within
// kMeasureMax.
int64_t remaining(int64_t achieved, int64_t goal);

// What is needed on each of the days that are left, this one included, rounded up.
// REQUIRES: remaining not negative; days_left above 0.
int64_t pace(int64_t remaining, int64_t days_left);

}  // namespace guerdon::progress
