// A device that fails in worse ways: what it refused is there all the same, or everybody sees it
// until the power goes.
#include <gtest/gtest.h>

#include <cerrno>

#include "engine/wal/settle.h"
#include "tests/unit/wal/small_log.h"

namespace guerdon::wal {
namespace {

using Step = LogReader::Step;
using support::CrashDisk;
using Failure = CrashDisk::Failure;

struct Outcome {
  size_t acknowledged = 0;  // records
  size_t sent = 0;
  bool failed = false;
};

// Starts of some frames each until the log fails; after that, nothing more is acknowledged.
Outcome run(CrashDisk& disk, size_t starts, size_t first_record = 0) {
  Outcome outcome{first_record, first_record, false};
  for (size_t start = 0; start < starts && !outcome.failed; ++start) {
    Writer writer(disk);
    for (size_t frame = 0; frame < 8 && !outcome.failed; ++frame) {
      const std::vector<std::string> records = some_records(outcome.acknowledged, 1 + frame % 3);
      outcome.sent = outcome.acknowledged + records.size();
      outcome.failed = writer.write(records) != Append::kDurable;
      if (!outcome.failed) outcome.acknowledged = outcome.sent;
    }
    for (int again = 0; again < 3 && outcome.failed; ++again) {
      EXPECT_EQ(writer.write(some_records(outcome.sent, 1)), Append::kFailed);
    }
  }
  return outcome;
}

// A prefix of what was sent that holds what was acknowledged; how much it is.
size_t check_prefix(CrashDisk& disk, const Outcome& outcome) {
  const Content content = read_log(disk);
  EXPECT_EQ(content.ended, Step::kEnd) << content.problem.sentence();
  EXPECT_GE(content.records.size(), outcome.acknowledged);
  EXPECT_LE(content.records.size(), outcome.sent);
  EXPECT_EQ(content.records, some_records(0, content.records.size()));
  return content.records.size();
}

uint64_t calls_of(size_t starts) {
  CrashDisk disk;
  EXPECT_FALSE(run(disk, starts).failed);
  return disk.calls();
}

std::string name_of(const testing::TestParamInfo<Failure>& failure) {
  constexpr const char* kNames[] = {"Nothing", "Applied", "Visible"};
  return kNames[static_cast<size_t>(failure.param)];
}

class VisibleTest : public testing::TestWithParam<Failure> {};

// Every call fails once. Then: the next start without a crash in between (it may acknowledge all
// that it has read), a crash, and one more start.
TEST_P(VisibleTest, WhatAStartHasReadAndSettledOutlivesACrash) {
  const uint64_t calls = calls_of(2);
  size_t more_than_acknowledged = 0;
  for (uint64_t call = 1; call <= calls; ++call) {
    for (uint64_t seed = 1; seed <= 6; ++seed) {
      CrashDisk disk;
      disk.fail_call(call, EIO, /*for_ever=*/false, GetParam());
      const Outcome first = run(disk, 2);
      const size_t found = check_prefix(disk, first);
      more_than_acknowledged += found - first.acknowledged;
      LogReader reader(disk);
      ASSERT_TRUE(reader.open(1));
      while (reader.next() == Step::kFrame) {
      }
      ASSERT_TRUE(settle(disk, reader).ok());
      generate::Rng rng(call * 100 + seed);
      const std::unique_ptr<CrashDisk> after = disk.after_crash(rng);
      const size_t kept = check_prefix(*after, {found, first.sent, false});
      const Outcome second = run(*after, 2, kept);
      ASSERT_FALSE(second.failed);
      check_prefix(*after, second);
      ASSERT_FALSE(HasFailure()) << "call " << call << ", seed " << seed;
    }
  }
  EXPECT_EQ(more_than_acknowledged > 0, GetParam() != Failure::kNothing);
}

// The crash comes before anybody looks; and once more, while the next start goes on.
TEST_P(VisibleTest, ACrashBehindAFailureLosesNothingThatWasAcknowledged) {
  const uint64_t calls = calls_of(2);
  for (uint64_t call = 1; call <= calls; ++call) {
    for (uint64_t seed = 1; seed <= 6; ++seed) {
      CrashDisk disk;
      disk.fail_call(call, EIO, /*for_ever=*/true, GetParam());
      const Outcome first = run(disk, 2);
      EXPECT_TRUE(first.failed);
      generate::Rng rng(call * 100 + seed);
      const std::unique_ptr<CrashDisk> after = disk.after_crash(rng);
      const size_t found = check_prefix(*after, first);
      after->crash_in_call(1 + rng.below(20));
      const Outcome second = run(*after, 2, found);
      const std::unique_ptr<CrashDisk> again = after->after_crash(rng);
      check_prefix(*again, second);
      ASSERT_FALSE(HasFailure()) << "call " << call << ", seed " << seed;
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Failures, VisibleTest,
                         testing::Values(Failure::kNothing, Failure::kApplied, Failure::kVisible),
                         &name_of);

// Without settle(), what a start has read may be gone after a crash: that is what it is for.
TEST(SettleTest, WhatIsReadButNotSettledMayBeLost) {
  int lost = 0;
  for (uint64_t seed = 1; seed <= 20; ++seed) {
    CrashDisk disk;
    Writer writer(disk);
    ASSERT_EQ(writer.write(some_records(0, 3)), Append::kDurable);
    ASSERT_TRUE(writer.spares().refill(2).ok());
    disk.fail_call(disk.calls() + 1, EIO, /*for_ever=*/false, Failure::kVisible);
    ASSERT_EQ(writer.write(some_records(3, 2)), Append::kFailed);
    ASSERT_EQ(read_log(disk).records.size(), 5u);
    generate::Rng rng(seed);
    const size_t left = read_log(*disk.after_crash(rng)).records.size();
    ASSERT_TRUE(left == 3 || left == 5) << left;
    lost += left == 3 ? 1 : 0;
  }
  EXPECT_GT(lost, 5);
}

TEST(SettleTest, AnErrorIsToldAndTheLogIsAsBefore) {
  CrashDisk disk;
  ASSERT_EQ(Writer(disk).write(some_records(0, 3)), Append::kDurable);
  LogReader reader(disk);
  ASSERT_TRUE(reader.open(1));
  while (reader.next() == Step::kFrame) {
  }
  disk.fail_call(disk.calls() + 1, EIO);
  EXPECT_EQ(settle(disk, reader).error, EIO);
  EXPECT_EQ(read_log(disk).records, some_records(0, 3));
  EXPECT_TRUE(settle(disk, reader).ok());
}

size_t segments_of(const CrashDisk& disk) {
  size_t count = 0;
  for (const auto& [name, content] : disk.files()) count += is_segment_name(name) ? 1u : 0u;
  return count;
}

TEST(StartTest, AStartThatWritesNothingLeavesNothing) {
  CrashDisk disk;
  ASSERT_EQ(Writer(disk).write(some_records(0, 3)), Append::kDurable);
  const size_t segments = segments_of(disk);
  for (int start = 0; start < 5; ++start) {
    Writer writer(disk);
    ASSERT_TRUE(writer.spares().refill(2).ok());
    EXPECT_EQ(segments_of(disk), segments);
    EXPECT_EQ(disk.files().size(), segments + 2) << "spares of earlier starts are gone";
  }
  EXPECT_EQ(read_log(disk).records, some_records(0, 3));
  EXPECT_EQ(Writer(disk).write(some_records(3, 1)), Append::kDurable);
  EXPECT_EQ(read_log(disk).records, some_records(0, 4));
}

// The machine stops with each first frame: a segment is there, and nothing in it that counts.
TEST(StartTest, StartsThatFailOneAfterTheOtherDoNotFillTheDisk) {
  for (const Failure failure : {Failure::kNothing, Failure::kVisible}) {
    CrashDisk disk;
    ASSERT_EQ(Writer(disk).write(some_records(0, 3)), Append::kDurable);
    uint64_t epoch = read_log(disk).end.epoch;
    std::unique_ptr<CrashDisk> now = disk.copy();
    for (uint64_t start = 1; start <= 20; ++start) {
      Writer writer(*now);
      ASSERT_TRUE(writer.spares().refill(2).ok());
      // Header, name, frame.
      now->fail_call(now->calls() + 3, EIO, /*for_ever=*/false, failure);
      ASSERT_EQ(writer.write(some_records(3, 1)), Append::kFailed);
      generate::Rng rng(start);
      now = now->after_crash(rng);
      const Content content = read_log(*now);
      ASSERT_EQ(content.ended, Step::kEnd) << content.problem.sentence();
      ASSERT_LE(segments_of(*now), 3u) << "that of the records, that before this start, this one's";
      ASSERT_GT(content.end.epoch, epoch) << "none gets the name of another";
      epoch = content.end.epoch;
      if (content.records.size() > 3) break;  // what was refused has outlived the crash
    }
    EXPECT_EQ(Writer(*now).write(some_records(read_log(*now).records.size(), 2)), Append::kDurable);
  }
}

// A segment without records vouches for the frame before it: it stays until another does.
TEST(StartTest, TheLastSegmentStaysThoughItHoldsNothing) {
  CrashDisk disk;
  Writer first(disk);
  ASSERT_EQ(first.write(some_records(0, 1)), Append::kDurable);
  ASSERT_EQ(first.write(some_records(1, 1)), Append::kDurable);
  {
    Writer second(disk);
    ASSERT_TRUE(second.spares().refill(2).ok());
    disk.fail_call(disk.calls() + 3, EIO);
    ASSERT_EQ(second.write(some_records(2, 1)), Append::kFailed);
  }
  Writer third(disk);
  EXPECT_EQ(segments_of(disk), 2u);
  disk.bytes(segment_name(1, 1))[2 * os::kDiskBlock + 200] ^= std::byte{1};
  const Content content = read_log(disk);
  EXPECT_EQ(content.ended, Step::kProblem);
  EXPECT_TRUE(content.problem.is_damage);
}

// A seal is something: the segment that holds it is not superseded.
TEST(StartTest, ASegmentWithASealAloneIsNotRemoved) {
  CrashDisk disk;
  ASSERT_EQ(Writer(disk).write(some_records(0, 1)), Append::kDurable);
  ASSERT_EQ(Writer(disk).write({}, kSeal), Append::kDurable);
  ASSERT_EQ(Writer(disk).write(some_records(1, 1)), Append::kDurable);
  { const Writer again(disk); }
  EXPECT_EQ(segments_of(disk), 3u);
  EXPECT_EQ(read_log(disk).records, some_records(0, 2));
}

}  // namespace
}  // namespace guerdon::wal
