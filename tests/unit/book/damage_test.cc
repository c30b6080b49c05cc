// What a crash leaves is cut off, what was durable and is not any more is damage; nothing that
// nobody wrote is ever given.
#include <gtest/gtest.h>

#include <algorithm>

#include "engine/book/verify.h"
#include "tests/support/turns.h"
#include "tests/unit/book/small_book.h"

namespace guerdon::book {
namespace {

using support::CrashDisk;

bool is_beginning(const std::vector<BookEntry>& found, const std::vector<BookEntry>& all) {
  return found.size() <= all.size() && std::equal(found.begin(), found.end(), all.begin());
}

// Two segments of a block each: so near to the end that a crash may have left them as they are.
constexpr BookShape kTiny{kLog, 2 * kBlockBytes};

class SmallDamageTest : public testing::Test {
 protected:
  SmallDamageTest() : disk_(book_of(all_, kTiny, &positions_)) {
    EXPECT_EQ(segments_of(*disk_).size(), 2u);
  }

  // It opens, or says what is wrong; then it is as it was when the entries come again.
  void check_mended(CrashDisk& disk, const std::string& what) {
    std::string problem;
    const std::vector<BookEntry> found = read_all(disk, &problem);
    ASSERT_TRUE(is_beginning(found, all_)) << what;
    BookWriter book(disk, kTiny);
    if (!book.open({})) {
      ASSERT_EQ(book.problem().fault, Fault::kDamage) << what << book.problem().sentence();
      ASSERT_FALSE(verify(disk).is_sound()) << what;
      return;
    }
    Heads heads;
    ASSERT_EQ(append_all(book, all_, 0, heads), Append::kDone)
        << what << ": " << book.problem().sentence();
    ASSERT_EQ(book.flush(), Append::kDone);
    ASSERT_TRUE(segments_of(disk) == segments_of(*disk_)) << what;
  }

  const std::vector<BookEntry> all_ = some_entries(1, 1'000);
  std::vector<Position> positions_;
  const std::unique_ptr<CrashDisk> disk_;
};

TEST_F(SmallDamageTest, EachByteIsVouchedFor) {
  for (const auto& [name, before] : segments_of(*disk_)) {
    CrashDisk::Bytes& bytes = disk_->bytes(name);
    for (size_t at = 0; at < before.size(); at += support::stride(1)) {
      bytes[at] ^= std::byte{static_cast<uint8_t>(1u << at % 8)};
      const VerifyReport report = verify(*disk_);
      const bool is_noticed =
          !report.is_sound() || report.entries < all_.size() || report.torn_bytes > 0;
      ASSERT_TRUE(is_noticed) << name << " " << at;
      bytes[at] = before[at];
    }
  }
}

// Readers give what comes before it; and who knows how many entries there must be knows that some
// are missing.
TEST_F(SmallDamageTest, NothingIsGivenThatNobodyWrote) {
  for (const auto& [name, before] : segments_of(*disk_)) {
    for (size_t at = 0; at < before.size(); at += support::stride(7)) {
      const std::unique_ptr<CrashDisk> disk = disk_->copy();
      disk->bytes(name)[at] ^= std::byte{0xff};
      std::string problem;
      const std::vector<BookEntry> found = read_all(*disk, &problem);
      ASSERT_TRUE(is_beginning(found, all_)) << name << " " << at;
      const bool is_behind_the_end = problem.empty() && found.size() == all_.size();
      BookWriter book(*disk, kTiny);
      ASSERT_EQ(book.open(point_of(all_, all_.size())), is_behind_the_end) << name << " " << at;
    }
  }
}

TEST_F(SmallDamageTest, ABookThatEndsAnywhereIsGoneOnWith) {
  for (const auto& [name, before] : segments_of(*disk_)) {
    for (size_t at = 0; at < before.size(); at += support::stride(37)) {
      const std::unique_ptr<CrashDisk> disk = disk_->copy();
      std::fill(disk->bytes(name).begin() + static_cast<std::ptrdiff_t>(at),
                disk->bytes(name).end(), std::byte{});
      check_mended(*disk, name + " is zero from " + std::to_string(at));
      ASSERT_FALSE(HasFatalFailure());
    }
  }
}

TEST_F(SmallDamageTest, AFileThatIsCutShortIsDamage) {
  for (const auto& [name, before] : segments_of(*disk_)) {
    for (size_t size = 0; size < before.size(); size += support::stride(101)) {
      const std::unique_ptr<CrashDisk> disk = disk_->copy();
      disk->bytes(name).resize(size);
      std::string problem;
      ASSERT_TRUE(is_beginning(read_all(*disk, &problem), all_)) << name << " " << size;
      BookWriter book(*disk, kTiny);
      ASSERT_FALSE(book.open(point_of(all_, all_.size()))) << name << " " << size;
    }
  }
}

TEST_F(SmallDamageTest, SectorsOfTheLastWriteInAnyOrderAreGoneOnWith) {
  const std::string name = segment_name(1);
  generate::Rng rng(3);
  for (uint64_t i = 0; i < support::part(500); ++i) {
    const std::unique_ptr<CrashDisk> disk = disk_->copy();
    CrashDisk::Bytes& bytes = disk->bytes(name);
    for (size_t at = 0; at < bytes.size(); at += CrashDisk::kSector) {
      const auto sector = bytes.begin() + static_cast<std::ptrdiff_t>(at);
      const uint64_t fate = rng.below(3);
      if (fate == 0) std::fill_n(sector, CrashDisk::kSector, std::byte{});
      if (fate == 1)
        std::generate_n(sector, CrashDisk::kSector, [&] { return std::byte(rng.next()); });
    }
    check_mended(*disk, "draw " + std::to_string(i));
    ASSERT_FALSE(HasFatalFailure());
  }
}

// A hundred blocks in one segment: most of them were durable long before the last write.
class LargeDamageTest : public testing::Test {
 protected:
  static constexpr BookShape kShape{kLog, 300 * kBlockBytes};

