#include "engine/money/rounding.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <random>

namespace guerdon::money {
namespace {

using base::Int128;
using base::UInt128;

constexpr Rounding kAll[] = {Rounding::kDown, Rounding::kUp, Rounding::kHalfUp,
                             Rounding::kHalfEven};
constexpr Int128 kLargest = static_cast<Int128>(~UInt128{0} >> 1);
constexpr Int128 kSmallest = -kLargest - 1;

// ---- The slow twin: long division in binary, one bit after the other, then the rule as it is
// said.

struct Parts {
  UInt128 quotient;
  UInt128 rest;
};

Parts long_division(UInt128 num, UInt128 den) {
  Parts parts{0, 0};
  for (int bit = 127; bit >= 0; --bit) {
    parts.rest = parts.rest << 1 | ((num >> bit) & 1);  // below 2 * den <= 2^128
    parts.quotient <<= 1;
    if (parts.rest >= den) {
      parts.rest -= den;
      parts.quotient |= 1;
    }
  }
  return parts;
}

Int128 slow_divide(Int128 num, Int128 den, Rounding rounding) {
  const bool negative = num < 0;
  const UInt128 d = static_cast<UInt128>(den);
  Parts parts = long_division(
      negative ? UInt128{0} - static_cast<UInt128>(num) : static_cast<UInt128>(num), d);
  const UInt128 doubled = parts.rest * 2;  // fits: rest < den < 2^127
  bool away = false;
  if (rounding == Rounding::kUp) away = parts.rest > 0;
  if (rounding == Rounding::kHalfUp) away = doubled >= d;
  if (rounding == Rounding::kHalfEven)
    away = doubled > d || (doubled == d && (parts.quotient & 1) == 1);
  if (away) ++parts.quotient;
  return static_cast<Int128>(negative ? UInt128{0} - parts.quotient : parts.quotient);
}

struct Case {
  int64_t num;
  int64_t den;
  int64_t down, up, half_up, half_even;
};

TEST(DivideRounded, TheFourRulesOnSmallNumbers) {
  const Case cases[] = {
      // num den  down  up  half_up half_even
      {0, 1, 0, 0, 0, 0},      {7, 7, 1, 1, 1, 1},      {1, 2, 0, 1, 1, 0},
      {3, 2, 1, 2, 2, 2},      {5, 2, 2, 3, 3, 2},      {-1, 2, 0, -1, -1, 0},
      {-3, 2, -1, -2, -2, -2}, {-5, 2, -2, -3, -3, -2}, {1, 3, 0, 1, 0, 0},
      {2, 3, 0, 1, 1, 1},      {-1, 3, 0, -1, 0, 0},    {-2, 3, 0, -1, -1, -1},
      {49, 100, 0, 1, 0, 0},   {50, 100, 0, 1, 1, 0},   {51, 100, 0, 1, 1, 1},
      {150, 100, 1, 2, 2, 2},  {250, 100, 2, 3, 3, 2},  {-250, 100, -2, -3, -3, -2},
  };
  for (const Case& c : cases) {
    EXPECT_EQ(divide_rounded(c.num, c.den, Rounding::kDown), c.down) << c.num << "/" << c.den;
    EXPECT_EQ(divide_rounded(c.num, c.den, Rounding::kUp), c.up) << c.num << "/" << c.den;
    EXPECT_EQ(divide_rounded(c.num, c.den, Rounding::kHalfUp), c.half_up) << c.num << "/" << c.den;
    EXPECT_EQ(divide_rounded(c.num, c.den, Rounding::kHalfEven), c.half_even)
        << c.num << "/" << c.den;
  }
}

TEST(DivideRounded, AgreesWithLongDivisionAtTheEdges) {
  const Int128 edges[] = {0,
                          1,
                          2,
                          3,
                          INT64_MAX - 1,
                          INT64_MAX,
                          Int128{INT64_MAX} + 1,
                          Int128{UINT64_MAX} - 1,
                          UINT64_MAX,
                          Int128{UINT64_MAX} + 1,
                          Int128{1} << 100,
                          kLargest / 2,
                          kLargest / 2 + 1,
                          kLargest - 1,
                          kLargest};
  for (const Int128 num : edges) {
    for (const Int128 den : edges) {
      if (den == 0) continue;
      for (const Rounding r : kAll) {
        EXPECT_TRUE(divide_rounded(num, den, r) == slow_divide(num, den, r));
        EXPECT_TRUE(divide_rounded(-num, den, r) == slow_divide(-num, den, r));
        EXPECT_TRUE(divide_rounded(kSmallest, den, r) == slow_divide(kSmallest, den, r));
      }
    }
  }
}

TEST(DivideRounded, AgreesWithLongDivisionOnRandomNumbersOfAllWidths) {
  std::mt19937_64 random(11);
  const auto random_128 = [&] {
    const UInt128 high = UInt128{random()} << 64;
    return high | random();
  };
  for (int i = 0; i < 60'000; ++i) {
    const auto wide = static_cast<Int128>(random_128());
    const Int128 num = wide >> (random() % 127);
    const auto den_wide = static_cast<Int128>(random_128() >> 1);
    const Int128 den = (den_wide >> (random() % 127)) + 1;
    if (den <= 0) continue;
    for (const Rounding r : kAll)
      ASSERT_TRUE(divide_rounded(num, den, r) == slow_divide(num, den, r))
          << base::to_string(num) << " / " << base::to_string(den) << " " << rounding_name(r);
  }
}

TEST(DivideRounded, ExactHalvesAreFound) {
  std::mt19937_64 random(12);
  for (int i = 0; i < 20'000; ++i) {
    const Int128 den = 2 * (Int128{static_cast<int64_t>(random() >> (1 + random() % 62))} + 1);
    const Int128 quotient = static_cast<int64_t>(random() % 1'000'000);
    const Int128 num = quotient * den + den / 2;
    ASSERT_TRUE(divide_rounded(num, den, Rounding::kHalfUp) == quotient + 1);
    ASSERT_TRUE(divide_rounded(num, den, Rounding::kHalfEven) == quotient + quotient % 2);
    ASSERT_TRUE(divide_rounded(num - 1, den, Rounding::kHalfUp) == quotient);
  }
}

TEST(DivideRounded, AReversalIsTheExactInverse) {
  std::mt19937_64 random(13);
  for (int i = 0; i < 50'000; ++i) {
    const Int128 num = static_cast<int64_t>(random()) >> (i % 60);
    const Int128 den = static_cast<int64_t>(random() % 10'000) + 1;
    for (const Rounding r : kAll)
      ASSERT_TRUE(divide_rounded(-num, den, r) == -divide_rounded(num, den, r));
  }
}

TEST(DivideRoundedDeathTest, RefusesADivisorThatIsNotPositive) {
  EXPECT_DEATH((void)divide_rounded(1, 0, Rounding::kDown), "den > 0");
  EXPECT_DEATH((void)divide_rounded(1, -1, Rounding::kDown), "den > 0");
}

TEST(RoundingName, IsReadBack) {
  for (const Rounding r : kAll) EXPECT_EQ(rounding_named(rounding_name(r)), r);
  EXPECT_EQ(rounding_named("toward_zero"), Rounding::kDown);
  EXPECT_EQ(rounding_named("floor"), std::nullopt);
}

}  // namespace
}  // namespace guerdon::money
