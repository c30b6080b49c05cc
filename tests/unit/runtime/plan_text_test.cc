#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "guerdon/plan.h"
#include "tests/unit/runtime/shop.h"

namespace guerdon {
namespace {

using ::testing::HasSubstr;
using ::testing::StartsWith;

PlanText shop() { return {"shop.plan", shop_plan()}; }

constexpr PlanStage kStages[] = {PlanStage::kTokens, PlanStage::kTree, PlanStage::kChecked,
                                 PlanStage::kProgram};

TEST(PlanTextTest, ASoundPlanIsOkAndNothingIsSaid) {
  const PlanReport report = check_plan(shop());
  EXPECT_TRUE(report.ok);
  EXPECT_EQ(report.diagnostics, "");
}

TEST(PlanTextTest, AWarningIsSaidAndThePlanIsOk) {
  const PlanReport report = check_plan({"shop.plan", shop_plan() + kCareless});
  EXPECT_TRUE(report.ok);
  EXPECT_THAT(report.diagnostics, HasSubstr("warning W"));
}

TEST(PlanTextTest, EachStageHasItsPrintedForm) {
  std::string printed[4];
  for (size_t i = 0; i < 4; ++i) {
    EXPECT_TRUE(print_plan(shop(), kStages[i], &printed[i]).ok);
    EXPECT_FALSE(printed[i].empty());
    for (size_t j = 0; j < i; ++j) EXPECT_NE(printed[i], printed[j]);
  }
  EXPECT_THAT(printed[3], StartsWith("event sale\n  role account\n"));
}

// A word that the lexer does not know, a line that the parser does not, a name that the checker
// does not: each stage shows what the ones before it let pass.
TEST(PlanTextTest, APlanIsPrintedUpToTheStageThatRefusesIt) {
  const std::string texts[] = {shop_plan() + "unit \x01, 2 decimals\n",
                               shop_plan() + "units of measurement\n",
                               shop_plan() + "rule r\n  on sale\n  credit nobody 1 point\n"};
  const size_t sound_stages[] = {0, 1, 2};
  for (size_t t = 0; t < 3; ++t) {
    for (size_t stage = 0; stage < 4; ++stage) {
      std::string out = "left from before";
      const PlanReport report = print_plan({"bad.plan", texts[t]}, kStages[stage], &out);
      EXPECT_EQ(report.ok, stage < sound_stages[t]) << t << ", stage " << stage;
      EXPECT_EQ(out.empty(), !report.ok) << t << ", stage " << stage;
      EXPECT_EQ(report.diagnostics.empty(), report.ok) << report.diagnostics;
    }
    EXPECT_FALSE(check_plan({"bad.plan", texts[t]}).ok);
  }
}

TEST(PlanTextTest, FormattingIsCanonicalAndChangesNothingTwice) {
  std::string once;
  ASSERT_TRUE(format_plan({"shop.plan", "plan   shop\nunit GBP ,2 decimals\n"}, &once).ok);
  EXPECT_THAT(once, StartsWith("plan shop\n"));
  std::string twice;
  ASSERT_TRUE(format_plan({"shop.plan", once}, &twice).ok);
  EXPECT_EQ(twice, once);
}

TEST(PlanTextTest, WhatCannotBeParsedIsNotFormatted) {
  std::string out;
  const PlanReport report = format_plan({"bad.plan", "plan\n"}, &out);
  EXPECT_FALSE(report.ok);
  EXPECT_THAT(report.diagnostics, StartsWith("bad.plan:1:"));
  EXPECT_EQ(out, "");
}

}  // namespace
}  // namespace guerdon
