#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

#include "engine/progress/attainment.h"

// What a member of a challenge scores (semantics, section 6). Either one measure as it is, or
// points for several goals: 10,000 for each that is just reached. Pure functions; any thread.

namespace guerdon::progress {

inline constexpr int64_t kPointsOfGoal = 10'000;
inline constexpr size_t kGoalsMax = 64;
inline constexpr int64_t kWeightMax = 100'000;

// How a goal counts where lower is better.
enum class LowerScores : uint8_t {
  kInProportion,  // 10,000 if reached, else goal / average of it
  kAllOrNothing,  // 10,000 or 0
};

struct ScoredGoal {
  Achieved achieved;
  Goal goal;
  int64_t weight = 1;         // from 1 to kWeightMax
  int64_t cap = kPercentMax;  // `up to 200%`: no more counts; from 1
  LowerScores lower = LowerScores::kInProportion;
};

// min(cap, achieved * 10,000 / goal), rounded down, without the weight. 0 where nothing or less is
// achieved, where there is no sample, and without a goal.
int64_t points_of(const ScoredGoal& scored);

// The sum of weight * points over all of them. From 0; exact, and within kMeasureMax.
// REQUIRES: at most kGoalsMax.
int64_t score_of(std::span<const ScoredGoal> goals);

// Is each of them reached, caps and weights aside? A goal that is not set is not reached. With no
// goals at all there is nothing to fail.
bool has_succeeded(std::span<const ScoredGoal> goals);

// `at least 80% for any prize`: is the weighted mean of the points at least so much of 10,000?
// Exactly, by cross-multiplication; equal is enough.
// REQUIRES: score is score_of(goals), which are not empty; percent from 1 to kWrittenPercentMax.
bool is_enough(int64_t score, std::span<const ScoredGoal> goals, int64_t percent);

// The score by which one is ranked. Scores of 0 and below have no rank, unless the plan says
// `minimum 0`: then all have, and what is below 0 counts as 0.
std::optional<int64_t> ranked_score(int64_t raw, bool minimum_0);

}  // namespace guerdon::progress
