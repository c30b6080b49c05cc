#include "tools/guerdon/simulate/plan_sides.h"

#include <gtest/gtest.h>

namespace guerdon::tools {
namespace {

using Names = std::vector<std::string>;

// `rules`: below what all plans here share.
PlanText text_of(const std::string& file, const std::string& header, const std::string& rules) {
  return {file,
          "plan " + header +
              "\n\nunit GBP, 2 decimals\n\nevent sale\n  account : account\n  amount : GBP\n" +
              rules};
}

std::string rule(const std::string& name, const std::string& percent, const std::string& was = "") {
  return "\nrule " + name + (was.empty() ? "" : "\n  was " + was) +
         "\n  on sale\n  credit account " + percent + " of amount\n";
}

Names files_of(const std::vector<PlanText>& texts) {
  Names files;
  for (const PlanText& text : texts) files.push_back(text.name);
  return files;
}

const PlanText kClub = text_of("club", "club", rule("base", "5%"));
const PlanText kClub2 = text_of("club2", "club version 2 from 2026-01-01", rule("base", "6%"));
const PlanText kClub3 = text_of("club3", "club version 3 from 2026-02-01", rule("base", "7%"));
const PlanText kDraft = text_of("draft", "club", rule("base", "8%"));
const PlanText kOther = text_of("other", "other", rule("base", "1%"));
const PlanText kOther2 = text_of("new other", "other", rule("base", "2%"));
const PlanText kBroken = {"broken", "plan"};

TEST(PlanSidesTest, WholePlansStandForAllOldOnes) {
  const PlanSides sides = plan_sides({kClub, kOther}, {kDraft});
  EXPECT_FALSE(sides.goes_on);
  EXPECT_EQ(files_of(sides.before), (Names{"club", "other"}));
  EXPECT_EQ(files_of(sides.after), (Names{"draft"}));
}

TEST(PlanSidesTest, AVersionFollowsTheOldOnes) {
  const PlanSides sides = plan_sides({kClub, kClub2, kOther}, {kClub3});
  EXPECT_TRUE(sides.goes_on);
  EXPECT_EQ(files_of(sides.after), (Names{"club", "club2", "other", "club3"}));
}

TEST(PlanSidesTest, BesideAVersionAWholePlanStandsForTheOneOfItsName) {
  const PlanSides sides = plan_sides({kClub, kOther}, {kClub2, kOther2});
  EXPECT_TRUE(sides.goes_on);
  EXPECT_EQ(files_of(sides.after), (Names{"club", "club2", "new other"}));
}

TEST(PlanSidesTest, AVersionOfNoOldPlanIsAWholeOne) {
  EXPECT_FALSE(plan_sides({}, {kClub2}).goes_on);
  EXPECT_FALSE(plan_sides({kOther}, {kClub2}).goes_on);
  EXPECT_FALSE(plan_sides({kClub, kClub2}, {kClub, kClub2, kClub3}).goes_on);
  EXPECT_FALSE(plan_sides({kClub2}, {kClub2}).goes_on);  // another text of the same number
}

TEST(PlanSidesTest, WhatHasErrorsIsForTheEngineToRefuse) {
  const PlanSides sides = plan_sides({kBroken, kClub}, {kBroken});
  EXPECT_FALSE(sides.goes_on);
  EXPECT_EQ(files_of(sides.after), (Names{"broken"}));
}

TEST(MergePlansTest, OfNewTextsItTellsWhatTheyChange) {
  const PlanText second = text_of("second", "club version 2 from 2026-01-01",
                                  rule("first", "6%", "base") + rule("second", "1%"));
  const PlanText third = text_of("third", "club version 3 from 2026-02-01", rule("first", "6%"));
  std::vector<VersionChanges> changes;
  const std::vector<plan::Plan> plans = merge_plans({kClub, second, third}, 1, &changes);
  EXPECT_EQ(plans.size(), 1U);
  ASSERT_EQ(changes.size(), 2U);
  using Rules = std::vector<std::pair<std::string, std::string>>;
  EXPECT_EQ(changes[0].version, 2);
  EXPECT_EQ(changes[0].rules, (Rules{{"first", "changed"}, {"second", "new"}}));
  EXPECT_EQ(changes[1].version, 3);
  EXPECT_EQ(changes[1].rules, (Rules{{"second", "ends"}}));
  changes.clear();
  merge_plans({kClub, second, third}, 2, &changes);
  EXPECT_EQ(changes.size(), 1U);  // the second is no news
}

TEST(RuleNamesTest, ARuleIsCalledAsItsLastVersion) {
  const PlanText second =
      text_of("second", "club version 2 from 2026-01-01", rule("cashback", "6%", "base"));
  const std::vector<plan::Plan> before = merge_plans({kClub});
  const std::vector<plan::Plan> after = merge_plans({kClub, second});
  const RuleNames old_side(before, after);
  const RuleNames new_side(after, after);
  EXPECT_EQ(old_side.of("club", "base"), "cashback");
  EXPECT_EQ(new_side.of("club", "base"), "cashback");
  EXPECT_EQ(new_side.of("club", "cashback"), "cashback");
  // Of a whole plan names are what they are.
  EXPECT_EQ(RuleNames(before, before).of("club", "base"), "base");
  EXPECT_EQ(new_side.of("other", "base"), "base");
}

TEST(RuleNamesTest, ARuleThatChangedNothingButItsNameIsOne) {
  const PlanText second =
      text_of("second", "club version 2 from 2026-01-01", rule("cashback", "5%", "base"));
  const PlanText third =
      text_of("third", "club version 3 from 2026-02-01", rule("gold", "7%", "cashback"));
  const std::vector<plan::Plan> two = merge_plans({kClub, second});
  EXPECT_EQ(RuleNames(merge_plans({kClub}), two).of("club", "base"), "cashback");
  const std::vector<plan::Plan> three = merge_plans({kClub, second, third});
  EXPECT_EQ(RuleNames(two, three).of("club", "cashback"), "gold");
  EXPECT_EQ(RuleNames(three, three).of("club", "cashback"), "gold");
}

TEST(MergePlansTest, ATextThatIsThereIsNotMergedAgain) {
  std::vector<VersionChanges> changes;
  merge_plans({kClub, kClub2, kClub2}, 2, &changes);
  EXPECT_TRUE(changes.empty());
}

}  // namespace
}  // namespace guerdon::tools
