// The twin is a std::map with a std::deque for the order.
#include "engine/pipeline/key_table.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <deque>
#include <map>
#include <utility>

#include "tests/generate/rng.h"

namespace guerdon::pipeline {
namespace {

using base::Hash128;

SeenKey seen(const Hash128& key, uint64_t number, base::TimeMs occurred_at = 0) {
  return {key, number * 3, number, occurred_at};
}

const SeenKey* find(const KeyTable& table, const Hash128& key) {
  size_t place = 0;
  return table.find(key, &place);
}

void add(KeyTable& table, const SeenKey& one) {
  size_t place = 0;
  ASSERT_EQ(table.find(one.key, &place), nullptr);
  table.add(one, place);
}

class Twin {
 public:
  explicit Twin(uint64_t capacity) : capacity_(capacity) {}

  const SeenKey* find(const Hash128& key) const {
    const auto at = by_key_.find({key.hi, key.lo});
    return at == by_key_.end() ? nullptr : &at->second;
  }
  void add(const SeenKey& one) {
    if (order_.size() == capacity_) {
      const Hash128 oldest = order_.front();
      order_.pop_front();
      floor_ = std::max(floor_, find(oldest)->occurred_at + 1);
      by_key_.erase({oldest.hi, oldest.lo});
    }
    order_.push_back(one.key);
    by_key_[{one.key.hi, one.key.lo}] = one;
  }
  base::TimeMs floor() const { return floor_; }
  uint64_t size() const { return order_.size(); }

 private:
  uint64_t capacity_;
  std::map<std::pair<uint64_t, uint64_t>, SeenKey> by_key_;
  std::deque<Hash128> order_;
  base::TimeMs floor_ = INT64_MIN;
};

// How the keys of a run meet in the index.
enum class Keys { kRandom, kOneHome, kFewHomes, kRoundTheEnd, kOneTag };

Hash128 key_of(Keys keys, uint64_t n) {
  switch (keys) {
    case Keys::kRandom: {
      generate::Rng rng(n);
      return {rng.next(), rng.next()};
    }
    case Keys::kOneHome:  // of an index of up to 2^20 slots
      return {n << 20 | 5, n};
    case Keys::kFewHomes:
      return {n << 20 | (n % 3), n};
    case Keys::kRoundTheEnd:
      return {n << 20 | (0xfffff - n % 4), n};
    case Keys::kOneTag:  // forged: both halves' lowest words are alike
      return {n << 32 | 7, n << 32 | 7};
  }
  return {};
}

class KeyTableTwin : public testing::TestWithParam<std::tuple<uint64_t, Keys, bool>> {};

TEST_P(KeyTableTwin, RemembersTheLastKeysAndTheFloorOfThoseBefore) {
  const auto& [capacity, keys, reserve] = GetParam();
  KeyTable table(capacity, reserve);
  Twin twin(capacity);
  generate::Rng rng(81);
  std::map<uint64_t, uint32_t> places;  // by LSN
  const int rounds = static_cast<int>(std::min<uint64_t>(6 * capacity + 40, 3000));
  uint64_t lsn = 0;
  for (int i = 0; i < rounds; ++i) {
    const Hash128 key = key_of(keys, rng.below(3 * capacity + 5));
    table.prefetch(key, rng.below(16));
    size_t place = 0;
    const SeenKey* found = table.find(key, &place);
    const SeenKey* expected = twin.find(key);
    ASSERT_EQ(found == nullptr, expected == nullptr) << i;
    if (found != nullptr) {
      ASSERT_EQ(found->lsn, expected->lsn);
      ASSERT_EQ(found->payload, expected->payload);
      ASSERT_EQ(found->occurred_at, expected->occurred_at);
      ASSERT_EQ(table.ring_place(*found), places.at(found->lsn));
      continue;
    }
    const SeenKey one = seen(key, ++lsn, rng.between(-5, 1000));
    places[lsn] = table.add(one, place);
    ASSERT_LE(places[lsn], capacity);
    twin.add(one);
    ASSERT_EQ(table.floor(), twin.floor());
    ASSERT_EQ(table.size(), twin.size());
  }
  for (uint64_t n = 0; n < 3 * capacity + 5; ++n) {
    const Hash128 key = key_of(keys, n);
    ASSERT_EQ(find(table, key) == nullptr, twin.find(key) == nullptr) << n;
  }
}

INSTANTIATE_TEST_SUITE_P(Capacities, KeyTableTwin,
                         testing::Combine(testing::Values(1, 2, 3, 63, 64, 65, 200, 500),
                                          testing::Values(Keys::kRandom, Keys::kOneHome,
                                                          Keys::kFewHomes, Keys::kRoundTheEnd,
                                                          Keys::kOneTag),
                                          testing::Bool()));

TEST(KeyTableTest, NothingIsForgottenBeforeItIsFull) {
  KeyTable table(100);
  for (uint64_t n = 0; n < 100; ++n) add(table, seen(key_of(Keys::kRandom, n), n, 1000));
  EXPECT_EQ(table.floor(), INT64_MIN);
  EXPECT_EQ(table.size(), 100u);
  for (uint64_t n = 0; n < 100; ++n) EXPECT_NE(find(table, key_of(Keys::kRandom, n)), nullptr);
}

TEST(KeyTableTest, TheFloorIsJustAboveTheLatestTimeOfWhatWasForgottenAndNeverFalls) {
  KeyTable table(2);
  add(table, seen(key_of(Keys::kRandom, 1), 1, 500));
  add(table, seen(key_of(Keys::kRandom, 2), 2, 300));
  add(table, seen(key_of(Keys::kRandom, 3), 3, 900));
  EXPECT_EQ(table.floor(), 501);
  add(table, seen(key_of(Keys::kRandom, 4), 4, 100));
  EXPECT_EQ(table.floor(), 501);
  add(table, seen(key_of(Keys::kRandom, 5), 5, 100));
  EXPECT_EQ(table.floor(), 901);
  EXPECT_EQ(find(table, key_of(Keys::kRandom, 3)), nullptr);
  EXPECT_NE(find(table, key_of(Keys::kRandom, 4)), nullptr);
}

TEST(KeyTableTest, WhatWasForgottenMayComeAgain) {
  KeyTable table(1);
  for (uint64_t round = 0; round < 10; ++round) {
    for (uint64_t n = 0; n < 2; ++n) {
      ASSERT_EQ(find(table, key_of(Keys::kOneHome, n)), nullptr);
      add(table, seen(key_of(Keys::kOneHome, n), round));
    }
  }
}

TEST(KeyTableTest, ReservedMemoryDoesNotGrow) {
  KeyTable table(1000, true);
  const uint64_t bytes = table.bytes();
  for (uint64_t n = 0; n < 3000; ++n) add(table, seen(key_of(Keys::kRandom, n), n));
  EXPECT_EQ(table.bytes(), bytes);
}

TEST(KeyTableDeathTest, AKeyIsAddedOnceAndTheCapacityIsWithinItsLimits) {
  KeyTable table(5);
  add(table, seen(key_of(Keys::kRandom, 1), 1));
  size_t place = 0;
  ASSERT_NE(table.find(key_of(Keys::kRandom, 1), &place), nullptr);
  EXPECT_DEATH(table.add(seen(key_of(Keys::kRandom, 1), 2), place), "assertion");
  EXPECT_DEATH(KeyTable{0}, "assertion");
  EXPECT_DEATH(KeyTable{KeyTable::kCapacityMax + 1}, "assertion");
}

}  // namespace
}  // namespace guerdon::pipeline
