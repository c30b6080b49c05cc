#include "engine/wal/format.h"

#include <gtest/gtest.h>

#include <cstring>
#include <vector>

#include "tests/generate/rng.h"

namespace guerdon::wal {
namespace {

std::vector<std::byte> bytes_of(std::string_view text) {
  std::vector<std::byte> bytes(text.size());
  std::memcpy(bytes.data(), text.data(), text.size());
  return bytes;
}

SegmentHeader example_segment() {
  SegmentHeader header;
  header.segment_bytes = 65'536;
  header.log = {7, 8};
  header.epoch = 3;
  header.first_lsn = 41;
  header.previous.fill(9);
  header.created_at = -5;
  return header;
}

// A frame of this payload, padded.
std::vector<std::byte> example_frame(size_t payload_bytes) {
  FrameHeader header;
  header.first_lsn = 41;
  header.records = 2;
  header.payload_bytes = static_cast<uint32_t>(payload_bytes);
  std::vector<std::byte> frame(frame_bytes(payload_bytes));
  std::fill_n(frame.begin() + sizeof header, payload_bytes, std::byte{0xa5});
  put_frame_header(header, std::span(frame).first(sizeof header + payload_bytes));
  return frame;
}

TEST(FormatTest, TheChainIsSha256) {
  // FIPS 180-2, B.1.
  const ChainHash hash = chain_hash(bytes_of("abc"));
  const std::array<uint8_t, 8> expected{0xba, 0x78, 0x16, 0xbf, 0x8f, 0x01, 0xcf, 0xea};
  EXPECT_TRUE(std::equal(expected.begin(), expected.end(), hash.begin()));
}

TEST(FormatTest, ASegmentHeaderIsReadAsItWasWritten) {
  std::vector<std::byte> block(os::kDiskBlock, std::byte{0xff});
  put_segment_header(example_segment(), block);
  const auto header = get_segment_header(block);
  ASSERT_TRUE(header);
  EXPECT_EQ(header->segment_bytes, 65'536u);
  EXPECT_EQ(header->log, (LogId{7, 8}));
  EXPECT_EQ(header->epoch, 3u);
  EXPECT_EQ(header->first_lsn, 41u);
  EXPECT_EQ(header->previous, example_segment().previous);
  EXPECT_EQ(header->created_at, -5);
}

TEST(FormatTest, NoBitOfASegmentHeaderMayDiffer) {
  std::vector<std::byte> block(os::kDiskBlock);
  put_segment_header(example_segment(), block);
  for (size_t bit = 0; bit < 8 * block.size(); ++bit) {
    block[bit / 8] ^= std::byte{1} << (bit % 8);
    ASSERT_FALSE(get_segment_header(block)) << bit;
    block[bit / 8] ^= std::byte{1} << (bit % 8);
  }
  ASSERT_TRUE(get_segment_header(block));
  EXPECT_FALSE(get_segment_header(std::span(block).first(os::kDiskBlock - 1)));
}

TEST(FormatTest, ASegmentOfALaterVersionIsNone) {
  SegmentHeader header = example_segment();
  header.version = kFormatVersion + 1;
  std::vector<std::byte> block(os::kDiskBlock);
  put_segment_header(header, block);
  EXPECT_FALSE(get_segment_header(block));
}

TEST(FormatTest, NoBitOfAFrameMayDiffer) {
  for (const size_t payload : {size_t{0}, size_t{1}, size_t{3'960}, size_t{3'961}, size_t{9'000}}) {
    std::vector<std::byte> frame = example_frame(payload);
    ASSERT_EQ(frame.size(), payload <= 3'960 ? 4'096u : (payload < 8'000 ? 8'192u : 12'288u));
    const auto header = peek_frame_header(frame);
    ASSERT_TRUE(header && is_whole(*header, frame));
    for (size_t bit = 0; bit < 8 * frame.size(); ++bit) {
      frame[bit / 8] ^= std::byte{1} << (bit % 8);
      const auto changed = peek_frame_header(frame);
      const bool is_same_length = changed && changed->payload_bytes == payload;
      ASSERT_FALSE(is_same_length && is_whole(*changed, frame)) << payload << " " << bit;
      frame[bit / 8] ^= std::byte{1} << (bit % 8);
    }
  }
}

TEST(FormatTest, ALengthIsBoundedBeforeAnythingIsReadByIt) {
  std::vector<std::byte> frame = example_frame(1);
  for (const uint32_t length : {static_cast<uint32_t>(kPayloadMax) + 1, UINT32_MAX}) {
    std::memcpy(frame.data() + offsetof(FrameHeader, payload_bytes), &length, sizeof length);
    EXPECT_FALSE(peek_frame_header(frame));
  }
  EXPECT_FALSE(peek_frame_header(std::span(frame).first(sizeof(FrameHeader) - 1)));
}

TEST(FormatTest, NamesOfSegmentsSortAsTheirLogsRun) {
  EXPECT_EQ(segment_name(0x2a, 1000), "wal-0000002a-00000000000003e8.seg");
  EXPECT_LT(segment_name(1, UINT64_MAX), segment_name(2, 1));
  EXPECT_LT(segment_name(9, 9), segment_name(9, 10));
  EXPECT_TRUE(is_segment_name(segment_name(UINT32_MAX, UINT64_MAX)));
  for (const char* other : {"", "wal-", "spare-0.seg", "wal-0000002a-00000000000003e8.seg.torn",
                            "wal-0000002a-00000000000003e8.tmp", "MANIFEST"}) {
    EXPECT_FALSE(is_segment_name(other)) << other;
  }
}

}  // namespace
}  // namespace guerdon::wal
