#include "tests/reference/rational.h"

#include <gtest/gtest.h>

#include "engine/money/rounding.h"
#include "tests/generate/rng.h"

namespace guerdon::reference {
namespace {

using money::Rounding;

TEST(RationalTest, IsKeptInLowestTermsWithTheSignAbove) {
  EXPECT_EQ(Rational(6, 4).text(), "3/2");
  EXPECT_EQ(Rational(6, -4).text(), "-3/2");
  EXPECT_EQ(Rational(0, -7).text(), "0");
  EXPECT_EQ(Rational(money::Ratio{1, 20}).text(), "1/20");
}

TEST(RationalTest, CalculatesExactly) {
  const Rational a(1, 6);
  const Rational b(-3, 10);
  EXPECT_EQ((a + b).text(), "-2/15");
  EXPECT_EQ((a - b).text(), "7/15");
  EXPECT_EQ((a * b).text(), "-1/20");
  EXPECT_EQ((a / b).text(), "-5/9");
  EXPECT_EQ((-b).text(), "3/10");
  EXPECT_TRUE(b < a);
  EXPECT_FALSE(a < b);
  EXPECT_FALSE(a < a);
  EXPECT_EQ(Rational(-7, 2).trunc(), -3);
}

TEST(RationalTest, RoundsSymmetrically) {
  struct Row {
    int num;
    int den;
    int down, up, half_up, half_even;
  };
  const Row rows[] = {{0, 1, 0, 0, 0, 0}, {7, 1, 7, 7, 7, 7},    {1, 2, 0, 1, 1, 0},
                      {3, 2, 1, 2, 2, 2}, {5, 2, 2, 3, 3, 2},    {49, 100, 0, 1, 0, 0},
                      {1, 3, 0, 1, 0, 0}, {2, 3, 0, 1, 1, 1},    {51, 100, 0, 1, 1, 1},
                      {9, 2, 4, 5, 5, 4}, {99, 100, 0, 1, 1, 1}, {101, 100, 1, 2, 1, 1}};
  for (const Row& row : rows) {
    for (const int sign : {1, -1}) {
      const Rational x(sign * row.num, row.den);
      SCOPED_TRACE(x.text());
      EXPECT_EQ(x.round(Rounding::kDown), sign * row.down);
      EXPECT_EQ(x.round(Rounding::kUp), sign * row.up);
      EXPECT_EQ(x.round(Rounding::kHalfUp), sign * row.half_up);
      EXPECT_EQ(x.round(Rounding::kHalfEven), sign * row.half_even);
    }
  }
}

// The rounding of the engine is another program; they agree.
TEST(RationalTest, RoundsAsTheEngineDoes) {
  generate::Rng rng(1);
  for (int i = 0; i < 20'000; ++i) {
    const int64_t num = rng.between(-1'000'000'000'000'000'000, 1'000'000'000'000'000'000);
    const int64_t den = rng.chance(50) ? rng.between(1, 20) : rng.between(1, 1'000'000'000'000);
    for (const Rounding rounding :
         {Rounding::kDown, Rounding::kUp, Rounding::kHalfUp, Rounding::kHalfEven}) {
      ASSERT_EQ(Rational(num, den).round(rounding), money::divide_rounded(num, den, rounding));
    }
  }
}

TEST(RationalDeathTest, WhatDoesNotFitAborts) {
  const Rational large(Int128{1} << 100);
  EXPECT_DEATH(large * large, "assertion");
  EXPECT_DEATH(Rational(1, 0), "assertion");
}

}  // namespace
}  // namespace guerdon::reference
