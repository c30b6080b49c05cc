// What is left of a log, byte by byte: every prefix of one, each byte changed, each file missing.
#include <gtest/gtest.h>

#include "engine/wal/settle.h"
#include "tests/unit/wal/small_log.h"

namespace guerdon::wal {
namespace {

using Step = LogReader::Step;
using support::CrashDisk;

// A log of three starts, and how many records each frame ends with.
struct Example {
  CrashDisk disk;
  std::vector<std::string> records;
  struct Frame {
    std::string segment;
    uint64_t offset = 0;
    uint64_t bytes = 0;
    size_t records_before = 0;
    size_t records = 0;
  };
  std::vector<Frame> frames;

  Example() {
    for (int start = 0; start < 3; ++start) {
      Writer writer(disk);
      for (size_t frame = 0; frame < 3; ++frame) {
        const std::vector<std::string> more = some_records(records.size(), 2);
        EXPECT_EQ(writer.write(more), Append::kDurable);
        records.insert(records.end(), more.begin(), more.end());
      }
      EXPECT_EQ(writer.write({}, kSeal), Append::kDurable);
    }
    list_frames();
  }

 private:
  void list_frames() {
    size_t before = 0;
    for (const auto& [name, content] : disk.files()) {
      if (!is_segment_name(name)) continue;
      for (uint64_t at = os::kDiskBlock; at < content.bytes.size();) {
        const auto header = peek_frame_header(std::span(content.bytes).subspan(at));
        if (!header) break;
        const uint64_t bytes = frame_bytes(header->payload_bytes);
        frames.push_back({name, at, bytes, before, header->records});
        before += header->records;
        at += bytes;
      }
    }
  }
};

std::vector<std::string> first_of(const std::vector<std::string>& all, size_t count) {
  return {all.begin(), all.begin() + static_cast<std::ptrdiff_t>(count)};
}

TEST(DamageTest, TheExampleHasWhatTheTestsAreAbout) {
  const Example example;
  ASSERT_EQ(example.frames.size(), 12u);
  EXPECT_EQ(example.records.size(), 18u);
  EXPECT_TRUE(std::any_of(example.frames.begin(), example.frames.end(),
                          [](const auto& frame) { return frame.bytes > os::kDiskBlock; }));
}

// Writing stopped in the middle of the last frame: its whole predecessors are the log.
TEST(DamageTest, EveryPrefixOfALogIsItsWholeFrames) {
  const Example example;
  for (size_t f = 0; f < example.frames.size(); ++f) {
    const Example::Frame& frame = example.frames[f];
    std::unique_ptr<CrashDisk> disk = example.disk.copy();
    for (size_t later = f + 1; later < example.frames.size(); ++later) {
      const std::string& name = example.frames[later].segment;
      if (name != frame.segment && disk->files().contains(name)) {
        ASSERT_TRUE(disk->remove(name).ok());
      }
    }
    CrashDisk::Bytes& bytes = disk->bytes(frame.segment);
    const CrashDisk::Bytes whole = bytes;
    for (uint64_t kept = 0; kept <= frame.bytes; kept += (kept < 200 ? 1 : 13)) {
      std::fill(bytes.begin(), bytes.end(), std::byte{});
      std::copy_n(whole.begin(), frame.offset + kept, bytes.begin());
      const Content content = read_log(*disk);
      ASSERT_EQ(content.ended, Step::kEnd) << f << " " << kept << content.problem.sentence();
      // What was not written is zero, as the end of a frame may be: then it is whole all the same.
      const bool is_whole =
          std::all_of(whole.begin() + static_cast<std::ptrdiff_t>(frame.offset + kept),
                      whole.begin() + static_cast<std::ptrdiff_t>(frame.offset + frame.bytes),
                      [](std::byte b) { return b == std::byte{}; });
      ASSERT_EQ(content.records,
                first_of(example.records, frame.records_before + (is_whole ? frame.records : 0)));
      ASSERT_EQ(content.torn.bytes > 0, kept > 0 && !is_whole) << f << " " << kept;
    }
  }
}

// Each byte of each frame but the last, which nothing vouches for: damage, and only what came
// before is given. No byte goes unnoticed.
TEST(DamageTest, AChangedByteIsDamageWhereSomethingLaterIsWhole) {
  const Example example;
  for (size_t f = 0; f + 1 < example.frames.size(); ++f) {
    const Example::Frame& frame = example.frames[f];
    const std::unique_ptr<CrashDisk> disk = example.disk.copy();
    CrashDisk::Bytes& bytes = disk->bytes(frame.segment);
    for (uint64_t at = 0; at < frame.bytes; at += (at < 400 ? 1 : 7)) {
      const std::byte mask = std::byte{1} << (at % 8);
      bytes[frame.offset + at] ^= mask;
      const Content content = read_log(*disk);
      ASSERT_EQ(content.ended, Step::kProblem) << f << " " << at;
      ASSERT_TRUE(content.problem.is_damage);
      ASSERT_EQ(content.problem.lsn, frame.records_before + 1);
      ASSERT_EQ(content.problem.file, frame.segment);
      ASSERT_EQ(content.problem.offset, frame.offset);
      ASSERT_EQ(content.records, first_of(example.records, frame.records_before));
      bytes[frame.offset + at] ^= mask;
    }
  }
}

TEST(DamageTest, AChangedByteOfTheLastFrameCutsItOff) {
  const Example example;
  const Example::Frame& frame = example.frames.back();
  ASSERT_EQ(frame.records, 0u) << "a seal, so that no record is without a witness";
  const std::unique_ptr<CrashDisk> disk = example.disk.copy();
  CrashDisk::Bytes& bytes = disk->bytes(frame.segment);
  for (uint64_t at = 0; at < frame.bytes; ++at) {
    bytes[frame.offset + at] ^= std::byte{0x10};
    const Content content = read_log(*disk);
    ASSERT_EQ(content.ended, Step::kEnd) << at;
    ASSERT_EQ(content.records, example.records);
    ASSERT_EQ(content.torn.offset, frame.offset);
    ASSERT_GT(content.torn.bytes, 0u);
    bytes[frame.offset + at] ^= std::byte{0x10};
  }
}

TEST(DamageTest, AChangedHeaderOfASegmentIsDamage) {
  const Example example;
  for (const auto& [name, content] : example.disk.files()) {
    if (!is_segment_name(name)) continue;
    const std::unique_ptr<CrashDisk> disk = example.disk.copy();
    for (size_t at = 0; at < os::kDiskBlock; at += (at < 120 ? 1 : 11)) {
      disk->bytes(name)[at] ^= std::byte{0x04};
      const Content read = read_log(*disk);
      ASSERT_EQ(read.ended, Step::kProblem) << name << " " << at;
      ASSERT_TRUE(read.problem.is_damage);
      ASSERT_TRUE(read.records.empty());
      disk->bytes(name)[at] ^= std::byte{0x04};
    }
  }
}

TEST(DamageTest, AMissingMisplacedOrForeignSegmentIsDamage) {
  const Example example;
  std::vector<std::string> names;
  for (const auto& [name, content] : example.disk.files()) {
    if (is_segment_name(name)) names.push_back(name);
  }
  ASSERT_EQ(names.size(), 3u);
  const auto damaged = [](CrashDisk& disk) {
    const Content content = read_log(disk);
    return content.ended == Step::kProblem && content.problem.is_damage;
  };
  std::unique_ptr<CrashDisk> disk = example.disk.copy();
  ASSERT_TRUE(disk->remove(names[1]).ok());
  EXPECT_TRUE(damaged(*disk)) << "one between two";
  disk = example.disk.copy();
  ASSERT_TRUE(disk->remove(names[0]).ok());
  EXPECT_TRUE(damaged(*disk)) << "the first";
  disk = example.disk.copy();
  disk->bytes(names[2]) = disk->bytes(names[1]);
  EXPECT_TRUE(damaged(*disk)) << "one under another's name";
  disk = example.disk.copy();
  disk->bytes(names[1]).resize(kSmallSegment - os::kDiskBlock);
  EXPECT_TRUE(damaged(*disk)) << "one that lost its end";

  disk = example.disk.copy();
  std::optional<SegmentHeader> header = get_segment_header(disk->bytes(names[2]));
  ASSERT_TRUE(header);
  header->log = {1, 2};
  put_segment_header(*header, std::span(disk->bytes(names[2])).first(os::kDiskBlock));
  EXPECT_TRUE(damaged(*disk)) << "one of another log";
}

TEST(DamageTest, AFrameAtAnotherPlaceDoesNotCount) {
  const Example example;
  const Example::Frame& first = example.frames[0];
  const Example::Frame& second = example.frames[1];
  const std::unique_ptr<CrashDisk> disk = example.disk.copy();
  CrashDisk::Bytes& bytes = disk->bytes(first.segment);
  std::copy_n(bytes.begin() + static_cast<std::ptrdiff_t>(second.offset), second.bytes,
              bytes.begin() + static_cast<std::ptrdiff_t>(first.offset));
  const Content content = read_log(*disk);
  EXPECT_EQ(content.ended, Step::kProblem);
  EXPECT_TRUE(content.records.empty());
}

TEST(DamageTest, WhatIsCutOffIsKeptAside) {
  const Example example;
  const std::unique_ptr<CrashDisk> disk = example.disk.copy();
  const Example::Frame& last = example.frames.back();
  disk->bytes(last.segment)[last.offset + 20] ^= std::byte{1};
  const Content content = read_log(*disk);
  ASSERT_GT(content.torn.bytes, 0u);
  for (int again = 0; again < 2; ++again) {
    ASSERT_TRUE(keep_aside(*disk, content.torn).ok());
    const CrashDisk::Bytes& kept = disk->bytes(last.segment + ".torn");
    EXPECT_EQ(kept.size(), content.torn.bytes);
    EXPECT_TRUE(
        std::equal(kept.begin(), kept.end(),
                   disk->bytes(last.segment).begin() + static_cast<std::ptrdiff_t>(last.offset)));
    EXPECT_EQ(read_log(*disk).records, example.records);
  }
  ASSERT_TRUE(keep_aside(*disk, TornTail{}).ok()) << "nothing to keep";
}

// Each thing that a frame says of its place, changed with a check that fits: only the place is
// wrong.
TEST(DamageTest, AWholeFrameThatDoesNotBelongHereDoesNotCount) {
  const Example example;
  const Example::Frame& frame = example.frames[1];
  const struct {
    const char* what;
    void (*change)(FrameHeader&);
  } changes[] = {
      {"log", [](FrameHeader& header) { header.log.lo ^= 1; }},
      {"epoch", [](FrameHeader& header) { ++header.epoch; }},
      {"first_lsn", [](FrameHeader& header) { ++header.first_lsn; }},
      {"durable_lsn", [](FrameHeader& header) { --header.durable_lsn; }},
      {"previous", [](FrameHeader& header) { header.previous[31] ^= 1; }},
      {"records", [](FrameHeader& header) { header.records = 0; }},
      {"reserved", [](FrameHeader& header) { header.reserved = 1; }},
  };
  for (const auto& one : changes) {
    const std::unique_ptr<CrashDisk> disk = example.disk.copy();
    const std::span<std::byte> bytes =
        std::span(disk->bytes(frame.segment)).subspan(frame.offset, frame.bytes);
    std::optional<FrameHeader> header = peek_frame_header(bytes);
    ASSERT_TRUE(header);
    one.change(*header);
    put_frame_header(*header, bytes.first(sizeof(FrameHeader) + header->payload_bytes));
    const Content content = read_log(*disk);
    EXPECT_EQ(content.ended, Step::kProblem) << one.what;
    EXPECT_EQ(content.records, first_of(example.records, frame.records_before)) << one.what;
  }
}

// The device completes a write that had failed, after the next start has gone on without it.
TEST(DamageTest, AFrameThatArrivesTooLateDoesNotCount) {
  CrashDisk disk;
  ASSERT_EQ(Writer(disk).write(some_records(0, 3)), Append::kDurable);
  const std::string segment = segment_name(1, 1);
  const std::unique_ptr<CrashDisk> with_more = disk.copy();
  {
    // The same start, a frame further.
    CrashDisk other;
    Writer writer(other);
    ASSERT_EQ(writer.write(some_records(0, 3)), Append::kDurable);
    ASSERT_EQ(writer.write({"never acknowledged\n"}), Append::kDurable);
    with_more->bytes(segment) = other.bytes(segment);
  }
  ASSERT_EQ(read_log(*with_more).records.size(), 4u);
  ASSERT_EQ(Writer(disk).write(some_records(3, 2)), Append::kDurable);
  disk.bytes(segment) = with_more->bytes(segment);
  const Content content = read_log(disk);
  EXPECT_EQ(content.ended, Step::kEnd) << content.problem.sentence();
  EXPECT_EQ(content.records, some_records(0, 5));
}

TEST(DamageTest, ADamagedSealBeforeAWholeFrameIsDamage) {
  CrashDisk disk;
  Writer writer(disk);
  ASSERT_EQ(writer.write(some_records(0, 1)), Append::kDurable);
  ASSERT_EQ(writer.write({}, kSeal), Append::kDurable);
  ASSERT_EQ(writer.write(some_records(1, 1)), Append::kDurable);
  disk.bytes(segment_name(1, 1))[2 * os::kDiskBlock + 30] ^= std::byte{1};
  const Content content = read_log(disk);
  EXPECT_EQ(content.ended, Step::kProblem);
  EXPECT_TRUE(content.problem.is_damage);
}

}  // namespace
}  // namespace guerdon::wal
