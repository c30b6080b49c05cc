#include "engine/money/exchange.h"

#include <gtest/gtest.h>

#include <random>

#include "engine/base/int128.h"
#include "engine/money/limits.h"

namespace guerdon::money {
namespace {

using base::Int128;

constexpr Ratio kNoSpread{0, 1};
constexpr int64_t kLargest = kBalanceMax;

TEST(Exchange, E19AThousandPointsAtACentEachAreShownInDong) {
  // 1 point = 0.01 USD, 1 USD = 25,450 VND; points and VND have no decimals, USD two.
  const Ratio points_to_usd = minor_rate(make_ratio(1, 100), 0, 2).value();
  const Ratio usd_to_vnd = minor_rate({25'450, 1}, 2, 0).value();
  EXPECT_EQ(points_to_usd, (Ratio{1, 1}));
  EXPECT_EQ(usd_to_vnd, (Ratio{509, 2}));
  EXPECT_EQ(shown(1'000, multiply(points_to_usd, usd_to_vnd).value()), 254'500);
  EXPECT_EQ(shown(3'007, usd_to_vnd), 765'281) << "765,281.5";
  EXPECT_EQ(shown(-3'007, usd_to_vnd), -765'281) << "toward zero";
}

TEST(Exchange, E19AThousandPointsBecomeTenDollars) {
  EXPECT_EQ(give(1'000, {1, 1}, kNoSpread), (Exchanged{1'000, 1'000, 0, 1'000}));
}

struct BothWays {
  int64_t amount;
  Ratio rate;
  Ratio spread;
  Exchanged given;  // of give(amount)
  Exchanged got;    // of get(amount)
};

TEST(Exchange, RoundsInTheHousesFavour) {
  const BothWays cases[] = {
      // 100 points = 1.00 EUR, spread 0.5 %: 4,000 points are 40.00, of which 0.20 are kept.
      {4'000, {1, 1}, {1, 200}, {4'000, 4'000, 20, 3'980}, {4'021, 4'021, 21, 4'000}},
      // 120 points = 1.00 EUR: 100 points are 83.33 cents.
      {100, {5, 6}, kNoSpread, {100, 83, 0, 83}, {120, 100, 0, 100}},
      // One cent costs a point and a fifth, so two points, which are worth 1.67.
      {1, {5, 6}, kNoSpread, {1, 0, 0, 0}, {2, 1, 0, 1}},
      // The spread is what is left of the gross when what is paid is floored.
      {1, {3, 1}, {1, 2}, {1, 3, 2, 1}, {1, 3, 2, 1}},
      {7, {1, 3}, {1, 10}, {7, 2, 0, 2}, {24, 8, 1, 7}},
  };
  for (const BothWays& each : cases) {
    SCOPED_TRACE(each.amount);
    EXPECT_EQ(give(each.amount, each.rate, each.spread), each.given);
    EXPECT_EQ(get(each.amount, each.rate, each.spread), each.got);
  }
}

TEST(Exchange, WhatIsTooLargeIsNothing) {
  EXPECT_EQ(minor_rate({INT64_MAX, 1}, 0, 9), std::nullopt);
  EXPECT_EQ(shown(kLargest, {1, 1}), kLargest);
  EXPECT_EQ(shown(kLargest, {3, 2}), std::nullopt);
  EXPECT_EQ(shown(-kLargest, {3, 2}), std::nullopt);
  EXPECT_EQ(give(kLargest, {3, 2}, {1, 2}), std::nullopt) << "the gross passes through";
  EXPECT_EQ(get(kLargest, {2, 3}, kNoSpread), std::nullopt);
  EXPECT_EQ(give(1, {INT64_MAX, 2}, {1, INT64_MAX - 1}), std::nullopt);
}

// The slow twin: counts up until the inequality that defines the result holds no longer.
int64_t slow_floor(Int128 num, Int128 den) {
  int64_t value = 0;
  while ((Int128{value} + 1) * den <= num) ++value;
  return value;
}

TEST(Exchange, IsAsTheSlowTwinHasIt) {
  std::mt19937_64 rng(19);  // NOLINT(bugprone-random-generator-seed): the same each time
  const auto draw = [&](int64_t low, int64_t high) {
    return low + static_cast<int64_t>(rng() % static_cast<uint64_t>(high - low + 1));
  };
  for (int i = 0; i < 2'000; ++i) {
    const int64_t amount = draw(1, 400);
    const int64_t den = draw(1, 40);
    const Ratio rate = make_ratio(draw(1, 40), den);
    const int64_t whole = draw(1, 50);
    const Ratio spread = make_ratio(draw(0, whole - 1), whole);
    const Int128 net_num = Int128{rate.num} * (spread.den - spread.num);
    const Int128 net_den = Int128{rate.den} * spread.den;
    const auto slow_give = [&](int64_t charged) {
      const int64_t gross = slow_floor(Int128{charged} * rate.num, rate.den);
      const int64_t paid = slow_floor(charged * net_num, net_den);
      return Exchanged{charged, gross, gross - paid, paid};
    };
    EXPECT_EQ(shown(amount, rate), slow_floor(Int128{amount} * rate.num, rate.den));
    EXPECT_EQ(give(amount, rate, spread), slow_give(amount));
    const Exchanged got = get(amount, rate, spread).value();
    EXPECT_EQ(got, slow_give(got.charged));
    EXPECT_GE(got.paid, amount);
    EXPECT_TRUE(got.charged == 1 || slow_give(got.charged - 1).paid < amount)
        << "one less is short";
  }
}

}  // namespace
}  // namespace guerdon::money
