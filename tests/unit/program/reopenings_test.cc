// Which periods are open again, and what names them.
#include "engine/program/machine.h"

#include <gtest/gtest.h>

#include "tests/unit/program/compiled.h"
#include "tests/unit/program/event_in_words.h"

namespace guerdon::plan {
namespace {

TEST(ReopeningsTest, OneIsOpenUpToItsTimeOrItsClose) {
  Reopenings all;
  EXPECT_TRUE(all.is_empty());
  EXPECT_EQ(all.newest(3), nullptr);
  all.reopen(3, {100, 7, 0, 500});
  EXPECT_EQ(all.count(3), 1u);
  EXPECT_EQ(all.count(2), 0u);
  EXPECT_TRUE(all.is_open(3, 100, 499));
  EXPECT_FALSE(all.is_open(3, 100, 500));
  EXPECT_FALSE(all.is_open(3, 99, 400));
  EXPECT_FALSE(all.is_open(2, 100, 400));
  all.close(3, 450, 9);
  EXPECT_FALSE(all.is_open(3, 100, 440));
  EXPECT_EQ(all.newest(3, 100)->until, 450);
}

// By the record, also where several have one clock.
TEST(ReopeningsTest, WhatWasOpenIsRemembered) {
  Reopenings all;
  all.reopen(0, {100, 7, 0, 500});
  all.close(0, 450, 9);
  all.reopen(0, {100, 12, 0, 500});
  EXPECT_FALSE(all.was_open(0, 100, 450, 6));
  EXPECT_TRUE(all.was_open(0, 100, 450, 8));
  EXPECT_FALSE(all.was_open(0, 100, 450, 10));
  EXPECT_TRUE(all.was_open(0, 100, 499, 13));
  EXPECT_FALSE(all.was_open(0, 100, 500, 14));
  EXPECT_FALSE(all.was_open(0, 101, 450, 8));
  EXPECT_EQ(all.newest(0, 100)->lsn, 12u);
}

TEST(ReopeningsTest, PeriodsAreFoundByTheirNames) {
  const Program made = compiled(shop(R"(
measure day_sales per account per day = number of sale

rule bonus per account per day
  on close
  credit account 1 point * day_sales as bonus
)"));
  using Fault = NamedPeriod::Fault;
  const std::string& plan = made.plans.front().name;
  const NamedPeriod found = find_period(made, plan, "day", "1970-01-03");
  EXPECT_EQ(found.fault, Fault::kNone);
  EXPECT_EQ(found.period, 2);
  EXPECT_TRUE(has_seals(made, found.clock));
  EXPECT_FALSE(settles_for_good(made, found.clock));
  EXPECT_EQ(closes_again_at(made.clocks[found.clock], 2), 4 * kDay - 1);
  EXPECT_EQ(find_period(made, "other", "day", "1970-01-03").fault, Fault::kPlan);
  EXPECT_EQ(find_period(made, plan, "quarter", "1970-Q1").fault, Fault::kEach);
  EXPECT_EQ(find_period(made, plan, "day", "1970-1-3").fault, Fault::kPeriod);
}

}  // namespace
}  // namespace guerdon::plan
