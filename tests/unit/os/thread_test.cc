#include "engine/os/thread.h"

#include <gtest/gtest.h>
#include <sys/resource.h>

#include <algorithm>
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

// Neither who began it nor a thread beside it does. Whoever runs this may have given way before.
TEST(Thread, GivesWayAlone) {
  constexpr int kLowest = 19;
  const int own = ::getpriority(PRIO_PROCESS, 0);
  if (own == kLowest) GTEST_SKIP() << "there is no lower priority; run it with another";
  std::atomic<bool> has_given_way{false};
  int of_other = kLowest;
  Thread other([&] {
    while (!has_given_way) yield();
    of_other = ::getpriority(PRIO_PROCESS, 0);
  });
  int its = own;
  Thread thread([&] {
    give_way();
    its = ::getpriority(PRIO_PROCESS, 0);
    has_given_way = true;
  });
  thread.join();
  other.join();
  EXPECT_EQ(its, std::min(own + 10, kLowest));
  EXPECT_EQ(of_other, own);
  EXPECT_EQ(::getpriority(PRIO_PROCESS, 0), own);
}

TEST(CpuCount, IsAtLeastOne) { EXPECT_GE(cpu_count(), 1u); }

}  // namespace
}  // namespace guerdon::os
