#include "engine/compiler/compiler.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <string>
#include <vector>

#include "engine/ledger/leg.h"
#include "tests/unit/program/compiled.h"

namespace guerdon::plan {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

constexpr const char* kPoint = "rule one\n  on sale\n  credit account 1 point\n";

// ---- what plans do to each other ----------------------------------------------------------------

TEST(CompilerTest, TwoPlansOfOneProgramAreRefused) {
  const std::string other = "plan other\n  program shop\n" + shop(kPoint).substr(10);
  EXPECT_EQ(refusal_of({shop(kPoint), other}),
            "two plans have the program name shop; give one of them another with `program NAME`");
}

TEST(CompilerTest, TwoPlansOfOneNameAreRefused) {
  const std::string other = "plan shop\n  program other\n" + shop(kPoint).substr(10);
  EXPECT_EQ(refusal_of({shop(kPoint), other}),
            "two plans have the name shop; give one of them another");
}

// A plan in which `whose` is credited, and `who` by that.
std::string paid_by(const std::string& name, const std::string& who, const std::string& whose) {
  return "plan " + name + "\nunit U, 0 decimals\nevent sale\n  seller, leader : account\n" +
         "rule told\n  on sale\n  credit " + whose + " 10 U\nrule behind\n  on sale\n  credit " +
         who + " 10% of told.credited\n";
}

TEST(CompilerTest, WhoIsPaidByWhatAnotherIsCreditedComesBehindHim) {
  EXPECT_TRUE(compiled({paid_by("downward", "leader", "seller")}).events[0].turns.empty());
  const Program program = compiled({paid_by("upward", "seller", "leader")});
  const EventProgram& sale = program.events[0];
  EXPECT_THAT(sale.turns, ElementsAre(1, 0));
  EXPECT_EQ(sale.handovers, 1u);
  EXPECT_EQ(sale.asking, 1u);
  EXPECT_TRUE(sale.roles[0].asks_credited);
  EXPECT_FALSE(sale.roles[0].tells_credited);
  EXPECT_TRUE(sale.roles[1].tells_credited);
  EXPECT_FALSE(program.schema.type(0).slots[sale.credited[0].slot].is_logged());
}

TEST(CompilerTest, TwoPlansMayNotPutTwoRolesInTwoOrders) {
  const std::string down = paid_by("downward", "leader", "seller");
  EXPECT_EQ(refusal_of({down, paid_by("likewise", "leader", "seller")}), "");
  EXPECT_THAT(refusal_of({down, paid_by("upward", "seller", "leader")}),
              HasSubstr("at events of type sale plans, or versions of one, pay two accounts each"));
}

// A plan that reads `sale` with 32 amounts of its own scale.
std::string wide(int scale) {
  const std::string n = std::to_string(scale);
  std::string plan =
      "plan wide" + n + "\nunit U, " + n + " decimals\nevent sale\n" + "  account : account\n";
  for (int i = 1; i < 32; ++i) plan += "  a" + std::to_string(i) + " : U\n";
  return plan + "rule one\n  on sale\n  credit account 1.0 U\n";
}

TEST(CompilerTest, AnEventTypeHasSixtyFourReadingsAtMost) {
  EXPECT_EQ(refusal_of({wide(1), wide(2)}), "");  // 63: the account is read alike
  EXPECT_THAT(refusal_of({wide(1), wide(2), wide(3)}),
              HasSubstr("event type sale is read in more than 64 ways"));
}

// A plan that reads lines of `paid`.
std::string with_lines(const std::string& name, const std::string& lines) {
  return "plan " + name +
         "\nunit points, 0 decimals\nevent paid\n  account : account\n  lines of\n" + lines +
         "rule one\n  on paid\n  credit account (number of lines) * 1 points\n";
}

TEST(CompilerTest, PlansReadTheSameNumberOfFieldsOfALine) {
  const std::string goods = with_lines("goods", "    sku : text\n    qty : count\n");
  const std::string others = with_lines("others", "    code : text\n    worth : points\n");
  EXPECT_EQ(refusal_of({goods, others}), "");
  EXPECT_EQ(refusal_of({goods, with_lines("short", "    sku : text\n")}),
            "plan short declares lines of 1 fields for event type paid, and a plan before it lines "
            "of 2; a line is sent once, so declare all its fields in both, in their order");
}

// As many event types as a plan may have, each under a name of its own.
std::string many_types(int number) {
  const std::string n = std::to_string(number);
  std::string plan = "plan p" + n + "\nunit points, 0 decimals\nevent e0 as \"" + n + ".0\"\n" +
                     "  account : account\n";
  for (int i = 1; i < 256; ++i) {
    plan += "event e" + std::to_string(i) + " as \"" + n + "." + std::to_string(i) +
            "\"\n  account : account\n";
  }
  return plan + "rule one\n  on e0\n  credit account 1 point\n";
}

TEST(CompilerTest, PlansTogetherHaveFourThousandEventTypesAtMost) {
  std::vector<std::string> plans;
  for (int i = 0; i < 16; ++i) plans.push_back(many_types(i));
  EXPECT_EQ(refusal_of(plans), "");
  plans.push_back(shop(kPoint));
  EXPECT_EQ(refusal_of(plans),
            "the plans together declare more than 4096 event types; load fewer plans");
}

TEST(CompilerTest, PlansTogetherHaveTwoHundredAndFiftyFiveKindsOfEntry) {
  const auto kinds = [](const std::string& name, int count) {
    std::string rules;
    for (int i = 0; i < count; ++i) {
      const std::string n = std::to_string(i);
      rules += "rule r" + n + "\n  on sale\n  credit account 1 point as " + name + n + "\n";
    }
    return shop(rules, name);
  };
  const int most = 255 - static_cast<int>(ledger::kKinds);  // those that have a name anyway
  EXPECT_EQ(refusal_of({kinds("p", 200), kinds("q", most - 200)}), "");
  EXPECT_THAT(refusal_of({kinds("p", 200), kinds("q", most - 199)}), HasSubstr("255 kinds"));
}

TEST(CompilerTest, NoPlansAreAProgramThatDoesNothing) {
  EXPECT_EQ(refusal_of({}), "");
  const Program program = compiled(std::vector<std::string>{});
  EXPECT_TRUE(program.code.empty());
  EXPECT_EQ(program.block_cells, 0u);
}

// ---- what plans share ---------------------------------------------------------------------------

TEST(CompilerTest, EqualReadingsShareASlotAndOthersDoNot) {
  const std::string other = R"(plan other
unit USD, 2 decimals
unit fine, 3 decimals
event sale
  account : account
  amount : USD
  fee : fine
  change : USD
rule one
  on sale
  credit account 1.00 USD
)";
  const Program program = compiled({shop(kPoint), other});
  std::vector<std::string> readings;
  for (const event::Field& field : program.schema.type(0).slots) readings.push_back(field.wire);
  // `amount` has two decimals in both plans; `fee` has another scale, `change` another sign.
  EXPECT_THAT(readings, ElementsAre("account", "agent", "amount", "fee", "change", "sku", "city",
                                    "qty", "delta", "gift", "fee", "change"));
}

