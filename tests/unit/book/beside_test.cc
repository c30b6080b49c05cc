// A reader beside a writer, on a disk of the machine: what is half written is never given.
#include <gtest/gtest.h>

#include <atomic>
#include <cstdlib>
#include <filesystem>
#include <thread>

#include "engine/book/verify.h"
#include "tests/unit/book/small_book.h"

namespace guerdon::book {
namespace {

class BesideTest : public testing::Test {
 protected:
  BesideTest() {
    std::string pattern = testing::TempDir() + "guerdon-book-XXXXXX";
    EXPECT_NE(::mkdtemp(pattern.data()), nullptr);
    path_ = pattern;
  }
  ~BesideTest() override { std::filesystem::remove_all(path_); }

  // Writes all, and flushes as often as it can.
  void write() {
    std::string error;
    const std::unique_ptr<os::Disk> disk = os::open_disk(path_, &error);
    BookWriter book(*disk, kSmall);
    EXPECT_TRUE(book.open({})) << book.problem().sentence();
    Heads heads;
    for (size_t i = 0; i < all_.size(); ++i) {
      EXPECT_EQ(book.append(all_[i], &heads[all_[i].account]), Append::kDone);
      positions_[i] = heads[all_[i].account];
      if (i % 60 != 0) continue;
      EXPECT_EQ(book.flush(), Append::kDone);
      // Pairs with the reader's, which then has the positions so far.
      written_.store(i + 1, std::memory_order_release);
    }
    EXPECT_EQ(book.flush(), Append::kDone);
    is_done_ = true;
  }

  // All that is there is a beginning of all, and no shorter than what was flushed.
  void look(BookReader& reader) {
    const size_t written = written_.load(std::memory_order_acquire);
    ASSERT_TRUE(reader.refresh()) << reader.problem().sentence();
    ASSERT_GE(reader.entries(), written);
    const uint64_t last = reader.last_lsn();
    BookScan scan(reader, {.first_lsn = last > 300 ? last - 300 : 0});
    size_t at = 0;
    while (scan.next() == BookScan::Step::kEntry) {
      const BookEntry& entry = scan.entry().entry;
      while (at < all_.size() && comes_before(all_[at], entry)) ++at;
      ASSERT_LT(at, all_.size());
      ASSERT_EQ(entry, all_[at]);
    }
    ASSERT_TRUE(scan.problem().is_none()) << scan.problem().sentence();
  }

  const std::vector<BookEntry> all_ = some_entries(1, 6'000);
  std::vector<Position> positions_ = std::vector<Position>(all_.size());
  std::string path_;
  std::atomic<size_t> written_ = 0;
  std::atomic<bool> is_done_ = false;
};

TEST_F(BesideTest, WhatIsReadIsWhatWasWritten) {
  std::thread writer([this] { write(); });
  std::string error;
  const std::unique_ptr<os::Disk> disk = os::open_disk_to_read(path_, &error);
  BookReader reader(*disk, 8);
  int looks = 0;
  while (!is_done_ && !HasFatalFailure()) {
    look(reader);
    ++looks;
  }
  writer.join();
  look(reader);
  EXPECT_EQ(reader.entries(), all_.size());
  EXPECT_GT(looks, 3);
  EXPECT_TRUE(verify(*disk).is_sound());
}

TEST_F(BesideTest, AWalkNeedsAPositionAndNoMore) {
  std::thread writer([this] { write(); });
  std::string error;
  const std::unique_ptr<os::Disk> disk = os::open_disk_to_read(path_, &error);
  BookReader reader(*disk, 8);
  WalkPage page;
  while (!is_done_ && !HasFatalFailure()) {
    const size_t written = written_.load(std::memory_order_acquire);
    if (written == 0) continue;
    const BookEntry& newest = all_[written - 1];
    ASSERT_TRUE(reader.walk(newest.account, positions_[written - 1], 20, &page))
        << reader.problem().sentence();
    ASSERT_EQ(page.entries.front().entry, newest);
  }
  writer.join();
}

}  // namespace
}  // namespace guerdon::book
