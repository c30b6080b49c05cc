#include "engine/program/machine.h"

#include <gtest/gtest.h>

#include <string>

#include "engine/money/limits.h"
#include "tests/unit/program/machine_bench.h"

namespace guerdon::plan {
namespace {

Event sale(int64_t amount) {
  Event event;
  event.numbers["amount"] = amount;
  return event;
}

Event sale_of(const std::string& sku, int64_t qty) {
  Event event;
  event.texts["sku"] = sku;
  event.numbers["qty"] = qty;
  return event;
}

Event on_day(Event event, int day, int clock_day) {
  event.occurred_at = day * kDay;
  event.at = clock_day * kDay;
  return event;
}

// ---- measures -----------------------------------------------------------------------------------

TEST(MachineTest, AMeasureIsReadBeforeAndAfterTheEvent) {
  MachineBench bench(shop(R"(
measure spent per account = sum of amount on sale
rule seen
  on sale
  credit account (1 point) per full 0.01 of spent before
  credit account (1 point) per full 0.01 of spent after
)"));
  EXPECT_EQ(bench.apply(sale(30)), "spent = 30 | pay seen/1 30");
  EXPECT_EQ(bench.apply(sale(12)), "spent = 42 | pay seen/0 30 | pay seen/1 42");
}

TEST(MachineTest, ComputingIsPure) {
  MachineBench bench(shop(R"(
measure spent per account = sum of amount on sale
measure pieces per account per sku = sum of qty on sale
rule reached per account
  when spent >= 1.00
  credit account 5% of spent
)"));
  Event event = sale(250);
  event.texts["sku"] = "tea";
  event.numbers["qty"] = 2;
  const std::string said = bench.run(event);
  EXPECT_EQ(said, "spent = 250 | pieces[tea] = 2 | owe reached/0 12");
  for (int i = 0; i < 3; ++i) EXPECT_EQ(bench.run(event), said);
  EXPECT_EQ(bench.apply(event), said);
  EXPECT_EQ(bench.run(event), "spent = 500 | pieces[tea] = 4 | owe reached/0 25");
}

TEST(MachineTest, NothingOfOneEventIsLeftForTheNext) {
  MachineBench bench(shop(R"(
measure spent per account = sum of amount on sale
rule seen
  on sale
  credit account (1 point) per full 0.01 of spent after
)"));
  EXPECT_EQ(bench.run(sale(30)), "spent = 30 | pay seen/0 30");
  EXPECT_EQ(bench.run(sale(5)), "spent = 5 | pay seen/0 5");
  EXPECT_EQ(bench.run(Event{}), "");
}

TEST(MachineTest, AMeasureThatStandsWhereItStoodDoesNotMove) {
  MachineBench bench(shop(R"(
measure net per account = sum of amount on sale less fee on sale
)"));
  Event event = sale(30);
  event.numbers["fee"] = 30;
  EXPECT_EQ(bench.apply(event), "");
  event.numbers["fee"] = 10;
  EXPECT_EQ(bench.apply(event), "net = 20");
  event.numbers["amount"] = 0;
  event.numbers["fee"] = 0;
  EXPECT_EQ(bench.apply(event), "");
}

TEST(MachineTest, AFlowWhoseValueIsMissingIsLeftOut) {
  MachineBench bench(shop(R"(
measure net per account = sum of amount on sale less fee on sale
measure sales per account = number of sale
)"));
  EXPECT_EQ(bench.apply(sale(30)), "net = 30 | sales = 1");
  Event only_fee;
  only_fee.numbers["fee"] = 10;
  EXPECT_EQ(bench.apply(only_fee), "net = 20 | sales = 2");
}

TEST(MachineTest, AMeasureStaysAtItsBoundOnceItIsThere) {
  constexpr int64_t kMax = money::kMeasureMax;
  MachineBench bench(shop(R"(
measure drift per account = sum of change on sale
rule seen
  on sale
  when drift after > drift before
  credit account 1 point
)"));
  const int64_t step = money::kAmountMax;
  Event up;
  up.numbers["change"] = step;
  int64_t value = 0;
  for (; value <= kMax - step; value += step) bench.apply(up);
  EXPECT_EQ(bench.run(up), "drift = " + std::to_string(kMax) + " | pay seen/0 1");
  bench.apply(up);
  EXPECT_EQ(bench.apply(up), "");
  Event down;
  down.numbers["change"] = -1;
  EXPECT_EQ(bench.apply(down), "drift = " + std::to_string(kMax - 1));
  down.numbers["change"] = -step;
  for (int i = 0; i < 2 * 4612; ++i) bench.apply(down);
  EXPECT_EQ(bench.apply(down), "");  // as far below
  up.numbers["change"] = 1;
  EXPECT_EQ(bench.apply(up), "drift = " + std::to_string(-kMax + 1) + " | pay seen/0 1");
}

// What flows in and out in one event is added up before the bound is looked at.
TEST(MachineTest, TheBoundHoldsForTheEventNotForEachOfItsFlows) {
  constexpr int64_t kMax = money::kMeasureMax;
  MachineBench bench(shop(R"(
measure drift per account = sum of change on sale less fee on sale
)"));
  Event up;
  up.numbers["change"] = money::kAmountMax;
  for (int i = 0; i < 4611; ++i) bench.apply(up);
  ASSERT_GT(4612 * money::kAmountMax, kMax);
  up.numbers["fee"] = money::kAmountMax - 1;
  EXPECT_EQ(bench.apply(up), "drift = " + std::to_string(4611 * money::kAmountMax + 1));
}

// ---- subjects -----------------------------------------------------------------------------------

TEST(MachineTest, FurtherKeysKeepTheirOwnFrames) {
  MachineBench bench(shop(R"(
measure pieces per account per sku = sum of qty on sale
rule third per account per sku
  when pieces >= 3
  credit account 1 point
)"));
  EXPECT_EQ(bench.apply(sale_of("tea", 2)), "pieces[tea] = 2");
  EXPECT_EQ(bench.apply(sale_of("cup", 3)), "pieces[cup] = 3 | owe third/0[cup] 1");
  EXPECT_EQ(bench.apply(sale_of("tea", 1)), "pieces[tea] = 3 | owe third/0[tea] 1");
  EXPECT_EQ(bench.apply(sale_of("tea", 1)), "pieces[tea] = 4");
}

TEST(MachineTest, AnEventThatDoesNotNameTheKeyNeitherMovesNorReads) {
  MachineBench bench(shop(R"(
measure pieces per account per sku = sum of qty on sale
rule any_piece
  on sale
  when pieces after >= 0
  credit account 1 point
rule always
  on sale
  credit account 2 points
)"));
  Event event;
  event.numbers["qty"] = 5;
  EXPECT_EQ(bench.apply(event), "pay always/0 2");
}

TEST(MachineTest, CountsAreKeysToo) {
  MachineBench bench(shop(R"(
measure taken per account per delta = number of sale
)"));
  Event event;
  event.numbers["delta"] = -7;
  EXPECT_EQ(bench.apply(event), "taken[-7] = 1");
  event.numbers["delta"] = 0;
  EXPECT_EQ(bench.apply(event), "taken[0] = 1");
  event.numbers["delta"] = -7;
  EXPECT_EQ(bench.apply(event), "taken[-7] = 2");
}

TEST(MachineTest, AFrameIsLookedForOnceHoweverManyRulesReadIt) {
  MachineBench bench(shop(R"(
measure spent per account = sum of amount on sale
measure sales per account = number of sale
rule one
  on sale
  when spent before >= 0 and sales before >= 0
  credit account 1 point
rule two
  on sale
  when spent after >= 0
  credit account 1 point
)"));
  bench.run(sale(5));
  EXPECT_EQ(bench.looked(), 1);
}

TEST(MachineTest, WhatNoRuleNeedsIsNotLookedFor) {
  MachineBench bench(shop(R"(
measure pieces per account per sku = sum of qty on sale where city = "Rome"
rule one
  on sale
  when city = "Rome" and pieces after > 0
  credit account 1 point
)"));
  bench.run(sale_of("tea", 1));
  EXPECT_EQ(bench.looked(), 0);
}

// ---- periods ------------------------------------------------------------------------------------

constexpr const char* kDaily = R"(
measure day_sales per account per day = number of sale
rule second per account per day
  when day_sales >= 2
  credit account 10 points
rule seen
  on sale
  when day_sales after >= 1
  credit account 1 point
rule blind
  on sale
  credit account 3 points
)";

TEST(MachineTest, EachPeriodCountsForItself) {
  MachineBench bench(shop(kDaily));
  const Event event = sale(1);
  EXPECT_EQ(bench.apply(on_day(event, 100, 100)),
            "day_sales[100] = 1 | pay seen/0 1 | pay blind/0 3");
  EXPECT_EQ(bench.apply(on_day(event, 101, 101)),
            "day_sales[101] = 1 | pay seen/0 1 | pay blind/0 3");
  EXPECT_EQ(bench.apply(on_day(event, 100, 101)),
            "day_sales[100] = 2 | owe second/0[100] 10 | pay seen/0 1 | pay blind/0 3");
}

TEST(MachineTest, ALateEventCountsWhileItsPeriodIsKeptAndThenOnlyWhereNoPeriodIsRead) {
  ASSERT_EQ(kPeriodsKept, 2);
  MachineBench bench(shop(kDaily));
  EXPECT_EQ(bench.run(on_day(sale(1), 100, 102)),
            "day_sales[100] = 1 | pay seen/0 1 | pay blind/0 3");
  EXPECT_EQ(bench.run(on_day(sale(1), 100, 103)), "pay blind/0 3");
}

TEST(MachineTest, HowLateIsJudgedByEachPlansOwnCalendar) {
  MachineBench bench({shop("measure d per account per day = number of sale\n", "days"),
                      shop("measure w per account per week = number of sale\n", "weeks")});
  EXPECT_EQ(bench.run(on_day(sale(1), 100, 103)), "w[14] = 1");
}

// ---- entitlements and filters -------------------------------------------------------------------

TEST(MachineTest, AnEntitlementAsksOnlyWhenWhatIsOwedChanges) {
  MachineBench bench(shop(R"(
measure net per account = sum of amount on sale less fee on sale
rule band per account
  when net >= 1.00
  credit account by net
    below 5.00 : 10 points
    otherwise  : 50 points
)"));
  Event back;
  back.numbers["fee"] = 350;
  EXPECT_EQ(bench.apply(sale(99)), "net = 99");
  EXPECT_EQ(bench.apply(sale(1)), "net = 100 | owe band/0 10");
  EXPECT_EQ(bench.apply(sale(100)), "net = 200");
  EXPECT_EQ(bench.apply(sale(300)), "net = 500 | owe band/0 50");
  EXPECT_EQ(bench.apply(back), "net = 150 | owe band/0 10");
  back.numbers["fee"] = 100;
  EXPECT_EQ(bench.apply(back), "net = 50 | owe band/0 0");
}

TEST(MachineTest, AnAmountThatIsMissingOwesNothing) {
  MachineBench bench(shop(R"(
measure net per account = sum of change on sale
rule band per account
  credit account by net
    up to 1.00 : 10 points
    above 1.00 : none
)"));
  Event up;
  up.numbers["change"] = 60;
  EXPECT_EQ(bench.apply(up), "net = 60 | owe band/0 10");
  EXPECT_EQ(bench.apply(up), "net = 120 | owe band/0 0");
}

TEST(MachineTest, ACreditOwesAtLeastNothing) {
  MachineBench bench(shop(R"(
measure net per account = sum of change on sale
rule tenth per account
  credit account 10% of net
)"));
  const auto move = [](int64_t change) {
    Event event;
    event.numbers["change"] = change;
    return event;
  };
  EXPECT_EQ(bench.apply(move(-500)), "net = -500");
  EXPECT_EQ(bench.apply(move(700)), "net = 200 | owe tenth/0 20");
  EXPECT_EQ(bench.apply(move(-900)), "net = -700 | owe tenth/0 0");
  EXPECT_EQ(bench.apply(move(700)), "net = 0");
  EXPECT_EQ(bench.apply(move(30)), "net = 30 | owe tenth/0 3");
}

std::string punishing(const std::string& rest) {
  std::string plan = shop(rest);
  plan.insert(plan.find('\n') + 1, "  penalties on\n");
  return plan;
}

TEST(MachineTest, ADebitAsksForWhatThePlanSaysAndTakesIt) {
  MachineBench bench(punishing(R"(
rule fine
  on sale
  debit account 10% of change
  at most 5.00
)"));
  Event event;
  event.numbers["change"] = 1'000;
  EXPECT_EQ(bench.run(event), "debit fine/0 100");
  EXPECT_TRUE(bench.machine().takes());
  const Clause& clause = bench.program().clauses[0];
  EXPECT_EQ(posting_of(clause, 100), -100);
  EXPECT_EQ(bench.program().kinds[entry_kind(clause, -100)], "penalty");
  event.numbers["change"] = 100'000;
  EXPECT_EQ(bench.run(event), "debit fine/0 500");
  event.numbers["change"] = -1'000;  // booked back: what was taken is given back
  EXPECT_EQ(bench.run(event), "debit fine/0 -100");
  EXPECT_FALSE(bench.machine().takes());
  EXPECT_EQ(bench.program().kinds[entry_kind(clause, 100)], "penalty");
}

TEST(MachineTest, ABurnNeverMakesAnything) {
  MachineBench bench(shop(R"(
rule burnt
  on sale
  burn account 1 point per full 1.00 of change
)"));
  Event event;
  event.numbers["change"] = 350;
  EXPECT_EQ(bench.run(event), "burn burnt/0 3");
  EXPECT_TRUE(bench.machine().takes());
  EXPECT_EQ(bench.program().kinds[entry_kind(bench.program().clauses[0], -3)], "burn");
  event.numbers["change"] = -350;
  EXPECT_EQ(bench.run(event), "");
  EXPECT_FALSE(bench.machine().takes());
}

TEST(MachineTest, APenaltyThatIsOwedFollowsItsMeasureBothWays) {
  MachineBench bench(punishing(R"(
measure lost per account = sum of change on sale
rule careless per account
  when lost >= 1.00
  debit account 10% of lost
)"));
  Event event;
  event.numbers["change"] = 500;
  EXPECT_EQ(bench.apply(event), "lost = 500 | fine careless/0 50");
  EXPECT_TRUE(bench.machine().takes());
  event.numbers["change"] = -300;
  EXPECT_EQ(bench.apply(event), "lost = 200 | fine careless/0 20");
  EXPECT_FALSE(bench.machine().takes());
  EXPECT_EQ(bench.apply(event), "lost = -100 | fine careless/0 0");
}

TEST(MachineTest, AnEventThatThePlanFiltersOutDoesNothingForThatPlanAlone) {
  const std::string filtered =
      "plan strict\n"
      R"(
unit GBP, 2 decimals
event sale
  account : account
  amount : GBP
  when amount > 0
measure counted per account = number of sale
rule pay
  on sale
  credit account 0.01 GBP
)";
  const std::string open = shop("rule all\n  on sale\n  credit account 1 point\n");
  MachineBench bench({filtered, open});
  EXPECT_EQ(bench.run(sale(0)), "pay all/0 1");
  EXPECT_EQ(bench.run(Event{}), "pay all/0 1");  // an amount that is missing is not above 0
  EXPECT_EQ(bench.run(sale(1)), "counted = 1 | pay pay/0 1 | pay all/0 1");
}

TEST(MachineTest, AZeroAmountIsCountedAndNotPosted) {
  MachineBench bench(shop("rule tenth\n  on sale\n  credit account 10% of amount\n"));
  EXPECT_EQ(bench.run(sale(9)), "");
  EXPECT_EQ(bench.run(sale(10)), "pay tenth/0 1");
  EXPECT_EQ(bench.machine().counters().zero_amounts, 1u);
  EXPECT_EQ(bench.machine().counters().rules_tried, 2u);
}

TEST(MachineTest, RulesThatCannotFireAreNotTried) {
  std::string rules;
  for (int i = 0; i < 1000; ++i) {
    const std::string n = std::to_string(i);
    rules +=
        "rule r" + n + "\n  on sale\n  when amount >= " + n + ".00\n  credit account 1 point\n";
  }
  MachineBench bench(shop(rules));
  bench.run(sale(250));
  EXPECT_EQ(bench.machine().counters().rules_tried, 3u);  // from 0.00, 1.00 and 2.00
  bench.run(Event{});
  EXPECT_EQ(bench.machine().counters().rules_tried, 3u);
}

TEST(MachineTest, EachRoleGetsWhatIsItsOwn) {
  MachineBench bench(shop(R"(
measure sold per agent = sum of amount on sale
measure spent per account = sum of amount on sale
rule both
  on sale
  credit account 1 point
  credit agent 2 points
)"));
  EXPECT_EQ(bench.run(sale(5), "account"), "spent = 5 | pay both/0 1");
  EXPECT_EQ(bench.run(sale(5), "agent"), "sold = 5 | pay both/1 2");
}

// ---- what is known of the account ---------------------------------------------------------------

TEST(MachineTest, WhatIsKnownIsReadAtTheEventOrAtTheBeginOfThePeriod) {
  MachineBench bench(shop(R"(
holder
  grade : count
measure spent per account per month = sum of amount on sale
rule once
  on sale
  credit account account's grade * 1 point
rule monthly per account per month
  when spent > 0.00
  credit account account's grade * 1 point
)"));
  const Event event = on_day(sale(5), 40, 40);
  EXPECT_EQ(bench.run(event), "spent[1] = 5") << "nothing is known";
  bench.set_known(7);
  EXPECT_EQ(bench.run(event), "spent[1] = 5 | pay once/0 7 | owe monthly/0[1] 7");
  const std::vector<TimeMs> wanted = {40 * kDay, 31 * kDay, 40 * kDay, 31 * kDay};
  EXPECT_EQ(bench.known_at(), wanted);
}

TEST(MachineTest, WhatIsKnownIsAskedFor) {
  MachineBench bench(shop(R"(
holder
  grade : count
  trained : flag
rule there
  on sale
  when has account's grade
  credit account 1 point
rule not_there
  on sale
  when not has account's grade
  credit account 2 points
rule is_so
  on sale
  when account's trained
  credit account 3 points
rule is_not_so
  on sale
  when not account's trained
  credit account 4 points
)"));
  EXPECT_EQ(bench.run(sale(1)), "pay not_there/0 2");
  bench.set_known(0);
  EXPECT_EQ(bench.run(sale(1)), "pay there/0 1 | pay is_not_so/0 4");
  bench.set_known(1);
  EXPECT_EQ(bench.run(sale(1)), "pay there/0 1 | pay is_so/0 3");
}

}  // namespace
}  // namespace guerdon::plan
