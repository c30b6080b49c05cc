// What an audit finds where a counter of an account is tampered with, and that it finds nothing
// where none is.
#include "engine/shard/counter_audit.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "engine/feed/command_reader.h"
#include "engine/feed/event_reader.h"
#include "engine/net/line_words.h"
#include "engine/runtime/core.h"

namespace guerdon::runtime {
namespace {

using ::testing::HasSubstr;

constexpr const char* kPlan = R"(plan shop
  penalties on
unit points, 0 decimals
unit RUB, 2 decimals
event sale, refund, fine, shipped
  account : account
  amount  : RUB
  sku     : text
holder
  grade : count
wallet RUB
  short take what is left
measure spent per account per month = sum of amount on sale less amount on refund
measure yearly per account per year = sum of amount on sale
measure fines per account = number of fine
measure pieces per account per sku = number of shipped
rule milestone per account per month
  credit account by spent
    below 50.00 : none
    otherwise   : 100 points
rule a_year per account per month
  credit account by yearly
    below 50.00 : none
    otherwise   : 10 points
rule by_grade per account per month
  when spent > 0.00
  credit account account's grade * 1 point
rule dear per account
  debit account fines * 5.00 RUB
  at most 1000.00 RUB
rule collector per account per sku
  when sku = "A"
  credit account pieces * 3 points
  at most 1000 points
rule share
  on sale
  credit account 10% of amount
rule thanks
  on sale
  credit account 5 points
  at most 3 times per account per month
  at most 20 points per account per year or nothing
item mug "A mug"
  price 1 points
  at most 2 times per account per month
)";

class CounterAuditTest : public testing::Test {
 protected:
  void SetUp() override {
    OpenFault fault;
    Options options;
    options.shards = 3;
    core_ = Core::open(options, {{"shop.plan", kPlan}}, nullptr, 1, {}, &fault);
    ASSERT_NE(core_, nullptr) << fault.sentence;
    pipeline::Job& job = core_->assembly().take();
    event::EventReader events(core_->program().schema);
    event::CommandReader commands(core_->program().schema);
    const event::Source source("till");
    for (const std::string line :
         {"HOLDER account=anna attribute=grade value=3 time=2026-03-01T09:00:00Z",
          "EVENT sale 1 account=anna amount=100.00 time=2026-03-01T10:00:00Z",
          "EVENT fine 2 account=anna time=2026-03-01T11:00:00Z",
          "EVENT fine 3 account=anna time=2026-03-01T12:00:00Z",
          "EVENT fine 4 account=anna time=2026-03-01T13:00:00Z",
          "EVENT shipped 5 account=anna sku=A time=2026-03-01T14:00:00Z",
          "EVENT shipped 6 account=anna sku=B time=2026-03-01T15:00:00Z",
          "REDEEM account=anna item=mug id=r-1 time=2026-03-02T13:02:00Z",
          "HOLDER account=anna attribute=grade value=9 time=2026-03-02T14:00:00Z",
          "EVENT sale 7 account=anna amount=60.00 time=2026-04-01T10:00:00Z",
          "EVENT refund 8 account=anna amount=60.00 time=2026-04-02T10:00:00Z",
          "EVENT refund 9 account=bert amount=60.00 time=2026-04-02T11:00:00Z"}) {
      net::Words words;
      std::string unescaped;
      ASSERT_FALSE(net::cut_line(line, &unescaped, &words));
      const std::span<const std::string_view> views(words.views.data(), words.count);
      const bool is_read = line.starts_with("EVENT") ? events.read(views, source, 0, job.batch)
                                                     : commands.read(views, source, job.batch);
      ASSERT_TRUE(is_read) << line << ": " << events.fault().sentence << commands.fault().sentence;
    }
    core_->assembly().submit(job);
    core_->assembly().drain();
    ASSERT_EQ(found(), "");
  }

  std::string found() const { return core_->audit().difference; }

  // Nobody but the shard may change it. Of the first frame of this period that has the cell.
  int64_t& cell(const std::string& label, const std::string& period = "") {
    const plan::Program& program = core_->program();
    const shard::AccountState& state = core_->shard_of(base::hash64("anna")).state();
    int64_t* found = nullptr;
    shard::KeptSince since(program);
    since.move_to(core_->admission().clock());
    state.visit_frames(
        *state.accounts().find(base::hash64("anna"), "anna"), since,
        [&](const plan::FrameKey& key, const int64_t* cells) {
          const plan::SubjectKind& subject = program.subjects[key.subject];
          if (!period.empty() && subject.clock == plan::kNoClock) return;
          if (!period.empty()) {
            const plan::Clock& clock = program.clocks[static_cast<size_t>(subject.clock)];
            if (calendar::period_label(clock.calendar, clock.rule, key.period) != period) return;
          }
          for (size_t c = 0; c < subject.labels.size() && found == nullptr; ++c) {
            if (subject.labels[c] == label) found = const_cast<int64_t*>(&cells[c]);
          }
        });
    EXPECT_NE(found, nullptr) << label;
    return *found;
  }

