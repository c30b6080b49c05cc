// The bytes of a book follow from its entries, and from nothing else.
#include <gtest/gtest.h>

#include "engine/book/verify.h"
#include "tests/support/turns.h"
#include "tests/unit/book/small_book.h"

namespace guerdon::book {
namespace {

using support::CrashDisk;

// Flushes, stops and starts as `rng` says; some of it is derived again and compared.
std::unique_ptr<CrashDisk> write_restlessly(const std::vector<BookEntry>& all, uint64_t seed) {
  generate::Rng rng(seed);
  auto disk = std::make_unique<CrashDisk>();
  std::vector<Position> positions;
  size_t durable = 0;
  size_t next = 0;
  auto book = std::make_unique<BookWriter>(*disk, kSmall);
  EXPECT_TRUE(book->open({}));
  Heads heads;
  while (next < all.size()) {
    EXPECT_EQ(book->append(all[next], &heads[all[next].account]), Append::kDone);
    if (positions.size() == next) positions.push_back(heads[all[next].account]);
    EXPECT_EQ(positions[next], heads[all[next].account]) << "a position never changes";
    ++next;
    if (rng.below(40) == 0) {
      EXPECT_EQ(book->flush(), Append::kDone);
      durable = std::max(durable, next);
    }
    // A state stands between two records, not amid the entries of one.
    if (rng.below(300) == 0 && durable > 0) {
      size_t state = rng.below(durable);
      while (state > 0 && all[state - 1].lsn == all[state].lsn) --state;
      book = std::make_unique<BookWriter>(*disk, kSmall);
      EXPECT_TRUE(book->open(point_of(all, state))) << book->problem().sentence();
      heads = heads_of(all, positions, state);
      next = state;
      if (rng.chance(30)) {
        EXPECT_EQ(book->cut(), Append::kDone) << book->problem().sentence();
        durable = state;
      }
    }
  }
  EXPECT_EQ(book->flush(), Append::kDone);
  return disk;
}

TEST(BytesTest, NeitherFlushesNorStartsNorCutsShow) {
  for (uint64_t seed = 1; seed <= support::part(12); ++seed) {
    const Draw draw = seed % 4 == 0 ? Draw::kWild : Draw::kUsual;
    const std::vector<BookEntry> all = some_entries(seed, 2'000 + 37 * seed, draw);
    const auto plain = book_of(all);
    const auto restless = write_restlessly(all, seed);
    ASSERT_TRUE(segments_of(*plain) == segments_of(*restless)) << "seed " << seed;
    const VerifyReport report = verify(*restless);
    ASSERT_TRUE(report.is_sound()) << report.problem.sentence();
    ASSERT_EQ(report.entries, all.size());
    ASSERT_EQ(report.torn_bytes, 0u);
  }
}

TEST(BytesTest, AFlushAfterEachEntryGivesTheSame) {
  const std::vector<BookEntry> all = some_entries(50, 1'500);
  CrashDisk disk;
  BookWriter book(disk, kSmall);
  ASSERT_TRUE(book.open({}));
  Heads heads;
  for (const BookEntry& entry : all) {
    ASSERT_EQ(book.append(entry, &heads[entry.account]), Append::kDone);
    ASSERT_EQ(book.flush(), Append::kDone);
    ASSERT_EQ(book.durable_entries(), book.entries());
  }
  EXPECT_TRUE(segments_of(disk) == segments_of(*book_of(all)));
}

// More than the buffer holds, so that it writes by itself, over the ends of segments.
TEST(BytesTest, AFullBufferIsWrittenByItself) {
  const std::vector<BookEntry> all = some_entries(51, 100'000);
  const auto small = book_of(all);
  const auto large = book_of(all, {kLog, 100 * kBlockBytes});
  std::string problem;
  EXPECT_EQ(read_all(*small, &problem), all) << problem;
  EXPECT_EQ(read_all(*large, &problem), all) << problem;
  EXPECT_GT(segments_of(*small).size(), 50u);
  EXPECT_EQ(segments_of(*large).size(), 2u);
  EXPECT_TRUE(verify(*large).is_sound());
}

// The goal is at most 48 bytes an entry, all in all: blocks, headers and what stays empty.
TEST(BytesTest, AnEntryTakesAtMostFortyEightBytes) {
  constexpr size_t kEntries = 200'000;
  std::vector<Position> positions;
  generate::Rng rng(52);
  std::vector<BookEntry> all = some_entries(53, kEntries);
  // As many accounts as a large engine has, so that links are long; each entry with its validity.
  for (BookEntry& entry : all) {
    entry.account = rng.next();
    entry.n = 0;
    entry.matures_at = entry.effective + 14 * base::kMsPerDay;
    entry.expires_at = entry.effective + 380 * base::kMsPerDay;
    entry.lot_lsn = 1 + entry.lsn / 3;
    entry.other_lots = 2;
  }
  for (size_t i = 1; i < all.size(); ++i) {
    if (all[i].lsn <= all[i - 1].lsn) all[i].lsn = all[i - 1].lsn + 1;
  }
  CrashDisk disk;
  BookWriter book(disk, {});
  ASSERT_TRUE(book.open({}));
  for (const BookEntry& entry : all) {
    Position newest = book.position() / 7;  // far away
    ASSERT_EQ(book.append(entry, &newest), Append::kDone);
  }
  EXPECT_LE(book.position() / kEntries, 48u);
  RecordProperty("bytes_an_entry_times_1000", static_cast<int>(book.position() * 1'000 / kEntries));
}

}  // namespace
}  // namespace guerdon::book
