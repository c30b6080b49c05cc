#include "engine/os/thread.h"

#include <gtest/gtest.h>
#include <sys/resource.h>

#include <atomic>
#include <utility>

namespace guerdon::os {
namespace {

TEST(Thread, JoinMakesWhatItWroteVisible) {
  int written = 0;
  Thread thread([&] { written = 42; });
  thread.join();
  EXPECT_EQ(written, 42);
  thread.join();  // once more does nothing
}

TEST(Thread, TheDestructorJoins) {
  std::atomic<bool> done{false};
  {
    const Thread thread([&] {
      for (int i = 0; i < 100; ++i) yield();
      done = true;
    });
  }
  EXPECT_TRUE(done);
}

TEST(Thread, AssigningJoinsTheOldOneFirst) {
  std::atomic<int> finished{0};
  Thread thread([&] {
    for (int i = 0; i < 100; ++i) yield();
    ++finished;
  });
  thread = Thread([&] { ++finished; });
  EXPECT_GE(finished, 1);
  thread.join();
  EXPECT_EQ(finished, 2);
}

TEST(Thread, AnEmptyOneMayBeMovedAndJoined) {
  Thread empty;
  Thread other = std::move(empty);
  other.join();
}

TEST(Thread, GivesWayAlone) {
  const int own = ::getpriority(PRIO_PROCESS, 0);
  int its = own;
  Thread thread([&] {
    give_way();
    its = ::getpriority(PRIO_PROCESS, 0);
  });
  thread.join();
  EXPECT_TRUE(its > own || own > 9) << its;
  EXPECT_EQ(::getpriority(PRIO_PROCESS, 0), own);
}

TEST(CpuCount, IsAtLeastOne) { EXPECT_GE(cpu_count(), 1u); }

}  // namespace
}  // namespace guerdon::os
