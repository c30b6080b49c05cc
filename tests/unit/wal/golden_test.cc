// The bytes of a log, written down: what was written yesterday is read today, and the other way
// round. A difference here is another format: see kFormatVersion.
#include <gtest/gtest.h>

#include <cstring>
#include <fstream>
#include <sstream>

#include "tests/unit/wal/small_log.h"

namespace guerdon::wal {
namespace {

using support::CrashDisk;

constexpr uint64_t kSegment = 4 * os::kDiskBlock;

// Lines of `offset: bytes in hexadecimal # what they are`; all other bytes are zero.
CrashDisk::Bytes bytes_of(const char* path) {
  CrashDisk::Bytes bytes(kSegment);
  std::ifstream file(path);
  EXPECT_TRUE(file) << path;
  std::string line;
  while (std::getline(file, line)) {
    std::istringstream words(line.substr(0, line.find('#')));
    size_t at = 0;
    char colon = 0;
    std::string byte;
    if (!(words >> at >> colon)) continue;
    while (words >> byte) bytes[at++] = static_cast<std::byte>(std::stoi(byte, nullptr, 16));
  }
  return bytes;
}

// Two small frames: two records, then a seal.
void write_golden(CrashDisk& disk) {
  SpareSegments spares(disk, kSegment);
  ASSERT_TRUE(spares.refill(1).ok());
  LogPosition end;
  end.log = {0x0807060504030201, 0x100f0e0d0c0b0a09};
  LogWriter log(disk, spares, end, 1'700'000'000'123);
  FrameBuffer buffer(payload_max(kSegment));
  std::memcpy(buffer.end(), "one\ntwo\n", 8);
  buffer.extend(8);
  ASSERT_EQ(log.append(buffer, {2, 1'600'000'000'456, 7, 0, {}}), Append::kDurable);
  buffer.clear();
  const Digest digest{2, {0x1122334455667788, 0x99aabbccddeeff00}};
  ASSERT_EQ(log.append(buffer, {0, 1'600'000'000'789, 7, kSeal | kClean, digest}),
            Append::kDurable);
}

constexpr const char* kGolden = "tests/unit/wal/segment_format_1.txt";
const std::string kName = "wal-00000001-0000000000000001.seg";

TEST(GoldenTest, TheWriterWritesTheseBytes) {
  CrashDisk disk;
  write_golden(disk);
  const CrashDisk::Bytes expected = bytes_of(kGolden);
  const CrashDisk::Bytes& written = disk.bytes(kName);
  ASSERT_EQ(written.size(), expected.size());
  for (size_t i = 0; i < written.size(); ++i) {
    ASSERT_EQ(static_cast<int>(written[i]), static_cast<int>(expected[i])) << "byte " << i;
  }
}

TEST(GoldenTest, TheReaderReadsTheseBytes) {
  CrashDisk disk;
  ASSERT_TRUE(disk.create_with(kName, bytes_of(kGolden)).ok());
  LogReader reader(disk);
  ASSERT_TRUE(reader.open(1)) << reader.problem().sentence();
  EXPECT_EQ(reader.ahead().front().header.created_at, 1'700'000'000'123);
  ASSERT_EQ(reader.next(), LogReader::Step::kFrame);
  EXPECT_EQ(reader.header().records, 2u);
  EXPECT_EQ(reader.header().before_at, 1'600'000'000'456);
  EXPECT_EQ(reader.header().plan_version, 7u);
  ASSERT_EQ(reader.payload().size(), 8u);
  EXPECT_EQ(std::memcmp(reader.payload().data(), "one\ntwo\n", 8), 0);
  ASSERT_EQ(reader.next(), LogReader::Step::kFrame);
  EXPECT_EQ(reader.header().flags, kSeal | kClean);
  EXPECT_EQ(reader.header().digest.lsn, 2u);
  EXPECT_EQ(reader.header().digest.entries.hi, 0x99aabbccddeeff00);
  EXPECT_EQ(reader.next(), LogReader::Step::kEnd);
  EXPECT_EQ(reader.end().log.lo, 0x0807060504030201u);
}

// A header of a format to come: its first 104 bytes are checked as today's are, the rest is its
// own.
CrashDisk::Bytes of_version(uint32_t version) {
  CrashDisk::Bytes bytes = bytes_of(kGolden);
  const auto block = std::span(bytes).first(os::kDiskBlock);
  SegmentHeader header = *get_segment_header(block);
  header.version = version;
  header.reserved = 5;
  put_segment_header(header, block);
  bytes[200] = std::byte{1};
  return bytes;
}

TEST(GoldenTest, ALogOfANewerVersionIsToldFromDamage) {
  CrashDisk disk;
  ASSERT_TRUE(disk.create_with(kName, of_version(2)).ok());
  const uint64_t calls = disk.calls();
  const Content content = read_log(disk);
  EXPECT_EQ(content.ended, LogReader::Step::kProblem);
  EXPECT_FALSE(content.problem.is_damage);
  EXPECT_EQ(content.problem.sentence(),
            kName + ": was written by a newer version of guerdon (format 2); use that version");
  EXPECT_EQ(disk.calls(), calls);
  disk.bytes(kName)[30] ^= std::byte{1};
  EXPECT_TRUE(read_log(disk).problem.is_damage) << "a newer header that is not whole is damage";
}

TEST(GoldenTest, AnOlderVersionThanTheFirstIsDamage) {
  CrashDisk disk;
  ASSERT_TRUE(disk.create_with(kName, of_version(0)).ok());
  EXPECT_TRUE(read_log(disk).problem.is_damage);
}

TEST(GoldenTest, OneSegmentIsReadAlone) {
  CrashDisk disk;
  for (size_t start = 0; start < 3; ++start) {
    ASSERT_EQ(Writer(disk).write(some_records(2 * start, 2)), Append::kDurable);
  }
  ASSERT_TRUE(disk.remove(segment_name(1, 1)).ok());
  LogReader alone(disk);
  ASSERT_TRUE(alone.open_segment(segment_name(3, 5))) << alone.problem().sentence();
  ASSERT_EQ(alone.next(), LogReader::Step::kFrame);
  EXPECT_EQ(alone.header().first_lsn, 5u);
  EXPECT_EQ(alone.next(), LogReader::Step::kEnd);
  LogReader oldest(disk);
  ASSERT_TRUE(oldest.open_oldest());
  ASSERT_EQ(oldest.next(), LogReader::Step::kFrame);
  EXPECT_EQ(oldest.header().first_lsn, 3u);
  LogReader none(disk);
  EXPECT_FALSE(none.open_segment("wal-0000000a-0000000000000001.seg"));
  EXPECT_FALSE(none.problem().is_damage);
}

}  // namespace
}  // namespace guerdon::wal
