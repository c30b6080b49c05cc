// Which thread runs which stage never shows: what the fused assembly gives, each threaded one
// gives.
#include "engine/pipeline/assembly.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "engine/os/thread.h"
#include "tests/generate/rng.h"
#include "tests/unit/program/compiled.h"
#include "tests/unit/program/event_in_words.h"

namespace guerdon::pipeline {
namespace {

using plan::Event;
using plan::kDay;

const plan::Program& program() {
  static const plan::Program made = plan::compiled(plan::shop(R"(
measure sales per account = number of sale
measure sold per agent per sku per day = sum of qty on sale
rule ordinal
  on sale
  credit account 1 point * sales after
  at most 1000 points
rule third per agent per sku per day
  when sold >= 3
  credit agent 1 point * sold
  at most 1000 points
)"));
  return made;
}

// Yields at random, on whatever thread it is called.
void stumble() {
  static std::atomic<uint64_t> draws{0};
  generate::Rng rng(draws.fetch_add(1, std::memory_order_relaxed));
  for (uint64_t i = rng.below(4); i > 0; --i) os::yield();
}

// Stands for make_halved() among the numbers of workers.
constexpr uint32_t kHalved = UINT32_MAX;

std::unique_ptr<Assembly> make(Stages stages, uint32_t workers) {
  if (workers == kHalved) return make_halved(std::move(stages));
  return workers == 0 ? make_fused(std::move(stages)) : make_threaded(std::move(stages), workers);
}

struct Works {
  // workers 0: fused.
  Works(uint32_t count, uint32_t workers, std::function<void()> between_steps,
        uint64_t keys = 100'000)
      : admission(program(), count, KeyTable(keys), ObjectTable(15)), tail(program()) {
    for (uint32_t s = 0; s < count; ++s) {
      shards.push_back(std::make_unique<shard::Shard>(program(), admission, s, count, 0));
    }
    tail.set_sink([this](const ledger::Entry& e, const ledger::EntryLot*) {
      entries += std::to_string(e.lsn) + ":" + std::to_string(e.account) + ":" +
                 std::to_string(e.n) + "=" + std::to_string(e.amount) + " ";
    });
    Stages stages{admission,
                  shards,
                  tail,
                  {},
                  [this](const Job& job) {
                    completed.push_back(job.number);
                    barriers += job.is_barrier ? 1 : 0;
                    EXPECT_TRUE(!job.is_barrier || admission.last_lsn() == job.last_lsn());
                    records += job.batch.records.size();
                    for (const event::Record& record : job.batch.records) {
                      answers.push_back(std::string(event::outcome_word(record.outcome)) + " " +
                                        std::to_string(record.lsn) + " " +
                                        std::to_string(record.entries));
                    }
                  },
                  std::move(between_steps)};
    stages.freed = [this] {
      freed.fetch_add(1);
      freed.notify_one();
    };
    assembly = make(std::move(stages), workers);
  }

  void submit(const std::vector<Event>& events, bool is_barrier = false) const {
    Job& job = assembly->take();
    job.is_barrier = is_barrier;
    EXPECT_TRUE(job.batch.records.empty() && job.batch.log.empty() && !job.tick);
    for (const Event& event : events) add_record(program(), event, job.batch);
    assembly->submit(job);
  }

  Admission admission;
  std::vector<std::unique_ptr<shard::Shard>> shards;
  Tail tail;
  std::string entries;
  std::vector<std::string> answers;  // of each record: "DUP 7 2"
  std::vector<uint64_t> completed;
  size_t records = 0;
  size_t barriers = 0;
  std::atomic<uint32_t> freed{0};
  std::unique_ptr<Assembly> assembly;  // last: its threads use the rest
};

TEST(AssemblyTest, WhereAllJobsAreUnderWayOneWhoDoesNotWaitIsToldOfTheNext) {
  Works works(2, 1, {});
  std::vector<Job*> taken;
  while (Job* const job = works.assembly->try_take()) taken.push_back(job);
  EXPECT_EQ(taken.size(), works.assembly->jobs());
  works.assembly->submit(*taken.back());  // with nothing in it
  works.freed.wait(0);
  taken.back() = works.assembly->try_take();
  ASSERT_NE(taken.back(), nullptr);
  EXPECT_EQ(works.assembly->try_take(), nullptr);
  for (Job* const job : taken) works.assembly->submit(*job);
  works.assembly->drain();
  EXPECT_EQ(works.completed.size(), taken.size() + 1);
}

Event random_event(generate::Rng& rng, int number, int day) {
  Event event;
  event.id = std::to_string(rng.chance(5) ? number / 2 : number);  // some come twice
  event.occurred_at = (day - rng.small(0, 3)) * kDay;
  event.texts = {{"account", "a" + std::to_string(rng.below(20))},
                 {"agent", "a" + std::to_string(rng.below(20))},
                 {"sku", "s" + std::to_string(rng.below(4))}};
  event.numbers["qty"] = rng.between(0, 4);
  if (rng.chance(40)) {
    event.object = "o" + std::to_string(rng.below(20));
    event.version = rng.chance(50) ? number / 4 + rng.between(0, 9) : event::kNoVersion;
    if (rng.chance(50)) event.texts.erase(rng.chance(50) ? "account" : "agent");
  }
  return event;
}

// Batches of many sizes, empty ones among them, over some days.
std::vector<std::vector<Event>> random_jobs(uint64_t seed) {
  generate::Rng rng(seed);
  std::vector<std::vector<Event>> jobs;
  int number = 0;
  for (int j = 0; j < 60; ++j) {
    std::vector<Event>& events = jobs.emplace_back();
    for (int i = rng.small(0, rng.chance(30) ? 60 : 3); i > 0; --i) {
      events.push_back(random_event(rng, number++, 100 + j / 6));
    }
  }
  return jobs;
}

void expect_same(const Works& works, const Works& expected, size_t jobs) {
  EXPECT_EQ(works.entries, expected.entries);
  EXPECT_EQ(works.records, expected.records);
  EXPECT_EQ(works.answers, expected.answers);
  const auto objects_of = [](const Works& all) {
    return all.admission.objects().content_hash({program().facts, all.admission.symbols()});
  };
  EXPECT_EQ(objects_of(works), objects_of(expected));
  EXPECT_EQ(works.tail.entries_hash(), expected.tail.entries_hash());
  EXPECT_EQ(works.admission.last_lsn(), expected.admission.last_lsn());
  base::Hash128 content;
  base::Hash128 expected_content;
  for (const auto& shard : works.shards) {
    content += shard->content_hash(works.admission.symbols(), works.admission.clock());
  }
  for (const auto& shard : expected.shards) {
    expected_content +=
        shard->content_hash(expected.admission.symbols(), expected.admission.clock());
  }
  EXPECT_EQ(content, expected_content);
  ASSERT_EQ(works.completed.size(), jobs);
  for (uint64_t j = 0; j < jobs; ++j) EXPECT_EQ(works.completed[j], j);  // in order
}

class AssemblyTwin : public testing::TestWithParam<std::pair<uint32_t, uint32_t>> {};

TEST_P(AssemblyTwin, GivesWhatOneThreadGives) {
  const auto& [shards, workers] = GetParam();
  for (uint64_t seed = 0; seed < 6; ++seed) {
    SCOPED_TRACE(seed);
    const std::vector<std::vector<Event>> jobs = random_jobs(seed);
    Works fused(1, 0, {});
    Works threaded(shards, workers, stumble);
    for (const std::vector<Event>& job : jobs) {
      fused.submit(job);
      threaded.submit(job);
    }
    threaded.assembly->drain();
    ASSERT_FALSE(fused.entries.empty());
    expect_same(threaded, fused, jobs.size());
  }
}

// More workers than shards, fewer, as many; and the fused one over several shards.
INSTANTIATE_TEST_SUITE_P(Threads, AssemblyTwin,
                         testing::Values(std::pair{4u, 0u}, std::pair{1u, 1u}, std::pair{4u, 1u},
                                         std::pair{4u, 2u}, std::pair{4u, 4u}, std::pair{2u, 5u},
                                         std::pair{7u, 3u}, std::pair{4u, kHalved},
                                         std::pair{1u, kHalved}));

// How many answers of each kind; each duplicate has the first answer again.
std::map<std::string, int> check_answers(const std::vector<std::string>& answers) {
  std::map<std::string, int> kinds;
  std::set<std::string> first;
  for (const std::string& answer : answers) {
    const size_t space = answer.find(' ');
    ++kinds[answer.substr(0, space)];
    if (answer.starts_with("OK")) first.insert(answer.substr(space));
    if (answer.starts_with("DUP")) {
      EXPECT_TRUE(first.contains(answer.substr(space))) << answer;
    }
  }
  return kinds;
}

// The keys' places are used again and again while jobs are under way.
TEST(AssemblyTest, ADuplicateGetsTheFirstAnswerHoweverFarAheadAdmissionIs) {
  int stale = 0;
  for (const uint64_t keys : {uint64_t{1}, uint64_t{7}, uint64_t{40}, uint64_t{100'000}}) {
    std::map<std::string, int> kinds;
    for (uint64_t seed = 0; seed < 4; ++seed) {
      SCOPED_TRACE(seed);
      generate::Rng rng(seed);
      Works fused(1, 0, {}, keys);
      Works threaded(3, seed % 2 == 0 ? 2 : kHalved, stumble, keys);
      std::vector<Event> sent;
      for (int j = 0; j < 40; ++j) {
        std::vector<Event> events;
        for (int i = rng.small(0, 30); i > 0; --i) {
          const size_t recent = std::min<size_t>(sent.size(), 60);
          if (recent > 0 && rng.chance(50)) {
            events.push_back(sent[sent.size() - 1 - rng.below(recent)]);
          } else {
            events.push_back(random_event(rng, static_cast<int>(sent.size()), 100 + j));
          }
          sent.push_back(events.back());
        }
        fused.submit(events);
        threaded.submit(events);
      }
      threaded.assembly->drain();
      expect_same(threaded, fused, 40);
      for (const auto& [kind, count] : check_answers(threaded.answers)) kinds[kind] += count;
    }
    EXPECT_GT(kinds["DUP"], 10) << keys;
    stale += kinds["STALE"];
  }
  EXPECT_GT(stale, 10);
}

TEST(AssemblyTest, DrainingCompletesEverythingAndMayBeDoneAtAnyTime) {
  for (const uint32_t workers : {2u, kHalved}) {
    Works works(3, workers, stumble);
    works.assembly->drain();
    const std::vector<std::vector<Event>> jobs = random_jobs(7);
    size_t submitted = 0;
    size_t records = 0;
    for (const std::vector<Event>& job : jobs) {
      works.submit(job);
      records += job.size();
      ++submitted;
      if (submitted % 5 != 0) continue;
      works.assembly->drain();
      ASSERT_EQ(works.completed.size(), submitted);
      ASSERT_EQ(works.records, records);
    }
    works.assembly->drain();
    works.assembly->drain();
    EXPECT_EQ(works.completed.size(), submitted);
  }
}

TEST(AssemblyTest, NothingIsAdmittedBehindABarrierBeforeItIsComplete) {
  for (const uint32_t workers : {0u, 2u, kHalved}) {
    Works works(3, workers, stumble);
    const std::vector<std::vector<Event>> jobs = random_jobs(8);
    for (size_t j = 0; j < jobs.size(); ++j) works.submit(jobs[j], j % 3 == 2);
    works.assembly->drain();
    EXPECT_EQ(works.barriers, jobs.size() / 3);
    EXPECT_EQ(works.completed.size(), jobs.size());
  }
}

TEST(AssemblyTest, ItEndsOnlyWhenAllThatWasSubmittedIsComplete) {
  for (uint64_t seed = 0; seed < 20; ++seed) {
    Works works(3, seed % 4 == 3 ? kHalved : 1 + static_cast<uint32_t>(seed % 4), stumble);
    const std::vector<std::vector<Event>> jobs = random_jobs(seed);
    for (size_t j = 0; j < 6; ++j) works.submit(jobs[j]);  // fewer than there are jobs
    works.assembly.reset();
    EXPECT_EQ(works.completed.size(), 6u);
  }
}

TEST(AssemblyTest, OneThatWasNeverUsedEnds) {
  for (const uint32_t workers : {0u, 1u, 4u, kHalved}) Works(2, workers, stumble);
}

TEST(AssemblyTest, TheFusedOneStepsBetweenAdmissionAndEachShardThatHasWork) {
  int steps = 0;
  Works works(4, 0, [&] { ++steps; });
  works.submit({});
  EXPECT_EQ(steps, 1);
  Event event;
  event.texts["account"] = "anna";
  works.submit({event});
  EXPECT_EQ(steps, 3);
}

TEST(AssemblyTest, TheThreadedOneStepsOnceAStage) {
  std::atomic<int> steps{0};
  Works works(4, 2, [&] { steps.fetch_add(1); });
  works.submit({});
  works.assembly->drain();
  EXPECT_EQ(steps.load(), 1 + 2 + 1);  // admission, each worker, the tail
}

TEST(AssemblyDeathTest, ThreadsNeedAWorker) {
  EXPECT_DEATH(
      {
        Works works(1, 0, {});
        make_threaded({works.admission, works.shards, works.tail, {}, {}, {}}, 0);
      },
      "assertion");
}

}  // namespace
}  // namespace guerdon::pipeline
