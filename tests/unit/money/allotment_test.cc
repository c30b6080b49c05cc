#include "engine/money/allotment.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <numeric>
#include <random>
#include <vector>

#include "engine/base/int128.h"
#include "engine/money/limits.h"

namespace guerdon::money {
namespace {

using base::Int128;
using Shares = std::vector<int64_t>;

Shares allotted(int64_t total, const Shares& weights) {
  Shares out(weights.size(), -99);
  allot(total, weights, out);
  return out;
}

// The slow twin: floors, then one unit after the other to whoever now has the largest fraction.
Shares slow_allotted(int64_t total, const Shares& weights) {
  const Int128 sum = std::accumulate(weights.begin(), weights.end(), Int128{0});
  Shares out(weights.size(), 0);
  if (sum == 0) return out;
  const int64_t magnitude = total < 0 ? -total : total;
  std::vector<Int128> fraction;
  int64_t left = magnitude;
  for (size_t i = 0; i < weights.size(); ++i) {
    const Int128 exact = Int128{magnitude} * weights[i];
    out[i] = static_cast<int64_t>(exact / sum);
    fraction.push_back(exact - Int128{out[i]} * sum);
    left -= out[i];
  }
  for (; left > 0; --left) {
    size_t best = 0;
    for (size_t i = 1; i < fraction.size(); ++i) {
      if (fraction[i] > fraction[best]) best = i;
    }
    ++out[best];
    fraction[best] = -1;
  }
  if (total < 0) {
    for (int64_t& share : out) share = -share;
  }
  return out;
}

// share_of, which has no scratch, against all shares at once.
void expect_each_share(int64_t total, const Shares& weights) {
  const Shares all = allotted(total, weights);
  for (size_t i = 0; i < weights.size(); ++i) {
    EXPECT_EQ(share_of(total, weights, i), all[i]) << total << ", share " << i;
  }
}

TEST(Allot, OneShareIsTheSameAsAllOfThemGive) {
  expect_each_share(100, {3, 2, 1});
  expect_each_share(3, {3, 2, 1});
  expect_each_share(-3, {3, 2, 1});
  expect_each_share(7, {0, 0, 0});
  expect_each_share(7, {0, 1, 0, 1});
  expect_each_share(kBalanceMax, {kMeasureMax, kMeasureMax, 1, kMeasureMax - 1});
  std::mt19937_64 random(30);
  for (int i = 0; i < 2'000; ++i) {
    Shares weights(1 + random() % 8);
    const uint64_t top = i % 3 == 0 ? 3 : i % 3 == 1 ? 1'000 : uint64_t{1} << 62;
    for (int64_t& weight : weights) weight = static_cast<int64_t>(random() % top);
    const auto total = static_cast<int64_t>(random() % (i % 2 == 0 ? 20 : uint64_t{1} << 62));
    expect_each_share(i % 5 == 0 ? -total : total, weights);
  }
}

TEST(Allot, SharesOfACommission) {
  // 79,999 pooled over 5 %, 2 % and 1 %; 50,000 split in three; 1,001 in two.
  EXPECT_EQ(allotted(79'999, {5, 2, 1}), (Shares{49'999, 20'000, 10'000}));
  EXPECT_EQ(allotted(50'000, {1, 1, 1}), (Shares{16'667, 16'667, 16'666}));
  EXPECT_EQ(allotted(1'001, {1, 1}), (Shares{501, 500}));
}

TEST(Allot, ANegativeTotalIsTheMirrorImage) {
  EXPECT_EQ(allotted(-50'000, {1, 1, 1}), (Shares{-16'667, -16'667, -16'666}));
  EXPECT_EQ(allotted(-79'999, {5, 2, 1}), (Shares{-49'999, -20'000, -10'000}));
}

TEST(Allot, NothingToShareAndNobodyToShareWith) {
  EXPECT_EQ(allotted(0, {1, 2}), (Shares{0, 0}));
  EXPECT_EQ(allotted(10, {0, 0}), (Shares{0, 0}));
  EXPECT_EQ(allotted(10, {}), (Shares{}));
  EXPECT_EQ(allotted(10, {0, 3, 0}), (Shares{0, 10, 0}));
}

TEST(Allot, IsExactAtTheLimits) {
  const Shares weights = {INT64_MAX, INT64_MAX, INT64_MAX - 1};
  EXPECT_EQ(allotted(kBalanceMax, weights), slow_allotted(kBalanceMax, weights));
  EXPECT_EQ(allotted(-kBalanceMax, weights), slow_allotted(-kBalanceMax, weights));
}

TEST(Allot, AgreesWithTheSlowTwinAndSumsExactly) {
  std::mt19937_64 random(51);
  for (int i = 0; i < 50'000; ++i) {
    Shares weights(1 + random() % 12);
    const uint64_t shift = 1 + random() % 63;
    for (int64_t& weight : weights) weight = static_cast<int64_t>(random() >> shift);
    if (random() % 4 == 0) weights.assign(weights.size(), weights[0]);  // ties
    auto total = static_cast<int64_t>(random() >> (2 + random() % 60));
    if (random() % 2 != 0) total = -total;
    const Shares shares = allotted(total, weights);
    ASSERT_EQ(shares, slow_allotted(total, weights));
    if (std::any_of(weights.begin(), weights.end(), [](int64_t w) { return w > 0; })) {
      ASSERT_TRUE(std::accumulate(shares.begin(), shares.end(), Int128{0}) == total);
    }
  }
}

TEST(AllotDeathTest, RefusesANegativeWeightAndSpansThatDiffer) {
  Shares out(1);
  EXPECT_DEATH(allot(1, Shares{-1}, out), "weight >= 0");
  EXPECT_DEATH(allot(1, Shares{1, 2}, out), "size");
}

}  // namespace
}  // namespace guerdon::money
