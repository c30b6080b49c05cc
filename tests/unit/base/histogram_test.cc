#include "engine/base/histogram.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <memory>
#include <random>
#include <vector>

namespace guerdon::base {
namespace {

// What Histogram::quantile says it is, of sorted values.
uint64_t exact(const std::vector<uint64_t>& sorted, uint32_t millionths) {
  const size_t rank = (sorted.size() * millionths + Histogram::kWhole - 1) / Histogram::kWhole;
  return sorted[std::max<size_t>(rank, 1) - 1];
}

void expect_near_exact(std::vector<uint64_t> values) {
  const auto histogram = std::make_unique<Histogram>();
  for (const uint64_t value : values) histogram->record(value);
  std::sort(values.begin(), values.end());
  EXPECT_EQ(histogram->count(), values.size());
  EXPECT_EQ(histogram->max(), values.back());
  for (const uint32_t q : {0u, 1u, 10'000u, 500'000u, 900'000u, 990'000u, 999'000u, 999'900u,
                           999'999u, Histogram::kWhole}) {
    const uint64_t wanted = exact(values, q);
    const uint64_t got = histogram->quantile(q);
    EXPECT_GE(got, wanted) << q;
    EXPECT_LE(got - wanted, wanted >> Histogram::kPrecisionBits) << q;
  }
}

TEST(HistogramTest, NothingRecorded) {
  const Histogram histogram;
  EXPECT_EQ(histogram.count(), 0u);
  EXPECT_EQ(histogram.max(), 0u);
  EXPECT_EQ(histogram.quantile(500'000), 0u);
  EXPECT_EQ(histogram.quantile(Histogram::kWhole), 0u);
}

TEST(HistogramTest, SmallValuesAreExact) {
  Histogram histogram;
  for (uint64_t value = 0; value < 256; ++value) histogram.record(value);
  for (uint32_t rank = 1; rank <= 256; ++rank) {
    EXPECT_EQ(histogram.quantile(rank * 1'000'000 / 256), rank - 1);
  }
}

TEST(HistogramTest, OneValueIsItsOwnQuantile) {
  for (int bit = 0; bit < 64; ++bit) {
    for (const uint64_t value : {uint64_t{1} << bit, (uint64_t{1} << bit) - 1,
                                 (uint64_t{1} << bit) + 12'345, UINT64_MAX >> bit}) {
      Histogram histogram;
      histogram.record(value);
      EXPECT_EQ(histogram.quantile(1), value);
      EXPECT_EQ(histogram.quantile(Histogram::kWhole), value);
    }
  }
}

TEST(HistogramTest, QuantilesOfManyShapes) {
  std::mt19937_64 random(7);
  std::vector<uint64_t> uniform;
  std::vector<uint64_t> by_magnitude;
  std::vector<uint64_t> with_tail;
  for (int i = 0; i < 20'000; ++i) {
    uniform.push_back(random() % 1'000'000);
    by_magnitude.push_back(random() >> (random() % 64));
    with_tail.push_back(i % 1'000 == 0 ? 50'000'000 + random() % 1'000
                                       : 80'000 + random() % 40'000);
  }
  expect_near_exact(uniform);
  expect_near_exact(by_magnitude);
  expect_near_exact(with_tail);
}

TEST(HistogramTest, CountsAndSumsAreAsIfOneByOne) {
  Histogram once;
  Histogram twice;
  Histogram other;
  once.record(100);
  once.record(100);
  once.record(70'000);
  twice.record(100, 2);
  twice.record(5'000'000, 0);
  other.record(70'000);
  twice.add(other);
  EXPECT_EQ(twice.count(), once.count());
  EXPECT_EQ(twice.max(), 70'000u);
  for (const uint32_t q : {1u, 666'666u, 666'667u, 700'000u}) {
    EXPECT_EQ(twice.quantile(q), once.quantile(q)) << q;
  }
}

}  // namespace
}  // namespace guerdon::base
