#include "engine/progress/score.h"

#include <algorithm>

#include "engine/base/assert.h"
#include "engine/base/int128.h"

namespace guerdon::progress {

using base::Int128;

static_assert(Int128{kPointsOfGoal} * kTimesMax * kWeightMax * int64_t{kGoalsMax} <=
                  Int128{money::kMeasureMax},
              "the largest score is a measure");

int64_t points_of(const ScoredGoal& scored) {
  GUERDON_ASSERT(scored.cap >= 1 && scored.cap <= kPercentMax);
  if (!scored.goal.is_set()) return 0;
  const int64_t points = attainment(scored.achieved, scored.goal, kPointsOfGoal);
  const bool is_nothing = scored.goal.aim == Aim::kAtMost &&
                          scored.lower == LowerScores::kAllOrNothing && points < kPointsOfGoal;
  return is_nothing ? 0 : std::min(points, scored.cap * (kPointsOfGoal / 100));
}

int64_t score_of(std::span<const ScoredGoal> goals) {
  GUERDON_ASSERT(goals.size() <= kGoalsMax);
  int64_t score = 0;
  for (const ScoredGoal& each : goals) {
    GUERDON_ASSERT(each.weight >= 1 && each.weight <= kWeightMax);
    score += each.weight * points_of(each);
  }
  return score;
}

bool has_succeeded(std::span<const ScoredGoal> goals) {
  return std::ranges::all_of(
      goals, [](const ScoredGoal& each) { return is_reached(each.achieved, each.goal, 100); });
}

bool is_enough(int64_t score, std::span<const ScoredGoal> goals, int64_t percent) {
  GUERDON_ASSERT(!goals.empty() && goals.size() <= kGoalsMax);
  GUERDON_ASSERT(percent >= 1 && percent <= kWrittenPercentMax);
  int64_t weights = 0;
  for (const ScoredGoal& each : goals) weights += each.weight;
  return Int128{score} * 100 >= Int128{percent} * kPointsOfGoal * weights;
}

std::optional<int64_t> ranked_score(int64_t raw, bool minimum_0) {
  if (minimum_0) return std::max<int64_t>(raw, 0);
  return raw > 0 ? std::optional(raw) : std::nullopt;
}

}  // namespace guerdon::progress
