// Commands in admission and tail: which time they get, which keys they leave, what is answered
// again.
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "engine/feed/command_reader.h"
#include "engine/pipeline/admission.h"
#include "engine/pipeline/tail.h"
#include "engine/shard/shard.h"
#include "tests/unit/program/compiled.h"

namespace guerdon::pipeline {
namespace {

// Admission, one shard and the tail, fed with commands as lines.
class Till {
 public:
  explicit Till(uint64_t keys = 1'000)
      : program_(plan::compiled(plan::shop("rule r\n  on sale\n  credit account 1 point\n"))),
        admission_(program_, 1, KeyTable(keys)),
        shard_(program_, admission_, 0, 1, 0),
        tail_(program_),
        reader_(program_.schema) {}

  // One job: "OK 2 1", "INSUFFICIENT 3 0 (150)". With `wall`, that is the engine time.
  std::vector<std::string> send(const std::vector<std::string>& lines, base::TimeMs wall = 0) {
    job_.clear();
    for (const std::string& line : lines) {
      std::vector<std::string_view> words;
      for (size_t at = 0; at < line.size();) {
        const size_t end = std::min(line.find(' ', at), line.size());
        words.emplace_back(line.data() + at, end - at);
        at = end + 1;
      }
      EXPECT_TRUE(reader_.read(words, source_, job_.batch)) << reader_.fault().sentence;
      if (wall != 0) job_.at.push_back(wall);
    }
    admission_.admit(job_);
    shard_.execute({job_.batch, job_.routes[0], job_.entries[0], &job_.answers, job_.results});
    tail_.finish(job_);
    std::vector<std::string> answers;
    for (size_t i = 0; i < job_.batch.records.size(); ++i) {
      const event::Record& record = job_.batch.records[i];
      std::string answer(event::outcome_word(record.outcome));
      answer += " " + std::to_string(record.lsn) + " " + std::to_string(record.entries);
      if (job_.results[i].amount != 0) {
        answer += " (" + std::to_string(job_.results[i].amount) + ")";
      }
      answers.push_back(std::move(answer));
    }
    return answers;
  }
  std::string send(const std::string& line, base::TimeMs wall = 0) {
    return send(std::vector{line}, wall).front();
  }
  const event::Record& record() const { return job_.batch.records.front(); }
  const Admission& admission() const { return admission_; }
  const Tail& tail() const { return tail_; }

 private:
  const plan::Program program_;
  Admission admission_;
  shard::Shard shard_;
  Tail tail_;
  event::CommandReader reader_;
  event::Source source_{"till"};
  Job job_{0, 1};
};

const std::string kAdjust = "ADJUST account=a unit=points amount=150 reason=r actor=b id=";
const std::string kSpend = "SPEND account=a unit=points amount=";

TEST(CommandAnswersTest, WithoutATimeItIsTheClocks) {
  Till till;
  till.send(kAdjust + "a1 time=5000");
  EXPECT_EQ(till.send(kSpend + "1 id=s1"), "OK 3 1");
  EXPECT_EQ(till.record().occurred_at, 5'000);
  EXPECT_EQ(till.send(kSpend + "1 id=s2", 9'000), "OK 4 1");
  EXPECT_EQ(till.record().occurred_at, 9'000);
  EXPECT_EQ(till.send(kSpend + "1 id=s3", 7'000), "OK 5 1") << "a wall that goes back";
  EXPECT_EQ(till.record().occurred_at, 9'000);
}

TEST(CommandAnswersTest, OneOfTheFutureIsRefusedByTheWallAlone) {
  Till till;
  EXPECT_EQ(till.send(kAdjust + "a1 time=400001", 100'000), "FUTURE 0 0");
  EXPECT_EQ(till.send(kAdjust + "a1 time=400000", 100'000), "OK 2 1") << "it kept no key";
  EXPECT_EQ(till.send(kAdjust + "a2 time=900000"), "OK 3 1");
  EXPECT_EQ(till.admission().clock(), 900'000);
}

TEST(CommandAnswersTest, WhatTheStateRefusedIsRefusedAgainTheSame) {
  Till till;
  till.send(kAdjust + "a1");
  EXPECT_EQ(till.send(kSpend + "151 id=s1"), "INSUFFICIENT 3 0 (150)");
  till.send(kAdjust + "a2");
  EXPECT_EQ(till.send(kSpend + "151 id=s1"), "INSUFFICIENT 3 0 (150)");
  EXPECT_EQ(till.send(kSpend + "151 id=s2"), "OK 5 1");
  EXPECT_EQ(till.send(kSpend + "151 id=s2"), "DUP 5 1");
  EXPECT_EQ(till.send(kSpend + "152 id=s1"), "CONFLICT 0 0");
  EXPECT_EQ(till.tail().refused()[static_cast<size_t>(event::Outcome::kInsufficient)], 1u);
}

TEST(CommandAnswersTest, WithinOneJobToo) {
  Till till;
  EXPECT_EQ(till.send({kAdjust + "a1", kSpend + "151 id=s1", kSpend + "151 id=s1", kAdjust + "a1",
                       kSpend + "150 id=s2", kSpend + "1 id=s3"}),
            (std::vector<std::string>{"OK 2 1", "INSUFFICIENT 3 0 (150)", "INSUFFICIENT 3 0 (150)",
                                      "DUP 2 1", "OK 4 1", "INSUFFICIENT 5 0"}));
}

TEST(CommandAnswersTest, WithoutAnIdEachIsANewOne) {
  Till till;
  till.send(kAdjust + "a1");
  till.send("HOLD account=a unit=points amount=10 id=h");
  EXPECT_EQ(till.send("VOID account=a hold=h"), "OK 4 0");
  EXPECT_EQ(till.send("VOID account=a hold=h"), "VOIDED 5 0");
  EXPECT_EQ(till.admission().keys().size(), 2u);
}

// The place of a forgotten refusal's key is another's, who has nothing to do with it.
TEST(CommandAnswersTest, ARefusalIsForgottenWithItsKey) {
  Till till(1);
  EXPECT_EQ(till.send(kSpend + "1 id=s1 time=1000"), "INSUFFICIENT 2 0");
  EXPECT_EQ(till.send(kAdjust + "a1 time=1001"), "OK 3 1");
  EXPECT_EQ(till.send(kAdjust + "a2 time=1002"), "OK 4 1");
  EXPECT_EQ(till.send(kAdjust + "a2 time=1002"), "DUP 4 1");
  EXPECT_EQ(till.send(kSpend + "1 id=s1 time=1000"), "TOOOLD 0 0");
  EXPECT_EQ(till.send(kSpend + "1 id=s1"), "OK 5 1") << "without a time nothing tells it";
}

}  // namespace
}  // namespace guerdon::pipeline
