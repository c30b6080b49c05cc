// The twin is a std::map from names to blocks.
#include "engine/accounts/account_table.h"

#include <gtest/gtest.h>

#include <map>
#include <set>
#include <string>
#include <vector>

#include "engine/base/hash.h"
#include "tests/generate/rng.h"

namespace guerdon::shard {
namespace {

constexpr uint32_t kCells = 3;

BlockHeader* add(AccountTable& table, const std::string& name) {
  return table.add(base::hash64(name), name);
}
BlockHeader* find(AccountTable& table, const std::string& name) {
  return table.find(base::hash64(name), name);
}

TEST(AccountTableTest, ANewAccountIsABlockOfZerosUnderItsName) {
  AccountTable table(kCells, 0);
  EXPECT_EQ(find(table, "anna"), nullptr);
  BlockHeader* anna = add(table, "anna");
  EXPECT_EQ(find(table, "anna"), anna);
  EXPECT_EQ(table.name(*anna), "anna");
  EXPECT_EQ(anna->hash, base::hash64("anna"));
  EXPECT_EQ(anna->kept, 0u);
  for (uint32_t c = 0; c < kCells; ++c) EXPECT_EQ(cells_of(anna)[c], 0);
  EXPECT_EQ(find(table, "Anna"), nullptr);
  EXPECT_EQ(table.size(), 1u);
}

// 15 bytes stand in the block, 16 do not; 128 is the longest name of an account.
TEST(AccountTableTest, NamesOfEveryLengthAreKeptWhole) {
  AccountTable table(kCells, 0);
  std::vector<std::string> names;
  for (const size_t size : std::vector<size_t>{0, 1, 14, 15, 16, 17, 127, 128}) {
    names.emplace_back(size, 'x');
    if (size > 0) names.push_back(std::string(size - 1, 'x') + "y");
  }
  for (const std::string& name : names) add(table, name);
  for (int i = 0; i < 1000; ++i) add(table, "filling the name store " + std::to_string(i));
  for (const std::string& name : names) {
    BlockHeader* block = find(table, name);
    ASSERT_NE(block, nullptr) << name.size();
    EXPECT_EQ(table.name(*block), name);
  }
}

TEST(AccountTableTest, ANameWithZeroBytesInItIsNotCutShort) {
  AccountTable table(kCells, 0);
  const std::string a("a\0b", 3);
  add(table, a);
  EXPECT_EQ(find(table, "a"), nullptr);
  EXPECT_EQ(table.name(*find(table, a)), a);
}

TEST(AccountTableTest, TwoNamesWithOneHashStayTwo) {
  AccountTable table(kCells, 0);
  const uint64_t forged = 0x8000'0000'0000'0001;
  BlockHeader* anna = table.add(forged, "anna");
  BlockHeader* bert = table.add(forged, "bert");
  const std::string long_name(40, 'c');
  BlockHeader* long_one = table.add(forged, long_name);
  EXPECT_EQ(table.find(forged, "anna"), anna);
  EXPECT_EQ(table.find(forged, "bert"), bert);
  EXPECT_EQ(table.find(forged, long_name), long_one);
  EXPECT_EQ(table.find(forged, std::string(40, 'd')), nullptr);
  EXPECT_EQ(table.find(forged, "carl"), nullptr);
}

TEST(AccountTableTest, TwoHashesWithOneUpperHalfStayTwo) {
  AccountTable table(kCells, 0);
  BlockHeader* one = table.add(0xabcd'ef01'0000'0001, "one");
  BlockHeader* two = table.add(0xabcd'ef01'0000'0002, "two");
  EXPECT_EQ(table.find(0xabcd'ef01'0000'0001, "one"), one);
  EXPECT_EQ(table.find(0xabcd'ef01'0000'0002, "two"), two);
  EXPECT_EQ(table.find(0xabcd'ef01'0000'0002, "one"), nullptr);
  std::string name;
  EXPECT_TRUE(table.find_name(0xabcd'ef01'0000'0002, &name));
  EXPECT_EQ(name, "two");
  EXPECT_FALSE(table.find_name(0xabcd'ef01'0000'0003, &name));
}

class AccountTableGrowth : public testing::TestWithParam<uint64_t> {};

TEST_P(AccountTableGrowth, IsAMapAndBlocksNeverMove) {
  AccountTable table(kCells, GetParam());
  std::map<std::string, BlockHeader*> twin;
  generate::Rng rng(51);
  for (int64_t i = 0; i < 100'000; ++i) {
    const std::string number = std::to_string(rng.below(80'000));
    const std::string name = (rng.chance(50) ? "" : "a name of many bytes ") + number;
    const auto [at, fresh] = twin.try_emplace(name, nullptr);
    BlockHeader* found = find(table, name);
    ASSERT_EQ(found, at->second) << name;
    if (!fresh) continue;
    at->second = add(table, name);
    cells_of(at->second)[kCells - 1] = i;
  }
  ASSERT_EQ(table.size(), twin.size());
  for (const auto& [name, block] : twin) {
    ASSERT_EQ(find(table, name), block);
    ASSERT_EQ(table.name(*block), name);
  }
  std::set<const BlockHeader*> visited;
  table.visit_all([&](const BlockHeader& block) { visited.insert(&block); });
  EXPECT_EQ(visited.size(), twin.size());
}

INSTANTIATE_TEST_SUITE_P(Expected, AccountTableGrowth, testing::Values(0, 1000, 120'000));

TEST(AccountTableTest, AHintSavesNoAccountAndCostsNone) {
  AccountTable hinted(kCells, 1000);
  AccountTable plain(kCells, 0);
  EXPECT_GT(hinted.bytes(), plain.bytes());
  EXPECT_EQ(hinted.size(), 0u);
}

// ---- slices -------------------------------------------------------------------------------------

// Every account in its own slice, none twice, so many at a time.
void expect_slices(AccountTable& table, uint32_t count = 61) {
  std::set<uint64_t> visited;
  for (uint32_t first = 0; first < kSlices; first += count) {
    const event::Slices slices{first, std::min(count, kSlices - first)};
    table.visit_slices(slices, [&](BlockHeader& account) {
      EXPECT_GE(slice_of(account.hash), first);
      EXPECT_LT(slice_of(account.hash), first + slices.count);
      EXPECT_TRUE(visited.insert(account.hash).second) << "twice in slice " << first;
    });
  }
  ASSERT_EQ(visited.size(), table.size());
}

void add_hash(AccountTable& table, uint64_t hash) { table.add(hash, std::to_string(hash)); }

TEST(AccountSliceTest, AllSlicesTogetherVisitEveryAccountOnceAtEverySize) {
  generate::Rng rng(61);
  AccountTable table(kCells, 0);
  for (int i = 0; i < 500; ++i) {  // the index grows at 48, 96, 192 and 384
    expect_slices(table);
    add_hash(table, rng.next());
  }
  for (int i = 0; i < 20'000; ++i) add_hash(table, rng.next());
  for (const uint32_t count : {1U, 3U, 64U, kSlices}) expect_slices(table, count);
}

TEST(AccountSliceTest, SlicesRoundTheEnd) {
  generate::Rng rng(63);
  AccountTable table(kCells, 0);
  for (int i = 0; i < 20'000; ++i) add_hash(table, rng.next());
  size_t last_and_first = 0;
  const event::Slices slices{kSlices - 2, 5};
  table.visit_slices(slices, [&](BlockHeader& account) {
    EXPECT_TRUE(slice_of(account.hash) >= kSlices - 2 || slice_of(account.hash) < 3);
    ++last_and_first;
  });
  size_t expected = 0;
  for (const uint32_t slice : {kSlices - 2, kSlices - 1, 0U, 1U, 2U}) {
    table.visit_slices({slice, 1}, [&](BlockHeader&) { ++expected; });
  }
  EXPECT_GT(expected, 0U);
  EXPECT_EQ(last_and_first, expected);
}

// All of one slice, so that probing pushes most beyond its stretch; the last one's goes round the
// end of the index into the first one's.
class AccountSliceCluster : public testing::TestWithParam<int> {};

TEST_P(AccountSliceCluster, WhatIsPushedBeyondItsStretchIsVisitedAllTheSame) {
  const auto slice = static_cast<uint64_t>(GetParam());
  AccountTable table(kCells, 0);
  generate::Rng rng(62);
  for (uint64_t i = 0; i < 300; ++i) {
    add_hash(table, slice << 52 | ((uint64_t{1} << 52) - 1 - i * 7));  // at the stretch's end
    if (i % 10 == 0) add_hash(table, rng.next());
    if (i % 7 == 0 || i < 60) expect_slices(table);
  }
}

INSTANTIATE_TEST_SUITE_P(Slices, AccountSliceCluster, testing::Values(0, 1, 2'047, 4'094, 4'095));

TEST(AccountSliceTest, SliceIsTheUppermostTwelveBits) {
  EXPECT_EQ(slice_of(0), 0U);
  EXPECT_EQ(slice_of(UINT64_MAX), 4'095U);
  EXPECT_EQ(slice_of(uint64_t{1} << 52), 1U);
  EXPECT_EQ(slice_of((uint64_t{1} << 52) - 1), 0U);
}

// ---- shards -------------------------------------------------------------------------------------

TEST(ShardOfTest, TheLowerHalfOfTheHashIsCutIntoEqualStretches) {
  EXPECT_EQ(shard_of(0, 4), 0u);
  EXPECT_EQ(shard_of(0x3fff'ffff, 4), 0u);
  EXPECT_EQ(shard_of(0x4000'0000, 4), 1u);
  EXPECT_EQ(shard_of(0xffff'ffff, 4), 3u);
  EXPECT_EQ(shard_of(0xffff'ffff'0000'0000, 4), 0u);
  EXPECT_EQ(shard_of(UINT64_MAX, 1), 0u);
  EXPECT_EQ(shard_of(UINT64_MAX, 1024), 1023u);
}

TEST(ShardOfTest, AccountsSpreadEvenly) {
  for (const uint32_t shards : {2u, 7u, 16u, 64u}) {
    std::vector<int> count(shards);
    constexpr int kAccounts = 100'000;
    for (int i = 0; i < kAccounts; ++i) {
      ++count[shard_of(base::hash64("account-" + std::to_string(i)), shards)];
    }
    const int fair = kAccounts / static_cast<int>(shards);
    for (const int n : count) {
      EXPECT_GT(n, fair * 8 / 10) << shards << " shards";
      EXPECT_LT(n, fair * 12 / 10) << shards << " shards";
    }
  }
}

// Where an account lives is written down nowhere, so it must stay the same for ever.
TEST(ShardOfTest, AnAccountStaysWhereItIs) {
  EXPECT_EQ(shard_of(base::hash64("12345"), 16), shard_of(base::hash64("12345"), 16));
  EXPECT_EQ(shard_of(0x0123'4567'89ab'cdef, 7), 3u);
  EXPECT_EQ(shard_of(0x0123'4567'89ab'cdef, 64), 34u);
}

}  // namespace
}  // namespace guerdon::shard
