#include "engine/progress/milestones.h"

#include <gtest/gtest.h>

#include <array>
#include <random>
#include <string>
#include <vector>

#include "engine/money/limits.h"
#include "engine/progress/bands.h"

namespace guerdon::progress {
namespace {

using Amounts = std::vector<int64_t>;

constexpr std::array<Milestone, 3> kMilestones = {{{50, 100}, {80, 150}, {100, 500}}};
constexpr Goal kMillion = {1'000'000, Aim::kAtLeast};

// A monthly target with bands and milestones (example 8): what each event posts for each milestone.
TEST(Milestones, AMonthEventByEvent) {
  struct Row {
    int64_t amount, achieved, percent;
    const char* band;
    Amounts entries;
    int64_t balance;
  };
  const Row rows[] = {
      {890'000, 890'000, 89, "red", {100, 150}, 250},
      {9'999, 899'999, 89, "red", {}, 250},
      {1, 900'000, 90, "orange", {}, 250},
      {99'999, 999'999, 99, "orange", {}, 250},
      {1, 1'000'000, 100, "green", {500}, 750},
      {-1, 999'999, 99, "orange", {-500}, 250},
      {1, 1'000'000, 100, "green", {500}, 750},
  };
  const std::vector<Band> bands = default_bands();
  Achieved achieved;
  std::array<int64_t, kMilestones.size()> posted{};
  int64_t balance = 0;
  for (const Row& row : rows) {
    achieved.sum += row.amount;
    EXPECT_EQ(achieved.sum, row.achieved);
    const int64_t percent = percent_of(achieved, kMillion);
    EXPECT_EQ(percent, row.percent) << row.achieved;
    EXPECT_EQ(bands[band_at(bands, percent)].name, row.band) << row.achieved;
    Amounts entries;
    for (size_t i = 0; i < kMilestones.size(); ++i) {
      const std::span<const Milestone> own = std::span(kMilestones).subspan(i, 1);
      const int64_t owed =
          owed_for(own, reached_of(own, achieved, kMillion), Milestones::kAllAddUp);
      const int64_t delta = to_post(owed, posted[i], WhenLost::kTakenBack);
      if (delta != 0) entries.push_back(delta);
      posted[i] += delta;
      balance += delta;
    }
    EXPECT_EQ(entries, row.entries) << row.achieved;
    EXPECT_EQ(balance, row.balance) << row.achieved;
    EXPECT_EQ(balance, owed_for(kMilestones, reached_of(kMilestones, achieved, kMillion),
                                Milestones::kAllAddUp));
  }
}

TEST(Milestones, SeveralAtOnceAreReachedInOrder) {
  EXPECT_EQ(reached_of(kMilestones, {499'999, 1}, kMillion), 0u);
  EXPECT_EQ(reached_of(kMilestones, {500'000, 1}, kMillion), 1u);
  EXPECT_EQ(reached_of(kMilestones, {799'999, 1}, kMillion), 1u);
  EXPECT_EQ(reached_of(kMilestones, {800'000, 1}, kMillion), 2u);
  EXPECT_EQ(reached_of(kMilestones, {1'000'000, 1}, kMillion), 3u);
  EXPECT_EQ(reached_of(kMilestones, {money::kMeasureMax, 1}, kMillion), 3u);
  EXPECT_EQ(reached_of(kMilestones, {-1, 1}, kMillion), 0u);
  EXPECT_EQ(reached_of(kMilestones, {1'000'000, 1}, {}), 0u) << "no goal";
  EXPECT_EQ(reached_of({}, {1'000'000, 1}, kMillion), 0u) << "no milestone";
}

TEST(Milestones, AllAddUpOrOnlyTheHighestPays) {
  const int64_t all[] = {0, 100, 250, 750};
  const int64_t highest[] = {0, 100, 150, 500};
  for (size_t reached = 0; reached <= kMilestones.size(); ++reached) {
    EXPECT_EQ(owed_for(kMilestones, reached, Milestones::kAllAddUp), all[reached]);
    EXPECT_EQ(owed_for(kMilestones, reached, Milestones::kHighest), highest[reached]);
  }
  // The highest is the last one reached, also where it pays less.
  const std::array<Milestone, 2> falling = {{{50, 100}, {100, 30}}};
  EXPECT_EQ(owed_for(falling, 2, Milestones::kHighest), 30);
}

TEST(Milestones, WhatIsPostedIsTheDifference) {
  EXPECT_EQ(to_post(750, 250, WhenLost::kTakenBack), 500);
  EXPECT_EQ(to_post(250, 750, WhenLost::kTakenBack), -500);
  EXPECT_EQ(to_post(250, 250, WhenLost::kTakenBack), 0);
  EXPECT_EQ(to_post(0, money::kBalanceMax, WhenLost::kTakenBack), -money::kBalanceMax);
  EXPECT_EQ(to_post(750, 250, WhenLost::kKept), 500);
  EXPECT_EQ(to_post(250, 750, WhenLost::kKept), 0) << "kept what was reached";
}

TEST(Milestones, TheMostThereAreIsABalance) {
  std::vector<Milestone> most;
  for (size_t i = 0; i < kMilestonesMax; ++i) {
    most.push_back({static_cast<int64_t>(i) + 1, money::kAmountMax});
  }
  EXPECT_EQ(owed_for(most, most.size(), Milestones::kAllAddUp),
            money::kAmountMax * int64_t{kMilestonesMax});
}

// However it went up and down: what was posted in steps is what is owed at the end.
TEST(Milestones, StepsAddUpToWhatIsOwed) {
  std::mt19937_64 random(15);  // NOLINT(bugprone-random-generator-seed): the same each time
  for (int i = 0; i < 500; ++i) {
    const Goal goal = {1 + static_cast<int64_t>(random() % 200), Aim::kAtLeast};
    const Milestones which = i % 2 == 0 ? Milestones::kAllAddUp : Milestones::kHighest;
    const WhenLost when_lost = i % 3 == 0 ? WhenLost::kKept : WhenLost::kTakenBack;
    Achieved achieved;
    int64_t posted = 0;
    int64_t most = 0;
    for (int step = 0; step < 20; ++step) {
      achieved.sum += static_cast<int64_t>(random() % 90) - 40;
      const int64_t owed = owed_for(kMilestones, reached_of(kMilestones, achieved, goal), which);
      // By the words of the definition: each of them that achieved * 100 >= percent * goal.
      int64_t slow = 0;
      for (const Milestone& each : kMilestones) {
        if (achieved.sum * 100 < each.percent * goal.value) continue;
        slow = which == Milestones::kAllAddUp ? slow + each.amount : each.amount;
      }
      ASSERT_EQ(owed, slow) << achieved.sum << " of " << goal.value;
      most = std::max(most, owed);
      posted += to_post(owed, posted, when_lost);
      ASSERT_EQ(posted, when_lost == WhenLost::kKept ? most : owed);
    }
  }
}

TEST(MilestonesDeathTest, RefusesWhatIsOutOfRange) {
  EXPECT_DEATH((void)owed_for(kMilestones, 4, Milestones::kAllAddUp), "reached");
  EXPECT_DEATH((void)to_post(-1, 0, WhenLost::kTakenBack), "owed >= 0");
}

}  // namespace
}  // namespace guerdon::progress
