// Where sweeps stand in the log. Written as the records that are no sweeps, from 1; "70:0" means
// that slice 0 follows the 70th, "70:0+3" that it and the next two do.
#include "engine/pipeline/sweeper.h"

#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

#include "engine/event/batch.h"
#include "tests/unit/program/compiled.h"
#include "tests/unit/program/event_in_words.h"

namespace guerdon::pipeline {
namespace {

using plan::kDay;

const plan::Program& daily() {
  static const plan::Program made =
      plan::compiled(plan::shop("measure m per account per day = number of sale\n"));
  return made;
}

struct Log {
  explicit Log(const plan::Program& program) : sweeper(program) {}

  // `count` records at this clock.
  void add(int count, base::TimeMs at) {
    for (int i = 0; i < count; ++i) {
      ++records;
      if (const std::optional<event::Slices> next = sweeper.after_record(at)) {
        slices.push_back(std::to_string(records) + ":" + std::to_string(next->first));
        if (next->count > 1) slices.back() += "+" + std::to_string(next->count);
        swept.push_back(*next);
      }
    }
  }

  Sweeper sweeper;
  int records = 0;
  std::vector<std::string> slices;
  std::vector<event::Slices> swept;
};

using Slices = std::vector<std::string>;

TEST(SweeperTest, NothingIsDueBeforeAPeriodEnds) {
  Log log(daily());
  log.add(200, 100 * kDay);
  log.add(200, 101 * kDay - 1);
  EXPECT_EQ(log.slices, Slices{});
}

TEST(SweeperTest, TheFirstRecordEndsNoPeriodHoweverLateItIs) {
  Log log(daily());
  log.add(1, 100 * kDay);
  log.add(199, 100 * kDay);
  EXPECT_EQ(log.slices, Slices{});
}

TEST(SweeperTest, AfterTheRecordThatEndsAPeriodEachThirtySecondOneIsFollowedByASlice) {
  ASSERT_EQ(Sweeper::kRecordsBetween, 32);
  Log log(daily());
  log.add(5, 100 * kDay);
  log.add(1, 101 * kDay);  // the 6th
  log.add(100, 101 * kDay);
  EXPECT_EQ(log.slices, (Slices{"38:0", "70:1", "102:2"}));
}

constexpr int kSlices = event::kSlices;

// Where all comes at one instant, one at a time.
TEST(SweeperTest, AllSlicesAndThenNoMore) {
  Log log(daily());
  log.add(1, 100 * kDay);
  log.add(1, 101 * kDay);  // the 2nd
  log.add((kSlices + 10) * 32, 101 * kDay);
  ASSERT_EQ(log.slices.size(), static_cast<size_t>(kSlices));
  EXPECT_EQ(log.slices.front(), "34:0");
  EXPECT_EQ(log.slices.back(),
            std::to_string(2 + kSlices * 32) + ":" + std::to_string(kSlices - 1));
}

// A minute after it began a sweep is through; records that come as fast have a slice at a time.
TEST(SweeperTest, AsManySlicesAsTheMinuteAsksFor) {
  const auto swept_in = [](base::TimeMs between) {
    Log log(daily());
    log.add(1, 100 * kDay);
    for (int i = 0; i < (kSlices + 1) * 32 && i * between < kDay; ++i) {
      log.add(1, 101 * kDay + i * between);
    }
    uint32_t all = 0;
    for (const event::Slices& each : log.swept) all += each.count;
    EXPECT_EQ(all, event::kSlices) << between;
    return std::pair(log.swept.size(), log.swept.back().count);
  };
  EXPECT_EQ(swept_in(0), (std::pair<size_t, uint32_t>(kSlices, 1)));
  // 32 ms are 2.18 slices: 60,000 / 32 of them, and the last has what is left.
  EXPECT_EQ(swept_in(1), (std::pair<size_t, uint32_t>(1'875, 3)));
  EXPECT_EQ(swept_in(1'000), (std::pair<size_t, uint32_t>(64, 64))) << "never more at once";
  EXPECT_EQ(swept_in(kDay / 64 / 33), (std::pair<size_t, uint32_t>(64, 64)));
}

TEST(SweeperTest, APeriodThatIsLeftOutEndsWithTheNext) {
  Log log(daily());
  log.add(1, 100 * kDay);
  log.add(40, 150 * kDay);
  EXPECT_EQ(log.slices, Slices{"34:0"});
}

// And that one catches up: it began when the first of them did.
TEST(SweeperTest, ANewPeriodDuringASweepBeginsAFullOneFromTheSliceThatIsNext) {
  Log log(daily());
  log.add(1, 100 * kDay);
  log.add(1, 101 * kDay);
  log.add(64 + 31, 101 * kDay);  // slices 0 and 1, and 31 records towards the next
  log.add(1, 102 * kDay);        // the 32nd
  log.add(31, 102 * kDay);
  EXPECT_EQ(log.slices, (Slices{"34:0", "66:1", "98:2+64"}));
  log.add(10'000, 102 * kDay);
  ASSERT_EQ(log.slices.size(), 2u + 64);
  EXPECT_EQ(log.slices[2 + 62], std::to_string(98 + 62 * 32) + ":3970+64");
  EXPECT_EQ(log.slices.back(), std::to_string(98 + 63 * 32) + ":4034+64") << "round the end";
}

// Days so short that no sweep is ever through: every slice has its turn all the same.
TEST(SweeperTest, NoSliceIsLeftOutHoweverShortThePeriodsAre) {
  for (const int records_a_day : {1, 3, 40}) {
    Log log(daily());
    constexpr int kDays = (Sweeper::kOfTick + 2) * Sweeper::kRecordsBetween;
    for (int day = 100; day < 100 + kDays; ++day) log.add(records_a_day, day * kDay);
    std::vector<bool> swept(kSlices);
    for (const event::Slices& each : log.swept) {
      for (uint32_t i = 0; i < each.count; ++i) swept[(each.first + i) % kSlices] = true;
    }
    EXPECT_EQ(std::vector<bool>(kSlices, true), swept) << records_a_day;
  }
}

TEST(SweeperTest, TheShortestPeriodOfAllPlansCounts) {
  const plan::Program both = plan::compiled(
      {plan::shop("measure m per account per month = number of sale\n", "months"),
       "plan days\n  zone Asia/Tokyo\n" +
           plan::shop("measure d per account per day = number of sale\n").substr(10)});
  Log log(both);
  log.add(1, 100 * kDay);
  log.add(33, 100 * kDay + 15 * kDay / 24);  // midnight in Tokyo
  EXPECT_EQ(log.slices, Slices{"34:0"});
}

TEST(SweeperTest, PlansWithoutPeriodsHaveNothingToSweep) {
  const plan::Program program =
      plan::compiled(plan::shop("measure m per account = number of sale\n"));
  Log log(program);
  log.add(100, 100 * kDay);
  log.add(100, 20'000 * kDay);
  EXPECT_EQ(log.slices, Slices{});
}

}  // namespace
}  // namespace guerdon::pipeline
