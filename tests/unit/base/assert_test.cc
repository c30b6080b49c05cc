#include "engine/base/assert.h"

#include <gtest/gtest.h>

namespace guerdon::base {
namespace {

TEST(Assert, TrueConditionIsEvaluatedOnceAndGoesOn) {
  int evaluated = 0;
  GUERDON_ASSERT(++evaluated == 1);
  EXPECT_EQ(evaluated, 1);
}

TEST(AssertDeathTest, FalseConditionSaysWhereAndWhatAndAborts) {
  EXPECT_DEATH(GUERDON_ASSERT(1 + 1 == 3),
               "assert_test.cc:[0-9]+: assertion `1 \\+ 1 == 3' failed");
}

TEST(AssertDeathTest, UnreachableAborts) {
  EXPECT_DEATH(GUERDON_UNREACHABLE(), "assertion `unreachable' failed");
}

TEST(Assert, IsAnExpressionThatBindsWithoutBraces) {
  bool reached = false;
  if (!reached)
    GUERDON_ASSERT(true);
  else
    GUERDON_UNREACHABLE();
  reached = true;
  EXPECT_TRUE(reached);
}

}  // namespace
}  // namespace guerdon::base