TEST(CompilerTest, MeasuresThatSayTheSameAreOneCell) {
  const Program program = compiled(shop(R"(
measure spent per account = sum of amount on sale
measure outlay per account = sum of amount on sale
measure spent_in_rome per account = sum of amount on sale where city = "Rome"
measure monthly per account per month = sum of amount on sale
)"));
  EXPECT_EQ(program.measures.size(), 3u);
  ASSERT_EQ(program.subjects.size(), 2u);
  EXPECT_THAT(program.subjects[0].labels, ElementsAre("spent", "spent_in_rome"));
  EXPECT_THAT(program.subjects[1].labels, ElementsAre("monthly"));
}

TEST(CompilerTest, EqualMeasuresOfTwoPlansStayApart) {
  const std::string measure = "measure spent per account = sum of amount on sale\n";
  const Program program = compiled({shop(measure, "one"), shop(measure, "two")});
  ASSERT_EQ(program.subjects.size(), 2u);
  EXPECT_EQ(program.subjects[0].plan, 0);
  EXPECT_EQ(program.subjects[1].plan, 1);
}

// Whose late events count when, and what grace there is, each plan says for itself.
TEST(CompilerTest, APlanHasAClockForEachOfItsPeriods) {
  const std::string measures = R"(
measure m per account per month = number of sale
measure n per account per city per month = number of sale
measure w per account per week = number of sale
measure o per account per 2 weeks from 2026-01-05 = number of sale
measure l per account = number of sale
)";
  const auto plan = [&](const std::string& name) {
    return "plan " + name + "\n" + shop(measures).substr(10);
  };
  EXPECT_EQ(compiled({plan("a")}).clocks.size(), 3u);
  const Program program = compiled({plan("a"), plan("b")});
  ASSERT_EQ(program.clocks.size(), 6u);
  EXPECT_EQ(program.clocks[0].plan, 0);
  EXPECT_EQ(program.clocks[3].plan, 1);
}

