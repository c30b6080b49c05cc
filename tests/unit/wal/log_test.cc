#include <gtest/gtest.h>

#include <algorithm>
#include <utility>

#include "tests/unit/wal/small_log.h"

namespace guerdon::wal {
namespace {

using Step = LogReader::Step;
using support::CrashDisk;

std::vector<std::string> joined(std::vector<std::string> a, const std::vector<std::string>& b) {
  a.insert(a.end(), b.begin(), b.end());
  return a;
}

TEST(LogTest, AnEmptyFolderIsAnEmptyLog) {
  CrashDisk disk;
  const Content content = read_log(disk);
  EXPECT_EQ(content.ended, Step::kEnd);
  EXPECT_TRUE(content.records.empty());
  EXPECT_EQ(content.end.next_lsn, 1u);
  EXPECT_EQ(content.end.epoch, 0u);
}

TEST(LogTest, WhatWasAppendedIsReadBackOverManySegments) {
  CrashDisk disk;
  std::vector<std::string> all;
  Writer writer(disk);
  for (size_t frame = 0; frame < 60; ++frame) {
    const std::vector<std::string> records = some_records(all.size(), 1 + frame % 7);
    ASSERT_EQ(writer.write(records), Append::kDurable);
    if (frame % 5 == 0) {
      ASSERT_EQ(writer.write({}, kSeal), Append::kDurable);
    }
    all = joined(std::move(all), records);
    EXPECT_EQ(writer.next_lsn(), all.size() + 1);
  }
  const Content content = read_log(disk);
  EXPECT_EQ(content.ended, Step::kEnd);
  EXPECT_EQ(content.records, all);
  EXPECT_EQ(content.end.next_lsn, all.size() + 1);
  EXPECT_EQ(content.torn.bytes, 0u);
  LogReader reader(disk);
  ASSERT_TRUE(reader.open(1));
  EXPECT_GT(reader.segments().size(), 4u);
}

TEST(LogTest, AFrameSaysWhatItsMakerSaidAndWhatTheLogKnows) {
  CrashDisk disk;
  Writer writer(disk);
  ASSERT_EQ(writer.write(some_records(0, 3)), Append::kDurable);
  ASSERT_EQ(writer.write({}, kSeal | kClean), Append::kDurable);
  LogReader reader(disk);
  ASSERT_TRUE(reader.open(1));
  ASSERT_EQ(reader.next(), Step::kFrame);
  EXPECT_EQ(reader.header().first_lsn, 1u);
  EXPECT_EQ(reader.header().records, 3u);
  EXPECT_EQ(reader.header().durable_lsn, 0u);
  EXPECT_EQ(reader.header().before_at, 1);
  EXPECT_EQ(reader.header().epoch, 1u);
  EXPECT_EQ(reader.header().flags, 0u);
  EXPECT_EQ(reader.header().previous, ChainHash{});
  const ChainHash first = reader.end().chain;
  EXPECT_NE(first, ChainHash{});
  ASSERT_EQ(reader.next(), Step::kFrame);
  EXPECT_EQ(reader.header().first_lsn, 4u);
  EXPECT_EQ(reader.header().durable_lsn, 3u);
  EXPECT_EQ(reader.header().flags, kSeal | kClean);
  EXPECT_EQ(reader.header().previous, first);
  EXPECT_EQ(reader.next(), Step::kEnd);
}

TEST(LogTest, EachStartGoesOnInAnEpochOfItsOwn) {
  CrashDisk disk;
  std::vector<std::string> all;
  for (uint64_t start = 1; start <= 5; ++start) {
    Writer writer(disk);
    const std::vector<std::string> records = some_records(all.size(), 3);
    ASSERT_EQ(writer.write(records), Append::kDurable);
    all = joined(std::move(all), records);
    const Content content = read_log(disk);
    EXPECT_EQ(content.records, all);
    EXPECT_EQ(content.end.epoch, start);
  }
}

TEST(LogTest, AStartThatWroteNothingChangesNothing) {
  CrashDisk disk;
  ASSERT_EQ(Writer(disk).write(some_records(0, 3)), Append::kDurable);
  for (int i = 0; i < 3; ++i) const Writer writer(disk);
  EXPECT_EQ(read_log(disk).end.epoch, 1u);
}

TEST(LogTest, ReadingBeginsWithTheSegmentThatHoldsTheLsn) {
  CrashDisk disk;
  std::vector<std::string> all;
  for (int start = 0; start < 3; ++start) {
    Writer writer(disk);
    for (int frame = 0; frame < 15; ++frame) {
      const std::vector<std::string> records = some_records(all.size(), 4);
      ASSERT_EQ(writer.write(records), Append::kDurable);
      all = joined(std::move(all), records);
    }
  }
  for (uint64_t lsn = 1; lsn <= all.size() + 1; ++lsn) {
    const Content content = read_log(disk, lsn);
    ASSERT_EQ(content.ended, Step::kEnd) << lsn;
    const size_t given = content.records.size();
    ASSERT_GE(given + lsn, all.size() + 1);
    ASSERT_TRUE(std::equal(content.records.begin(), content.records.end(),
                           all.end() - static_cast<std::ptrdiff_t>(given)));
    if (lsn == all.size()) {
      EXPECT_LT(given, all.size() / 2);
    }
  }
}

TEST(LogTest, ALogWithoutItsBeginningIsDamagedForWhoNeedsIt) {
  CrashDisk disk;
  for (int start = 0; start < 2; ++start) {
    ASSERT_EQ(Writer(disk).write(some_records(0, 3)), Append::kDurable);
  }
  ASSERT_TRUE(disk.remove(segment_name(1, 1)).ok());
  EXPECT_EQ(read_log(disk, 4).ended, Step::kEnd);
  const Content content = read_log(disk, 3);
  EXPECT_EQ(content.ended, Step::kProblem);
  EXPECT_TRUE(content.problem.is_damage);
  EXPECT_EQ(content.problem.sentence(),
            "wal-00000002-0000000000000004.seg at 0, LSN 3: the log begins with LSN 4; what came "
            "before is missing");
}

TEST(LogTest, AFrameAsLargeAsItMayBeFitsASegment) {
  CrashDisk disk;
  Writer writer(disk);
  const std::string largest(payload_max(kSmallSegment) - 1, 'x');
  ASSERT_EQ(writer.write({largest + "\n"}), Append::kDurable);
  ASSERT_EQ(writer.write({largest + "\n"}), Append::kDurable);
  EXPECT_EQ(read_log(disk).records.size(), 2u);
}

// A segment that holds seals alone ends with the LSN with which it began.
TEST(LogTest, SegmentsOfOneLsnAreToldApart) {
  CrashDisk disk;
  Writer first(disk);
  ASSERT_EQ(first.write(some_records(0, 3)), Append::kDurable);
  Writer second(disk);
  for (int i = 0; i < 40; ++i) ASSERT_EQ(second.write({}, kSeal), Append::kDurable) << i;
  const std::string largest(payload_max(kSmallSegment) - 1, 'x');
  ASSERT_EQ(second.write({largest + "\n"}), Append::kDurable);
  ASSERT_EQ(second.write(some_records(4, 1)), Append::kDurable);
  const Content content = read_log(disk);
  EXPECT_EQ(content.ended, Step::kEnd) << content.problem.sentence();
  EXPECT_EQ(content.records.size(), 5u);
  EXPECT_EQ(Writer(disk).write(some_records(5, 1)), Append::kDurable);
  EXPECT_EQ(read_log(disk).records.size(), 6u);
}

TEST(LogTest, ALogThatEndsBeforeWhereReadingBeginsIsDamaged) {
  CrashDisk disk;
  EXPECT_EQ(read_log(disk, 2).ended, Step::kProblem) << "an empty one, too";
  ASSERT_EQ(Writer(disk).write(some_records(0, 3)), Append::kDurable);
  EXPECT_EQ(read_log(disk, 4).ended, Step::kEnd);
  const Content content = read_log(disk, 5);
  EXPECT_EQ(content.ended, Step::kProblem);
  EXPECT_EQ(content.problem.what, "the log ends before LSN 5");
}

// Segments of many windows, frames as large as they may be.
TEST(LogTest, FramesLieAcrossWhatIsReadAtOnce) {
  constexpr uint64_t kSegment = 9 << 20;
  CrashDisk disk;
  SpareSegments spares(disk, kSegment);
  LogWriter log(disk, spares, {}, 0);
  FrameBuffer buffer(payload_max(kSegment));
  std::vector<size_t> sizes{1, kPayloadMax, 700'000, 3'000'000, 5'000, kPayloadMax, 100};
  for (const size_t size : sizes) {
    buffer.clear();
    std::fill_n(buffer.end(), size, static_cast<std::byte>(size % 251));
    buffer.extend(size);
    FrameFields fields;
    fields.records = 1;
    ASSERT_TRUE(spares.refill(1).ok());
    ASSERT_EQ(log.append(buffer, fields), Append::kDurable);
  }
  const std::string last = segment_name(1, 6);
  ASSERT_TRUE(disk.files().contains(last));
  const auto read = [&] {
    std::vector<size_t> found;
    LogReader reader(disk);
    EXPECT_TRUE(reader.open(1));
    Step step;
    while ((step = reader.next()) == Step::kFrame) {
      const auto payload = reader.payload();
      EXPECT_TRUE(std::all_of(payload.begin(), payload.end(), [&](std::byte b) {
        return b == static_cast<std::byte>(payload.size() % 251);
      }));
      found.push_back(payload.size());
    }
    return std::pair(step, found);
  };
  EXPECT_EQ(read(), std::pair(Step::kEnd, sizes));
  disk.bytes(last)[os::kDiskBlock + 3'000'000] ^= std::byte{1};
  sizes.resize(5);
  EXPECT_EQ(read(), std::pair(Step::kProblem, sizes)) << "the small frame behind it is found";
  disk.bytes(last)[os::kDiskBlock + frame_bytes(kPayloadMax) + 20] ^= std::byte{1};
  EXPECT_EQ(read(), std::pair(Step::kEnd, sizes)) << "now nothing is";
}

}  // namespace
}  // namespace guerdon::wal
