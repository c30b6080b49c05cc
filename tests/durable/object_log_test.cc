// A log whose events name objects, written, replayed and loaded from a snapshot: other shards,
// threads and batches come to the same state, know the same objects and give the same answers.
#include <gtest/gtest.h>

#include <algorithm>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "engine/feed/event_reader.h"
#include "engine/runtime/core.h"
#include "guerdon/engine.h"
#include "tests/generate/rng.h"
#include "tests/support/borrowed_disk.h"
#include "tests/support/crash_disk.h"

namespace guerdon {
namespace {

using pipeline::Job;

// `courier` is a role of `shipped` alone, `agent` of all.
constexpr const char* kPlan = R"(plan orders

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
)";

struct Setting {
  uint32_t shards = 1;
  uint32_t batch = 16;
  uint32_t workers = 0;
};

struct Request {
  std::vector<std::string> words;
  base::TimeMs wall = 0;
};

// An engine with a log, open to requests.
class Stack {
 public:
  Stack(support::CrashDisk& disk, const Setting& setting) : setting_(setting) {
    Options options;
    options.shards = setting.shards;
    options.workers = setting.workers;
    options.keys = 10'000;
    options.objects = 12;
    options.segment_bytes = kSegmentBytesMin;
    runtime::OpenFault fault;
    core_ = runtime::Core::open(options, {{"orders.plan", kPlan}},
                                std::make_unique<support::BorrowedDisk>(disk), 1,
                                {[this](const Job& job) { completed(job); }, {}, {}}, &fault);
    EXPECT_NE(core_, nullptr) << fault.sentence;
    reader_.emplace(core_->program().schema);
  }

  // What each request is answered.
  std::vector<std::string> send(const std::vector<Request>& requests) {
    answers_.clear();
    for (size_t i = 0; i < requests.size(); i += setting_.batch) {
      EXPECT_TRUE(core_->has_room()) << core_->log_error();
      Job& job = core_->assembly().take();
      for (size_t r = i; r < std::min(requests.size(), i + setting_.batch); ++r) {
        const std::vector<std::string>& words = requests[r].words;
        const std::vector<std::string_view> views(words.begin(), words.end());
        EXPECT_TRUE(reader_->read(views, source_, requests[r].wall, job.batch))
            << reader_->fault().sentence;
        job.at.push_back(requests[r].wall);
      }
      core_->assembly().submit(job);
    }
    core_->assembly().drain();
    EXPECT_TRUE(core_->flush());
    return answers_;
  }

  void write_snapshot() {
    std::string error;
    EXPECT_TRUE(core_->write_snapshot(&error)) << error;
  }

  std::string seen() const {
    return "state " + core_->state_hash().to_hex() + " entries " + core_->entries_hash().to_hex() +
           " of " + std::to_string(core_->tail().entries()) + " lsn " +
           std::to_string(core_->admission().last_lsn()) + " clock " +
           std::to_string(core_->admission().clock()) + " gaps " +
           std::to_string(core_->admission().objects().gaps());
  }

 private:
  void completed(const Job& job) {
    for (const event::Record& record : job.batch.records) {
      answers_.push_back(std::string(event::outcome_word(record.outcome)) + " " +
                         std::to_string(record.lsn) + " " + std::to_string(record.entries));
    }
  }

  Setting setting_;
  std::optional<event::EventReader> reader_;
  event::Source source_{"shop"};
  std::vector<std::string> answers_;
  std::unique_ptr<runtime::Core> core_;  // last: its threads use all of the above
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
      const auto half = requests.begin() + static_cast<std::ptrdiff_t>(requests.size() / 2);
      answers = writing.send({requests.begin(), half});
      if (seed % 2 == 1) writing.write_snapshot();
      const std::vector<std::string> rest = writing.send({half, requests.end()});
      answers.insert(answers.end(), rest.begin(), rest.end());
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
