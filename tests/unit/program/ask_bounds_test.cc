// What an event tells of how much a budget is asked for (Machine::may_ask).

#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "tests/unit/program/machine_bench.h"

namespace guerdon::plan {
namespace {

// A sale of 12.00, of which 3.00 were a fee, and three pieces of tea.
Event sale() {
  Event event;
  event.numbers = {{"amount", 1200}, {"fee", 300}, {"qty", 3}, {"change", -50}};
  event.texts["sku"] = "tea";
  return event;
}

Event without(const std::string& attribute) {
  Event event = sale();
  event.numbers.erase(attribute);
  event.texts.erase(attribute);
  return event;
}

// A plan in which a sale is paid from a budget: `amount`, and lines below the credit.
std::string paid(const std::string& amount, const std::string& below = "",
                 const std::string& when = "") {
  return shop(R"(
budget pot = 100.00 GBP
measure spent per account = sum of amount on sale
measure pieces per account = sum of qty on sale
rule paid
  on sale
)" + when + "  credit account " +
              amount + " from budget pot\n" + below);
}

std::string asked(const std::string& amount, const std::string& below = "") {
  return MachineBench(paid(amount, below)).may_ask(sale());
}

TEST(AskBoundsTest, WhatTheEventSaysIsExact) {
  EXPECT_EQ(asked("1.00 GBP"), "100");
  EXPECT_EQ(asked("amount"), "1200");
  EXPECT_EQ(asked("5% of amount"), "60");
  EXPECT_EQ(asked("amount - fee"), "900");
  EXPECT_EQ(asked("fee - amount"), "nothing");
  EXPECT_EQ(asked("min(amount, fee)"), "300");
  EXPECT_EQ(asked("(0.10 GBP) per full 1.00 GBP of amount"), "120");
  EXPECT_EQ(asked("qty * 0.25 GBP"), "75");
  EXPECT_EQ(asked("7% of fee"), "21");
  EXPECT_EQ(asked("change"), "nothing");
}

TEST(AskBoundsTest, ItIsRoundedAsTheClauseIs) {
  EXPECT_EQ(asked("0.33% of fee"), "nothing");
  EXPECT_EQ(asked("0.33% of fee rounded half up"), "1");
  EXPECT_EQ(asked("0.33% of fee rounded up"), "1");
}

TEST(AskBoundsTest, WhatIsKeptStandsAtItsBound) {
  EXPECT_EQ(asked("min(spent after, fee)"), "1 to 300");
  EXPECT_EQ(asked("min(5% of spent after, 2.00)"), "1 to 200");
  EXPECT_EQ(asked("max(fee, min(spent after, 5.00))"), "1 to 500");
  EXPECT_EQ(asked("amount - max(spent after, 10.00)"), "1 to 200");
  EXPECT_EQ(asked("min(spent after, 4.00) + fee"), "1 to 700");
  EXPECT_EQ(asked("qty * min(spent after, 0.10)"), "1 to 30");
  EXPECT_EQ(asked("(0.10 GBP) per full 1.00 GBP of min(spent after, amount)"), "1 to 120");
}

TEST(AskBoundsTest, LimitsAreBounds) {
  EXPECT_EQ(asked("amount", "  at most 2.00\n"), "200");
  EXPECT_EQ(asked("spent after", "  at most 2.00\n"), "1 to 200");
  EXPECT_EQ(asked("amount", "  at most 5.00 per account per month\n"), "1 to 500");
  EXPECT_EQ(asked("amount", "  at most 50.00 per account per month\n"), "1 to 1200");
  EXPECT_EQ(asked("amount", "  at most once per account\n"), "1 to 1200");
}

TEST(AskBoundsTest, MultipliersMultiplyAtTheMost) {
  EXPECT_EQ(asked("amount", "    times 2\n"), "1 to 2400");
  EXPECT_EQ(asked("amount", "    times 3 when sku = \"tea\"\n"), "1 to 3600");
  EXPECT_EQ(asked("amount", "    times 50% when sku = \"tea\"\n"), "1 to 1200");
}

TEST(AskBoundsTest, WhereWhatItNeedsIsMissingNothingIsAsked) {
  MachineBench bench(
      paid("min(fee, spent after)", "", "  when sku = \"tea\" and spent after > 1.00\n"));
  EXPECT_EQ(bench.may_ask(sale()), "1 to 300");
  EXPECT_EQ(bench.may_ask(without("fee")), "no look");
  EXPECT_EQ(bench.may_ask(without("sku")), "no look");
  EXPECT_EQ(bench.may_ask(without("amount")), "1 to 300");
  Event coffee = sale();
  coffee.texts["sku"] = "coffee";
  EXPECT_EQ(bench.may_ask(coffee), "nothing");
}

TEST(AskBoundsTest, WhatElseStandsInAnAlternativeIsNotNeeded) {
  MachineBench bench(paid("fee", "", "  when sku = \"tea\" or qty > 2\n"));
  EXPECT_EQ(bench.may_ask(sale()), "300");
  EXPECT_EQ(bench.may_ask(without("fee")), "no look");
  EXPECT_EQ(bench.may_ask(without("sku")), "300");
  EXPECT_EQ(bench.may_ask(without("qty")), "300");
}

// Of two rules each is one.
TEST(AskBoundsTest, EachClauseAsksForItself) {
  MachineBench bench(paid("fee", "  credit account 1.00 GBP from budget pot\n"));
  EXPECT_EQ(bench.may_ask(sale()), "300, 100");
  EXPECT_EQ(bench.may_ask(without("fee")), "no look, 100");
}

}  // namespace
}  // namespace guerdon::plan
