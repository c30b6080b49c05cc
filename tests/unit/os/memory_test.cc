#include "engine/os/memory.h"

#include <gtest/gtest.h>

#include <cstring>

#include "engine/os/environment.h"

namespace guerdon::os {
namespace {

TEST(Memory, PagesAreZeroedAlignedAndOurs) {
  const size_t bytes = (size_t{4} << 20) + 100;
  std::byte* pages = map_pages(bytes);
  EXPECT_EQ(reinterpret_cast<uintptr_t>(pages) % 4'096, 0u);
  for (size_t i = 0; i < bytes; i += 997) ASSERT_EQ(pages[i], std::byte{0});
  std::memset(pages, 0x5a, bytes);
  EXPECT_EQ(pages[bytes - 1], std::byte{0x5a});
  unmap_pages(pages, bytes);
}

TEST(Memory, TouchedPagesAreSeenInResidentSize) {
  const uint64_t before = rss_bytes();
  ASSERT_GT(before, 0u);
  const size_t bytes = size_t{32} << 20;
  std::byte* pages = map_pages(bytes);
  std::memset(pages, 1, bytes);
  EXPECT_GE(rss_bytes(), before + bytes / 2);
  EXPECT_GE(peak_rss_bytes(), before + bytes / 2);
  unmap_pages(pages, bytes);
  EXPECT_GE(peak_rss_bytes(), before + bytes / 2);  // the peak stays
}

TEST(Memory, ServesAPool) {
  base::StablePool pool(320, 4'096, huge_pages());
  for (uint32_t i = 0; i < 10'000; ++i) *pool.at(pool.add()) = static_cast<std::byte>(i);
  for (uint32_t i = 0; i < 10'000; ++i) ASSERT_EQ(*pool.at(i), static_cast<std::byte>(i));
}

TEST(Memory, LargePiecesComeFromHugePagesAndSmallOnesFromTheHeap) {
  EXPECT_EQ(pages_for(size_t{2} << 20).take, huge_pages().take);
  EXPECT_EQ(pages_for((size_t{2} << 20) - 1).take, base::heap_pages().take);
}

TEST(Terminal, AFileDescriptorThatIsNotOpenIsNone) { EXPECT_FALSE(is_terminal(-1)); }

}  // namespace
}  // namespace guerdon::os
