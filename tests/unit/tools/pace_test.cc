#include <gtest/gtest.h>

#include "tests/support/manual_clock.h"
#include "tools/guerdon/replay/replay_pace.h"

namespace guerdon::tools {
namespace {

using support::ManualClock;

constexpr int64_t kStart = 1'300'000'000'000;

TEST(PaceTest, EventsPassSoManyTimesAsFastAsTheyDid) {
  ManualClock clock;
  Pace pace(clock, 60);
  EXPECT_EQ(pace.wait_ms(kStart), 0);  // both times begin here
  EXPECT_EQ(pace.wait_ms(kStart + 60'000), 1'000);
  clock.advance_ms(400);
  EXPECT_EQ(pace.wait_ms(kStart + 60'000), 600);
  EXPECT_EQ(pace.wait_ms(kStart + 60'059), 600);  // less than a millisecond
}

TEST(PaceTest, WhoIsLateDoesNotWait) {
  ManualClock clock;
  Pace pace(clock, 1);
  EXPECT_EQ(pace.wait_ms(kStart), 0);
  clock.advance_ms(5'000);
  EXPECT_EQ(pace.wait_ms(kStart + 3'000), 0);
  EXPECT_EQ(pace.wait_ms(kStart + 7'000), 2'000);
}

TEST(PaceTest, SettingTheMachinesClockChangesNothing) {
  ManualClock clock;
  Pace pace(clock, 1);
  EXPECT_EQ(pace.wait_ms(kStart), 0);
  clock.set_wall_ms(kStart);
  EXPECT_EQ(pace.wait_ms(kStart + 1'000), 1'000);
}

TEST(PaceTest, WithoutAFactorNothingWaits) {
  const ManualClock clock;
  Pace pace(clock, 0);
  EXPECT_EQ(pace.wait_ms(kStart), 0);
  EXPECT_EQ(pace.wait_ms(kStart + 1'000'000), 0);
}

}  // namespace
}  // namespace guerdon::tools
