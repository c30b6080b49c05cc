#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "engine/progress/attainment.h"

// Milestones: what a target pays on the way to its goal and beyond (semantics, section 5). All that
// is kept is what was posted; what is posted next is the difference to what is owed now, so that
// one reached, lost and reached again pays net once. Pure functions; any thread.

namespace guerdon::progress {

// REQUIRES, of a list of them: percents ascend from 1 to kWrittenPercentMax; at most
// kMilestonesMax; amounts from 0 to kAmountMax.
struct Milestone {
  int64_t percent = 0;
  int64_t amount = 0;  // minor units of the wallet that is credited
};

inline constexpr size_t kMilestonesMax = 64;

enum class Milestones : uint8_t {
  kAllAddUp,  // each one reached pays
  kHighest,   // the last one reached pays, in place of those before
};

enum class WhenLost : uint8_t {
  kTakenBack,
  kKept,  // `take back nothing`
};

// How many of them are reached, counted from the first. 0 without a goal.
size_t reached_of(std::span<const Milestone> milestones, const Achieved& achieved,
                  const Goal& goal);

// What those first so many pay together. REQUIRES: reached <= milestones.size().
int64_t owed_for(std::span<const Milestone> milestones, size_t reached, Milestones which);

// What is to be posted now: credited where above 0, taken back where below.
// REQUIRES: both within kBalanceMax, neither negative.
int64_t to_post(int64_t owed, int64_t posted, WhenLost when_lost);

}  // namespace guerdon::progress
