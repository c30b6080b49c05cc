// No damaged snapshot is believed, whatever the damage.
#include <gtest/gtest.h>

#include "tests/unit/snapshot/small_snapshot.h"

namespace guerdon::snapshot {
namespace {

using support::CrashDisk;

const std::string kName = snapshot_name(5);

// A snapshot of a header, three blocks and a footer: each where it begins.
constexpr uint64_t kSecondBlock = 2 * os::kDiskBlock;
constexpr uint64_t kThirdBlock = 4 * os::kDiskBlock;
constexpr uint64_t kFooter = 5 * os::kDiskBlock;

class DamageTest : public testing::Test {
 protected:
  DamageTest() { EXPECT_EQ(write(disk_, 5, small_sections()), ""); }

  CrashDisk::Bytes& bytes() { return disk_.bytes(kName); }
  Content content() { return read(disk_, kName); }
  std::string sentence() { return content().problem.sentence(); }

  // The block that begins there with another header, its check mended.
  template <typename Change>
  void change_block(uint64_t at, Change change) {
    BlockHeader header;
    ASSERT_EQ(peek_block(std::span(bytes()).subspan(at), &header), Found::kSound);
    change(header);
    put_block(header, std::span(bytes()).subspan(at, bytes_of(header)));
  }

  CrashDisk disk_;
};

TEST_F(DamageTest, EachByteIsVouchedFor) {
  const CrashDisk::Bytes before = bytes();
  ASSERT_EQ(before.size(), kFooter + os::kDiskBlock);
  for (const uint8_t flip : {uint8_t{0x01}, uint8_t{0x80}, uint8_t{0xff}}) {
    const size_t step = flip == 0x01 ? 1 : 11;  // one bit of each, more bits of some
    for (size_t at = 0; at < before.size(); at += step) {
      bytes()[at] ^= std::byte{flip};
      const Content found = content();
      ASSERT_FALSE(found.is_sound) << at;
      const Fault expected = at < 8 ? Fault::kForeign : Fault::kDamage;
      ASSERT_EQ(found.problem.fault, expected) << at;
      ASSERT_LE(found.problem.offset, at);
      bytes()[at] = before[at];
    }
  }
  EXPECT_TRUE(content().is_sound);
}

TEST_F(DamageTest, EachEndIsTheRightOne) {
  const CrashDisk::Bytes before = bytes();
  for (size_t size = 0; size < before.size(); ++size) {
    bytes().resize(size);
    ASSERT_FALSE(content().is_sound) << size;
    bytes() = before;
  }
  for (const size_t more : {size_t{1}, os::kDiskBlock, size_t{2} << 20}) {
    bytes().resize(before.size() + more);
    ASSERT_EQ(sentence(), kName + " at 24576: something stands behind the footer");
    bytes() = before;
  }
}

TEST_F(DamageTest, SaysWhatIsWrongAndWhere) {
  const CrashDisk::Bytes before = bytes();
  bytes()[100] ^= std::byte{1};
  EXPECT_EQ(sentence(), kName + " at 0: the header is damaged");
  bytes() = before;
  bytes()[kSecondBlock + 4'500] ^= std::byte{1};
  EXPECT_EQ(sentence(), kName + " at 8192: a block is damaged");
  bytes() = before;
  bytes()[kThirdBlock] ^= std::byte{1};
  EXPECT_EQ(sentence(), kName + " at 16384: what stands here is neither a block nor a footer");
  bytes() = before;
  bytes()[kFooter + 60] ^= std::byte{1};
  EXPECT_EQ(sentence(), kName + " at 20480: the footer is damaged");
  bytes() = before;
  bytes().resize(kFooter);
  EXPECT_EQ(sentence(), kName + " at 20480: the snapshot ends here, before its footer");
  bytes() = before;
  bytes().resize(kSecondBlock + os::kDiskBlock);
  EXPECT_EQ(sentence(), kName + " at 8192: the snapshot ends within a block");
  bytes() = CrashDisk::Bytes(10'000, std::byte{'x'});
  EXPECT_EQ(sentence(), kName + ": this is no snapshot");
  bytes() = {};
  EXPECT_EQ(sentence(), kName + ": this is no snapshot");
}

TEST_F(DamageTest, ALaterVersionIsToldFromDamage) {
  SnapshotHeader header = content().header;
  header.version = 2;
  put_header(header, std::span(bytes()).first(os::kDiskBlock));
  EXPECT_EQ(content().problem.fault, Fault::kNewer);
  EXPECT_EQ(sentence(),
            kName + ": written by a newer version, in format 2; this one reads format 1");
}

// Blocks that are whole, but not those of this place.
TEST_F(DamageTest, ABlockThatDoesNotBelongHereIsFound) {
  const CrashDisk::Bytes before = bytes();
  const std::string misplaced = ": a block does not belong here";
  change_block(kSecondBlock, [](BlockHeader& header) { header.index = 2; });
  EXPECT_EQ(sentence(), kName + " at 8192" + misplaced);
  bytes() = before;
  change_block(kSecondBlock, [](BlockHeader& header) { header.lsn = 6; });
  EXPECT_EQ(sentence(), kName + " at 8192" + misplaced);
  bytes() = before;
  change_block(kThirdBlock, [](BlockHeader& header) { header.section = 1; });
  EXPECT_EQ(sentence(), kName + " at 16384" + misplaced);
}

// One that says what it should but for its content: only the footer knows.
TEST_F(DamageTest, ABlockOfAnotherSnapshotOfThisLsnIsFound) {
  CrashDisk other;
  Sections sections = small_sections();
  sections[7] = "the last 0ne";
  ASSERT_EQ(write(other, 5, sections), "");
  const auto block = std::span(other.bytes(kName)).subspan(kThirdBlock, os::kDiskBlock);
  std::copy(block.begin(), block.end(), bytes().begin() + kThirdBlock);
  EXPECT_EQ(sentence(), kName + " at 20480: the footer is not that of what stands before it");
}

TEST_F(DamageTest, AFooterOfLessIsFound) {
  const auto footer = std::span(bytes()).subspan(kFooter, os::kDiskBlock);
  std::copy(footer.begin(), footer.end(), bytes().begin() + kThirdBlock);
  bytes().resize(kFooter);
  EXPECT_EQ(sentence(), kName + " at 16384: the footer is not that of what stands before it");
}

TEST_F(DamageTest, AReadThatFailsIsNoDamage) {
  for (uint64_t read_number = 1; read_number <= 3; ++read_number) {
    const std::unique_ptr<CrashDisk> disk = disk_.copy();
    disk->fail_read(read_number);
    const Content found = read(*disk, kName);
    if (disk->reads() < read_number) continue;
    EXPECT_FALSE(found.is_sound);
    EXPECT_EQ(found.problem.fault, Fault::kDisk);
    EXPECT_NE(found.problem.sentence().find("Input/output error"), std::string::npos);
  }
}

}  // namespace
}  // namespace guerdon::snapshot
