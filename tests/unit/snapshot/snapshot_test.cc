// What is put into a snapshot is what is taken from it.
#include <gtest/gtest.h>

#include "engine/snapshot/section_reader.h"
#include "tests/generate/rng.h"
#include "tests/unit/snapshot/small_snapshot.h"

namespace guerdon::snapshot {
namespace {

using support::CrashDisk;

std::unique_ptr<SnapshotReader> open(os::Disk& disk, uint64_t lsn) {
  std::unique_ptr<os::DiskFile> file;
  EXPECT_TRUE(disk.open(snapshot_name(lsn), &file).ok());
  auto reader = std::make_unique<SnapshotReader>(std::move(file), snapshot_name(lsn));
  EXPECT_TRUE(reader->open()) << reader->problem().sentence();
  return reader;
}

TEST(SnapshotTest, SectionsSummaryAndHeaderComeBack) {
  CrashDisk disk;
  Sections sections = small_sections();
  sections[9] = "";
  ASSERT_EQ(write(disk, 1'000, sections), "");
  const Content content = read(disk, snapshot_name(1'000));
  EXPECT_TRUE(content.is_sound) << content.problem.sentence();
  EXPECT_EQ(content.sections, sections);
  EXPECT_EQ(content.summary, "a summary");
  EXPECT_EQ(content.header.lsn, 1'000u);
  EXPECT_EQ(content.header.log, (base::Hash128{11, 12}));
  EXPECT_EQ(disk.files().size(), 1u) << "nothing is left beside it";
}

TEST(SnapshotTest, SectionsOfAnyLengthComeBack) {
  for (const size_t size : {kPayloadMax - 1, kPayloadMax, kPayloadMax + 1, 3 * kPayloadMax + 17}) {
    CrashDisk disk;
    std::string bytes(size, '\0');
    for (size_t i = 0; i < size; ++i) bytes[i] = static_cast<char>(i * i >> 7);
    const Sections sections{{1, "a"}, {2, bytes}, {3, "b"}};
    ASSERT_EQ(write(disk, 1, sections), "");
    const Content content = read(disk, snapshot_name(1));
    EXPECT_TRUE(content.is_sound) << content.problem.sentence();
    EXPECT_TRUE(content.sections == sections) << size;
    EXPECT_EQ(disk.files().begin()->second.bytes.size() % os::kDiskBlock, 0u);
  }
}

TEST(SnapshotTest, ASummaryTooLongIsCut) {
  CrashDisk disk;
  ASSERT_EQ(write(disk, 1, small_sections(), std::string(kSummaryMax + 5, 's')), "");
  EXPECT_EQ(read(disk, snapshot_name(1)).summary, std::string(kSummaryMax, 's'));
}

TEST(SnapshotTest, ASnapshotOfTheSameLsnIsReplacedAtOnce) {
  CrashDisk disk;
  ASSERT_EQ(write(disk, 1, {{1, "old"}}), "");
  ASSERT_EQ(write(disk, 1, {{1, "new"}}), "");
  EXPECT_EQ(read(disk, snapshot_name(1)).sections, (Sections{{1, "new"}}));
}

// Numbers, words and texts of random sizes, so that all of them fall on ends of blocks.
void put_random(generate::Rng& rng, SnapshotWriter& out) {
  const uint64_t value = rng.next() >> rng.below(64);
  switch (rng.below(6)) {
    case 0:
      return out.put_unsigned(value);
    case 1:
      return out.put_signed(static_cast<int64_t>(value));
    case 2:
      return out.put_word(value);
    case 3:
      return out.put_hash({value, ~value});
    case 4:
      return out.put_wide(-base::Int128{static_cast<int64_t>(value >> 1)} << 60);
    case 5:
      return out.put_text(std::string(value % 400, static_cast<char>(value)));
  }
}

void expect_random(generate::Rng& rng, SectionReader& in) {
  const uint64_t value = rng.next() >> rng.below(64);
  uint64_t number = 0;
  int64_t folded = 0;
  base::Hash128 hash;
  base::Int128 wide = 0;
  std::string_view text;
  switch (rng.below(6)) {
    case 0:
      ASSERT_TRUE(in.take_unsigned(UINT64_MAX, &number));
      ASSERT_EQ(number, value);
      return;
    case 1:
      ASSERT_TRUE(in.take_signed(&folded));
      ASSERT_EQ(folded, static_cast<int64_t>(value));
      return;
    case 2:
      ASSERT_TRUE(in.take_word(&number));
      ASSERT_EQ(number, value);
      return;
    case 3:
      ASSERT_TRUE(in.take_hash(&hash));
      ASSERT_EQ(hash, (base::Hash128{value, ~value}));
      return;
    case 4:
      ASSERT_TRUE(in.take_wide(&wide));
      ASSERT_TRUE(wide == -base::Int128{static_cast<int64_t>(value >> 1)} << 60);
      return;
    case 5:
      ASSERT_TRUE(in.take_text(400, &text));
      ASSERT_EQ(text, std::string(value % 400, static_cast<char>(value)));
      return;
  }
}

TEST(SnapshotTest, ValuesComeBackAcrossBlocks) {
  constexpr int kValues = 60'000;  // some blocks full
  CrashDisk disk;
  SnapshotWriter out(disk, header_of(5));
  generate::Rng writing(1);
  for (uint32_t section = 1; section <= 2; ++section) {
    out.begin_section(section);
    for (int i = 0; i < kValues; ++i) put_random(writing, out);
  }
  ASSERT_TRUE(out.finish("")) << out.error();
  ASSERT_GT(out.bytes(), 4 * kBlockBytesMax);
  const std::unique_ptr<SnapshotReader> reader = open(disk, 5);
  SectionReader in(*reader);
  generate::Rng reading(1);
  for (uint32_t section = 1; section <= 2; ++section) {
    ASSERT_TRUE(in.begin(section));
    for (int i = 0; i < kValues; ++i) {
      expect_random(reading, in);
      if (HasFatalFailure()) return;
    }
    ASSERT_TRUE(in.end());
  }
  EXPECT_TRUE(in.finish());
}

TEST(SectionReaderTest, ABoundThatIsPassedIsRefused) {
  CrashDisk disk;
  SnapshotWriter out(disk, header_of(5));
  out.begin_section(1);
  out.put_unsigned(100);
  ASSERT_TRUE(out.finish("")) << out.error();
  const auto problem_of = [&](auto take) {
    const std::unique_ptr<SnapshotReader> reader = open(disk, 5);
    SectionReader in(*reader);
    EXPECT_TRUE(in.begin(1));
    EXPECT_FALSE(take(in));
    return reader->problem().sentence();
  };
  const std::string front = snapshot_name(5) + ": section 1: ";
  uint64_t number = 0;
  int64_t folded = 0;
  std::string_view text;
  EXPECT_EQ(problem_of([&](SectionReader& in) { return in.take_unsigned(99, &number); }),
            front + "a number is too large: 100");
  EXPECT_EQ(problem_of([&](SectionReader& in) { return in.take_signed(49, &folded); }),
            front + "a number is out of range: 50");
  EXPECT_EQ(problem_of([&](SectionReader& in) { return in.take_text(99, &text); }),
            front + "a number is too large: 100");
  EXPECT_EQ(problem_of([&](SectionReader& in) { return in.take_text(100, &text); }),
            front + "it ends too early");
  EXPECT_EQ(problem_of([&](SectionReader& in) { return in.take_word(&number); }),
            front + "it ends too early");
  EXPECT_EQ(problem_of([&](SectionReader& in) { return in.end(); }),
            front + "more stands there than there should");
  EXPECT_EQ(problem_of([&](SectionReader& in) {
              return in.take_unsigned(100, &number) && in.end() && in.begin(2);
            }),
            snapshot_name(5) + ": section 2 is missing");
}

TEST(SectionReaderTest, WhatIsNoNumberIsRefused) {
  for (const std::string& bytes : {std::string(11, '\xff'), std::string("\x80\x00", 2)}) {
    CrashDisk disk;
    ASSERT_EQ(write(disk, 5, {{1, bytes}}), "");
    const std::unique_ptr<SnapshotReader> reader = open(disk, 5);
    SectionReader in(*reader);
    uint64_t number = 0;
    ASSERT_TRUE(in.begin(1));
    EXPECT_FALSE(in.take_unsigned(UINT64_MAX, &number));
    EXPECT_EQ(reader->problem().sentence(),
              snapshot_name(5) + ": section 1: what stands there is no number");
  }
}

TEST(SectionReaderTest, ASectionThatNobodyKnowsIsRefused) {
  CrashDisk disk;
  ASSERT_EQ(write(disk, 5, {{1, "a"}, {4, "b"}}), "");
  const std::unique_ptr<SnapshotReader> reader = open(disk, 5);
  SectionReader in(*reader);
  ASSERT_TRUE(in.begin(1) && in.take_same("a") && in.end());
  EXPECT_FALSE(in.finish());
  EXPECT_EQ(reader->problem().sentence(),
            snapshot_name(5) + ": section 4 is not known to this version");
}

TEST(SectionReaderTest, SameBytesAreTheSameAcrossBlocks) {
  CrashDisk disk;
  std::string bytes(kPayloadMax + 100, 'b');
  ASSERT_EQ(write(disk, 5, {{1, bytes}}), "");
  for (const size_t changed : {size_t{0}, kPayloadMax - 1, kPayloadMax, bytes.size()}) {
    const std::unique_ptr<SnapshotReader> reader = open(disk, 5);
    SectionReader in(*reader);
    std::string other = bytes;
    if (changed < other.size()) other[changed] = 'c';
    ASSERT_TRUE(in.begin(1));
    EXPECT_EQ(in.take_same(other), changed == bytes.size());
  }
}

}  // namespace
}  // namespace guerdon::snapshot