// ---- the layout of a block ----------------------------------------------------------------------

TEST(CompilerTest, ABlockHoldsWalletsThenFramesKeptForTheAccountAlone) {
  const Program program = compiled(shop(R"(
measure spent per account = sum of amount on sale
measure month_spent per account per month = sum of amount on sale
measure month_sales per account per month = number of sale
measure pieces per account per sku = sum of qty on sale
rule reached per account per month
  when month_spent >= 5.00
  credit account 1 point
)"));
  ASSERT_EQ(program.wallets.size(), 2u);
  ASSERT_EQ(program.subjects.size(), 3u);
  const SubjectKind& life = program.subjects[0];
  const SubjectKind& month = program.subjects[1];
  const SubjectKind& sku = program.subjects[2];
  EXPECT_EQ(life.at, 2u);
  EXPECT_EQ(life.cells, 1u);
  EXPECT_EQ(month.at, 3u);  // a cell for the period, then two measures and what was posted
  EXPECT_THAT(month.labels, ElementsAre("month_spent", "month_sales", "reached/0 posted"));
  EXPECT_EQ(sku.at, kNowhere);
  EXPECT_EQ(program.block_cells, 7u);
}

TEST(CompilerTest, OnlyTextsWhoseIdentityMattersAreInterned) {
  const Program program = compiled(shop(R"(
measure pieces per account per sku = sum of qty on sale
rule one
  on sale
  when city = "Rome"
  credit account 1 point
)"));
  std::map<int, bool> identity;
  for (const TextSlot& text : program.texts[0]) identity[text.slot] = text.identity;
  EXPECT_TRUE(identity.at(static_cast<int>(slot_of(program, "sale", "sku"))));
  EXPECT_FALSE(identity.at(static_cast<int>(slot_of(program, "sale", "city"))));
}

TEST(CompilerTest, RolesThatRunNothingAreLeftOut) {
  const Program program = compiled(shop(kPoint));
  ASSERT_EQ(program.events[0].roles.size(), 1u);
  EXPECT_EQ(program.events[0].roles[0].slot, slot_of(program, "sale", "account"));
}

TEST(CompilerTest, ALineageIsThatOfPlanRuleAndEffect) {
  const std::string two =
      "rule one\n  on sale\n  credit account 1 point\n  credit account 2 points\n";
  const Program program = compiled({shop(two, "a"), shop(two, "b")});
  std::vector<uint64_t> lineages;
  for (const Clause& clause : program.clauses) lineages.push_back(clause.lineage);
  std::sort(lineages.begin(), lineages.end());
  EXPECT_EQ(std::unique(lineages.begin(), lineages.end()), lineages.end());
  // Neither where the plan stands in the load order nor what else is loaded changes it.
  EXPECT_EQ(compiled(shop(two, "b")).clauses[1].lineage, program.clauses[3].lineage);
}

}  // namespace
}  // namespace guerdon::plan
