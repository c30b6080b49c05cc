// Pages of the entries of all accounts: together they are what passes, each once, in order.
#include "engine/history/entries_page.h"

#include <gtest/gtest.h>

#include "tests/unit/book/small_book.h"

namespace guerdon::history {
namespace {

class EntriesPageTest : public ::testing::Test {
 protected:
  EntriesPageTest() {
    query_.filter.limit = 50;
    EXPECT_TRUE(reader_.open());
  }

  std::vector<book::BookEntry> all_pages(uint64_t blocks) {
    std::vector<book::BookEntry> found;
    query_.after = book::kNoPosition;
    pages_ = 0;
    for (bool is_first = true; is_first || query_.after != book::kNoPosition; is_first = false) {
      EntriesPage page;
      std::string problem;
      EXPECT_TRUE(read_entries(query_, reader_, &page, &problem, blocks)) << problem;
      EXPECT_LE(page.entries.size(), query_.filter.limit);
      EXPECT_TRUE(page.next == book::kNoPosition || page.next > query_.after);
      found.insert(found.end(), page.entries.begin(), page.entries.end());
      query_.after = page.next;
      ++pages_;
    }
    return found;
  }
  std::vector<book::BookEntry> passing() const {
    std::vector<book::BookEntry> wanted;
    for (const book::BookEntry& entry : all_) {
      if (query_.filter.passes(entry)) wanted.push_back(entry);
    }
    return wanted;
  }

  const std::vector<book::BookEntry> all_ = book::some_entries(7, 6'000);
  const std::unique_ptr<support::CrashDisk> disk_ = book::book_of(all_);
  book::BookReader reader_{*disk_};
  EntriesQuery query_;
  uint64_t pages_ = 0;
};

TEST_F(EntriesPageTest, AllOfThem) {
  for (const uint64_t blocks : {uint64_t{1}, uint64_t{3}, kPageBlocks}) {
    EXPECT_EQ(all_pages(blocks), all_) << blocks;
  }
  EXPECT_GE(pages_, all_.size() / query_.filter.limit);
}

TEST_F(EntriesPageTest, WhatPasses) {
  query_.filter.kind = 2;
  query_.filter.wallets = {false, true, false, false, true, false};
  EXPECT_EQ(all_pages(2), passing());
  query_.filter.wallets = {false, false, true, false, false, false};
  EXPECT_EQ(all_pages(kPageBlocks), passing());
  query_.filter.from = all_[2'000].effective;
  query_.filter.to = all_[2'500].effective;
  EXPECT_EQ(all_pages(kPageBlocks), passing());
  EXPECT_FALSE(passing().empty());
  EXPECT_LE(pages_, 2u);
}

// However little passes, a page ends, and says where to go on.
TEST_F(EntriesPageTest, APageLooksAtSoManyBlocks) {
  query_.filter.from = all_.back().effective + 1'000'000;
  EXPECT_TRUE(all_pages(2).empty());
  EXPECT_EQ(pages_, (reader_.blocks() + 1) / 2);
}

TEST_F(EntriesPageTest, BehindTheEndThereIsNothing) {
  query_.after = reader_.end() + 1'000'000'000;
  EntriesPage page;
  std::string problem;
  EXPECT_TRUE(read_entries(query_, reader_, &page, &problem));
  EXPECT_TRUE(page.entries.empty());
  EXPECT_EQ(page.next, book::kNoPosition);
}

}  // namespace
}  // namespace guerdon::history
