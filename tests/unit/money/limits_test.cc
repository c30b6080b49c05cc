#include "engine/money/limits.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>

namespace guerdon::money {
namespace {

TEST(SaturatingAdd, StopsAtTheLimitOnBothSides) {
  EXPECT_EQ(saturating_add(2, 3, 10), 5);
  EXPECT_EQ(saturating_add(7, 3, 10), 10);
  EXPECT_EQ(saturating_add(7, 4, 10), 10);
  EXPECT_EQ(saturating_add(-7, -4, 10), -10);
  EXPECT_EQ(saturating_add(INT64_MAX, INT64_MAX, kMeasureMax), kMeasureMax);
  EXPECT_EQ(saturating_add(INT64_MIN, INT64_MIN, kMeasureMax), -kMeasureMax);
  EXPECT_EQ(saturating_add(INT64_MAX, INT64_MIN, INT64_MAX), -1);
}

TEST(SaturatingAdd, IsTheExactSumHeldWithinTheLimit) {
  std::mt19937_64 random(31);
  for (int i = 0; i < 100'000; ++i) {
    const auto a = static_cast<int64_t>(random()) >> (random() % 64);
    const auto b = static_cast<int64_t>(random()) >> (random() % 64);
    const auto limit = static_cast<int64_t>(random() >> (1 + random() % 63));
    const base::Int128 sum = base::Int128{a} + b;
    const base::Int128 held = std::max(-base::Int128{limit}, std::min(base::Int128{limit}, sum));
    ASSERT_TRUE(saturating_add(a, b, limit) == held) << a << " " << b << " " << limit;
  }
}

TEST(Limits, AreTheOnesInTheDocumentation) {
  EXPECT_EQ(kAmountMax, 1'000'000'000'000'000);
  EXPECT_EQ(kCountMax, 1'000'000'000);
  EXPECT_EQ(kBalanceMax, int64_t{1} << 62);
  EXPECT_EQ(kMeasureMax, int64_t{1} << 62);
}

}  // namespace
}  // namespace guerdon::money
