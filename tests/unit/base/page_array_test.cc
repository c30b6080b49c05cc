#include "engine/base/page_array.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>

namespace guerdon::base {
namespace {

// A source that knows how much of it is out.
size_t taken = 0;
std::byte* counted_take(size_t bytes) {
  taken += bytes;
  return heap_pages().take(bytes);
}
void counted_give_back(std::byte* pages, size_t bytes) {
  taken -= bytes;
  heap_pages().give_back(pages, bytes);
}
constexpr PageSource kCounted{&counted_take, &counted_give_back};

TEST(PageArray, IsZeroUntilWritten) {
  PageArray<uint64_t> array(10'000, heap_pages());
  array.touch();
  EXPECT_TRUE(std::all_of(array.begin(), array.end(), [](uint64_t x) { return x == 0; }));
  for (size_t i = 0; i < array.size(); ++i) array[i] = i;
  array.touch();  // changes nothing
  for (size_t i = 0; i < array.size(); ++i) ASSERT_EQ(array[i], i);
  EXPECT_EQ(array.bytes(), 80'000u);
}

TEST(PageArray, GivesBackWhatItTookAndMovesWithItsPages) {
  {
    PageArray<uint32_t> one(100, kCounted);
    one[7] = 7;
    EXPECT_EQ(taken, 400u);
    PageArray<uint32_t> two(std::move(one));
    EXPECT_EQ(one.size(), 0u);  // NOLINT(bugprone-use-after-move): what is left is stated
    EXPECT_EQ(two[7], 7u);
    PageArray<uint32_t> three(50, kCounted);
    three = std::move(two);
    EXPECT_EQ(three[7], 7u);
    EXPECT_EQ(three.size(), 100u);
  }
  EXPECT_EQ(taken, 0u);
}

}  // namespace
}  // namespace guerdon::base
