#include "engine/os/environment.h"

#include <gtest/gtest.h>

namespace guerdon::os {
namespace {

TEST(Environment, GivesTheVariableOrTheFallback) {
  EXPECT_EQ(environment("GUERDON_NO_SUCH_VARIABLE", "fallback"), "fallback");
  EXPECT_NE(environment("PATH", ""), "");
}

}  // namespace
}  // namespace guerdon::os
