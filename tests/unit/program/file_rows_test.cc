// Rows of tables from files against a map of all that was ever said.
#include <gtest/gtest.h>

#include <map>
#include <optional>
#include <utility>
#include <vector>

#include "engine/program/program.h"
#include "engine/program/rates.h"
#include "tests/generate/rng.h"

namespace guerdon::plan {
namespace {

using generate::Rng;

using Said = std::map<std::pair<uint64_t, uint64_t>, std::map<TimeMs, int64_t>>;

std::optional<int64_t> found_in(const Said& said, const base::Hash128& key, TimeMs at) {
  const auto rows = said.find({key.lo, key.hi});
  if (rows == said.end()) return std::nullopt;
  const auto behind = rows->second.upper_bound(at);
  if (behind == rows->second.begin()) return std::nullopt;
  const int64_t value = std::prev(behind)->second;
  return value == event::kNoValue ? std::nullopt : std::optional(value);
}

// Many have one place in the index, and some the same upper bits, too: the row alone tells them
// apart.
base::Hash128 crowded_key(Rng& rng) {
  const uint64_t place = rng.below(3) << 40 | rng.below(40);
  return {place, rng.below(3) << 61 | rng.below(4)};
}

TEST(FileRowsTest, WhatWasSaidIsFound) {
  for (uint64_t seed = 1; seed <= 60; ++seed) {
    Rng rng(seed);
    const Program program;
    FileRows rows(program);
    Said said;
    std::vector<base::Hash128> keys;
    const int count = rng.small(1, 400);
    for (int i = 0; i < count; ++i) {
      keys.push_back(rng.chance(70) ? crowded_key(rng) : base::Hash128{rng.next(), 0});
      const TimeMs from = rng.chance(40) ? kAlways : rng.between(0, 9);
      const int64_t value = rng.chance(20) ? event::kNoValue : rng.between(0, 1'000);
      ASSERT_TRUE(rows.set(keys.back(), from, value));
      said[{keys.back().lo, keys.back().hi}][from] = value;
    }
    keys.push_back(crowded_key(rng));  // of which maybe nothing was said
    size_t values = 0;
    for (const auto& [key, dated] : said) values += dated.size();
    EXPECT_EQ(rows.size(), values);
    for (const base::Hash128& key : keys) {
      for (TimeMs at = 0; at <= 10; ++at) {
        EXPECT_EQ(rows.find(key, at), found_in(said, key, at)) << seed << " at " << at;
      }
      const auto dated = said.find({key.lo, key.hi});
      for (const TimeMs from : {kAlways, TimeMs{0}, TimeMs{5}, TimeMs{9}}) {
        const bool is_said = dated != said.end() && dated->second.contains(from);
        EXPECT_EQ(rows.said(key, from),
                  is_said ? std::optional(dated->second.at(from)) : std::nullopt);
      }
    }
  }
}

// In whatever order rows are said; a value that was replaced leaves nothing.
TEST(FileRowsTest, TheContentIsThatOfTheRows) {
  const Program program;
  FileRows one(program);
  FileRows other(program);
  EXPECT_EQ(one.content_hash(), base::Hash128());
  ASSERT_TRUE(one.set({1, 2}, kAlways, 5));
  ASSERT_TRUE(one.set({1, 2}, 7, 6));
  ASSERT_TRUE(one.set({3, 2}, kAlways, 8));
  ASSERT_TRUE(other.set({3, 2}, kAlways, 9));
  ASSERT_TRUE(other.set({1, 2}, 7, 6));
  ASSERT_TRUE(other.set({1, 2}, kAlways, 5));
  EXPECT_NE(one.content_hash(), other.content_hash());
  ASSERT_TRUE(other.set({3, 2}, kAlways, 8));
  EXPECT_EQ(one.content_hash(), other.content_hash());
}

}  // namespace
}  // namespace guerdon::plan
