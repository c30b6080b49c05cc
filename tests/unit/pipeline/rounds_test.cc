#include <gtest/gtest.h>

#include <array>
#include <deque>
#include <random>
#include <vector>

#include "engine/os/thread.h"
#include "engine/pipeline/stages.h"

namespace guerdon::pipeline {
namespace {

using event::LegSlots;
using event::LegValue;

constexpr size_t kAccounts = 24;
constexpr uint32_t kJobs = 30;
constexpr uint32_t kRecords = 25;
constexpr size_t kLegsMax = 4;
constexpr size_t kShards[] = {1, 2, 7, 16};

// Each leg belongs to an account; but for the first it reads what the one before it came to.
struct Record {
  std::vector<size_t> accounts;
};
using Log = std::array<std::vector<Record>, kJobs>;

Log draw_log(uint64_t seed) {
  std::mt19937_64 rng(seed);
  Log log;
  for (std::vector<Record>& job : log) {
    for (uint32_t r = 0; r < kRecords; ++r) {
      Record& record = job.emplace_back();
      const size_t legs = 1 + rng() % kLegsMax;
      for (size_t leg = 0; leg < legs; ++leg) record.accounts.push_back(rng() % kAccounts);
      // As a redemption does: back to the account that asked.
      if (legs == 3) record.accounts[2] = record.accounts[0];
    }
  }
  return log;
}

// What an account came to depends on all its legs, their order, and all that they read.
int64_t mix(int64_t state, uint32_t job, uint32_t item, size_t leg, int64_t read) {
  uint64_t value = static_cast<uint64_t>(state) * 0x9e37'79b9'7f4a'7c15u;
  value ^= static_cast<uint64_t>(read) + job * 1'000'003u + item * 1'009u + leg;
  return static_cast<int64_t>(value ^ value >> 31);
}

using States = std::array<int64_t, kAccounts>;

// The slow twin: one leg after the other, and no shards.
States in_order(const Log& log) {
  States states{};
  for (uint32_t j = 0; j < kJobs; ++j) {
    for (uint32_t item = 0; item < log[j].size(); ++item) {
      int64_t read = 0;
      for (size_t leg = 0; leg < log[j][item].accounts.size(); ++leg) {
        int64_t& state = states[log[j][item].accounts[leg]];
        read = state = mix(state, j, item, leg, read);
      }
    }
  }
  return states;
}

struct Step {
  uint32_t item = 0;
  size_t leg = 0;
  size_t account = 0;
};

// A job with its routes, and where each shard stands in its own.
struct FakeJob {
  uint32_t number = 0;
  LegSlots legs;
  std::vector<std::vector<Step>> routes;
  std::vector<size_t> stands;

  FakeJob(uint32_t number_of_it, const std::vector<Record>& records, size_t shards)
      : number(number_of_it), routes(shards), stands(shards) {
    for (uint32_t item = 0; item < records.size(); ++item) {
      const std::vector<size_t>& accounts = records[item].accounts;
      if (accounts.size() > 1) legs.reserve(item, accounts.size() - 1);
      for (size_t leg = 0; leg < accounts.size(); ++leg) {
        routes[accounts[leg] % shards].push_back({item, leg, accounts[leg]});
      }
    }
  }

  Stand go_on(size_t shard, const std::vector<Record>& records, States& states) {
    const size_t before = stands[shard];
    for (size_t& at = stands[shard]; at < routes[shard].size(); ++at) {
      const Step& step = routes[shard][at];
      const LegValue* read = step.leg == 0 ? nullptr : legs.find(step.item, step.leg - 1);
      if (step.leg > 0 && read == nullptr) return at == before ? Stand::kStuck : Stand::kMoved;
      int64_t& state = states[step.account];
      state = mix(state, number, step.item, step.leg, read == nullptr ? 0 : read->amount);
      if (step.leg + 1 < records[step.item].accounts.size()) {
        legs.release(step.item, step.leg, {state, 0});
      }
    }
    return Stand::kDone;
  }
};

// Each worker takes all jobs in their order, and may be jobs ahead of another.
States on_workers(const Log& log, size_t shards, size_t workers, bool yields) {
  States states{};
  std::deque<FakeJob> jobs;
  for (uint32_t j = 0; j < kJobs; ++j) jobs.emplace_back(j, log[j], shards);
  {
    std::vector<os::Thread> threads;
    for (size_t w = 0; w < workers; ++w) {
      threads.emplace_back([&, w] {
        std::mt19937_64 rng(w);
        for (FakeJob& job : jobs) {
          std::vector<size_t> mine;
          for (size_t s = w; s < shards; s += workers) mine.push_back(s);
          run_in_rounds(job.legs, mine, [&](size_t s) {
            if (yields && rng() % 3 == 0) os::yield();
            return job.go_on(s, log[job.number], states);
          });
        }
      });
    }
  }
  return states;
}

TEST(Rounds, OneThreadNeverWaits) {
  const Log log = draw_log(1);
  const States expected = in_order(log);
  for (const size_t shards : kShards) {
    EXPECT_EQ(on_workers(log, shards, 1, false), expected) << shards;
  }
}

TEST(Rounds, AnyThreadsAndShardsComeToTheSame) {
  for (uint64_t seed = 2; seed < 8; ++seed) {
    const Log log = draw_log(seed);
    const States expected = in_order(log);
    for (const size_t shards : kShards) {
      for (size_t workers = 2; workers <= 4; ++workers) {
        EXPECT_EQ(on_workers(log, shards, workers, true), expected) << shards << " " << workers;
      }
    }
  }
}

TEST(LegSlots, AreEmptyUntilTheyAreReleasedAndAgainWhenCleared) {
  LegSlots legs;
  EXPECT_FALSE(legs.any());
  legs.reserve(3, 2);
  legs.reserve(9, 1);
  EXPECT_TRUE(legs.any());
  EXPECT_EQ(legs.find(3, 1), nullptr);
  legs.release(3, 1, {-7, 2});
  EXPECT_EQ(legs.find(3, 0), nullptr);
  EXPECT_EQ(*legs.find(3, 1), (LegValue{-7, 2}));
  EXPECT_EQ(legs.find(9, 0), nullptr);
  EXPECT_EQ(legs.releases(), 1u);
  legs.clear();
  EXPECT_FALSE(legs.any());
  legs.reserve(0, 3);
  for (size_t leg = 0; leg < 3; ++leg) EXPECT_EQ(legs.find(0, leg), nullptr);
  EXPECT_EQ(legs.releases(), 0u);
}

TEST(LegSlotsDeathTest, ALegIsWrittenOnceWhereItHasItsSlot) {
  LegSlots legs;
  legs.reserve(3, 1);
  legs.release(3, 0, {});
  EXPECT_DEATH(legs.release(3, 0, {}), "is_there");
  EXPECT_DEATH((void)legs.find(3, 1), "slot < end");
  EXPECT_DEATH((void)legs.find(4, 0), "first->item == item");
}

}  // namespace
}  // namespace guerdon::pipeline
