#include "engine/snapshot/format.h"

#include <gtest/gtest.h>

#include <cstring>

#include "tests/unit/snapshot/small_snapshot.h"

namespace guerdon::snapshot {
namespace {

TEST(FormatTest, NamesSortAsTheLogRuns) {
  EXPECT_EQ(snapshot_name(1'000), "snap-00000000000003e8.snap");
  EXPECT_LT(snapshot_name(255), snapshot_name(256));
  for (const uint64_t lsn : {uint64_t{0}, uint64_t{1'000}, UINT64_MAX}) {
    EXPECT_TRUE(is_snapshot_name(snapshot_name(lsn)));
    EXPECT_EQ(lsn_of_name(snapshot_name(lsn)), lsn);
  }
  for (const char* other : {"", "snap-.snap", "snap-00000000000003e8.snap.tmp",
                            "snap-00000000000003e8.snap.damaged", "snap-00000000000003E8.snap",
                            "snap-00000000000003g8.snap", "wal-00000001-00000000000003e8.seg"}) {
    EXPECT_FALSE(is_snapshot_name(other)) << other;
    EXPECT_EQ(lsn_of_name(other), std::nullopt) << other;
  }
}

TEST(FormatTest, SnapshotsAreListedTheNewestFirst) {
  support::CrashDisk disk;
  for (const uint64_t lsn : {uint64_t{7}, uint64_t{300}, uint64_t{20}})
    ASSERT_EQ(write(disk, lsn, small_sections()), "");
  ASSERT_TRUE(disk.create_with("notes", {}).ok());
  ASSERT_TRUE(disk.create_with(snapshot_name(400) + ".tmp", {}).ok());
  std::vector<std::string> names;
  ASSERT_TRUE(list_snapshots(disk, &names).ok());
  EXPECT_EQ(names,
            (std::vector<std::string>{snapshot_name(300), snapshot_name(20), snapshot_name(7)}));
}

TEST(FormatTest, ADigestIsThatOfAllPieces) {
  const std::array<std::byte, 3> abc{std::byte{'a'}, std::byte{'b'}, std::byte{'c'}};
  Digest digest;
  digest.add(std::span(abc).first(1));
  digest.add({});
  digest.add(std::span(abc).subspan(1));
  const std::array<uint8_t, 32> sum = digest.finish();
  // FIPS 180-2, B.1
  EXPECT_EQ(sum[0], 0xba);
  EXPECT_EQ(sum[1], 0x78);
  EXPECT_EQ(sum[31], 0xad);
}

TEST(FormatTest, AHeaderComesBackAndALaterVersionIsToldFromDamage) {
  std::vector<std::byte> part(os::kDiskBlock);
  SnapshotHeader header = header_of(42);
  put_header(header, part);
  SnapshotHeader back;
  ASSERT_EQ(get_header(part, &back), Found::kSound);
  EXPECT_EQ(back.lsn, 42u);
  EXPECT_EQ(back.plans, header.plans);
  EXPECT_EQ(get_header(std::span(part).first(200), &back), Found::kDamaged);
  EXPECT_EQ(get_header(std::span(part).first(20), &back), Found::kNone);
  header.version = kFormatVersion + 1;
  put_header(header, part);
  EXPECT_EQ(get_header(part, &back), Found::kNewer);
  part[4'000] = std::byte{1};
  EXPECT_EQ(get_header(part, &back), Found::kDamaged) << "of a later version, too";
  header.version = 0;
  part[4'000] = std::byte{};
  put_header(header, part);
  EXPECT_EQ(get_header(part, &back), Found::kDamaged);
}

TEST(FormatTest, LengthsAreBoundedBeforeTheyAreBelieved) {
  std::vector<std::byte> part(os::kDiskBlock);
  BlockHeader block;
  block.section = 1;
  put_block(block, part);
  const uint64_t too_long = kPayloadMax + 1;
  std::memcpy(part.data() + offsetof(BlockHeader, payload_bytes), &too_long,
              sizeof block.payload_bytes);
  EXPECT_EQ(peek_block(part, &block), Found::kDamaged);
  FooterHeader footer;
  EXPECT_EQ(peek_footer(part, &footer), Found::kNone);
  put_footer({}, part);
  std::memcpy(part.data() + offsetof(FooterHeader, summary_bytes), &too_long, sizeof too_long);
  EXPECT_EQ(peek_footer(part, &footer), Found::kDamaged);
}

}  // namespace
}  // namespace guerdon::snapshot
