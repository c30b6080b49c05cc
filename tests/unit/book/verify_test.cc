// Books whose every check is right, and that no writer would have written.
#include "engine/book/verify.h"

#include <gtest/gtest.h>

#include "engine/book/block.h"
#include "tests/unit/book/small_book.h"

namespace guerdon::book {
namespace {

using support::CrashDisk;

// A book of one block, laid down by hand.
class ForgedBook {
 public:
  ForgedBook() : bytes_(kSmall.segment_bytes) { block_.begin(block(0), kLog, 0, 0); }

  std::span<std::byte> block(uint64_t number) {
    return std::span(bytes_).subspan(kSmall.offset_of(number), kBlockBytes);
  }
  BlockBuilder& builder() { return block_; }
  Position add(uint64_t lsn, uint64_t account, uint32_t n, Position previous) {
    const Position at = block_.position();
    BookEntry entry;
    entry.lsn = lsn;
    entry.account = account;
    entry.n = n;
    entry.amount = 5;
    EXPECT_TRUE(block_.add(entry, previous));
    return at;
  }

  VerifyReport verified(uint32_t flags = 0, uint64_t first_lsn = 1) {
    block_.close(flags);
    return verified_as_it_is(first_lsn);
  }
  VerifyReport verified_as_it_is(uint64_t first_lsn = 1) {
    SegmentHeader header;
    header.log = kLog;
    header.segment_bytes = kSmall.segment_bytes;
    header.first_lsn = first_lsn;
    std::vector<std::byte> first(kBlockBytes);
    put_segment_header(header, first);
    std::copy(first.begin(), first.end(), bytes_.begin());
    CrashDisk disk;
    EXPECT_TRUE(disk.create_with(segment_name(0), bytes_).ok());
    return verify(disk);
  }

 private:
  CrashDisk::Bytes bytes_;
  BlockBuilder block_;
};

TEST(VerifyTest, ASoundBookIsSound) {
  ForgedBook book;
  const Position first = book.add(1, 10, 0, kNoPosition);
  book.add(1, 10, 1, first);
  book.add(2, 7, 0, kNoPosition);
  const VerifyReport report = book.verified();
  EXPECT_TRUE(report.is_sound()) << report.problem.sentence();
  EXPECT_EQ(report.entries, 3u);
  EXPECT_EQ(report.accounts, 2u);
  EXPECT_EQ(report.blocks, 1u);
  EXPECT_EQ(report.first_lsn, 1u);
  EXPECT_EQ(report.last_lsn, 2u);
}

TEST(VerifyTest, EntriesOutOfTheirOrderAreFound) {
  ForgedBook same;
  const Position first = same.add(1, 10, 0, kNoPosition);
  same.add(1, 10, 0, first);
  EXPECT_NE(same.verified().problem.sentence().find("an entry is not in its order"),
            std::string::npos);
  ForgedBook accounts;
  accounts.add(1, 10, 0, kNoPosition);
  const Position wrong = accounts.add(1, 9, 0, kNoPosition);
  const Problem problem = accounts.verified().problem;
  EXPECT_NE(problem.sentence().find("an entry is not in its order"), std::string::npos);
  EXPECT_EQ(problem.offset, kSmall.offset_of(0) + wrong);
}

TEST(VerifyTest, WrongLinksAreFound) {
  const auto sentence = [](auto link_of) {
    ForgedBook book;
    const Position first = book.add(1, 10, 0, kNoPosition);
    const Position second = book.add(2, 10, 0, first);
    const Position other = book.add(3, 11, 0, kNoPosition);
    book.add(4, 10, 0, link_of(first, second, other));
    return book.verified().problem.sentence();
  };
  const std::string wrong = "an entry is not linked to its account's entry before it";
  const auto to_none = [](Position, Position, Position) { return kNoPosition; };
  const auto to_older = [](Position first, Position, Position) { return first; };
  const auto to_right = [](Position, Position second, Position) { return second; };
  const auto to_other = [](Position, Position, Position other) { return other; };
  const auto to_amid = [](Position, Position second, Position) { return second + 1; };
  EXPECT_EQ(sentence(to_right), "");
  EXPECT_NE(sentence(to_none).find(wrong), std::string::npos);
  EXPECT_NE(sentence(to_older).find(wrong), std::string::npos);
  EXPECT_NE(sentence(to_other).find(wrong), std::string::npos);
  EXPECT_NE(sentence(to_amid).find(wrong), std::string::npos);
}

TEST(VerifyTest, HeadersThatSaySomethingElseAreFound) {
  const auto change = [](auto make) {
    ForgedBook book;
    book.add(1, 10, 0, kNoPosition);
    book.builder().close(0);
    BlockHeader header = book.builder().header();
    make(header);
    put_block_header(header, book.block(0));
    return book.verified_as_it_is().problem.sentence();
  };
  EXPECT_EQ(change([](BlockHeader&) {}), "");
  EXPECT_NE(change([](BlockHeader& header) { header.last_lsn = 9; }), "");
  EXPECT_NE(change([](BlockHeader& header) { header.effective_min = -1; }), "");
  EXPECT_NE(change([](BlockHeader& header) { header.effective_max = 1; }), "");
  EXPECT_NE(change([](BlockHeader& header) { header.kinds[3] = 1; }), "");
  EXPECT_NE(change([](BlockHeader& header) { header.wallet_max = 1; }), "");
  EXPECT_NE(change([](BlockHeader& header) { header.entries = 2; }), "");
  EXPECT_NE(change([](BlockHeader& header) { header.entries_before = 1; }), "");
  EXPECT_NE(change([](BlockHeader& header) { header.used += 20; }), "");
  EXPECT_NE(change([](BlockHeader& header) { header.used -= 1; }), "");
  ForgedBook book;
  book.add(1, 10, 0, kNoPosition);
  EXPECT_EQ(book.verified(0, 2).problem.sentence(),
            "book-00000000.seg at 0: the header is damaged");
}

TEST(VerifyTest, ABlockThatEndsTooEarlyIsFound) {
  for (const uint32_t flags : {uint32_t{0}, uint32_t{kFull}}) {
    ForgedBook book;
    book.add(1, 10, 0, kNoPosition);
    book.builder().close(flags);
    BlockBuilder second;
    second.begin(book.block(1), kLog, 1, 1);
    BookEntry entry;
    entry.lsn = 2;
    entry.account = 3;
    ASSERT_TRUE(second.add(entry, kNoPosition));
    second.close(0);
    const std::string sentence = book.verified_as_it_is().problem.sentence();
    EXPECT_NE(sentence.find(flags == 0 ? "does not follow the one before it"
                                       : "begins before the one ahead of it is full"),
              std::string::npos)
        << sentence;
  }
}

}  // namespace
}  // namespace guerdon::book
