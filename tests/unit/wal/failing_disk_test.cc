// The disk fails, or the machine stops, in each call there is.
#include <gtest/gtest.h>

#include <atomic>
#include <cerrno>
#include <cstring>
#include <thread>

#include "engine/wal/settle.h"
#include "tests/unit/wal/small_log.h"

namespace guerdon::wal {
namespace {

using Step = LogReader::Step;
using support::CrashDisk;

struct Outcome {
  size_t acknowledged = 0;  // records
  size_t sent = 0;
  bool failed = false;
  int no_space = 0;
};

// Three starts of a dozen frames each, until the log fails.
Outcome run(CrashDisk& disk, size_t first_record = 0) {
  Outcome outcome;
  outcome.sent = outcome.acknowledged = first_record;
  for (int start = 0; start < 3 && !outcome.failed; ++start) {
    Writer writer(disk);
    for (size_t frame = 0; frame < 12 && !outcome.failed; ++frame) {
      const std::vector<std::string> records = some_records(outcome.acknowledged, 1 + frame % 3);
      const Append result = writer.write(records);
      if (result == Append::kNoSpace) {
        ++outcome.no_space;
        continue;
      }
      outcome.sent = outcome.acknowledged + records.size();
      outcome.failed = result == Append::kFailed;
      if (!outcome.failed) outcome.acknowledged = outcome.sent;
      if (outcome.failed) {
        EXPECT_EQ(writer.write(records), Append::kFailed) << "never tried again";
        EXPECT_FALSE(writer.error().empty());
      }
    }
  }
  return outcome;
}

// What is acknowledged is there, nothing but what was sent is, and the log can be gone on with.
void check_recovered(CrashDisk& disk, const Outcome& outcome) {
  const Content content = read_log(disk);
  ASSERT_EQ(content.ended, Step::kEnd) << content.problem.sentence();
  ASSERT_GE(content.records.size(), outcome.acknowledged);
  ASSERT_LE(content.records.size(), outcome.sent);
  ASSERT_EQ(content.records, some_records(0, content.records.size()));
  ASSERT_TRUE(keep_aside(disk, content.torn).ok());
  const Outcome more = run(disk, content.records.size());
  ASSERT_FALSE(more.failed);
  ASSERT_EQ(more.no_space, 0);
  const Content after = read_log(disk);
  ASSERT_EQ(after.ended, Step::kEnd) << after.problem.sentence();
  ASSERT_EQ(after.records, some_records(0, more.acknowledged));
}

uint64_t calls_of_a_run() {
  CrashDisk disk;
  EXPECT_FALSE(run(disk).failed);
  return disk.calls();
}

TEST(FailingDiskTest, AStopInAnyCallLosesNothingThatWasAcknowledged) {
  const uint64_t calls = calls_of_a_run();
  ASSERT_GT(calls, 50u);
  int torn = 0;
  for (uint64_t call = 1; call <= calls; ++call) {
    CrashDisk disk;
    disk.crash_in_call(call);
    const Outcome outcome = run(disk);
    for (uint64_t seed = 1; seed <= 12; ++seed) {
      generate::Rng rng(call * 1'000 + seed);
      const std::unique_ptr<CrashDisk> after = disk.after_crash(rng);
      torn += read_log(*after).torn.bytes > 0 ? 1 : 0;
      check_recovered(*after, outcome);
      ASSERT_FALSE(HasFatalFailure()) << "call " << call << ", seed " << seed;
    }
  }
  EXPECT_GT(torn, 100);
}

// Stopped, and stopped again while it goes on.
TEST(FailingDiskTest, AStopAfterAStopIsOneMoreStop) {
  const uint64_t calls = calls_of_a_run();
  generate::Rng rng(77);
  for (uint64_t call = 1; call <= calls; call += 3) {
    CrashDisk disk;
    disk.crash_in_call(call);
    const Outcome first = run(disk);
    const std::unique_ptr<CrashDisk> after = disk.after_crash(rng);
    const size_t found = read_log(*after).records.size();
    ASSERT_GE(found, first.acknowledged);
    after->crash_in_call(1 + rng.below(20));
    (void)keep_aside(*after, read_log(*after).torn);
    const Outcome second = run(*after, found);
    check_recovered(*after->after_crash(rng), second);
    ASSERT_FALSE(HasFatalFailure()) << "call " << call;
  }
}

TEST(FailingDiskTest, AnErrorInAnyCallOnceOrForEverIsFinalOrNothingHappened) {
  const uint64_t calls = calls_of_a_run();
  for (const bool for_ever : {false, true}) {
    for (uint64_t call = 1; call <= calls; ++call) {
      CrashDisk disk;
      disk.fail_call(call, EIO, for_ever);
      const Outcome outcome = run(disk);
      EXPECT_EQ(outcome.no_space, 0) << "an error that is no lack of room does not pass";
      EXPECT_TRUE(!for_ever || outcome.failed) << call;
      disk.heal();
      generate::Rng rng(call);
      check_recovered(*disk.after_crash(rng), outcome);
      ASSERT_FALSE(HasFatalFailure()) << "call " << call << (for_ever ? " for ever" : "");
    }
  }
}

TEST(FailingDiskTest, AFullDiskShowsBeforeAnythingIsWrittenAndHealsByItself) {
  CrashDisk disk;
  Writer writer(disk);
  ASSERT_EQ(writer.write(some_records(0, 1)), Append::kDurable);
  disk.fail_call(disk.calls() + 1, ENOSPC, /*for_ever=*/true);
  while (writer.spares().count() > 0) {
    SpareSegment spare;
    ASSERT_TRUE(writer.spares().take(&spare));
  }
  const std::string large(payload_max(kSmallSegment) - 1, 'x');
  EXPECT_EQ(writer.write({large + "\n"}), Append::kNoSpace);
  EXPECT_EQ(writer.write({large + "\n"}), Append::kNoSpace);
  EXPECT_EQ(writer.next_lsn(), 2u);
  EXPECT_EQ(read_log(disk).records, some_records(0, 1));
  disk.heal();
  EXPECT_EQ(writer.write({large + "\n"}), Append::kDurable);
  EXPECT_EQ(read_log(disk).records.size(), 2u);
}

TEST(FailingDiskTest, NoSpaceInAReservedSegmentIsFinal) {
  CrashDisk disk;
  Writer writer(disk);
  ASSERT_EQ(writer.write(some_records(0, 1)), Append::kDurable);
  ASSERT_TRUE(writer.spares().refill(2).ok());
  disk.fail_call(disk.calls() + 1, ENOSPC);
  EXPECT_EQ(writer.write(some_records(1, 1)), Append::kFailed);
  EXPECT_NE(writer.error().find("No space left"), std::string::npos) << writer.error();
  EXPECT_EQ(writer.write(some_records(1, 1)), Append::kFailed);
}

TEST(FailingDiskTest, SparesOfAnEarlierRunAreRemoved) {
  CrashDisk disk;
  SpareSegments first(disk, kSmallSegment);
  ASSERT_TRUE(first.refill(3).ok());
  EXPECT_EQ(disk.files().size(), 3u);
  SpareSegments second(disk, kSmallSegment);
  ASSERT_TRUE(second.remove_old().ok());
  EXPECT_TRUE(disk.files().empty());
  ASSERT_TRUE(second.refill(2).ok());
  EXPECT_EQ(second.count(), 2u);
}

TEST(FailingDiskTest, SparesMayBeMadeOnAThreadOfTheirOwn) {
  CrashDisk disk;
  SpareSegments spares(disk, kSmallSegment);
  LogWriter log(disk, spares, {}, 0);
  std::atomic<bool> is_done{false};
  std::thread maker([&] {
    while (!is_done) {
      ASSERT_TRUE(spares.refill(2).ok());
      std::this_thread::yield();
    }
  });
  FrameBuffer buffer(payload_max(kSmallSegment));
  std::memset(buffer.end(), 'x', buffer.room());
  buffer.extend(buffer.room() / 2);
  FrameFields fields;
  fields.records = 1;
  int written = 0;
  while (written < 100) {
    const Append result = log.append(buffer, fields);
    ASSERT_NE(result, Append::kFailed);
    if (result == Append::kDurable) ++written;
  }
  is_done = true;
  maker.join();
  LogReader reader(disk);
  ASSERT_TRUE(reader.open(1));
  while (reader.next() == Step::kFrame) {
  }
  EXPECT_EQ(reader.end().next_lsn, 101u) << reader.problem().sentence();
}

TEST(FailingDiskTest, FilesOfOthersInTheFolderStay) {
  CrashDisk disk;
  const std::vector<std::string> others = {
      "CURRENT.tmp",  "notes.tmp",       "snap-1.tmp", "spare-.seg",        "spare-1.seg.old",
      "spare-1x.seg", "spare-parts.txt", "spare.seg",  "wal-x.seg.torn.tmp"};
  for (const std::string& name : others) ASSERT_TRUE(disk.create_with(name, {}).ok());
  for (const char* spare : {"spare-0.seg", "spare-12.seg", "spare-7.seg.tmp"}) {
    ASSERT_TRUE(disk.create_with(spare, {}).ok());
  }
  SpareSegments spares(disk, kSmallSegment);
  ASSERT_TRUE(spares.remove_old().ok());
  std::vector<std::string> left;
  ASSERT_TRUE(disk.list(&left).ok());
  EXPECT_EQ(left, others);
}

// A log that cannot be read is not taken for a shorter one.
TEST(FailingDiskTest, AnErrorInAnyReadIsToldAndIsNoEnd) {
  CrashDisk disk;
  ASSERT_FALSE(run(disk).failed);
  uint64_t reads = 0;
  {
    const std::unique_ptr<CrashDisk> whole = disk.copy();
    ASSERT_EQ(read_log(*whole).ended, Step::kEnd);
    reads = whole->reads();
  }
  ASSERT_GT(reads, 10u);
  for (uint64_t read = 1; read <= reads; ++read) {
    const std::unique_ptr<CrashDisk> failing = disk.copy();
    failing->fail_read(read);
    const Content content = read_log(*failing);
    ASSERT_EQ(content.ended, Step::kProblem) << read;
    ASSERT_FALSE(content.problem.is_damage);
    ASSERT_NE(content.problem.sentence().find("Input/output error"), std::string::npos);
  }
}

}  // namespace
}  // namespace guerdon::wal
