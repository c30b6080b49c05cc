// A log whose events name objects, written and replayed by the stages alone: other shards, threads
// and batches come to the same state, know the same objects and give the same answers.
#include <gtest/gtest.h>

#include <algorithm>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "engine/feed/event_reader.h"
#include "engine/pipeline/assembly.h"
#include "engine/pipeline/log_replay.h"
#include "engine/runtime/engine_log.h"
#include "guerdon/engine.h"
#include "tests/generate/rng.h"
#include "tests/support/borrowed_disk.h"
#include "tests/support/crash_disk.h"
#include "tests/unit/program/compiled.h"

namespace guerdon {
namespace {

using pipeline::Job;

// `courier` is a role of `shipped` alone, `agent` of all.
const plan::Program& program() {
  static const plan::Program made = plan::compiled(R"(plan orders

unit points, 0 decimals

event placed
  account, agent : account
  qty : count

event shipped
  agent, courier : account
  city : text

event paid
  account, agent, courier : account

measure placed_by per agent per day = number of placed

rule sold
  on placed
  credit agent 1 point * placed_by after
  at most 1000 points

rule carried
  on shipped
  when city = "Rome"
  credit courier 3 points
  credit agent 1 point

rule settled
  on paid
  credit account 2 points
  credit agent 5 points
  credit courier 7 points
)");
  return made;
}

struct Setting {
  uint32_t shards = 1;
  uint32_t batch = 16;
  uint32_t workers = 0;
};

struct Request {
  std::vector<std::string> words;
  base::TimeMs wall = 0;
};

// The stages of an engine, its log among them, open to requests.
class Stack {
 public:
  Stack(support::CrashDisk& disk, const Setting& setting)
      : setting_(setting),
        admission_(program(), setting.shards, pipeline::KeyTable(10'000),
                   pipeline::ObjectTable(12)),
        tail_(program()),
        log_(std::make_unique<support::BorrowedDisk>(disk), kSegmentBytesMin),
        reader_(program().schema) {
    for (uint32_t s = 0; s < setting.shards; ++s) {
      shards_.push_back(std::make_unique<shard::Shard>(program(), s, setting.shards, 0));
    }
    pipeline::Stages stages{admission_,
                            shards_,
                            tail_,
                            [this](const Job& job) { return admitted(job); },
                            [this](const Job& job) { completed(job); },
                            {}};
    assembly_ = setting.workers == 0 ? pipeline::make_fused(std::move(stages))
                                     : pipeline::make_threaded(std::move(stages), setting.workers);
    recover();
  }
  ~Stack() {
    assembly_.reset();
    log_.close();
  }

  // What each request is answered.
  std::vector<std::string> send(const std::vector<Request>& requests) {
    answers_.clear();
    for (size_t i = 0; i < requests.size(); i += setting_.batch) {
      EXPECT_TRUE(log_.has_room(pipeline::kJobsUnderWay + 1)) << log_.error();
      Job& job = assembly_->take();
      for (size_t r = i; r < std::min(requests.size(), i + setting_.batch); ++r) {
        const std::vector<std::string>& words = requests[r].words;
        const std::vector<std::string_view> views(words.begin(), words.end());
        EXPECT_TRUE(reader_.read(views, source_, requests[r].wall, job.batch))
            << reader_.fault().sentence;
        job.at.push_back(requests[r].wall);
      }
      assembly_->submit(job);
    }
    assembly_->drain();
    return answers_;
  }

  std::string seen() const {
    base::Hash128 state = admission_.objects().content_hash();
    for (const auto& shard : shards_) {
      state += shard->content_hash(admission_.symbols(), admission_.clock());
    }
    return "state " + state.to_hex() + " entries " + tail_.entries_hash().to_hex() + " of " +
           std::to_string(tail_.entries()) + " lsn " + std::to_string(admission_.last_lsn()) +
           " clock " + std::to_string(admission_.clock()) + " gaps " +
           std::to_string(admission_.objects().gaps());
  }

 private:
  void recover() {
    pipeline::LogReplay replay(program(), *assembly_, tail_);
    replay_ = &replay;
    EXPECT_TRUE(log_.recover(program(), replay)) << log_.fault().sentence;
    replay_ = nullptr;
    admission_.keep_log();
  }
  bool admitted(const Job& job) {
    if (replay_ != nullptr) replay_->check(job);
    return replay_ != nullptr || log_.append(job, {});
  }
  void completed(const Job& job) {
    for (const event::Record& record : job.batch.records) {
      answers_.push_back(std::string(event::outcome_word(record.outcome)) + " " +
                         std::to_string(record.lsn) + " " + std::to_string(record.entries));
    }
  }

  Setting setting_;
  pipeline::Admission admission_;
  std::vector<std::unique_ptr<shard::Shard>> shards_;
  pipeline::Tail tail_;
  runtime::EngineLog log_;
  pipeline::LogReplay* replay_ = nullptr;
  event::EventReader reader_;
  event::Source source_{"shop"};
  std::vector<std::string> answers_;
  std::unique_ptr<pipeline::Assembly> assembly_;  // last: its threads use all of the above
};

Request random_request(generate::Rng& rng, int number, base::TimeMs wall) {
  static const std::vector<std::string> types{"placed", "shipped", "paid"};
  Request request;
  request.wall = wall;
  request.words = {"EVENT", rng.pick(types), std::to_string(number)};
  const auto add = [&](const std::string& name, const std::string& value) {
    request.words.push_back(name + "=" + value);
  };
  const std::string type = request.words[1];
  if (type != "shipped" && rng.chance(60)) add("account", "a" + std::to_string(rng.below(6)));
  if (rng.chance(40)) add("agent", "a" + std::to_string(rng.below(6)));
  if (type != "placed" && rng.chance(40)) add("courier", "c" + std::to_string(rng.below(3)));
  if (type == "placed") add("qty", std::to_string(rng.below(5)));
  if (type == "shipped") add("city", rng.chance(70) ? "Rome" : "Oslo");
  if (rng.chance(20)) {
    const base::TimeMs around = base::kMsPerDay / (rng.chance(50) ? 100 : 1);
    add("time", std::to_string(wall + rng.between(-around, around)));
  }
  if (rng.chance(75)) {
    add("object", "order " + std::to_string(rng.below(16)));
    if (rng.chance(60)) add("version", std::to_string(number / 8 + rng.small(0, 6)));
  }
  return request;
}

std::vector<Request> random_requests(generate::Rng& rng) {
  std::vector<Request> requests;
  base::TimeMs wall = 1'000 * base::kMsPerDay;
  for (int i = 0; i < 150; ++i) {
    wall += rng.between(0, rng.chance(3) ? pipeline::kObjectWindow : base::kMsPerDay / 50);
    requests.push_back(random_request(rng, i, wall));
  }
  return requests;
}

// The answer to the same request again; "" where it was refused and may be taken or not.
std::string again(const std::string& answer) {
  return answer.starts_with("OK") ? "DUP" + answer.substr(2) : "";
}

constexpr Setting kSettings[] = {{1, 256, 0}, {1, 1, 0}, {7, 16, 0}, {16, 3, 3}, {2, 256, 1}};

TEST(ObjectLogTest, AReplayComesToTheSameStateWhateverTheShardsThreadsAndBatches) {
  std::string all;
  for (uint64_t seed = 0; seed < 20; ++seed) {
    generate::Rng rng(seed);
    const std::vector<Request> requests = random_requests(rng);
    support::CrashDisk disk;
    std::string expected;
    std::vector<std::string> answers;
    {
      Stack writing(disk, kSettings[seed % 5]);
      answers = writing.send(requests);
      ASSERT_EQ(answers.size(), requests.size());
      expected = writing.seen();
    }
    for (const std::string& answer : answers) all += answer + "\n";
    for (const Setting& setting : kSettings) {
      Stack replayed(disk, setting);
      ASSERT_EQ(replayed.seen(), expected) << "seed " << seed << ", shards " << setting.shards;
    }
    std::vector<Request> accepted;
    std::vector<std::string> duplicates;
    for (size_t i = 0; i < requests.size(); ++i) {
      if (again(answers[i]).empty()) continue;
      accepted.push_back(requests[i]);
      duplicates.push_back(again(answers[i]));
    }
    Stack last(disk, kSettings[(seed + 2) % 5]);
    ASSERT_EQ(last.send(accepted), duplicates) << seed;
    ASSERT_EQ(last.seen(), expected) << "a duplicate changes nothing";
  }
  for (const char* const word : {"OK", "STALE", "TOOOLD", "FUTURE"}) {
    EXPECT_NE(all.find(std::string(word) + " "), std::string::npos) << word;
  }
}

TEST(ObjectLogTest, RecordedRolesAreCreditedAfterARestart) {
  support::CrashDisk disk;
  const base::TimeMs wall = base::kMsPerDay;
  {
    Stack stack(disk, {});
    EXPECT_EQ(
        stack.send({{{"EVENT", "placed", "1", "object=o", "account=anna", "agent=bert"}, wall},
                    {{"EVENT", "shipped", "2", "object=o", "courier=carl"}, wall}}),
        (std::vector<std::string>{"OK 2 1", "OK 3 0"}));
  }
  Stack stack(disk, {4, 1, 0});
  EXPECT_EQ(
      stack.send({{{"EVENT", "paid", "3", "object=o"}, wall}, {{"EVENT", "paid", "4"}, wall}}),
      (std::vector<std::string>{"OK 4 3", "OK 5 0"}))
      << "three roles, and none without the object";
}

}  // namespace
}  // namespace guerdon
