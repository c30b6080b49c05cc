#include <gtest/gtest.h>

#include <array>
#include <deque>
#include <random>
#include <vector>

#include "engine/os/thread.h"
#include "engine/pipeline/stages.h"

namespace guerdon::pipeline {
namespace {

using event::Handover;
using event::Handovers;

constexpr size_t kAccounts = 24;
constexpr uint32_t kJobs = 30;
constexpr uint32_t kRecords = 25;
constexpr size_t kVisitsMax = 4;
constexpr size_t kShards[] = {1, 2, 7, 16};

// Each visit belongs to an account; but for the first it reads what the one before it came to.
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
      const size_t visits = 1 + rng() % kVisitsMax;
      for (size_t visit = 0; visit < visits; ++visit) record.accounts.push_back(rng() % kAccounts);
      // As a redemption does: back to the account that asked.
      if (visits == 3) record.accounts[2] = record.accounts[0];
    }
  }
  return log;
}

// What an account came to depends on all its visits, their order, and all that they read.
int64_t mix(int64_t state, uint32_t job, uint32_t item, size_t visit, int64_t read) {
  uint64_t value = static_cast<uint64_t>(state) * 0x9e37'79b9'7f4a'7c15u;
  value ^= static_cast<uint64_t>(read) + job * 1'000'003u + item * 1'009u + visit;
  return static_cast<int64_t>(value ^ value >> 31);
}

using States = std::array<int64_t, kAccounts>;

// The slow twin: one visit after the other, and no shards.
States in_order(const Log& log) {
  States states{};
  for (uint32_t j = 0; j < kJobs; ++j) {
    for (uint32_t item = 0; item < log[j].size(); ++item) {
      int64_t read = 0;
      for (size_t visit = 0; visit < log[j][item].accounts.size(); ++visit) {
        int64_t& state = states[log[j][item].accounts[visit]];
        read = state = mix(state, j, item, visit, read);
      }
    }
  }
  return states;
}

struct Step {
  uint32_t item = 0;
  size_t visit = 0;
  size_t account = 0;
};

// A job with its routes, and where each shard stands in its own.
struct FakeJob {
  uint32_t number = 0;
  Handovers handovers;
  std::vector<std::vector<Step>> routes;
  std::vector<size_t> stands;

  FakeJob(uint32_t number_of_it, const std::vector<Record>& records, size_t shards)
      : number(number_of_it), routes(shards), stands(shards) {
    for (uint32_t item = 0; item < records.size(); ++item) {
      const std::vector<size_t>& accounts = records[item].accounts;
      if (accounts.size() > 1) handovers.reserve(item, accounts.size() - 1);
      for (size_t visit = 0; visit < accounts.size(); ++visit) {
        routes[accounts[visit] % shards].push_back({item, visit, accounts[visit]});
      }
    }
  }

  Stand go_on(size_t shard, const std::vector<Record>& records, States& states) {
    const size_t before = stands[shard];
    for (size_t& at = stands[shard]; at < routes[shard].size(); ++at) {
      const Step& step = routes[shard][at];
      const Handover* read = step.visit == 0 ? nullptr : handovers.find(step.item, step.visit - 1);
      if (step.visit > 0 && read == nullptr) return at == before ? Stand::kStuck : Stand::kMoved;
      int64_t& state = states[step.account];
      state = mix(state, number, step.item, step.visit, read == nullptr ? 0 : read->amount);
      if (step.visit + 1 < records[step.item].accounts.size()) {
        handovers.release(step.item, step.visit, {state, 0});
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
          run_in_rounds(job.handovers, mine, [&](size_t s) {
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

TEST(Handovers, AreEmptyUntilTheyAreReleasedAndAgainWhenCleared) {
  Handovers handovers;
  EXPECT_FALSE(handovers.any());
  handovers.reserve(3, 2);
  handovers.reserve(9, 1);
  EXPECT_TRUE(handovers.any());
  EXPECT_EQ(handovers.find(3, 1), nullptr);
  handovers.release(3, 1, {-7, 2});
  EXPECT_EQ(handovers.find(3, 0), nullptr);
  EXPECT_EQ(*handovers.find(3, 1), (Handover{-7, 2}));
  EXPECT_EQ(handovers.find(9, 0), nullptr);
  EXPECT_EQ(handovers.releases(), 1u);
  handovers.clear();
  EXPECT_FALSE(handovers.any());
  handovers.reserve(0, 3);
  for (size_t visit = 0; visit < 3; ++visit) EXPECT_EQ(handovers.find(0, visit), nullptr);
  EXPECT_EQ(handovers.releases(), 0u);
}

TEST(HandoversDeathTest, AVisitsIsWrittenOnceWhereItHasItsSlot) {
  Handovers handovers;
  handovers.reserve(3, 1);
  handovers.release(3, 0, {});
  EXPECT_DEATH(handovers.release(3, 0, {}), "is_there");
  EXPECT_DEATH((void)handovers.find(3, 1), "slot < end");
  EXPECT_DEATH((void)handovers.find(4, 0), "first->item == item");
}

}  // namespace
}  // namespace guerdon::pipeline
