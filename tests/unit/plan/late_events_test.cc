// In which periods events count, and where a plan says of late events what changes nothing.
#include <gtest/gtest.h>

#include <string>

#include "tests/unit/plan/loaded.h"

namespace guerdon::plan {
namespace {

const std::string kPlan = R"(plan late
  late current

unit GBP, 2 decimals
unit points, 0 decimals

event sale, gift
  late reject
  account : account
  amount : GBP

event visit, call
  late reject # expect: W086
  account : account

event call_back
  account : account

event placed
  order : object
  account : account
  amount : GBP

event hired, let_go
  late reject
  account : account

event walk_in
  late reject
  account : account

event refund
  late correct
  account : account
  amount : GBP

event deposit
  account : account
  amount : GBP

measure saved per account per month = sum of amount on deposit less amount on refund # expect: W087
measure spent per account per month = sum of amount on sale
measure staff per account per month = number of hired less let_go # expect: W087
measure hired_of_day per account per day = number of hired
measure spent_of_day per account per day = sum of amount on sale, gift
measure visits per account = number of visit
measure earned per account per quarter = points earned by each_call, of_order

rule goal per account per day
  when spent >= 100.00
  credit account 5.00 GBP

rule each_visit
  on visit, call
  when visits before >= 3
  credit account 0.10 GBP

rule each_walk_in
  on walk_in
  when spent before >= 10.00
  credit account 0.10 GBP

rule each_call
  on call_back
  credit account 1 point
  at most 10 points per account per 2 weeks from 2026-01-05

rule of_order per order
  when spent before >= 0.00
  credit account 1 point per full 1.00 of amount
  at most 50 points per account per year
)";

std::string periods(const Plan& plan, size_t event) {
  std::string text;
  for (const calendar::PeriodRule& rule : periods_of(plan, static_cast<int>(event))) {
    text += (text.empty() ? "" : ", ") + calendar::period_kind_name(rule);
  }
  return text;
}

TEST(LateEvents, CountInThePeriodsOfWhatTheyMoveRunAndRead) {
  Loaded loaded(kPlan, "late.plan");
  ASSERT_TRUE(loaded.plan) << loaded.said();
  const Plan& plan = *loaded.plan;
  EXPECT_EQ(periods(plan, 0), "day, month");  // sale
  EXPECT_EQ(periods(plan, 1), "day");         // gift: what is refused is so by itself
  EXPECT_EQ(periods(plan, 2), "");            // visit
  EXPECT_EQ(periods(plan, 3), "");            // call
  EXPECT_EQ(periods(plan, 4), "2 weeks from 2026-01-05, quarter");
  // A rule per order has no period of its own, and reads none; a measure sums it with the calls.
  EXPECT_EQ(periods(plan, 5), "2 weeks from 2026-01-05, quarter");
  EXPECT_EQ(periods(plan, 6), "day, month");  // hired
  EXPECT_EQ(periods(plan, 7), "month");       // let_go
  EXPECT_EQ(periods(plan, 8), "month");       // walk_in: one is read for it
  EXPECT_EQ(plan.events[0].late, tree::LatePolicy::kReject);
  EXPECT_EQ(plan.events[4].late, tree::LatePolicy::kCurrent);
  EXPECT_EQ(loaded.codes(), expected_codes(loaded.source)) << loaded.said();
}

}  // namespace
}  // namespace guerdon::plan
