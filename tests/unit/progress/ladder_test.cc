#include "engine/progress/ladder.h"

#include <gtest/gtest.h>

#include <random>
#include <vector>

namespace guerdon::progress {
namespace {

using Begins = std::vector<int64_t>;

constexpr uint8_t kBronze = 0;
constexpr uint8_t kSilver = 1;
constexpr uint8_t kGold = 2;
const Begins kLevels = {0, 500, 2'000};

// Example 22: where levels begin.
TEST(Ladder, LevelOfAMeasure) {
  struct Row {
    int64_t measure;
    uint8_t level;
  };
  const Row rows[] = {{INT64_MIN, kBronze}, {-1, kBronze},    {0, kBronze},   {499, kBronze},
                      {500, kSilver},       {1'999, kSilver}, {2'000, kGold}, {INT64_MAX, kGold}};
  for (const Row& row : rows) EXPECT_EQ(level_of(kLevels, row.measure), row.level) << row.measure;
}

// Example 22: silver earns half as much again, by the level before the event.
TEST(Ladder, TheEventThatLiftsIsPaidByTheLevelBefore) {
  HeldLevel held;
  int64_t points = 0;
  std::vector<int64_t> paid;
  for (const int64_t base : {1'000, 1'000}) {
    const int64_t amount = held.level >= kSilver ? base * 3 / 2 : base;
    held = moved(kLevels, held, points, points + amount, RefundLowers::kAtReview);
    points += amount;
    paid.push_back(amount);
  }
  EXPECT_EQ(paid, (std::vector<int64_t>{1'000, 1'500}));
  EXPECT_EQ(held.level, kGold);
}

TEST(Ladder, GoesUpAtOnceOverSeveralLevels) {
  EXPECT_EQ(moved(kLevels, {}, 0, 5'000, RefundLowers::kAtReview), (HeldLevel{kGold, 0}));
  EXPECT_EQ(moved(kLevels, {kSilver, 0}, 600, 1'999, RefundLowers::kAtOnce),
            (HeldLevel{kSilver, 0}));
}

TEST(Ladder, ARefundLowersAtTheReviewOrAtOnce) {
  const HeldLevel gold = {kGold, 0};
  EXPECT_EQ(moved(kLevels, gold, 2'000, 1'999, RefundLowers::kAtReview), gold);
  EXPECT_EQ(moved(kLevels, gold, 2'000, 1'999, RefundLowers::kAtOnce), (HeldLevel{kSilver, 0}));
  EXPECT_EQ(moved(kLevels, gold, 2'000, 0, RefundLowers::kAtOnce), (HeldLevel{kBronze, 0}));
  EXPECT_EQ(moved(kLevels, gold, 3'000, 2'000, RefundLowers::kAtOnce), gold) << "still there";
}

TEST(Ladder, ARefundDoesNotLowerWhatNoSaleHeldUp) {
  // Days went by, and the measure had fallen without an event.
  EXPECT_EQ(moved(kLevels, {kGold, 0}, 700, 100, RefundLowers::kAtOnce), (HeldLevel{kGold, 0}));
  // A review left silver; a sale lifted it to gold, and is returned.
  HeldLevel held = reviewed(kLevels, {kGold, 0}, 100, Review::kOneDown);
  EXPECT_EQ(held, (HeldLevel{kSilver, kSilver}));
  held = moved(kLevels, held, 100, 2'100, RefundLowers::kAtOnce);
  EXPECT_EQ(held, (HeldLevel{kGold, kSilver}));
  held = moved(kLevels, held, 2'100, 100, RefundLowers::kAtOnce);
  EXPECT_EQ(held, (HeldLevel{kSilver, kSilver}));
}

TEST(Ladder, AReviewGoesDownAStepOrToTheMeasureOrNever) {
  struct Row {
    uint8_t level;
    int64_t measure;
    HeldLevel one_down, to_measure, never;
  };
  const Row rows[] = {
      {kGold, 2'000, {kGold, 0}, {kGold, 0}, {kGold, 0}},  // kept: the measure still reaches it
      {kGold, 1'999, {kSilver, 0}, {kSilver, 0}, {kGold, kGold}},
      {kGold, 499, {kSilver, kSilver}, {kBronze, 0}, {kGold, kGold}},
      {kGold, -5, {kSilver, kSilver}, {kBronze, 0}, {kGold, kGold}},
      {kSilver, 499, {kBronze, 0}, {kBronze, 0}, {kSilver, kSilver}},
      {kSilver, 2'000, {kGold, 0}, {kGold, 0}, {kGold, 0}},
      {kBronze, 0, {kBronze, 0}, {kBronze, 0}, {kBronze, 0}},
  };
  for (const Row& row : rows) {
    const HeldLevel held = {row.level, 0};
    EXPECT_EQ(reviewed(kLevels, held, row.measure, Review::kOneDown), row.one_down) << row.measure;
    EXPECT_EQ(reviewed(kLevels, held, row.measure, Review::kToMeasure), row.to_measure)
        << row.measure;
    EXPECT_EQ(reviewed(kLevels, held, row.measure, Review::kNeverDown), row.never) << row.measure;
  }
}

TEST(Ladder, WhatAReviewKeptHoldsToTheNextOneOnly) {
  HeldLevel held = {kGold, kGold};
  held = reviewed(kLevels, held, 0, Review::kOneDown);
  EXPECT_EQ(held, (HeldLevel{kSilver, kSilver}));
  held = reviewed(kLevels, held, 0, Review::kOneDown);
  EXPECT_EQ(held, (HeldLevel{kBronze, 0}));
  EXPECT_EQ(reviewed(kLevels, {kGold, kGold}, 2'000, Review::kNeverDown), (HeldLevel{kGold, 0}));
}

TEST(Ladder, WhatIsNoLadder) {
  EXPECT_EQ(check_ladder(kLevels), LadderError::kNone);
  EXPECT_EQ(check_ladder(Begins{}), LadderError::kTooFew);
  EXPECT_EQ(check_ladder(Begins{0}), LadderError::kTooFew);
  EXPECT_EQ(check_ladder(Begins{1, 2}), LadderError::kNotFromZero);
  EXPECT_EQ(check_ladder(Begins{0, 5, 5}), LadderError::kNotAscending);
  Begins many;
  for (size_t i = 0; i <= kLevelsMax; ++i) many.push_back(static_cast<int64_t>(i));
  EXPECT_EQ(check_ladder(many), LadderError::kTooMany);
  many.pop_back();
  EXPECT_EQ(check_ladder(many), LadderError::kNone);
  EXPECT_EQ(level_of(many, 15), 15);
}

// The slow twin walks the ladder level by level.
uint8_t slow_level(const Begins& begins, int64_t measure) {
  uint8_t level = 0;
  for (size_t i = 0; i < begins.size(); ++i) {
    if (measure >= begins[i]) level = static_cast<uint8_t>(i);
  }
  return level;
}

TEST(Ladder, KeepsItsLawsOverRandomWalks) {
  std::mt19937_64 random(22);  // NOLINT(bugprone-random-generator-seed): the same each time
  for (int walk = 0; walk < 300; ++walk) {
    Begins begins = {0};
    const size_t levels = kLevelsMin + random() % (kLevelsMax - 1);
    while (begins.size() < levels) {
      begins.push_back(begins.back() + 1 + static_cast<int64_t>(random() % 9));
    }
    const auto review = static_cast<Review>(random() % 3);
    const auto refund = static_cast<RefundLowers>(random() % 2);
    HeldLevel held;
    int64_t measure = 0;
    for (int step = 0; step < 60; ++step) {
      const HeldLevel before = held;
      const uint8_t was = slow_level(begins, measure);
      if (random() % 6 == 0) {
        const uint8_t floor = review == Review::kNeverDown ? before.level
                              : review == Review::kOneDown && before.level > 0
                                  ? static_cast<uint8_t>(before.level - 1)
                                  : uint8_t{0};
        held = reviewed(begins, held, measure, review);
        ASSERT_EQ(held.level, std::max(was, floor));
        ASSERT_EQ(held.kept, held.level > was ? held.level : 0);
      } else if (random() % 8 == 0) {
        measure -= static_cast<int64_t>(random() % 12);  // days go by: nothing is asked
      } else {
        const int64_t after = measure + static_cast<int64_t>(random() % 25) - 11;
        held = moved(begins, held, measure, after, refund);
        measure = after;
        const uint8_t now = slow_level(begins, measure);
        ASSERT_EQ(held.kept, before.kept);
        ASSERT_GE(held.level, now);
        if (refund == RefundLowers::kAtReview || was < before.level) {
          ASSERT_EQ(held.level, std::max(before.level, now));
        } else {
          ASSERT_EQ(held.level, std::max(before.kept, now));
        }
      }
    }
  }
}

TEST(LadderDeathTest, RefusesALevelThatItDoesNotHave) {
  EXPECT_DEATH((void)moved(kLevels, {3, 0}, 0, 0, RefundLowers::kAtOnce), "held.level");
  EXPECT_DEATH((void)reviewed(kLevels, {0, 1}, 0, Review::kOneDown), "held.kept");
  EXPECT_DEATH((void)level_of(Begins{0}, 0), "kLevelsMin");
}

}  // namespace
}  // namespace guerdon::progress
