// Where sweeps stand in the log. Written as the records that are no sweeps, from 1; "70:0" means
// that slice 0 follows the 70th.
#include "engine/pipeline/sweeper.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "engine/accounts/account_table.h"
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
      if (const std::optional<int> slice = sweeper.after_record(at)) {
        slices.push_back(std::to_string(records) + ":" + std::to_string(*slice));
      }
    }
  }

  Sweeper sweeper;
  int records = 0;
  std::vector<std::string> slices;
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

TEST(SweeperTest, SixtyFourSlicesAndThenNoMore) {
  Log log(daily());
  log.add(1, 100 * kDay);
  log.add(1, 101 * kDay);  // the 2nd
  log.add(10'000, 101 * kDay);
  ASSERT_EQ(log.slices.size(), static_cast<size_t>(shard::kSlices));
  EXPECT_EQ(log.slices.front(), "34:0");
  EXPECT_EQ(log.slices.back(), std::to_string(2 + 64 * 32) + ":63");
}

TEST(SweeperTest, APeriodThatIsLeftOutEndsWithTheNext) {
  Log log(daily());
  log.add(1, 100 * kDay);
  log.add(40, 150 * kDay);
  EXPECT_EQ(log.slices, Slices{"34:0"});
}

TEST(SweeperTest, ANewPeriodDuringASweepBeginsAFullOneFromTheSliceThatIsNext) {
  Log log(daily());
  log.add(1, 100 * kDay);
  log.add(1, 101 * kDay);
  log.add(64 + 31, 101 * kDay);  // slices 0 and 1, and 31 records towards the next
  log.add(1, 102 * kDay);        // the 32nd
  log.add(31, 102 * kDay);
  EXPECT_EQ(log.slices, (Slices{"34:0", "66:1", "98:2"}));
  log.add(10'000, 102 * kDay);
  ASSERT_EQ(log.slices.size(), 2u + shard::kSlices);
  EXPECT_EQ(log.slices[2 + 61], std::to_string(98 + 61 * 32) + ":63");
  EXPECT_EQ(log.slices[2 + 62], std::to_string(98 + 62 * 32) + ":0");
  EXPECT_EQ(log.slices.back(), std::to_string(98 + 63 * 32) + ":1");
}

// Days so short that no sweep is ever through: every slice has its turn all the same.
TEST(SweeperTest, NoSliceIsLeftOutHoweverShortThePeriodsAre) {
  for (const int records_a_day : {1, 3, 40}) {
    Log log(daily());
    const int days = (shard::kSlices + 1) * Sweeper::kRecordsBetween;
    for (int day = 100; day < 100 + days; ++day) log.add(records_a_day, day * kDay);
    std::vector<bool> swept(shard::kSlices);
    for (const std::string& at : log.slices) {
      swept[static_cast<size_t>(std::stoi(at.substr(at.find(':') + 1)))] = true;
    }
    EXPECT_EQ(std::vector<bool>(shard::kSlices, true), swept) << records_a_day;
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
