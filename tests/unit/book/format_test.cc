// Entries and blocks as bytes.
#include <gtest/gtest.h>

#include <limits>

#include "engine/book/block.h"
#include "engine/book/entry_codec.h"
#include "tests/unit/book/small_book.h"

namespace guerdon::book {
namespace {

constexpr EntryBase kBase{1'000, 1'772'000'000'000, 675};

std::string encode(const BookEntry& entry, uint64_t link) {
  char bytes[kEntryBytesMax];
  return {bytes, static_cast<size_t>(put_entry(bytes, entry, link, kBase) - bytes)};
}

bool decode(const std::string& bytes, BookEntry* entry, uint64_t* link) {
  const char* const end = bytes.data() + bytes.size();
  return get_entry(bytes.data(), end, kBase, entry, link) == end;
}

BookEntry greatest() {
  BookEntry entry;
  entry.lsn = std::numeric_limits<uint64_t>::max();
  entry.account = std::numeric_limits<uint64_t>::max();
  entry.about = std::numeric_limits<int64_t>::min();  // in place of an amount
  // As far from each other as can be, round the end of the numbers.
  entry.effective = std::numeric_limits<TimeMs>::min() / 2;
  entry.matures_at = entry.effective + std::numeric_limits<TimeMs>::max();
  entry.expires_at = -entry.effective;
  entry.lot_lsn = 1;
  entry.lot_n = std::numeric_limits<uint32_t>::max();
  entry.other_lots = std::numeric_limits<uint32_t>::max();
  entry.clause = std::numeric_limits<uint32_t>::max();
  entry.period = std::numeric_limits<int32_t>::min();
  entry.n = std::numeric_limits<uint32_t>::max();
  entry.wallet = std::numeric_limits<uint16_t>::max();
  entry.kind = std::numeric_limits<uint8_t>::max();
  entry.note = std::numeric_limits<uint8_t>::max();
  return entry;
}

TEST(EntryTest, AnEntryThereAndBack) {
  generate::Rng rng(1);
  for (BookEntry entry : some_entries(2, 20'000, Draw::kWild)) {
    entry.lsn += kBase.lsn;
    const uint64_t link = rng.chance(30) ? 0 : rng.next();
    const std::string bytes = encode(entry, link);
    BookEntry found;
    uint64_t found_link = 0;
    ASSERT_TRUE(decode(bytes, &found, &found_link));
    ASSERT_EQ(found, entry);
    ASSERT_EQ(found_link, link);
  }
}

TEST(EntryTest, TheWorstCaseIsTheWorstCase) {
  EXPECT_EQ(encode(greatest(), std::numeric_limits<uint64_t>::max()).size(), kEntryBytesMax);
}

TEST(EntryTest, NoBeginningOfAnEntryIsOne) {
  for (BookEntry entry : some_entries(3, 300, Draw::kWild)) {
    entry.lsn += kBase.lsn;
    const std::string bytes = encode(entry, 77);
    BookEntry found;
    uint64_t link = 0;
    for (size_t size = 0; size < bytes.size(); ++size) {
      ASSERT_FALSE(decode(bytes.substr(0, size), &found, &link)) << size;
    }
  }
}

// What is read at all is what a writer would have written.
TEST(EntryTest, AnEntryHasOneForm) {
  generate::Rng rng(4);
  int read = 0;
  for (BookEntry entry : some_entries(5, 20'000)) {
    entry.lsn += kBase.lsn;
    std::string bytes = encode(entry, rng.below(1'000));
    bytes[rng.below(bytes.size())] = static_cast<char>(rng.next());
    BookEntry found;
    uint64_t link = 0;
    if (!decode(bytes, &found, &link)) continue;
    ++read;
    ASSERT_EQ(encode(found, link), bytes);
  }
  EXPECT_GT(read, 5'000);
}

TEST(BlockTest, SaysWhatIsInIt) {
  std::vector<std::byte> bytes(kBlockBytes);
  BlockBuilder block;
  block.begin(bytes, kLog, 7, 100);
  BlockHeader expected;
  expected.effective_min = std::numeric_limits<TimeMs>::max();
  expected.wallet_min = std::numeric_limits<uint16_t>::max();
  const std::vector<BookEntry> all = some_entries(6, 300);
  for (const BookEntry& entry : all) {
    ASSERT_TRUE(block.add(entry, kNoPosition));
    expected.effective_min = std::min(expected.effective_min, entry.effective);
    expected.effective_max = std::max(expected.effective_max, entry.effective);
    expected.wallet_min = std::min(expected.wallet_min, entry.wallet);
    expected.wallet_max = std::max(expected.wallet_max, entry.wallet);
  }
  block.close(0);
  BlockHeader header;
  ASSERT_EQ(get_block_header(bytes, kLog, 7, &header), Found::kSound);
  EXPECT_EQ(header.first_lsn, all.front().lsn);
  EXPECT_EQ(header.last_lsn, all.back().lsn);
  EXPECT_EQ(header.entries, all.size());
  EXPECT_EQ(header.entries_before, 100u);
  EXPECT_EQ(header.effective_min, expected.effective_min);
  EXPECT_EQ(header.effective_max, expected.effective_max);
  EXPECT_EQ(header.wallet_min, expected.wallet_min);
  EXPECT_EQ(header.wallet_max, expected.wallet_max);
  for (int kind = 0; kind < 256; ++kind) {
    const bool is_present = std::any_of(all.begin(), all.end(),
                                        [&](const BookEntry& entry) { return entry.kind == kind; });
    EXPECT_EQ(header.has_kind(static_cast<uint8_t>(kind)), is_present) << kind;
  }
  EXPECT_EQ(get_block_header(bytes, kLog, 8, &header), Found::kForeign);
  EXPECT_EQ(get_block_header(bytes, {1, 2}, 7, &header), Found::kForeign);
}

// A position from outside is believed where an entry begins, and nowhere else.
TEST(BlockTest, EntriesBeginWhereTheyWerePut) {
  std::vector<std::byte> bytes(kBlockBytes);
  BlockBuilder block;
  block.begin(bytes, kLog, 3, 0);
  std::vector<Position> positions;
  for (const BookEntry& entry : some_entries(8, 100)) {
    positions.push_back(block.position());
    ASSERT_TRUE(block.add(entry, kNoPosition));
  }
  block.close(0);
  BlockHeader header;
  ASSERT_EQ(get_block_header(bytes, kLog, 3, &header), Found::kSound);
  const BlockView view(bytes, header);
  for (Position at = 3 * kBlockBytes; at < 4 * kBlockBytes; ++at) {
    const bool is_one = std::binary_search(positions.begin(), positions.end(), at);
    ASSERT_EQ(view.begins_at(at), is_one) << at;
  }
}

TEST(NameTest, SegmentsSortAsTheyAreNumbered) {
  EXPECT_EQ(segment_name(42), "book-0000002a.seg");
  EXPECT_EQ(number_of_name("book-0000002a.seg"), 42u);
  for (const char* other : {"book-0000002A.seg", "book-2a.seg", "wal-0000002a.seg",
                            "book-0000002a.seg.tmp", "book-tail.copy", ""}) {
    EXPECT_EQ(number_of_name(other), std::nullopt) << other;
  }
}

}  // namespace
}  // namespace guerdon::book
