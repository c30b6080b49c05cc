#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "guerdon/engine.h"
#include "tests/unit/runtime/shop.h"

namespace guerdon {
namespace {

using ::testing::HasSubstr;
using ::testing::StartsWith;

// The sentence with which these options are refused; empty when they are taken.
std::string refusal_of(const Options& options) {
  std::string error = "left from before";
  const bool is_open = Engine::open(options, {{"shop.plan", shop_plan()}}, &error) != nullptr;
  EXPECT_EQ(is_open, error.empty());
  return error;
}

TEST(OpenTest, OptionsBeyondTheirLimitsAreRefusedWithASentence) {
  Options options;
  options.shards = 0;
  EXPECT_EQ(refusal_of(options), "shards must be 1 to 1024");
  options.shards = kShardsMax + 1;
  EXPECT_EQ(refusal_of(options), "shards must be 1 to 1024");
  options = {};
  options.workers = kWorkersMax + 1;
  EXPECT_EQ(refusal_of(options), "workers must be 0 to 64");
  options = {};
  options.batch = 0;
  EXPECT_EQ(refusal_of(options), "a batch must be 1 to 256 events");
  options.batch = kBatchMax + 1;
  EXPECT_EQ(refusal_of(options), "a batch must be 1 to 256 events");
  options = {};
  options.keys = 0;
  EXPECT_EQ(refusal_of(options), "keys to remember must be 1 to 1000000000");
  options.keys = kKeysMax + 1;
  EXPECT_EQ(refusal_of(options), "keys to remember must be 1 to 1000000000");
}

TEST(OpenTest, OptionsAtTheirLimitsAreTaken) {
  Options options;
  options.shards = kShardsMax;
  options.batch = 1;
  options.keys = 1;
  EXPECT_EQ(refusal_of(options), "");
  options = {};
  options.workers = kWorkersMax;
  options.keys = kKeysMax;
  options.expected_accounts = 1000;
  EXPECT_EQ(refusal_of(options), "");
}

TEST(OpenTest, APlanWithAMistakeIsRefusedWithItsPlaceAndAdvice) {
  std::string error;
  const std::string plan =
      "plan shop\nunit GBP, 2 decimals\nevent sale\n  account : acount\n"
      "rule r\n  on sale\n  credit account 1 GBP\n";
  EXPECT_EQ(Engine::open({}, {{"folder/shop.plan", plan}}, &error), nullptr);
  EXPECT_THAT(error, StartsWith("folder/shop.plan:4:13: error E"));
  EXPECT_THAT(error, HasSubstr("account : acount"));
  EXPECT_THAT(error, HasSubstr("^^^^^^"));
}

TEST(OpenTest, OfSeveralPlansTheOneWithTheMistakeIsNamed) {
  std::string error;
  const std::vector<PlanText> plans{{"good.plan", shop_plan()}, {"bad.plan", "plan bad\nunits\n"}};
  EXPECT_EQ(Engine::open({}, plans, &error), nullptr);
  EXPECT_THAT(error, StartsWith("bad.plan:"));
}

TEST(OpenTest, PlansThatCannotBeLoadedTogetherAreRefusedWithASentence) {
  std::string error;
  const PlanText plan{"shop.plan", shop_plan()};
  EXPECT_EQ(Engine::open({}, {plan, plan}, &error), nullptr);
  EXPECT_THAT(error, HasSubstr("two plans have the"));
}

// A plan that declares the sale's amount so, in its fifth line.
PlanText plan_reading(const std::string& name, const std::string& amount) {
  return {name + ".plan", "plan " + name + "\nunit GBP, 2 decimals\nevent sale\n" +
                              "  account : account\n  amount : " + amount + "\n" +
                              "rule r\n  on sale\n  credit account 1 GBP\n"};
}

TEST(OpenTest, PlansThatLeaveAColumnNoValueAreRefusedWithTheirLines) {
  std::string error;
  const std::vector<PlanText> plans{plan_reading("a", "GBP"), plan_reading("b", "flag")};
  EXPECT_EQ(Engine::open({}, plans, &error), nullptr);
  EXPECT_EQ(error,
            "plans disagree on column amount of sale: plan a reads it as an amount with 2 decimals "
            "(a.plan:5), plan b as a flag (b.plan:5); no value is both, so give one of them "
            "another name outside, with `as`");
}

TEST(OpenTest, PlansMayReadAColumnInDifferentWays) {
  for (const char* other : {"GBP signed", "count", "count signed", "text", "account"}) {
    std::string error;
    const std::vector<PlanText> plans{plan_reading("a", "GBP"), plan_reading("b", other)};
    EXPECT_NE(Engine::open({}, plans, &error), nullptr) << error;
  }
}

TEST(OpenTest, WarningsAreToldWhereTheyAreWanted) {
  const std::string careless = shop_plan() + kCareless;
  std::string error;
  std::string warnings;
  EXPECT_NE(Engine::open({}, {{"shop.plan", careless}}, &error, &warnings), nullptr);
  EXPECT_THAT(warnings, StartsWith("shop.plan:"));
  EXPECT_THAT(warnings, HasSubstr("warning W"));
  EXPECT_NE(Engine::open({}, {{"shop.plan", careless}}, &error), nullptr);
  EXPECT_EQ(error, "");
}

TEST(OpenTest, AnEngineBeginsEmptyBehindItsPlans) {
  const auto engine = open_engine({shop_plan("one"), shop_plan("two")});
  const Summary summary = engine->summary();
  EXPECT_EQ(summary.events, 0u);
  EXPECT_EQ(summary.accounts, 0u);
  EXPECT_EQ(summary.entries, 0u);
  EXPECT_EQ(summary.last_lsn, 2u);
  EXPECT_EQ(engine->clock(), 0);
  EXPECT_TRUE(engine->balances().empty());
  EXPECT_EQ(engine->entries_hash(), Hash{});
  EXPECT_EQ(engine->check_books(), "");
}

// Also without any event the state says which plans it is under.
TEST(OpenTest, TheStateHoldsThePlansThemselves) {
  const Hash shop = open_shop()->state_hash();
  EXPECT_EQ(open_shop()->state_hash(), shop);
  EXPECT_NE(open_engine({shop_plan("other")})->state_hash(), shop);
  EXPECT_NE(open_engine({shop_plan() + "# a remark\n"})->state_hash(), shop);
  EXPECT_NE(shop, Hash{});
}

TEST(OpenTest, WithoutPlansEveryEventIsIgnored) {
  const auto engine = open_engine({});
  EXPECT_EQ(feed(*engine, kHeader + sale_row("1", "anna", "5.00")), "");
  EXPECT_EQ(engine->summary().ignored, 1u);
  EXPECT_EQ(engine->summary().last_lsn, 1u);
}

}  // namespace
}  // namespace guerdon
