// The twin is a std::map.
#include "engine/program/pair_table.h"

#include <gtest/gtest.h>

#include <map>
#include <utility>
#include <vector>

#include "tests/generate/rng.h"

namespace guerdon::plan {
namespace {

using Pair = std::pair<int64_t, int64_t>;
using Twin = std::map<Pair, uint32_t>;

Twin content_of(const PairTable& table) {
  Twin content;
  table.visit([&](int64_t first, int64_t second, uint32_t value) {
    EXPECT_TRUE(content.emplace(Pair{first, second}, value).second) << first << ", " << second;
  });
  return content;
}

TEST(PairTableTest, AnEmptyOneHasNothing) {
  const PairTable table;
  EXPECT_EQ(table.find(0, 0), PairTable::kNone);
  EXPECT_EQ(table.size(), 0u);
  EXPECT_TRUE(content_of(table).empty());
}

TEST(PairTableTest, TheFirstValueOfAPairStays) {
  PairTable table;
  EXPECT_EQ(table.add(1, 2, 7), 7u);
  EXPECT_EQ(table.add(1, 2, 9), 7u);
  EXPECT_EQ(table.find(1, 2), 7u);
  EXPECT_EQ(table.size(), 1u);
}

TEST(PairTableTest, APairIsOrdered) {
  PairTable table;
  table.add(1, 2, 0);
  EXPECT_EQ(table.find(2, 1), PairTable::kNone);
  EXPECT_EQ(table.add(2, 1, 1), 1u);
  EXPECT_EQ(table.find(1, 2), 0u);
}

TEST(PairTableTest, TheLargestAndSmallestNumbersAreNumbersLikeAnyOther) {
  const std::vector<int64_t> edges{INT64_MIN, INT64_MIN + 1, -1, 0, 1, INT64_MAX - 1, INT64_MAX};
  PairTable table;
  Twin twin;
  for (const int64_t first : edges) {
    for (const int64_t second : edges) {
      const auto value = static_cast<uint32_t>(twin.size());
      EXPECT_EQ(table.add(first, second, value), value);
      twin[{first, second}] = value;
    }
  }
  EXPECT_EQ(table.add(5, 5, PairTable::kNone - 1), PairTable::kNone - 1);
  twin[{5, 5}] = PairTable::kNone - 1;
  EXPECT_EQ(content_of(table), twin);
}

// Narrow ranges make pairs meet again, wide ones fill all bits.
class PairTableTwin : public testing::TestWithParam<int> {};

TEST_P(PairTableTwin, IsAMap) {
  generate::Rng rng(static_cast<uint64_t>(GetParam()));
  PairTable table;
  Twin twin;
  const int bits = 1 + GetParam() % 64;
  const auto number = [&] {
    const auto wide = static_cast<int64_t>(rng.next());
    return wide >> (64 - bits);
  };
  for (int i = 0; i < 3000; ++i) {
    const Pair pair{number(), rng.chance(20) ? 0 : number()};
    const auto at = twin.find(pair);
    ASSERT_EQ(table.find(pair.first, pair.second),
              at == twin.end() ? PairTable::kNone : at->second);
    const auto value = static_cast<uint32_t>(i);
    ASSERT_EQ(table.add(pair.first, pair.second, value), twin.emplace(pair, value).first->second);
  }
  EXPECT_EQ(table.size(), twin.size());
  EXPECT_EQ(content_of(table), twin);
}

INSTANTIATE_TEST_SUITE_P(Bits, PairTableTwin, testing::Range(0, 64, 3));

// Pairs that the compiler makes in masses: symbols in a row, with nothing beside them. A table at
// most half full answers what is not there without a walk through what is.
TEST(PairTableTest, RowsOfSmallNumbersAreAllFoundAndTheirNeighboursAreNot) {
  PairTable table;
  for (uint32_t i = 0; i < 10'000; ++i) table.add(2 + i, INT64_MIN, i);
  for (uint32_t i = 0; i < 10'000; ++i) {
    ASSERT_EQ(table.find(2 + i, INT64_MIN), i);
    ASSERT_EQ(table.find(2 + i, 0), PairTable::kNone);
  }
}

}  // namespace
}  // namespace guerdon::plan
