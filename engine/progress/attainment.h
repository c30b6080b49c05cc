#pragma once

#include <cstdint>
#include <optional>

#include "engine/money/limits.h"

// How far an account has come towards a goal (semantics, section 5).
//
// All exact: an average is never divided, it is compared as sum and number of samples. A sum or a
// number is the average of one sample, so that one set of formulas serves both. Pure functions;
// any thread.

namespace guerdon::progress {

// What was achieved, in the smallest units of what is counted (minor units, pieces, milliseconds).
// Either sign, within kMeasureMax.
struct Achieved {
  int64_t sum = 0;
  int64_t samples = 1;  // of an average, from 0 up to kMeasureMax; of a sum or a number always 1
  friend bool operator==(const Achieved&, const Achieved&) = default;
};

enum class Aim : uint8_t {
  kAtLeast,  // higher is better
  kAtMost,   // lower is better: an average that must not be above the goal
};

// In the units of what is achieved, up to kMeasureMax. 0 and below say that there is no goal: no
// reward, no band.
struct Goal {
  int64_t value = 0;
  Aim aim = Aim::kAtLeast;
  bool is_set() const { return value > 0; }
  friend bool operator==(const Goal&, const Goal&) = default;
};

// A goal reached so many times over is as far as anything is told apart.
inline constexpr int64_t kTimesMax = 10'000'000;
inline constexpr int64_t kPercentMax = 100 * kTimesMax;
// The percents that a plan may write, from 1.
inline constexpr int64_t kWrittenPercentMax = 1'000;

// The part of the goal that is achieved, in parts of `whole` (100: percent), rounded down, from 0
// to whole * kTimesMax. Where lower is better, at most `whole`, and 0 without a sample.
// REQUIRES: goal.is_set(); whole from 1 to 10,000.
int64_t attainment(const Achieved& achieved, const Goal& goal, int64_t whole);

// As people see it: 999,999 of 1,000,000 are 99. From 0 to kPercentMax.
inline int64_t percent_of(const Achieved& achieved, const Goal& goal) {
  return attainment(achieved, goal, 100);
}

// Higher is better: achieved * 100 >= percent * goal. Lower is better, at 100: sum <= goal *
// samples, and at least one sample; above 100: never. Equal is reached. False without a goal.
// REQUIRES: percent from 1 to kWrittenPercentMax.
bool is_reached(const Achieved& achieved, const Goal& goal, int64_t percent);

// What is missing, rounded up: how much more is to be achieved, or how far an average has to fall
// or to rise. 0 if and only if the goal is reached. At most INT64_MAX. Nothing where there is no
// sample yet. REQUIRES: goal.is_set().
std::optional<int64_t> remaining(const Achieved& achieved, const Goal& goal);

// What is needed on each of the days that are left, this one included, rounded up.
// REQUIRES: remaining not negative; days_left above 0.
int64_t pace(int64_t remaining, int64_t days_left);

// What of a sum or number opens the next period's: min(up_to, achieved - goal), at least 0; 0
// without a goal. REQUIRES: up_to not negative; goal.aim is kAtLeast.
int64_t surplus_carried(int64_t achieved, const Goal& goal, int64_t up_to);

// The goal of who joins late: the part of it that falls to the days that are left, the day of
// joining included, rounded up; so never 0 of a goal that is set. Of sums and numbers; an average
// has the same goal all along. REQUIRES: goal not negative; days_in from 1 to days_of_period.
int64_t prorated(int64_t goal, int64_t days_in, int64_t days_of_period);

static_assert(base::Int128{money::kMeasureMax} * money::kMeasureMax <= (base::Int128{1} << 124),
              "goal times samples is exact in Int128");

}  // namespace guerdon::progress
