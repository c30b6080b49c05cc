#include "engine/progress/milestones.h"

#include <algorithm>

#include "engine/base/assert.h"
#include "engine/money/limits.h"

namespace guerdon::progress {

static_assert(money::kAmountMax < money::kBalanceMax / int64_t{kMilestonesMax},
              "all milestones together are a balance");

size_t reached_of(std::span<const Milestone> milestones, const Achieved& achieved,
                  const Goal& goal) {
  GUERDON_ASSERT(milestones.size() <= kMilestonesMax);
  if (!goal.is_set()) return 0;
  const int64_t percent = percent_of(achieved, goal);
  const auto beyond = std::ranges::upper_bound(milestones, percent, {}, &Milestone::percent);
  return static_cast<size_t>(beyond - milestones.begin());
}

int64_t owed_for(std::span<const Milestone> milestones, size_t reached, Milestones which) {
  GUERDON_ASSERT(reached <= milestones.size() && milestones.size() <= kMilestonesMax);
  const size_t first = which == Milestones::kHighest && reached > 0 ? reached - 1 : 0;
  int64_t owed = 0;
  for (const Milestone& each : milestones.subspan(first, reached - first)) {
    GUERDON_ASSERT(each.amount >= 0 && each.amount <= money::kAmountMax);
    owed += each.amount;
  }
  return owed;
}

int64_t to_post(int64_t owed, int64_t posted, WhenLost when_lost) {
  GUERDON_ASSERT(owed >= 0 && owed <= money::kBalanceMax);
  GUERDON_ASSERT(posted >= 0 && posted <= money::kBalanceMax);
  const int64_t entitled = when_lost == WhenLost::kKept ? std::max(owed, posted) : owed;
  return entitled - posted;
}

}  // namespace guerdon::progress
