#include "engine/money/ratio.h"

#include <gtest/gtest.h>

#include <random>

#include "engine/base/int128.h"

namespace guerdon::money {
namespace {

using base::Int128;

// The slow twin: Euclid on 128-bit numbers.
Int128 slow_gcd(Int128 a, Int128 b) {
  if (a < 0) a = -a;
  if (b < 0) b = -b;
  while (b != 0) {
    const Int128 rest = a % b;
    a = b;
    b = rest;
  }
  return a;
}

TEST(Ratio, IsKeptInLowestTermsWithTheSignAbove) {
  EXPECT_EQ(make_ratio(85, 1'000), (Ratio{17, 200}));
  EXPECT_EQ(make_ratio(3, -6), (Ratio{-1, 2}));
  EXPECT_EQ(make_ratio(-3, -6), (Ratio{1, 2}));
  EXPECT_EQ(make_ratio(0, -6), (Ratio{0, 1}));
  EXPECT_EQ(make_ratio(INT64_MAX, 1), (Ratio{INT64_MAX, 1}));
}

TEST(Ratio, GcdAndLcm) {
  EXPECT_EQ(gcd(12, -18), 6);
  EXPECT_EQ(gcd(0, 0), 0);
  EXPECT_EQ(gcd(0, -5), 5);
  EXPECT_EQ(lcm_checked(4, 6), 12);
  EXPECT_EQ(lcm_checked(-4, 6), 12);
  EXPECT_EQ(lcm_checked(0, 6), 0);
  EXPECT_EQ(lcm_checked(0, 0), 0);
  EXPECT_EQ(lcm_checked(INT64_MAX, INT64_MAX), INT64_MAX);
  EXPECT_EQ(lcm_checked(INT64_MAX, INT64_MAX - 1), std::nullopt);
  EXPECT_EQ(lcm_checked(int64_t{1} << 62, 3), std::nullopt);
}

TEST(Ratio, LcmAgreesWithTheSlowTwin) {
  std::mt19937_64 random(41);
  int refused = 0;
  for (int i = 0; i < 50'000; ++i) {
    const auto a = static_cast<int64_t>(random() >> (1 + random() % 63));
    const auto b = static_cast<int64_t>(random() >> (1 + random() % 63));
    if (a == 0 || b == 0) continue;
    const Int128 exact = Int128{a} / slow_gcd(a, b) * b;
    const std::optional<int64_t> multiple = lcm_checked(a, b);
    ASSERT_EQ(multiple.has_value(), exact <= INT64_MAX);
    if (multiple) {
      ASSERT_TRUE(*multiple == exact);
    } else {
      ++refused;
    }
  }
  EXPECT_GT(refused, 1'000);
}

TEST(Ratio, ProductsAreExactOrRefused) {
  EXPECT_EQ(multiply({3, 2}, {4, 3}), (Ratio{2, 1}));
  EXPECT_EQ(multiply({0, 1}, {4, 3}), (Ratio{0, 1}));
  EXPECT_EQ(multiply({INT64_MAX, 2}, {2, INT64_MAX}), (Ratio{1, 1}));
  EXPECT_EQ(multiply({INT64_MAX, 1}, {2, 1}), std::nullopt);
  EXPECT_EQ(multiply({1, INT64_MAX}, {1, 2}), std::nullopt);
}

TEST(Ratio, ProductsAgreeWithTheSlowTwin) {
  std::mt19937_64 random(42);
  int refused = 0;
  const auto term = [&] { return static_cast<int64_t>(random() >> (2 + random() % 60)); };
  for (int i = 0; i < 50'000; ++i) {
    const int64_t den_of_a = term() + 1;
    const Ratio a = make_ratio(i % 2 == 0 ? term() : -term(), den_of_a);
    const int64_t den_of_b = term() + 1;
    const Ratio b = make_ratio(term(), den_of_b);
    const Int128 num = Int128{a.num} * b.num;
    const Int128 den = Int128{a.den} * b.den;
    const Int128 divisor = slow_gcd(num, den);
    const Int128 low_num = num / divisor;
    const Int128 low_den = den / divisor;
    const bool fits = low_num <= INT64_MAX && low_num >= -INT64_MAX && low_den <= INT64_MAX;
    const std::optional<Ratio> product = multiply(a, b);
    ASSERT_EQ(product.has_value(), fits);
    if (product) {
      ASSERT_TRUE(product->num == low_num && product->den == low_den);
    } else {
      ++refused;
    }
  }
  EXPECT_GT(refused, 1'000);
}

// Over a common denominator, the slow and obvious way.
TEST(Ratio, ArithmeticAgreesWithCrossMultiplicationOnSmallNumbers) {
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

TEST(Ratio, ArithmeticBeyondTheRangeHasNoAnswer) {
  const Ratio largest = {INT64_MAX, 1};
  const Ratio finest = {1, INT64_MAX};
  EXPECT_EQ(add(largest, {1, 1}), std::nullopt);
  EXPECT_EQ(add(largest, {-1, 1}), (Ratio{INT64_MAX - 1, 1}));
  EXPECT_EQ(add(finest, {1, INT64_MAX - 1}), std::nullopt);
  EXPECT_EQ(subtract(negate(largest), {1, 1}), std::nullopt);
  EXPECT_EQ(divide(largest, finest), std::nullopt);
  EXPECT_EQ(compare(largest, finest), 1);
}

TEST(RatioDeathTest, NothingIsDividedByZero) {
  EXPECT_DEATH((void)divide({1, 2}, {0, 1}), "b.num != 0");
}

TEST(RatioDeathTest, DenominatorIsNotZero) { EXPECT_DEATH((void)make_ratio(1, 0), "den != 0"); }

}  // namespace
}  // namespace guerdon::money