  std::unique_ptr<Core> core_;
};

TEST_F(CounterAuditTest, WhatAnEntitlementHasPosted) {
  --cell("milestone/0 posted", "2026-03");
  EXPECT_THAT(found(), HasSubstr("account anna, counter milestone/0 posted of 2026-03 is 99, not "
                                 "100 as its rule owes for the measures that are kept"));
}

TEST_F(CounterAuditTest, WhatWasGivenBack) {
  EXPECT_EQ(cell("milestone/0 posted", "2026-04"), 0);
  cell("milestone/0 posted", "2026-04") = 100;
  EXPECT_THAT(found(), HasSubstr("milestone/0 posted of 2026-04 is 100, not 0"));
}

TEST_F(CounterAuditTest, AMeasureUnderWhichAnotherAmountIsOwed) {
  cell("spent", "2026-03") = 4'999;
  EXPECT_THAT(found(), HasSubstr("milestone/0 posted of 2026-03 is 100, not 0"));
}

TEST_F(CounterAuditTest, AMeasureByAFurtherKey) {
  const auto before = cell("pieces");
  EXPECT_EQ(before, 1);
  // Of one of the two it is owed; of the other nothing is, whatever the measure.
  const plan::Program& program = core_->program();
  const shard::AccountState& state = core_->shard_of(base::hash64("anna")).state();
  shard::KeptSince since(program);
  since.move_to(core_->admission().clock());
  state.visit_frames(*state.accounts().find(base::hash64("anna"), "anna"), since,
                     [&](const plan::FrameKey& key, const int64_t* cells) {
                       if (program.subjects[key.subject].keys != std::vector<std::string>{"sku"}) {
                         return;
                       }
                       const_cast<int64_t*>(cells)[0] = 7;
                     });
  EXPECT_THAT(found(), HasSubstr("counter collector/0 posted is 3, not 21"));
}

TEST_F(CounterAuditTest, AMeasureThatNothingTakesFrom) {
  cell("yearly") = -1;
  EXPECT_THAT(found(), HasSubstr("counter yearly of 2026 is -1, not 0 to "));
}

TEST_F(CounterAuditTest, WhatADebitHasTaken) {
  EXPECT_EQ(cell("dear/0 posted"), 1'500);
  EXPECT_EQ(cell("dear/0 taken"), 1'000);
  cell("dear/0 taken") = 1'501;
  EXPECT_THAT(found(), HasSubstr("counter dear/0 taken is 1501, not 0 to what was posted, 1500"));
}

TEST_F(CounterAuditTest, MoreOfAnItemThanThePlanLetsItHave) {
  EXPECT_EQ(cell("item mug", "2026-03"), 1);
  cell("item mug", "2026-03") = 3;
  EXPECT_THAT(found(), HasSubstr("counter item mug of 2026-03 is 3, not 0 to 2"));
}

TEST_F(CounterAuditTest, MoreThanALimitLetsThrough) {
  EXPECT_EQ(cell("thanks/0 limit 1 times", "2026-03"), 1);
  EXPECT_EQ(cell("thanks/0 limit 1 or nothing"), 10);
  cell("thanks/0 limit 1 or nothing") = 21;
  EXPECT_THAT(found(), HasSubstr("counter thanks/0 limit 1 or nothing of 2026 is 21, not 0 to 20"));
  cell("thanks/0 limit 1 or nothing") = 20;
  cell("thanks/0 limit 1 times", "2026-03") = 4;
  EXPECT_THAT(found(), HasSubstr("counter thanks/0 limit 1 times of 2026-03 is 4, not 0 to 3"));
}

// The log has to say: a measure that changes nothing that is owed, and one that a rule reads of a
// longer period or beside what is known.
TEST_F(CounterAuditTest, WhatOnlyTheLogTells) {
  ++cell("spent", "2026-03");
  cell("yearly") = 1;
  cell("by_grade/0 posted", "2026-03") = 9;
  EXPECT_EQ(found(), "");
}

}  // namespace
}  // namespace guerdon::runtime
