#include "engine/base/arena.h"

#include <gtest/gtest.h>

#include <cstring>
#include <map>
#include <utility>
#include <vector>

namespace guerdon::base {
namespace {

TEST(StablePool, BlocksAreZeroedNumberedAndDoNotOverlap) {
  StablePool pool(24, 4);
  for (uint32_t i = 0; i < 100; ++i) {
    ASSERT_EQ(pool.add(), i);
    for (size_t k = 0; k < 24; ++k) ASSERT_EQ(pool.at(i)[k], std::byte{0});
    std::memset(pool.at(i), static_cast<int>(i + 1), 24);
  }
  for (uint32_t i = 0; i < 100; ++i) {
    for (size_t k = 0; k < 24; ++k) ASSERT_EQ(pool.at(i)[k], static_cast<std::byte>(i + 1));
  }
  EXPECT_EQ(pool.size(), 100u);
}

TEST(StablePool, AddressesDoNotChangeWhileItGrows) {
  StablePool pool(64, 8);
  std::vector<std::byte*> addresses;
  for (uint32_t i = 0; i < 1'000; ++i) addresses.push_back(pool.at(pool.add()));
  for (uint32_t i = 0; i < 1'000; ++i) EXPECT_EQ(pool.at(i), addresses[i]);
}

TEST(StablePool, ChunksStartOnACacheLine) {
  StablePool pool(64, 2);
  for (uint32_t i = 0; i < 10; ++i)
    EXPECT_EQ(reinterpret_cast<uintptr_t>(pool.at(pool.add())) % 64, 0u);
}

TEST(StablePool, CountsWholeChunks) {
  StablePool pool(16, 4);
  EXPECT_EQ(pool.bytes(), 0u);
  pool.add();
  EXPECT_EQ(pool.bytes(), 64u);
  for (int i = 0; i < 4; ++i) pool.add();
  EXPECT_EQ(pool.bytes(), 128u);
}

// A source that remembers what it gave out.
std::map<std::byte*, size_t> outstanding;
std::byte* counted_take(size_t bytes) {
  std::byte* pages = heap_pages().take(bytes);
  outstanding[pages] = bytes;
  return pages;
}
void counted_give_back(std::byte* pages, size_t bytes) {
  EXPECT_EQ(outstanding.at(pages), bytes);
  outstanding.erase(pages);
  heap_pages().give_back(pages, bytes);
}

TEST(StablePool, GivesBackEveryChunkOnceAlsoAfterMoves) {
  const PageSource counted = {&counted_take, &counted_give_back};
  {
    StablePool a(8, 2, counted);
    for (int i = 0; i < 5; ++i) a.add();
    *a.at(4) = std::byte{42};
    StablePool b(std::move(a));
    EXPECT_EQ(*b.at(4), std::byte{42});
    StablePool c(16, 4, counted);
    c.add();
    EXPECT_EQ(outstanding.size(), 4u);
    c = std::move(b);
    EXPECT_EQ(outstanding.size(), 3u);
    EXPECT_EQ(*c.at(4), std::byte{42});
    EXPECT_EQ(c.size(), 5u);
  }
  EXPECT_TRUE(outstanding.empty());
}

TEST(StablePoolDeathTest, RefusesABlockThatWasNotAddedAndOddShapes) {
  StablePool pool(8, 2);
  EXPECT_DEATH((void)pool.at(0), "index < size_");
  EXPECT_DEATH(StablePool(12, 2), "stride");
  EXPECT_DEATH(StablePool(8, 3), "has_single_bit");
}

}  // namespace
}  // namespace guerdon::base
