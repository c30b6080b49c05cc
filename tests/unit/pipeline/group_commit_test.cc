// The log's writer over a disk in memory: a full one shows before anybody waits for it, and what
// fails, fails once.
#include "engine/pipeline/group_commit.h"

#include <gtest/gtest.h>

#include <atomic>
#include <cerrno>
#include <chrono>
#include <memory>
#include <string>
#include <thread>

#include "engine/pipeline/log_bytes.h"
#include "engine/wal/log_reader.h"
#include "tests/support/crash_disk.h"

namespace guerdon::pipeline {
namespace {

using support::CrashDisk;

constexpr uint64_t kSegment = 4 << 20;
constexpr size_t kJobs = 3;
constexpr std::chrono::milliseconds kPause{GroupCommit::kIdleMs};
constexpr int kPatience = 500;  // pauses

class GroupCommitTest : public testing::Test {
 protected:
  // As a start does it: the log goes on where it ends.
  void open() {
    wal::LogReader reader(*disk_);
    ASSERT_TRUE(reader.open(1));
    while (reader.next() == wal::LogReader::Step::kFrame) {
    }
    ASSERT_TRUE(reader.problem().what.empty()) << reader.problem().sentence();
    wal::LogPosition end = reader.end();
    if (end.epoch == 0) end.log = {1, 2};
    spares_ = std::make_unique<wal::SpareSegments>(*disk_, segment_bytes_);
    log_ = std::make_unique<GroupCommit>(*disk_, *spares_, end, 0, kJobs,
                                         GroupCommit::Hooks{{}, [this] { ++failures_; }});
  }
  void close() { log_.reset(); }
  void start_over() {
    close();
    spares_.reset();
    disk_ = std::make_unique<CrashDisk>();
  }

  // A job of one record, as large as it can be.
  bool append_largest() { return log_->append(std::string(LogBytes::kBytesMax, 'x'), 1, 0); }

  // Waits for it; whether it came.
  template <typename Condition>
  static bool comes(const Condition& condition) {
    for (int i = 0; i < kPatience; ++i) {
      if (condition()) return true;
      std::this_thread::sleep_for(kPause);
    }
    return condition();
  }

  struct Found {
    uint64_t records = 0;
    uint64_t frames = 0;
    uint64_t filled = 0;  // of them, with records
    uint32_t flags = 0;   // of the last frame
  };
  Found read() {
    Found found;
    wal::LogReader reader(*disk_);
    EXPECT_TRUE(reader.open(1));
    while (reader.next() == wal::LogReader::Step::kFrame) {
      ++found.frames;
      found.records += reader.header().records;
      if (reader.header().records != 0) ++found.filled;
      found.flags = reader.header().flags;
    }
    EXPECT_TRUE(reader.problem().what.empty()) << reader.problem().sentence();
    return found;
  }