  LargeDamageTest() : disk_(book_of(all_, kShape, &positions_)) {}

  size_t at(uint64_t block, size_t offset) const { return kShape.offset_of(block) + offset; }
  CrashDisk::Bytes& bytes() { return disk_->bytes(segment_name(0)); }
  std::string problem_of_a_start() {
    BookWriter book(*disk_, kShape);
    EXPECT_FALSE(book.open(point_of(all_, all_.size())));
    EXPECT_EQ(book.problem().fault, Fault::kDamage);
    return book.problem().sentence();
  }
  uint64_t last_lsn_of(uint64_t block) const {
    uint64_t lsn = 0;
    for (size_t i = 0; i < all_.size() && block_of(positions_[i]) <= block; ++i) lsn = all_[i].lsn;
    return lsn;
  }
  uint64_t first_lsn_of(uint64_t block) const {
    size_t i = 0;
    while (block_of(positions_[i]) < block) ++i;
    return all_[i].lsn;
  }

  const std::vector<BookEntry> all_ = some_entries(2, 60'000);
  std::vector<Position> positions_;
  const std::unique_ptr<CrashDisk> disk_;
};

TEST_F(LargeDamageTest, ABlockThatWasDurableIsToldWithItsPlace) {
  ASSERT_GT(block_of(positions_.back()), 90u);
  bytes()[at(10, 5'000)] ^= std::byte{1};
  const std::string place = "book-00000000.seg at " + std::to_string(at(10, 0)) + ", LSN " +
                            std::to_string(last_lsn_of(9)) + " to " +
                            std::to_string(first_lsn_of(11)) + ": ";
  const CrashDisk::Bytes before = bytes();
  EXPECT_EQ(problem_of_a_start(), place + "a block is damaged, and later ones are not");
  EXPECT_TRUE(bytes() == before) << "nothing is changed";
  EXPECT_EQ(verify(*disk_).problem.sentence(),
            place + "a block is damaged, and later ones are not");
  std::string problem;
  (void)read_all(*disk_, &problem);
  EXPECT_EQ(problem, place + "a block is damaged, and later ones are not");
}

TEST_F(LargeDamageTest, WhoReadsIsToldAndMayReadOn) {
  BookReader reader(*disk_, 0);
  ASSERT_TRUE(reader.open());
  bytes()[at(10, 5'000)] ^= std::byte{1};
  WalkPage page;
  const uint64_t account = all_.back().account;
  EXPECT_FALSE(reader.walk(account, positions_.back(), all_.size(), &page));
  EXPECT_EQ(reader.problem().fault, Fault::kDamage);
  EXPECT_EQ(reader.problem().offset, at(10, 0));
  EXPECT_EQ(reader.problem().first_lsn, last_lsn_of(9));
  EXPECT_EQ(reader.problem().last_lsn, first_lsn_of(11));
  EXPECT_GT(page.entries.size(), 500u) << "what was read before it stands";
  BookScan scan(reader, {.first_lsn = first_lsn_of(12)});
  size_t behind = 0;
  while (scan.next() == BookScan::Step::kEntry) ++behind;
  EXPECT_EQ(scan.problem().sentence(), "");
  EXPECT_GT(behind, 30'000u);
}

TEST_F(LargeDamageTest, BlocksThatAreWholeButNotThoseOfTheirPlaceAreFound) {
  const CrashDisk::Bytes before = bytes();
  const auto block = [&](uint64_t number) {
    return std::span(bytes()).subspan(at(number, 0), kBlockBytes);
  };
  std::copy(before.begin() + static_cast<std::ptrdiff_t>(at(20, 0)),
            before.begin() + static_cast<std::ptrdiff_t>(at(21, 0)), block(30).begin());
  EXPECT_NE(problem_of_a_start().find("a block does not belong here"), std::string::npos);
  bytes() = before;
  std::copy_n(before.begin() + static_cast<std::ptrdiff_t>(at(31, 0)), before.size() - at(31, 0),
              bytes().begin() + static_cast<std::ptrdiff_t>(at(30, 0)));
  EXPECT_NE(problem_of_a_start().find("a block does not belong here"), std::string::npos);
}

TEST_F(LargeDamageTest, NearTheEndItLooksTornAndTheStateKnows) {
  const uint64_t near = block_of(positions_.back()) - 5;
  bytes()[at(near, 100)] ^= std::byte{1};
  const VerifyReport report = verify(*disk_);
  EXPECT_TRUE(report.is_sound());
  EXPECT_GT(report.torn_bytes, 0u);
  BookWriter book(*disk_, kShape);
  EXPECT_FALSE(book.open(point_of(all_, all_.size())));
  EXPECT_EQ(book.problem().fault, Fault::kMissing);
}

TEST(SegmentDamageTest, AMissingOrExchangedSegmentIsFound) {
  const std::vector<BookEntry> all = some_entries(4, 8'000);
  const std::unique_ptr<CrashDisk> disk = book_of(all);
  ASSERT_GT(segments_of(*disk).size(), 4u);
  const auto problem_without = [&](const char* name) {
    const std::unique_ptr<CrashDisk> copy = disk->copy();
    EXPECT_TRUE(copy->remove(name).ok());
    return verify(*copy).problem.sentence();
  };
  EXPECT_EQ(problem_without("book-00000001.seg"), "book-00000001.seg at 0: a segment is missing");
  EXPECT_EQ(problem_without("book-00000000.seg"), "book-00000000.seg at 0: a segment is missing");
  const std::unique_ptr<CrashDisk> exchanged = disk->copy();
  std::swap(exchanged->bytes("book-00000001.seg"), exchanged->bytes("book-00000002.seg"));
  EXPECT_NE(verify(*exchanged).problem.sentence().find("a block does not belong here"),
            std::string::npos);
}

TEST(SegmentDamageTest, ALaterVersionIsToldFromDamage) {
  const std::unique_ptr<CrashDisk> disk = book_of(some_entries(5, 10));
  SegmentHeader header;
  const auto bytes = std::span(disk->bytes(segment_name(0))).first(kBlockBytes);
  ASSERT_EQ(get_segment_header(bytes, &header), Found::kSound);
  header.version = kFormatVersion + 1;
  put_segment_header(header, bytes);
  EXPECT_EQ(verify(*disk).problem.sentence(),
            "book-00000000.seg: was written by a newer version of guerdon (format 3); use that "
            "version");
  BookWriter book(*disk, kSmall);
  EXPECT_FALSE(book.open({}));
  EXPECT_EQ(book.problem().fault, Fault::kNewer);
}

TEST(SegmentDamageTest, AnEarlierVersionIsToldFromDamage) {
  const std::unique_ptr<CrashDisk> disk = book_of(some_entries(5, 10));
  SegmentHeader header;
  const auto bytes = std::span(disk->bytes(segment_name(0))).first(kBlockBytes);
  ASSERT_EQ(get_segment_header(bytes, &header), Found::kSound);
  header.version = 1;
  put_segment_header(header, bytes);
  BookWriter book(*disk, kSmall);
  EXPECT_FALSE(book.open({}));
  EXPECT_EQ(book.problem().fault, Fault::kOlder);
  EXPECT_EQ(book.problem().sentence(),
            "book-00000000.seg: was written by an older version of guerdon (format 1); take it "
            "away, and the book is derived again from the log");
}

}  // namespace
}  // namespace guerdon::book
