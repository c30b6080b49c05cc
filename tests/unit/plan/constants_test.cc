#include "engine/plan/check_constants.h"

#include <gtest/gtest.h>

namespace guerdon::plan {
namespace {

using money::make_ratio;
using money::Ratio;

// Over a common denominator, the slow and obvious way.
TEST(Constants, AgreeWithCrossMultiplicationOnSmallNumbers) {
  for (int64_t a = -6; a <= 6; ++a) {
    for (int64_t b = 1; b <= 5; ++b) {
      for (int64_t c = -6; c <= 6; ++c) {
        for (int64_t d = 1; d <= 5; ++d) {
          const Ratio left = make_ratio(a, b);
          const Ratio right = make_ratio(c, d);
          EXPECT_EQ(add(left, right), make_ratio(a * d + c * b, b * d));
          EXPECT_EQ(subtract(left, right), make_ratio(a * d - c * b, b * d));
          EXPECT_EQ(compare(left, right) < 0, a * d < c * b);
          EXPECT_EQ(compare(left, right) == 0, a * d == c * b);
          if (c != 0) {
            EXPECT_EQ(divide(left, right), make_ratio(a * d, b * c));
          }
        }
      }
    }
  }
}

TEST(Constants, LeaveTheRangeWithoutAnAnswer) {
  const Ratio largest = {INT64_MAX, 1};
  const Ratio finest = {1, INT64_MAX};
  EXPECT_EQ(add(largest, {1, 1}), std::nullopt);
  EXPECT_EQ(add(largest, {-1, 1}), (Ratio{INT64_MAX - 1, 1}));
  EXPECT_EQ(add(finest, {1, INT64_MAX - 1}), std::nullopt);
  EXPECT_EQ(subtract(negate(largest), {1, 1}), std::nullopt);
  EXPECT_EQ(divide(largest, finest), std::nullopt);
  EXPECT_EQ(compare(largest, finest), 1);
}

TEST(Constants, PowersOfTen) {
  EXPECT_EQ(power_of_ten(0), 1);
  EXPECT_EQ(power_of_ten(9), 1'000'000'000);
  EXPECT_EQ(power_of_ten(18), 1'000'000'000'000'000'000);
}

}  // namespace
}  // namespace guerdon::plan
