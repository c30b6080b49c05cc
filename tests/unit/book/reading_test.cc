// Walks, pages and scans, against a vector.
#include <gtest/gtest.h>

#include <algorithm>

#include "tests/unit/book/small_book.h"

namespace guerdon::book {
namespace {

using Step = BookScan::Step;
using support::CrashDisk;

class ReadingTest : public testing::Test {
 protected:
  explicit ReadingTest(size_t entries = 6'000)
      : all_(some_entries(1, entries)), disk_(book_of(all_, kSmall, &positions_)) {}

  // The account's entries, the newest first.
  std::vector<BookEntry> of_account(uint64_t account, size_t entries) const {
    std::vector<BookEntry> found;
    for (size_t i = entries; i-- > 0;) {
      if (all_[i].account == account) found.push_back(all_[i]);
    }
    return found;
  }

  std::vector<BookEntry> scan_all(BookReader& reader, const BookFilter& filter) {
    std::vector<BookEntry> found;
    BookScan scan(reader, filter);
    while (scan.next() == Step::kEntry) found.push_back(scan.entry().entry);
    EXPECT_EQ(scan.problem().sentence(), "");
    return found;
  }

  const std::vector<BookEntry> all_;
  std::vector<Position> positions_;
  const std::unique_ptr<CrashDisk> disk_;
};

TEST_F(ReadingTest, AWalkGivesTheAccountsEntriesBack) {
  BookReader reader(*disk_, 4);
  ASSERT_TRUE(reader.open());
  EXPECT_EQ(reader.entries(), all_.size());
  EXPECT_EQ(reader.last_lsn(), all_.back().lsn);
  WalkPage page;
  for (size_t i = 0; i < all_.size(); i += 97) {
    ASSERT_TRUE(reader.walk(all_[i].account, positions_[i], all_.size(), &page))
        << reader.problem().sentence();
    EXPECT_EQ(page.next, kNoPosition);
    std::vector<BookEntry> walked;
    for (const PlacedEntry& placed : page.entries) walked.push_back(placed.entry);
    ASSERT_EQ(walked, of_account(all_[i].account, i + 1));
  }
}

TEST_F(ReadingTest, PagesMakeTheWalk) {
  BookReader reader(*disk_);
  ASSERT_TRUE(reader.open());
  const uint64_t account = all_.back().account;
  for (const size_t limit : {size_t{1}, size_t{7}, size_t{1'000}}) {
    std::vector<BookEntry> walked;
    WalkPage page;
    Position at = positions_.back();
    while (at != kNoPosition) {
      ASSERT_TRUE(reader.walk(account, at, limit, &page));
      ASSERT_LE(page.entries.size(), limit);
      for (const PlacedEntry& placed : page.entries) walked.push_back(placed.entry);
      at = page.next;
    }
    EXPECT_EQ(walked, of_account(account, all_.size()));
  }
}

TEST_F(ReadingTest, APositionThatIsNoneIsToldFromDamage) {
  BookReader reader(*disk_);
  ASSERT_TRUE(reader.open());
  WalkPage page;
  const uint64_t account = all_[1'000].account;
  for (const Position wrong : {Position{1}, positions_[1'000] + 1, positions_.back() + 1'000,
                               positions_.back() + 100 * kBlockBytes, ~Position{0}}) {
    EXPECT_FALSE(reader.walk(account, wrong, 10, &page));
    EXPECT_EQ(reader.problem().fault, Fault::kPosition) << reader.problem().sentence();
  }
  EXPECT_FALSE(reader.walk(account + 1, positions_[1'000], 10, &page));
  EXPECT_NE(reader.problem().sentence().find("another account"), std::string::npos);
  EXPECT_TRUE(reader.walk(account, positions_[1'000], 10, &page)) << "and goes on";
}

TEST_F(ReadingTest, TheBlockOfAnLsnIsFound) {
  BookReader reader(*disk_);
  ASSERT_TRUE(reader.open());
  ASSERT_GT(reader.blocks(), 8u);
  for (uint64_t lsn = 0; lsn <= all_.back().lsn + 2; lsn += 5) {
    const auto first = std::find_if(all_.begin(), all_.end(),
                                    [&](const BookEntry& entry) { return entry.lsn >= lsn; });
    uint64_t block = 0;
    ASSERT_TRUE(reader.find(lsn, &block));
    const uint64_t expected = first == all_.end()
                                  ? reader.blocks()
                                  : block_of(positions_[static_cast<size_t>(first - all_.begin())]);
    ASSERT_EQ(block, expected) << lsn;
  }
}

BookFilter random_filter(generate::Rng& rng, const std::vector<BookEntry>& all) {
  BookFilter filter;
  const BookEntry& one = rng.pick(all);
  if (rng.chance(50)) filter.first_lsn = rng.pick(all).lsn;
  if (rng.chance(50)) filter.last_lsn = filter.first_lsn + rng.below(2'000);
  if (rng.chance(30)) filter.account = one.account;
  if (rng.chance(30)) filter.kind = static_cast<uint8_t>(rng.below(7));
  if (rng.chance(30)) filter.wallet = static_cast<uint16_t>(rng.below(8));
  if (rng.chance(30)) filter.effective_from = one.effective;
  if (rng.chance(30)) filter.effective_to = one.effective + rng.between(-1'000, 60'000);
  return filter;
}

TEST_F(ReadingTest, AScanGivesWhatPasses) {
  BookReader reader(*disk_);
  ASSERT_TRUE(reader.open());
  generate::Rng rng(9);
  for (int i = 0; i < 300; ++i) {
    const BookFilter filter = random_filter(rng, all_);
    std::vector<BookEntry> expected;
    std::copy_if(all_.begin(), all_.end(), std::back_inserter(expected),
                 [&](const BookEntry& entry) { return filter.passes(entry); });
    ASSERT_EQ(scan_all(reader, filter), expected) << i;
  }
}

TEST_F(ReadingTest, AScanGoesOnBehindAPosition) {
  BookReader reader(*disk_);
  ASSERT_TRUE(reader.open());
  std::vector<BookEntry> found;
  Position from = kNoPosition;
  for (;;) {
    BookScan scan(reader, {.kind = 2}, from);
    size_t of_page = 0;
    while (of_page < 10 && scan.next() == Step::kEntry) {
      found.push_back(scan.entry().entry);
      from = scan.entry().position;
      ++of_page;
    }
    if (of_page == 0) break;
  }
  EXPECT_EQ(found, scan_all(reader, {.kind = 2}));
}

TEST_F(ReadingTest, BlocksAreSkippedByTheirHeaders) {
  BookReader reader(*disk_);
  ASSERT_TRUE(reader.open());
  const BookEntry& middle = all_[all_.size() / 2];
  BookScan scan(reader, {.effective_from = middle.effective, .effective_to = middle.effective + 1});
  int found = 0;
  while (scan.next() == Step::kEntry) ++found;
  EXPECT_GE(found, 1);
  EXPECT_LE(scan.blocks_opened(), 3u);
  EXPECT_EQ(scan.blocks_opened() + scan.blocks_skipped(), reader.blocks());
}

TEST_F(ReadingTest, AScanEndsWhereItIsTold) {
  BookReader reader(*disk_);
  ASSERT_TRUE(reader.open());
  size_t next = 0;
  for (uint64_t block = 0; block < reader.blocks(); block += 2) {
    const Position to = (block + 2) * kBlockBytes;
    BookScan scan(reader, {}, block == 0 ? kNoPosition : block * kBlockBytes - 1, to);
    for (; scan.next() == Step::kEntry; ++next) {
      ASSERT_EQ(scan.entry().entry, all_[next]);
      ASSERT_LT(scan.entry().position, to);
    }
  }
  EXPECT_EQ(next, all_.size());
}

TEST_F(ReadingTest, ReadingIsTheSameForAnyCache) {
  for (const size_t blocks : {size_t{0}, size_t{8}, size_t{1'000}}) {
    BookReader reader(*disk_, blocks);
    ASSERT_TRUE(reader.open());
    WalkPage page;
    for (size_t i = 0; i < all_.size(); i += 501) {
      ASSERT_TRUE(reader.walk(all_[i].account, positions_[i], 50, &page));
      const std::vector<BookEntry> expected = of_account(all_[i].account, i + 1);
      ASSERT_EQ(page.entries.size(), std::min<size_t>(50, expected.size()));
      for (size_t k = 0; k < page.entries.size(); ++k) {
        ASSERT_EQ(page.entries[k].entry, expected[k]);
      }
    }
  }
}

TEST_F(ReadingTest, AnErrorInAnyReadIsToldAndIsNoDamage) {
  for (uint64_t read = 1; read < 60; ++read) {
    const std::unique_ptr<CrashDisk> disk = disk_->copy();
    disk->fail_read(read);
    std::string problem;
    const std::vector<BookEntry> found = read_all(*disk, &problem);
    if (disk->reads() < read) break;
    ASSERT_NE(problem.find("Input/output error"), std::string::npos) << problem;
    ASSERT_TRUE(std::equal(found.begin(), found.end(), all_.begin()));
  }
}

TEST(ReadingWhileWritingTest, AReaderSeesWhatCameWhenItRefreshes) {
  const std::vector<BookEntry> all = some_entries(3, 4'000);
  CrashDisk disk;
  BookWriter book(disk, kSmall);
  ASSERT_TRUE(book.open({}));
  BookReader reader(disk);
  ASSERT_TRUE(reader.open());
  EXPECT_EQ(reader.blocks(), 0u);
  Heads heads;
  std::vector<Position> positions;
  WalkPage page;
  for (size_t i = 0; i < all.size(); ++i) {
    Position& newest = heads[all[i].account];
    ASSERT_EQ(book.append(all[i], &newest), Append::kDone);
    positions.push_back(newest);
    if (i % 111 != 0) continue;
    ASSERT_EQ(book.flush(), Append::kDone);
    // Positions are all that a walk needs.
    ASSERT_TRUE(reader.walk(all[i].account, newest, 5, &page)) << reader.problem().sentence();
    ASSERT_EQ(page.entries.front().entry, all[i]);
    ASSERT_TRUE(reader.refresh()) << reader.problem().sentence();
    ASSERT_EQ(reader.entries(), i + 1);
    ASSERT_EQ(reader.last_lsn(), all[i].lsn);
  }
  // Pages that were begun long ago go on as if nothing had come.
  ASSERT_TRUE(reader.walk(all[1'000].account, positions[1'000], 1'000, &page));
  EXPECT_EQ(page.entries.back().previous, kNoPosition);
}

TEST(EmptyBookTest, IsABookAsAnyOther) {
  CrashDisk disk;
  BookReader reader(disk);
  ASSERT_TRUE(reader.open());
  EXPECT_EQ(reader.blocks(), 0u);
  EXPECT_EQ(reader.entries(), 0u);
  BookScan scan(reader, {});
  EXPECT_EQ(scan.next(), Step::kEnd);
  WalkPage page;
  EXPECT_FALSE(reader.walk(1, 200, 1, &page));
  EXPECT_EQ(reader.problem().fault, Fault::kPosition);
  BookWriter book(disk, kSmall);
  ASSERT_TRUE(book.open({}));
  EXPECT_EQ(book.flush(), Append::kDone);
  EXPECT_EQ(book.cut(), Append::kDone);
  EXPECT_TRUE(disk.files().empty()) << "who writes nothing leaves nothing";
}

}  // namespace
}  // namespace guerdon::book
