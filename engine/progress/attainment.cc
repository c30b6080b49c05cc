#include "engine/progress/attainment.h"

#include <algorithm>

#include "engine/base/assert.h"
#include "engine/base/int128.h"

namespace guerdon::progress {
namespace {

using base::Int128;
using money::kMeasureMax;

constexpr int64_t kWholeMax = 10'000;

void check(const Achieved& achieved, const Goal& goal) {
  GUERDON_ASSERT(achieved.sum <= kMeasureMax && achieved.sum >= -kMeasureMax);
  GUERDON_ASSERT(achieved.samples >= 0 && achieved.samples <= kMeasureMax);
  GUERDON_ASSERT(goal.value <= kMeasureMax);
}

// The sum that is just the goal. At most 2^124.
Int128 sum_wanted(const Achieved& achieved, const Goal& goal) {
  return Int128{goal.value} * achieved.samples;
}

// REQUIRES: num not negative; den above 0.
Int128 divide_up(Int128 num, Int128 den) { return num / den + (num % den == 0 ? 0 : 1); }

int64_t at_least_part(const Achieved& achieved, const Goal& goal, int64_t whole) {
  if (achieved.sum <= 0) return 0;
  // Below 2^62 * 10,000.
  const Int128 part = Int128{achieved.sum} * whole / sum_wanted(achieved, goal);
  return static_cast<int64_t>(std::min<Int128>(part, Int128{whole} * kTimesMax));
}

int64_t at_most_part(const Achieved& achieved, const Goal& goal, int64_t whole) {
  const Int128 wanted = sum_wanted(achieved, goal);
  if (achieved.sum <= wanted) return whole;
  // The sum is the larger one, so what is wanted is below 2^62, too, and the part below `whole`.
  return static_cast<int64_t>(wanted * whole / achieved.sum);
}

}  // namespace

int64_t attainment(const Achieved& achieved, const Goal& goal, int64_t whole) {
  check(achieved, goal);
  GUERDON_ASSERT(goal.is_set());
  GUERDON_ASSERT(whole >= 1 && whole <= kWholeMax);
  if (achieved.samples == 0) return 0;
  return goal.aim == Aim::kAtLeast ? at_least_part(achieved, goal, whole)
                                   : at_most_part(achieved, goal, whole);
}

bool is_reached(const Achieved& achieved, const Goal& goal, int64_t percent) {
  GUERDON_ASSERT(percent >= 1 && percent <= kWrittenPercentMax);
  // A percent is whole: x >= percent if and only if x rounded down is.
  return goal.is_set() && percent_of(achieved, goal) >= percent;
}

std::optional<int64_t> remaining(const Achieved& achieved, const Goal& goal) {
  check(achieved, goal);
  GUERDON_ASSERT(goal.is_set());
  if (achieved.samples == 0) return std::nullopt;
  const Int128 more = sum_wanted(achieved, goal) - achieved.sum;
  const Int128 missing = goal.aim == Aim::kAtLeast ? more : -more;
  if (missing <= 0) return 0;
  return static_cast<int64_t>(
      std::min<Int128>(divide_up(missing, achieved.samples), Int128{INT64_MAX}));
}

int64_t pace(int64_t remaining, int64_t days_left) {
  GUERDON_ASSERT(remaining >= 0 && days_left > 0);
  return static_cast<int64_t>(divide_up(remaining, days_left));
}

int64_t surplus_carried(int64_t achieved, const Goal& goal, int64_t up_to) {
  check({achieved, 1}, goal);
  GUERDON_ASSERT(up_to >= 0 && goal.aim == Aim::kAtLeast);
  if (!goal.is_set() || achieved <= goal.value) return 0;
  return std::min(up_to, achieved - goal.value);
}

int64_t prorated(int64_t goal, int64_t days_in, int64_t days_of_period) {
  GUERDON_ASSERT(goal >= 0 && goal <= kMeasureMax);
  GUERDON_ASSERT(days_in >= 1 && days_in <= days_of_period);
  return static_cast<int64_t>(divide_up(Int128{goal} * days_in, days_of_period));
}

}  // namespace guerdon::progress
