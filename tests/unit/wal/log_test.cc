#include <gtest/gtest.h>

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

}  // namespace
}  // namespace guerdon::wal
