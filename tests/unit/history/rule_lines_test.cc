#include <gtest/gtest.h>

#include "engine/history/explanation.h"

namespace guerdon::history {
namespace {

constexpr std::string_view kPlan =
    "plan shop\n"
    "\n"
    "rule often per account\n"
    "  on sale\n"
    "\n"
    "  # kept: inside\n"
    "  credit account 1 GBP\n"
    "\n"
    "# of what comes next\n"
    "\n"
    "rule often_too  # a remark\r\n"
    "  on sale\r\n"
    "  credit account 2 GBP\r\n"
    "rule  last\n"
    "  on sale\n"
    "  credit account 3 GBP";

TEST(RuleLinesTest, AreFromItsLineToTheNextDeclaration) {
  EXPECT_EQ(rule_lines(kPlan, "often"),
            "rule often per account\n  on sale\n\n  # kept: inside\n  credit account 1 GBP\n");
  EXPECT_EQ(rule_lines(kPlan, "often_too"),
            "rule often_too  # a remark\r\n  on sale\r\n  credit account 2 GBP\r\n");
  EXPECT_EQ(rule_lines(kPlan, "last"), "rule  last\n  on sale\n  credit account 3 GBP");
}

TEST(RuleLinesTest, ANameThatIsNoneHasNone) {
  for (const std::string_view name : {"oft", "often_", "las", "shop", "sale"}) {
    EXPECT_EQ(rule_lines(kPlan, name), "") << name;
  }
  EXPECT_EQ(rule_lines("", "often"), "");
  EXPECT_EQ(rule_lines("rule a", "a"), "rule a");
}

}  // namespace
}  // namespace guerdon::history
