#include "tests/law/isolate.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <cstdlib>
#include <functional>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "engine/base/assert.h"
#include "engine/os/thread.h"

namespace guerdon::law {
namespace {

constexpr int kPatienceMs = 30'000;

[[noreturn]] void hang() {
  for (;;) pause();
}

struct Told {
  Ending ending;
  uint64_t draws = 0;
  uint64_t seed = 0;
  std::string words;
};

std::map<size_t, Told> run_all(const std::vector<std::function<bool(Progress&)>>& bodies,
                               size_t at_once, unsigned seconds = kDrawSeconds) {
  std::map<size_t, Told> told;
  run_isolated(
      bodies.size(), at_once, [&](size_t i, Progress& progress) { return bodies[i](progress); },
      [&](size_t i, const Ending& ending, const Progress& progress) {
        const bool is_first =
            told.emplace(i, Told{ending, progress.draws, progress.seed, progress.words}).second;
        EXPECT_TRUE(is_first) << i;
      },
      seconds);
  EXPECT_EQ(told.size(), bodies.size());
  return told;
}

TEST(Isolate, WhatAChildReturnsAndSaysIsTold) {
  const auto told = run_all({[](Progress&) { return true; },
                             [](Progress& progress) {
                               progress.begin(77);
                               progress.draws += 3;
                               progress.say("entry 5");
                               return false;
                             }},
                            2);
  EXPECT_EQ(told.at(0).ending.how, Ended::kWell);
  EXPECT_TRUE(told.at(0).ending.is_ok());
  EXPECT_EQ(told.at(1).ending.how, Ended::kFound);
  EXPECT_FALSE(told.at(1).ending.is_ok());
  EXPECT_FALSE(told.at(1).ending.is_cut_short());
  EXPECT_EQ(told.at(1).seed, 77u);
  EXPECT_EQ(told.at(1).draws, 3u);
  EXPECT_EQ(told.at(1).words, "entry 5");
}

TEST(Isolate, AnAssertionIsAFindingWithItsSeed) {
  const auto told = run_all({[](Progress& progress) {
                              progress.begin(4);
                              GUERDON_ASSERT(progress.seed == 5);
                              return true;
                            }},
                            1);
  EXPECT_EQ(told.at(0).ending.how, Ended::kStopped);
  EXPECT_TRUE(told.at(0).ending.is_cut_short());
  EXPECT_EQ(told.at(0).ending.words, "an assertion of the engine");
  EXPECT_EQ(told.at(0).seed, 4u);
}

// The other threads wait for what will never come, as those of an engine would.
TEST(Isolate, AnAssertionOnAThreadEndsAllThreads) {
  const auto told = run_all({[](Progress&) {
                              const os::Thread waiting(hang);
                              const os::Thread failing([] { GUERDON_UNREACHABLE(); });
                              return true;
                            }},
                            1);
  EXPECT_EQ(told.at(0).ending.how, Ended::kStopped);
}

TEST(Isolate, ASignalAndAStrangeStatusAreFindings) {
  const auto told = run_all({[](Progress&) { return std::raise(SIGKILL) == 0; },
                             [](Progress&) {
                               _exit(1);
                               return true;
                             }},
                            1);
  EXPECT_EQ(told.at(0).ending.how, Ended::kStopped);
  EXPECT_EQ(told.at(0).ending.words, "it was ended by signal 9");
  EXPECT_EQ(told.at(1).ending.how, Ended::kStopped);
  EXPECT_EQ(told.at(1).ending.words, "it left with status 1");
}

TEST(Isolate, AHangIsAFindingOfItsOwn) {
  const auto told = run_all({[](Progress& progress) {
                               progress.begin(9);
                               hang();
                               return true;
                             },
                             [](Progress&) {
                               const os::Thread waiting(hang);
                               return true;
                             }},
                            2, 3);
  EXPECT_EQ(told.at(0).ending.how, Ended::kHung);
  EXPECT_TRUE(told.at(0).ending.is_cut_short());
  EXPECT_EQ(told.at(0).ending.words, "it hung: no end after 3 s");
  EXPECT_EQ(told.at(0).seed, 9u);
  EXPECT_EQ(told.at(1).ending.how, Ended::kHung);
}

TEST(Isolate, EachDrawHasTheWholeTime) {
  const auto told = run_all({[](Progress& progress) {
                              alarm(60);  // as if much time had passed
                              progress.begin(2);
                              return alarm(0) > 60;
                            }},
                            1);
  EXPECT_EQ(told.at(0).ending.how, Ended::kWell);
}

// Whoever starts the harness may ignore them, which is inherited.
TEST(Isolate, IgnoredSignalsDoNotMatter) {
  const auto child_before = std::signal(SIGCHLD, SIG_IGN);
  const auto alarm_before = std::signal(SIGALRM, SIG_IGN);
  const auto told = run_all({[](Progress&) {
                              hang();
                              return true;
                            }},
                            1, 1);
  std::signal(SIGCHLD, child_before);
  std::signal(SIGALRM, alarm_before);
  EXPECT_EQ(told.at(0).ending.how, Ended::kHung);
}

// Reads until `end` of the pipe is closed by all who hold it; false when that takes too long.
bool is_closed_soon(int end) {
  char byte = 0;
  pollfd waiting{end, POLLIN, 0};
  while (poll(&waiting, 1, kPatienceMs) == 1) {
    if (read(end, &byte, 1) == 0) return true;
  }
  return false;
}

// Who kills the harness, as `timeout` does, gets the end of its output at once.
TEST(Isolate, AKilledParentLeavesNoChild) {
  int ends[2] = {};
  ASSERT_EQ(pipe2(ends, O_CLOEXEC), 0);
  const pid_t parent = fork();
  ASSERT_GE(parent, 0);
  if (parent == 0) {
    close(ends[0]);
    run_isolated(
        2, 2,
        [&](size_t, Progress&) {
          if (write(ends[1], ".", 1) == 1) hang();
          return true;
        },
        [](size_t, const Ending&, const Progress&) {});
    _exit(0);
  }
  close(ends[1]);
  char begun[2] = {};
  size_t count = 0;
  while (count < 2 && read(ends[0], begun, 1) == 1) ++count;
  EXPECT_EQ(count, 2u);
  kill(parent, SIGKILL);
  EXPECT_TRUE(is_closed_soon(ends[0]));
  close(ends[0]);
  EXPECT_EQ(waitpid(parent, nullptr, 0), parent);
}

}  // namespace
}  // namespace guerdon::law