  uint64_t segment_bytes_ = kSegment;
  std::unique_ptr<CrashDisk> disk_ = std::make_unique<CrashDisk>();
  std::unique_ptr<wal::SpareSegments> spares_;
  std::atomic<int> failures_{0};
  std::unique_ptr<GroupCommit> log_;
};

// Full after any number of jobs: as many as may come on one promise are written all the same, with
// a seal between them or without.
TEST_F(GroupCommitTest, AFullDiskShowsBeforeAnythingWaitsForIt) {
  for (uint64_t before = 0; before < 6; ++before) {
    for (const bool is_slow : {false, true}) {
      SCOPED_TRACE(before);
      start_over();
      open();
      for (uint64_t i = 0; i < before; ++i) {
        ASSERT_TRUE(log_->has_room());
        ASSERT_TRUE(append_largest());
      }
      ASSERT_TRUE(log_->has_room());
      disk_->set_full(true);
      for (size_t i = 0; i < kJobs; ++i) {
        ASSERT_TRUE(append_largest());
        if (is_slow) std::this_thread::sleep_for(2 * kPause);
      }
      ASSERT_TRUE(log_->flush());
      uint64_t more = 0;
      for (; log_->has_room(); ++more) {
        ASSERT_TRUE(append_largest());
        ASSERT_TRUE(log_->flush());
      }
      EXPECT_NE(log_->error().find("No space left"), std::string::npos) << log_->error();
      EXPECT_TRUE(log_->figures().is_full);
      EXPECT_FALSE(log_->has_failed());
      disk_->set_full(false);
      EXPECT_TRUE(comes([this] { return log_->has_room(); }));
      ASSERT_TRUE(append_largest());
      close();
      const Found found = read();
      EXPECT_EQ(found.records, before + kJobs + more + 1);
      EXPECT_EQ(found.flags, wal::kSeal | wal::kClean);
      EXPECT_EQ(failures_, 0);
    }
  }
}

TEST_F(GroupCommitTest, ClosedOnAFullDiskItEndsWithWhatWasDurable) {
  open();
  uint64_t records = 0;
  ASSERT_TRUE(log_->has_room());
  disk_->set_full(true);
  for (; log_->has_room(); ++records) {
    ASSERT_TRUE(append_largest());
    ASSERT_TRUE(log_->flush());
  }
  close();
  EXPECT_GE(records, 1u);
  EXPECT_EQ(read().records, records);
  EXPECT_EQ(failures_, 0) << "nothing was lost";
}

// Nothing has an LSN, and nothing is to be closed that never was there.
TEST_F(GroupCommitTest, AnEmptyLogOnAFullDiskStaysEmpty) {
  disk_->set_full(true);
  open();
  EXPECT_FALSE(log_->has_room());
  EXPECT_TRUE(log_->flush());
  close();
  EXPECT_EQ(read().frames, 0u);
  EXPECT_EQ(failures_, 0);
}

TEST_F(GroupCommitTest, WhatPassesIsTriedAgain) {
  for (const int error : {ENOSPC, EDQUOT, EMFILE, ENFILE, ENOMEM}) {
    start_over();
    disk_->fail_call(1, error, /*for_ever=*/true);
    open();
    EXPECT_FALSE(log_->has_room());
    EXPECT_FALSE(log_->has_failed()) << log_->error();
    disk_->heal();
    EXPECT_TRUE(comes([this] { return log_->has_room(); })) << error;
    EXPECT_TRUE(append_largest() && log_->flush());
    close();
  }
  EXPECT_EQ(failures_, 0);
}

TEST_F(GroupCommitTest, ASegmentThatCannotBeMadeIsTheEnd) {
  disk_->fail_call(1, EIO);
  open();
  EXPECT_TRUE(comes([this] { return failures_ == 1; }));
  EXPECT_FALSE(log_->has_room());
  EXPECT_FALSE(append_largest());
  EXPECT_FALSE(log_->flush());
  close();
  EXPECT_EQ(failures_, 1);
}

TEST_F(GroupCommitTest, AWriteThatFailsIsTheLastAndIsToldOnce) {
  open();
  ASSERT_TRUE(log_->has_room());
  ASSERT_TRUE(append_largest());
  ASSERT_TRUE(log_->flush());
  const uint64_t durable = log_->durable_lsn();
  disk_->fail_call(disk_->calls() + 1, EIO, /*for_ever=*/true);
  (void)append_largest();
  EXPECT_FALSE(log_->flush());
  EXPECT_FALSE(append_largest());
  EXPECT_FALSE(log_->flush());
  EXPECT_FALSE(log_->has_room());
  EXPECT_TRUE(log_->has_failed());
  EXPECT_NE(log_->error(), "");
  EXPECT_EQ(log_->durable_lsn(), durable);
  close();
  EXPECT_EQ(failures_, 1);
}

TEST_F(GroupCommitTest, AfterAnIdleTimeASealFollowsAndOnlyOne) {
  open();
  ASSERT_TRUE(log_->has_room());
  ASSERT_TRUE(append_largest());
  EXPECT_TRUE(comes([this] { return log_->figures().frames == 2; }));
  std::this_thread::sleep_for(5 * kPause);
  EXPECT_EQ(log_->figures().frames, 2u);
  EXPECT_EQ(read().flags, wal::kSeal);
  EXPECT_EQ(log_->durable_lsn(), 1u);
}

// Also behind a frame that has no seal yet, and as long as it takes.
TEST_F(GroupCommitTest, WhatIsFollowedWaitsForThatAndIsOneFrameWithIt) {
  open();
  for (uint64_t durable = 0; durable < 6; durable += 3) {
    for (int i = 0; i < 3; ++i) {
      ASSERT_TRUE(log_->append("some", 1, 0, true));
      std::this_thread::sleep_for(2 * kPause);
    }
    EXPECT_EQ(log_->durable_lsn(), durable);
    // A job without records for the log ends it as well.
    ASSERT_TRUE(log_->append({}, 0, 0));
    while (log_->durable_lsn() == durable) std::this_thread::yield();
    EXPECT_EQ(log_->durable_lsn(), durable + 3);
  }
  close();
  const Found found = read();
  EXPECT_EQ(found.filled, 2U);
  EXPECT_EQ(found.records, 6U);
}

TEST_F(GroupCommitTest, WhatIsFollowedIsWrittenAtTheEnd) {
  open();
  ASSERT_TRUE(log_->append("some", 1, 0, true));
  close();
  EXPECT_EQ(read().records, 1U);
}

TEST_F(GroupCommitTest, WhatIsFollowedDoesNotWaitWhereItIsWorthwhile) {
  open();
  const std::string part(GroupCommit::kWorthwhileBytes / 2, 'x');
  ASSERT_TRUE(log_->append(part, 1, 0, true));
  std::this_thread::sleep_for(2 * kPause);
  EXPECT_EQ(log_->durable_lsn(), 0U);
  ASSERT_TRUE(log_->append(part, 1, 0, true));
  EXPECT_TRUE(comes([this] { return log_->durable_lsn() == 2; }));
  ASSERT_TRUE(log_->append(part, 1, 0, true));
  ASSERT_TRUE(log_->flush());
  EXPECT_EQ(log_->durable_lsn(), 3U);
}

// No room for both in one frame: the second waits for the first, which must not wait for it.
TEST_F(GroupCommitTest, WhatIsFollowedByMoreThanThereIsRoomForDoesNotWait) {
  segment_bytes_ = os::kDiskBlock + wal::frame_bytes(LogBytes::kBytesMax) + wal::frame_bytes(0);
  open();
  ASSERT_TRUE(log_->has_room());
  const std::string some(4 * os::kDiskBlock, 'x');
  ASSERT_LT(some.size(), GroupCommit::kWorthwhileBytes);
  ASSERT_TRUE(log_->append(some, 1, 0, true));
  EXPECT_TRUE(comes([this] { return log_->durable_lsn() == 1; }));
  ASSERT_TRUE(append_largest());
  ASSERT_TRUE(log_->flush());
  EXPECT_EQ(log_->durable_lsn(), 2U);
}

// A start finds a frame that nothing vouches for.
TEST_F(GroupCommitTest, WhatWasFoundWithoutASealGetsOne) {
  open();
  ASSERT_TRUE(log_->has_room());
  ASSERT_TRUE(append_largest());
  ASSERT_TRUE(log_->flush());
  disk_->fail_call(disk_->calls() + 1, EIO, /*for_ever=*/true);  // as if it was killed
  close();
  disk_->heal();
  if (read().frames != 1) GTEST_SKIP() << "this machine is too slow: the seal was there before";
  open();
  EXPECT_TRUE(comes([this] { return log_->figures().frames == 1; }));
  EXPECT_EQ(read().flags, wal::kSeal);
  close();
  EXPECT_EQ(read().flags, wal::kSeal | wal::kClean);
  open();
  std::this_thread::sleep_for(5 * kPause);
  EXPECT_EQ(log_->figures().frames, 0u) << "a log that ends with a seal needs none";
}

}  // namespace
}  // namespace guerdon::pipeline
