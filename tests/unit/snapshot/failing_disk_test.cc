// A snapshot that could not be finished is none, and the one before is as it was.
#include <gtest/gtest.h>

#include <cerrno>

#include "tests/unit/snapshot/small_snapshot.h"

namespace guerdon::snapshot {
namespace {

using support::CrashDisk;

const Sections kOld{{1, "old"}};
const Sections kNew{{1, "new"}, {2, std::string(2 * kPayloadMax, 'n')}};

// A disk with an old snapshot, and how many calls and reads a new one takes.
struct Measured {
  Measured() {
    EXPECT_EQ(write(disk, 5, kOld), "");
    const std::unique_ptr<CrashDisk> trial = disk.copy();
    EXPECT_EQ(write(*trial, 9, kNew), "");
    calls = trial->calls();
    reads = trial->reads();
  }
  CrashDisk disk;
  uint64_t calls = 0;
  uint64_t reads = 0;
};

void expect_old(os::Disk& disk) {
  const Content old = read(disk, snapshot_name(5));
  EXPECT_TRUE(old.is_sound) << old.problem.sentence();
  EXPECT_EQ(old.sections, kOld);
}

std::vector<std::string> snapshots(os::Disk& disk) {
  std::vector<std::string> names;
  EXPECT_TRUE(list_snapshots(disk, &names).ok());
  return names;
}

// The newest that there is.
bool expect_old_or_new(os::Disk& disk) {
  expect_old(disk);
  const std::vector<std::string> names = snapshots(disk);
  if (names.size() == 1) return false;
  const Content found = read(disk, names.front());
  EXPECT_TRUE(found.is_sound) << found.problem.sentence();
  EXPECT_TRUE(found.sections == kNew);
  return true;
}

TEST(FailingDiskTest, ACrashInAnyCallLeavesTheOldOneOrBoth) {
  const Measured measured;
  ASSERT_GE(measured.calls, 8u);
  generate::Rng rng(1);
  int old = 0;
  int both = 0;
  for (uint64_t call = 1; call <= measured.calls + 1; ++call) {
    for (int draw = 0; draw < 20; ++draw) {
      const std::unique_ptr<CrashDisk> disk = measured.disk.copy();
      disk->crash_in_call(call);
      const bool is_done = write(*disk, 9, kNew).empty();
      EXPECT_EQ(is_done, call > measured.calls);
      const bool is_new = expect_old_or_new(*disk->after_crash(rng));
      EXPECT_TRUE(is_new || !is_done) << "what is said to be done is there";
      ++(is_new ? both : old);
    }
  }
  EXPECT_GT(old, 100);
  EXPECT_GT(both, 20) << "a crash in the last call may leave it";
}

TEST(FailingDiskTest, AFailedCallGivesTheSnapshotUpAndLeavesNothing) {
  const Measured measured;
  for (uint64_t call = 1; call <= measured.calls; ++call) {
    const std::unique_ptr<CrashDisk> disk = measured.disk.copy();
    disk->fail_call(call, EIO);
    EXPECT_NE(write(*disk, 9, kNew).find("Input/output error"), std::string::npos);
    EXPECT_EQ(disk->files().size(), 1u) << "call " << call;
    expect_old(*disk);
    EXPECT_EQ(write(*disk, 9, kNew), "") << "the next one is";
    EXPECT_TRUE(expect_old_or_new(*disk));
  }
}

TEST(FailingDiskTest, AReadThatFailsWhileItIsVerifiedGivesItUp) {
  const Measured measured;
  ASSERT_GE(measured.reads, 3u);
  for (uint64_t read_number = 1; read_number <= measured.reads; ++read_number) {
    const std::unique_ptr<CrashDisk> disk = measured.disk.copy();
    disk->fail_read(read_number);
    EXPECT_NE(write(*disk, 9, kNew).find("Input/output error"), std::string::npos);
    EXPECT_EQ(disk->files().size(), 1u);
  }
}

TEST(FailingDiskTest, AFullDiskGivesTheSnapshotUp) {
  const Measured measured;
  const std::unique_ptr<CrashDisk> disk = measured.disk.copy();
  disk->set_full(true);
  EXPECT_EQ(write(*disk, 9, kNew),
            "the snapshot " + snapshot_name(9) + " cannot be made: No space left on device");
  disk->set_full(false);
  {
    SnapshotWriter writer(*disk, header_of(9));
    writer.begin_section(1);
    disk->set_full(true);
    EXPECT_FALSE(writer.has_failed());
    writer.put(std::string(kPayloadMax + 1, 'x'));
    EXPECT_TRUE(writer.has_failed());
    EXPECT_EQ(disk->files().size(), 1u) << "given up at once, so that there is room again";
    writer.begin_section(2);
    writer.put(std::string(3 * kPayloadMax, 'x'));
    EXPECT_FALSE(writer.finish(""));
    EXPECT_EQ(writer.error(),
              "the snapshot " + snapshot_name(9) + " cannot be written: No space left on device");
  }
  expect_old(*disk);
}

// A device that does not keep what it was given.
TEST(FailingDiskTest, WhatIsReadBackMustBeWhatWasWritten) {
  const Measured measured;
  const std::unique_ptr<CrashDisk> disk = measured.disk.copy();
  const std::string unfinished = snapshot_name(9) + ".tmp";
  SnapshotWriter writer(*disk, header_of(9));
  writer.begin_section(1);
  writer.put(std::string(kPayloadMax + 1, 'x'));
  disk->bytes(unfinished)[os::kDiskBlock + 5'000] ^= std::byte{1};
  EXPECT_FALSE(writer.finish(""));
  EXPECT_EQ(writer.error(), "the snapshot " + snapshot_name(9) +
                                " is given up: what was read back is not what was written; " +
                                snapshot_name(9) + " at 4096: a block is damaged");
  EXPECT_FALSE(disk->files().contains(unfinished));
  expect_old(*disk);
}

TEST(FailingDiskTest, AWriterThatIsDestroyedUnfinishedLeavesNothing) {
  const Measured measured;
  const std::unique_ptr<CrashDisk> disk = measured.disk.copy();
  {
    SnapshotWriter writer(*disk, header_of(9));
    writer.begin_section(1);
    writer.put("something");
  }
  EXPECT_EQ(disk->files().size(), 1u);
}

}  // namespace
}  // namespace guerdon::snapshot
