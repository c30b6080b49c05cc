#include "engine/progress/attainment.h"

#include <algorithm>

#include "engine/base/assert.h"
#include "engine/base/planted.h"

namespace guerdon::progress {

using base::Int128;

namespace {

// REQUIRES: num not negative; den above 0.
Int128 divide_up(Int128 num, Int128 den) { return num / den + (num % den == 0 ? 0 : 1); }

int64_t at_most_int64(Int128 value) {
  return static_cast<int64_t>(std::min<Int128>(value, INT64_MAX));
}

}  // namespace

Int128 percent_of(Int128 achieved, Int128 goal) {
  GUERDON_ASSERT(goal > 0);
  const Int128 added = base::planted(base::PlantedBug::kPercentRoundsUp) ? goal - 1 : 0;
  return std::clamp<Int128>((100 * achieved + added) / goal, 0, kPercentMax);
}

Int128 percent_within(Int128 goal, Int128 achieved) {
  if (achieved <= goal) return 100;
  const Int128 added = base::planted(base::PlantedBug::kWithinRoundsUp) ? achieved - 1 : 0;
  return (100 * goal + added) / achieved;
}

bool is_reached(int64_t achieved, int64_t goal, int64_t percent) {
  GUERDON_ASSERT(goal > 0 && percent >= 1 && percent <= kMilestoneMax);
  return Int128{achieved} * 100 >= Int128{percent} * goal;
}

int64_t least_for(int64_t goal, int64_t percent) {
  GUERDON_ASSERT(goal > 0 && goal <= money::kMeasureMax && percent >= 1 &&
                 percent <= kMilestoneMax);
  return at_most_int64(divide_up(Int128{goal} * percent, 100));
}

int64_t goal_for_days(int64_t goal, int64_t days, int64_t of) {
  return static_cast<int64_t>(std::max<Int128>((Int128{goal} * days + of - 1) / of, 1));
}

int64_t goal_points(int64_t achieved, int64_t goal, int64_t weight, int64_t most) {
  GUERDON_ASSERT(goal > 0 && weight >= 1 && weight <= kGoalWeightMax);
  if (achieved <= 0) return 0;
  const Int128 points = std::min<Int128>(Int128{achieved} * kGoalPoints / goal, most) * weight;
  return static_cast<int64_t>(std::min<Int128>(points, money::kMeasureMax));
}

int64_t most_for(int64_t goal, int64_t percent) {
  GUERDON_ASSERT(goal > 0 && goal <= money::kMeasureMax && percent >= 1 &&
                 percent <= kMilestoneMax);
  return at_most_int64(Int128{goal} * 100 / percent);
}

int64_t average_shown(int64_t sum, int64_t samples, bool at_most) {
  GUERDON_ASSERT(samples > 0);
  const int64_t whole = sum / samples;  // toward zero
  const int64_t rest = sum % samples;
  if (at_most) return whole + (rest > 0 ? 1 : 0);
  return whole - (rest < 0 ? 1 : 0);
}

int64_t remaining(int64_t achieved, int64_t goal) {
  GUERDON_ASSERT(achieved >= -money::kMeasureMax && goal <= money::kMeasureMax);
  return at_most_int64(std::max<Int128>(Int128{goal} - achieved, 0));
}

int64_t pace(int64_t remaining, int64_t days_left) {
  GUERDON_ASSERT(remaining >= 0 && days_left > 0);
  return static_cast<int64_t>(divide_up(remaining, days_left));
}

}  // namespace guerdon::progress
