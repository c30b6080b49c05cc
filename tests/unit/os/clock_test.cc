#include "engine/os/clock.h"

#include <gtest/gtest.h>

#include "tests/support/manual_clock.h"

namespace guerdon::os {
namespace {

using support::ManualClock;

TEST(SystemClock, MonotonicTimeNeverGoesBack) {
  const SystemClock clock;
  int64_t last = clock.monotonic_ns();
  for (int i = 0; i < 10'000; ++i) {
    const int64_t now = clock.monotonic_ns();
    ASSERT_GE(now, last);
    last = now;
  }
}

TEST(SystemClock, WallTimeIsInMillisecondsOfThisCentury) {
  const SystemClock clock;
  EXPECT_GT(clock.wall_ms(), 1'600'000'000'000);
  EXPECT_LT(clock.wall_ms(), base::kTimeEnd);
}

TEST(ManualClock, GoesOnOnlyByHand) {
  ManualClock clock(1'000);
  EXPECT_EQ(clock.wall_ms(), 1'000);
  EXPECT_EQ(clock.monotonic_ns(), 0);
  clock.advance_ms(5);
  EXPECT_EQ(clock.wall_ms(), 1'005);
  EXPECT_EQ(clock.monotonic_ns(), 5'000'000);
}

TEST(ManualClock, SettingTheWallLeavesMonotonicTimeAlone) {
  ManualClock clock(1'000);
  clock.advance_ms(5);
  clock.set_wall_ms(10);
  EXPECT_EQ(clock.wall_ms(), 10);
  EXPECT_EQ(clock.monotonic_ns(), 5'000'000);
}

TEST(ManualClockDeathTest, DoesNotGoBack) {
  ManualClock clock;
  EXPECT_DEATH(clock.advance_ms(-1), "ms >= 0");
}

}  // namespace
}  // namespace guerdon::os
