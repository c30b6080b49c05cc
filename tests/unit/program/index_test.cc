// The twin is a scan over all keys.
#include "engine/program/index.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "tests/generate/rng.h"

namespace guerdon::plan {
namespace {

using generate::Rng;

constexpr size_t kSlots = 5;

struct Values {
  std::vector<int64_t> of_slot = std::vector<int64_t>(kSlots, 0);
  uint64_t present = 0;
};

bool is_met(const IndexKey& key, const Values& values) {
  const auto has = [&](uint8_t slot) { return (values.present >> slot & 1) != 0; };
  for (const Equality& equality : key.equalities) {
    if (!has(equality.slot)) return false;
    const int64_t value = values.of_slot[equality.slot];
    if (std::count(equality.values.begin(), equality.values.end(), value) == 0) return false;
  }
  const Threshold& threshold = key.threshold;
  if (threshold.slot == kNoSlot) return true;
  if (!has(threshold.slot)) return false;
  const int64_t value = values.of_slot[threshold.slot];
  return threshold.low ? value >= threshold.bound : value <= threshold.bound;
}

// Few values, so that they meet; 0 and the ends of int64 among them.
int64_t random_value(Rng& rng) {
  static const std::vector<int64_t> edges{INT64_MIN, INT64_MAX, 0};
  return rng.chance(10) ? rng.pick(edges) : rng.between(-3, 6);
}

IndexKey random_key(Rng& rng) {
  IndexKey key;
  const int equalities = rng.small(0, 2);
  uint8_t slot = 0;
  for (int i = 0; i < equalities; ++i) {
    slot = static_cast<uint8_t>(slot + rng.below(2) + (i > 0 ? 1 : 0));
    Equality equality{slot, {}};
    for (int v = rng.small(1, 3); v > 0; --v) equality.values.push_back(random_value(rng));
    std::sort(equality.values.begin(), equality.values.end());
    equality.values.erase(std::unique(equality.values.begin(), equality.values.end()),
                          equality.values.end());
    key.equalities.push_back(std::move(equality));
  }
  if (rng.chance(50)) {
    key.threshold = {static_cast<uint8_t>(rng.below(kSlots)), rng.chance(50), random_value(rng)};
  }
  return key;
}

Values random_values(Rng& rng) {
  Values values;
  for (int64_t& value : values.of_slot) value = random_value(rng);
  values.present = rng.chance(50) ? 0x1f : rng.below(32);
  return values;
}

std::vector<uint32_t> found_by(const Index& index, const Values& values) {
  std::vector<Index::Ordered> found{{99, 99}};  // what was there before goes
  const auto in_order = index.find(values.of_slot.data(), values.present, found);
  std::vector<uint32_t> entries;
  for (const Index::Ordered& one : in_order) entries.push_back(one.entry);
  return entries;
}

TEST(IndexTest, FindsExactlyTheEntriesWhoseKeyIsMetInTheOrderInWhichTheyWereAdded) {
  Rng rng(31);
  for (int i = 0; i < 400; ++i) {
    Index index;
    std::vector<IndexKey> keys;
    // Some indexes are so full that an event finds more than a handful.
    for (int k = rng.small(0, rng.chance(10) ? 400 : 25); k > 0; --k) {
      keys.push_back(random_key(rng));
      index.add(static_cast<uint32_t>(1000 - keys.size()), keys.back());
    }
    index.finish();
    ASSERT_EQ(index.size(), keys.size());
    ASSERT_EQ(index.empty(), keys.empty());
    for (int e = 0; e < 40; ++e) {
      const Values values = random_values(rng);
      std::vector<uint32_t> expected;
      for (size_t k = 0; k < keys.size(); ++k) {
        if (is_met(keys[k], values)) expected.push_back(static_cast<uint32_t>(999 - k));
      }
      ASSERT_EQ(found_by(index, values), expected) << "index " << i << ", event " << e;
    }
  }
}

TEST(IndexTest, AnEventThatLacksTheAttributeMeetsNoKeyThatNamesIt) {
  Index index;
  index.add(7, {{{0, {0}}}, {}});             // slot 0 = 0
  index.add(8, {{}, {1, true, INT64_MIN}});   // slot 1 >= the least there is
  index.add(9, {{}, {1, false, INT64_MAX}});  // slot 1 <= the largest
  index.add(10, {});
  index.finish();
  EXPECT_EQ(found_by(index, {{0, 0, 0, 0, 0}, 0}), (std::vector<uint32_t>{10}));
  EXPECT_EQ(found_by(index, {{0, 0, 0, 0, 0}, 3}), (std::vector<uint32_t>{7, 8, 9, 10}));
}

TEST(IndexTest, TellsItsShape) {
  Index index;
  index.add(0, {});
  index.add(1, {{{0, {2, 3}}}, {}});
  index.add(2, {{{0, {2}}}, {1, true, 10}});
  index.add(3, {{{0, {2}}, {4, {5}}}, {}});
  index.add(4, {});
  index.finish();
  const std::vector<Index::Shape> shapes = index.shapes();
  ASSERT_EQ(shapes.size(), 3u);
  EXPECT_EQ(shapes[0].first, kNoSlot);
  EXPECT_EQ(shapes[0].entries, 2u);
  EXPECT_EQ(shapes[1].first, 0);
  EXPECT_EQ(shapes[1].second, kNoSlot);
  EXPECT_EQ(shapes[1].entries, 2u);
  EXPECT_EQ(shapes[1].thresholds, 1u);
  EXPECT_EQ(shapes[2].first, 0);
  EXPECT_EQ(shapes[2].second, 4);
  EXPECT_EQ(shapes[2].entries, 1u);
}

TEST(IndexDeathTest, AKeyHasAtMostTwoEqualities) {
  Index index;
  EXPECT_DEATH(index.add(0, {{{0, {1}}, {1, {1}}, {2, {1}}}, {}}), "assertion");
}

}  // namespace
}  // namespace guerdon::plan
