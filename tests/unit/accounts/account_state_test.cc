// An account with a life, a day and a month to count in, and what is kept of them.
#include "engine/accounts/account_state.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "engine/base/hash.h"
#include "tests/unit/program/compiled.h"
#include "tests/unit/program/event_in_words.h"

namespace guerdon::shard {
namespace {

using plan::FrameKey;
using plan::kDay;

enum : uint32_t { kLife = 0, kDaily = 1, kMonthly = 2, kBySku = 3 };

const plan::Program& program() {
  static const plan::Program made = plan::compiled(plan::shop(R"(
measure life per account = number of sale
measure day_sales per account per day = number of sale
measure day_pieces per account per day = sum of qty on sale
measure month_sales per account per month = number of sale
measure sku_day_pieces per account per sku per day = sum of qty on sale
)"));
  return made;
}

// `day` is the clock's, in days since 1970; two days before it are still kept.
class AccountStateTest : public testing::Test {
 protected:
  AccountStateTest()
      : state_(program(), 0), since_(program()), anna_(state_.accounts().add(1, "anna")) {
    move_to(100);
  }

  void move_to(int32_t day) { since_.move_to(day * kDay); }
  int64_t* find(uint32_t subject, int32_t period) {
    return state_.find(*anna_, {subject, period, {}});
  }
  void write(uint32_t subject, int32_t period, int64_t value) {
    *state_.obtain(*anna_, {subject, period, {}}, since_) = value;
  }
  int64_t read(uint32_t subject, int32_t period) {
    const int64_t* cells = find(subject, period);
    return cells == nullptr ? -1 : *cells;  // -1: not kept
  }
  // All frames that the account has, "day 100: 7 0" each, by what visit_frames says.
  std::vector<std::string> frames() {
    std::vector<std::string> list;
    state_.visit_frames(*anna_, since_, [&](const FrameKey& key, const int64_t* cells) {
      const plan::SubjectKind& subject = program().subjects[key.subject];
      std::string line = subject.labels[0] + " " + std::to_string(key.period) + ":";
      for (uint32_t c = 0; c < subject.cells; ++c) line += " " + std::to_string(cells[c]);
      list.push_back(line);
    });
    std::sort(list.begin(), list.end());
    return list;
  }
  using Lines = std::vector<std::string>;

  AccountState state_;
  KeptSince since_;
  BlockHeader* anna_;
};

TEST_F(AccountStateTest, AFrameForLifeIsAlwaysThere) {
  EXPECT_EQ(read(kLife, 0), 0);
  write(kLife, 0, 5);
  EXPECT_EQ(read(kLife, 0), 5);
  EXPECT_EQ(state_.kept().size(), 0u);
}

TEST_F(AccountStateTest, AFrameOfAPeriodIsThereOnceItWasWritten) {
  EXPECT_EQ(find(kDaily, 100), nullptr);
  write(kDaily, 100, 7);
  EXPECT_EQ(read(kDaily, 100), 7);
  EXPECT_EQ(find(kDaily, 99), nullptr);
  EXPECT_EQ(find(kDaily, 101), nullptr);
  EXPECT_EQ(state_.kept().size(), 0u);  // in the block
  EXPECT_EQ(frames(), (Lines{"day_sales 100: 7 0", "life 0: 0"}));
}

TEST_F(AccountStateTest, PeriodNoughtAndThoseBeforeItArePeriods) {
  move_to(1);
  EXPECT_EQ(find(kDaily, 0), nullptr);
  write(kDaily, 0, 3);
  EXPECT_EQ(read(kDaily, 0), 3);
  EXPECT_EQ(find(kDaily, -1), nullptr);
  write(kDaily, -1, 2);  // west of Greenwich 1970 begins in 1969
  EXPECT_EQ(read(kDaily, -1), 2);
  EXPECT_EQ(read(kDaily, 0), 3);
}

TEST_F(AccountStateTest, TheFrameInTheBlockMovesAsideForANewerPeriod) {
  write(kDaily, 100, 7);
  find(kDaily, 100)[1] = 70;
  move_to(101);
  write(kDaily, 101, 8);
  EXPECT_EQ(read(kDaily, 100), 7);
  EXPECT_EQ(find(kDaily, 100)[1], 70);
  EXPECT_EQ(find(kDaily, 101)[1], 0);
  EXPECT_EQ(state_.kept().size(), 1u);
  EXPECT_EQ(frames(), (Lines{"day_sales 100: 7 70", "day_sales 101: 8 0", "life 0: 0"}));
}

TEST_F(AccountStateTest, AFrameOfZerosIsNotWorthKeeping) {
  write(kDaily, 100, 7);
  write(kDaily, 100, 0);
  move_to(101);
  write(kDaily, 101, 8);
  EXPECT_EQ(state_.kept().size(), 0u);
  EXPECT_EQ(find(kDaily, 100), nullptr);
}

TEST_F(AccountStateTest, ALateWriteGoesToAFrameApart) {
  write(kDaily, 100, 7);
  write(kDaily, 99, 5);
  EXPECT_EQ(read(kDaily, 100), 7);
  EXPECT_EQ(read(kDaily, 99), 5);
  EXPECT_EQ(state_.kept().size(), 1u);
  write(kDaily, 99, 6);  // the same one again
  EXPECT_EQ(state_.kept().size(), 1u);
  EXPECT_EQ(read(kDaily, 99), 6);
}

TEST_F(AccountStateTest, AWriteForANewPeriodLetsGoOfWhatIsOver) {
  write(kDaily, 98, 1);
  write(kDaily, 99, 2);
  write(kDaily, 100, 3);
  move_to(102);
  write(kDaily, 102, 4);
  EXPECT_EQ(find(kDaily, 98), nullptr);
  EXPECT_EQ(find(kDaily, 99), nullptr);
  EXPECT_EQ(read(kDaily, 100), 3);
  EXPECT_EQ(read(kDaily, 102), 4);
  EXPECT_EQ(state_.kept().size(), 1u);
}

TEST_F(AccountStateTest, WhatMovesAsideTooLateIsLetGo) {
  write(kDaily, 100, 7);
  move_to(103);
  write(kDaily, 103, 9);
  EXPECT_EQ(find(kDaily, 100), nullptr);
  EXPECT_EQ(state_.kept().size(), 0u);
}

TEST_F(AccountStateTest, SettlingLetsGoOfExactlyWhatIsOver) {
  write(kLife, 0, 1);
  write(kMonthly, 3, 9);  // day 100 is in April
  for (const int32_t day : {98, 99, 100}) {
    write(kDaily, day, day);
    *state_.obtain(*anna_, {kBySku, day, {5, 0, 0}}, since_) = day;
  }
  move_to(101);
  state_.settle(*anna_, since_);
  EXPECT_EQ(find(kDaily, 98), nullptr);
  EXPECT_EQ(state_.find(*anna_, {kBySku, 98, {5, 0, 0}}), nullptr);
  EXPECT_EQ(frames(),
            (Lines{"day_sales 100: 100 0", "day_sales 99: 99 0", "life 0: 1", "month_sales 3: 9",
                   "sku_day_pieces 100: 100", "sku_day_pieces 99: 99"}));
  move_to(103);  // the day in the block, too
  state_.settle(*anna_, since_);
  EXPECT_EQ(frames(), (Lines{"life 0: 1", "month_sales 3: 9"}));
  EXPECT_EQ(state_.kept().size(), 0u);
  EXPECT_EQ(find(kDaily, 100), nullptr);
}

TEST_F(AccountStateTest, WhatIsOverIsNotSeenEvenBeforeItIsSettled) {
  for (const int32_t day : {99, 100}) write(kDaily, day, day);
  move_to(102);
  EXPECT_EQ(frames(), (Lines{"day_sales 100: 100 0", "life 0: 0"}));
  move_to(103);
  EXPECT_EQ(frames(), (Lines{"life 0: 0"}));
  EXPECT_EQ(read(kDaily, 100), 100);  // there still, physically
}

TEST_F(AccountStateTest, AfterSettlingThePeriodsBegin) {
  write(kDaily, 100, 7);
  move_to(110);
  state_.settle(*anna_, since_);
  write(kDaily, 109, 2);
  write(kDaily, 110, 3);
  EXPECT_EQ(read(kDaily, 109), 2);
  EXPECT_EQ(read(kDaily, 110), 3);
  EXPECT_EQ(frames(), (Lines{"day_sales 109: 2 0", "day_sales 110: 3 0", "life 0: 0"}));
}

TEST(KeptSinceTest, TwoPeriodsBeforeTheClocksOwnAreKeptEachByItsOwnCalendar) {
  KeptSince since(program());
  const plan::SubjectKind& daily = program().subjects[kDaily];
  const plan::SubjectKind& monthly = program().subjects[kMonthly];
  EXPECT_FALSE(since.is_gone(daily, -1000));  // before the first record nothing is over
  since.move_to(100 * kDay);
  EXPECT_TRUE(since.is_gone(daily, 97));
  EXPECT_FALSE(since.is_gone(daily, 98));
  EXPECT_TRUE(since.is_gone(monthly, 0));
  EXPECT_FALSE(since.is_gone(monthly, 1));
  EXPECT_FALSE(since.is_gone(program().subjects[kLife], 0));
}

}  // namespace
}  // namespace guerdon::shard
