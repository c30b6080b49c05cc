// A start at each LSN there is: what stands there is compared, what is missing comes again.
#include <gtest/gtest.h>

#include "engine/book/verify.h"
#include "tests/support/turns.h"
#include "tests/unit/book/small_book.h"

namespace guerdon::book {
namespace {

using support::CrashDisk;

class ReopeningTest : public testing::Test {
 protected:
  ReopeningTest() : disk_(book_of(all_, kSmall, &positions_)) {}

  // States stand between records: the number of entries at each such place, or at each third.
  std::vector<size_t> states() const {
    std::vector<size_t> found{0};
    size_t places = 0;
    for (size_t i = 1; i < all_.size(); ++i) {
      if (all_[i].lsn != all_[i - 1].lsn && ++places % support::stride(1) == 0) found.push_back(i);
    }
    found.push_back(all_.size());
    return found;
  }

  const std::vector<BookEntry> all_ = some_entries(1, 2'300);
  std::vector<Position> positions_;
  const std::unique_ptr<CrashDisk> disk_;
};

TEST_F(ReopeningTest, WhatStandsThereIsComparedAndNothingIsWritten) {
  for (const size_t state : states()) {
    const std::unique_ptr<CrashDisk> disk = disk_->copy();
    BookWriter book(*disk, kSmall);
    ASSERT_TRUE(book.open(point_of(all_, state))) << book.problem().sentence();
    ASSERT_EQ(book.entries(), state);
    ASSERT_EQ(book.is_behind(), state < all_.size());
    Heads heads = heads_of(all_, positions_, state);
    std::vector<Position> again;
    ASSERT_EQ(append_all(book, all_, state, heads, &again), Append::kDone)
        << book.problem().sentence();
    ASSERT_TRUE(std::equal(again.begin(), again.end(),
                           positions_.begin() + static_cast<std::ptrdiff_t>(state)));
    ASSERT_FALSE(book.is_behind());
    ASSERT_EQ(book.durable_entries(), all_.size());
    ASSERT_EQ(book.flush(), Append::kDone);
    ASSERT_TRUE(segments_of(*disk) == segments_of(*disk_)) << state;
  }
}

TEST_F(ReopeningTest, ACutTakesWhatIsBehindTheState) {
  for (const size_t state : states()) {
    const std::unique_ptr<CrashDisk> disk = disk_->copy();
    BookWriter book(*disk, kSmall);
    ASSERT_TRUE(book.open(point_of(all_, state)));
    ASSERT_EQ(book.cut(), Append::kDone) << book.problem().sentence();
    const std::vector<BookEntry> kept(all_.begin(),
                                      all_.begin() + static_cast<std::ptrdiff_t>(state));
    ASSERT_TRUE(segments_of(*disk) == segments_of(*book_of(kept))) << state;
    // Another history goes on from there.
    std::vector<BookEntry> other = kept;
    for (BookEntry entry : some_entries(state + 7, 40)) {
      entry.lsn += point_of(all_, state).lsn;
      other.push_back(entry);
    }
    Heads heads = heads_of(all_, positions_, state);
    ASSERT_EQ(append_all(book, other, state, heads), Append::kDone);
    ASSERT_EQ(book.flush(), Append::kDone);
    ASSERT_TRUE(segments_of(*disk) == segments_of(*book_of(other))) << state;
  }
}

TEST_F(ReopeningTest, ADifferenceIsToldWithItsPlace) {
  generate::Rng rng(5);
  for (size_t i = 0; i < all_.size(); i += 13) {
    size_t state = i / 2;
    while (state > 0 && all_[state - 1].lsn == all_[state].lsn) --state;
    std::vector<BookEntry> other = all_;
    other[i].amount += 1 + static_cast<int64_t>(rng.below(100));
    const std::unique_ptr<CrashDisk> disk = disk_->copy();
    BookWriter book(*disk, kSmall);
    ASSERT_TRUE(book.open(point_of(all_, state)));
    Heads heads = heads_of(all_, positions_, state);
    ASSERT_EQ(append_all(book, other, state, heads), Append::kFailed);
    const Problem& problem = book.problem();
    ASSERT_EQ(problem.fault, Fault::kDifference);
    ASSERT_EQ(problem.first_lsn, all_[i].lsn);
    ASSERT_EQ(problem.file, segment_name(kSmall.segment_of(block_of(positions_[i]))));
    ASSERT_EQ(problem.offset,
              kSmall.offset_of(block_of(positions_[i])) + offset_in_block(positions_[i]));
    ASSERT_NE(problem.sentence().find("amount " + std::to_string(all_[i].amount)),
              std::string::npos)
        << problem.sentence();
    ASSERT_EQ(book.append(all_.back(), &heads[1]), Append::kFailed) << "for good";
    ASSERT_TRUE(segments_of(*disk) == segments_of(*disk_)) << "nothing was changed";
  }
}

TEST_F(ReopeningTest, AnEntryTooManyOrTooFewIsADifference) {
  for (size_t i = 100; i < all_.size(); i += 231) {
    std::vector<BookEntry> fewer = all_;
    fewer.erase(fewer.begin() + static_cast<std::ptrdiff_t>(i));
    const std::unique_ptr<CrashDisk> disk = disk_->copy();
    BookWriter book(*disk, kSmall);
    ASSERT_TRUE(book.open({}));
    Heads heads;
    ASSERT_EQ(append_all(book, fewer, 0, heads), Append::kFailed);
    ASSERT_EQ(book.problem().fault, Fault::kDifference);
    ASSERT_EQ(book.problem().first_lsn, fewer[i].lsn);
  }
}

TEST_F(ReopeningTest, AStateThatTheBookDoesNotHaveIsRefused) {
  const auto problem_at = [&](const StatePoint& state, const BookShape& shape = kSmall) {
    const std::unique_ptr<CrashDisk> disk = disk_->copy();
    BookWriter book(*disk, shape);
    EXPECT_FALSE(book.open(state));
    EXPECT_TRUE(segments_of(*disk) == segments_of(*disk_));
    return book.problem();
  };
  const Problem missing = problem_at({all_.back().lsn + 10, all_.size() + 3});
  EXPECT_EQ(missing.fault, Fault::kMissing);
  EXPECT_NE(missing.sentence().find("the book ends with entry 2300 up to LSN"), std::string::npos)
      << missing.sentence();
  EXPECT_EQ(problem_at({all_.back().lsn, all_.size() - 1}).fault, Fault::kDifference);
  EXPECT_EQ(problem_at({all_[500].lsn, 77}).fault, Fault::kDifference);
  const Problem foreign = problem_at({}, {{7, 7}, kSmall.segment_bytes});
  EXPECT_EQ(foreign.fault, Fault::kForeign);
  EXPECT_EQ(foreign.sentence(), "book-00000000.seg: this is the book of another log");
  CrashDisk empty;
  BookWriter none(empty, kSmall);
  EXPECT_FALSE(none.open({5, 3}));
  EXPECT_EQ(none.problem().fault, Fault::kMissing);
}

TEST_F(ReopeningTest, ABookKeepsTheSizeOfItsSegments) {
  BookWriter book(*disk_, {kLog, 100 * kBlockBytes});
  ASSERT_TRUE(book.open(point_of(all_, all_.size())));
  EXPECT_EQ(book.shape().segment_bytes, kSmall.segment_bytes);
}

TEST_F(ReopeningTest, LsnsWithoutEntriesAreNoGap) {
  BookWriter book(*disk_, kSmall);
  EXPECT_TRUE(book.open({all_.back().lsn + 1'000'000, all_.size()}));
  EXPECT_FALSE(book.is_behind());
}

// A segment's end that is a block's end that is an entry's end.
TEST_F(ReopeningTest, TheSegmentsOfTheBookAreThoseOfItsEntries) {
  const VerifyReport report = verify(*disk_);
  ASSERT_TRUE(report.is_sound()) << report.problem.sentence();
  EXPECT_EQ(report.entries, all_.size());
  EXPECT_EQ(report.last_lsn, all_.back().lsn);
  EXPECT_EQ(report.segments, segments_of(*disk_).size());
  EXPECT_GE(report.segments, 2u);
}

}  // namespace
}  // namespace guerdon::book
