#include "engine/accounts/progress_view.h"

#include "engine/base/int128.h"
#include "engine/progress/attainment.h"

namespace guerdon::shard {

std::optional<int64_t> percent_of(const plan::TargetKind& target, const ProgressRow& row) {
  const bool has_samples = target.samples != plan::kNowhere;
  if (!row.goal || (has_samples && row.samples <= 0)) return std::nullopt;
  const base::Int128 goal = base::Int128{*row.goal} * (target.is_average ? row.samples : 1);
  return static_cast<int64_t>(target.at_most ? progress::percent_within(goal, row.achieved)
                                             : progress::percent_of(row.achieved, goal));
}

}  // namespace guerdon::shard
