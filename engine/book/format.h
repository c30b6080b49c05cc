// What a book looks like on a disk: segments of blocks of entries. The page for people:
// docs/formats/book.md.
//
//   segment := SegmentHeader, padded with zeros to kBlockBytes | block ... | zeros
//   block   := BlockHeader | entry ... | zeros                    kBlockBytes in all
//   entry   := entry_codec.h
//
// Blocks are numbered through all segments, and an entry's position follows from the number of its
// block. A block ends where the next entry does not fit: so every byte of a book follows from its
// entries, and none from when they were written, in what pieces, or by whom.
//
// Numbers are little-endian, as in memory (base/hash.h asserts that). A change of any field's place
// or meaning is a new kFormatVersion.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>

#include "engine/base/hash.h"
#include "engine/base/timestamp.h"
#include "engine/os/disk.h"

namespace guerdon::book {

inline constexpr uint32_t kFormatVersion = 2;

inline constexpr size_t kBlockBytes = size_t{16} << 10;
static_assert(kBlockBytes % os::kDiskBlock == 0);

// At most so many blocks are on their way to the device at one time, all side by side. So what is
// not sound that far before something sound was durable once: that is how damage is told from what
// a crash left.
inline constexpr size_t kBlocksInFlightMax = 64;

inline constexpr uint64_t kSegmentBytes = uint64_t{64} << 20;  // unless told otherwise

using LogId = base::Hash128;  // of the log that the entries are derived from

struct SegmentHeader {
  static constexpr std::array<char, 8> kMagic{'G', 'D', 'B', 'O', 'O', 'K', 0, 1};

  std::array<char, 8> magic = kMagic;
  // XXH3-64 of what follows, to the end of the first kBlockBytes: this, the magic and the version
  // stand where they stand in all versions to come.
  uint64_t check = 0;
  uint32_t version = kFormatVersion;
  uint32_t block_bytes = kBlockBytes;
  LogId log;
  uint64_t segment_bytes = 0;  // of the file
  uint64_t number = 0;         // from 0
  uint64_t first_lsn = 0;      // of the first entry
  uint64_t entries_before = 0;
};
static_assert(sizeof(SegmentHeader) == 72 &&
              std::has_unique_object_representations_v<SegmentHeader>);
static_assert(offsetof(SegmentHeader, check) == 8 && offsetof(SegmentHeader, version) == 16);
static_assert(offsetof(SegmentHeader, block_bytes) == 20 && offsetof(SegmentHeader, log) == 24);
static_assert(offsetof(SegmentHeader, segment_bytes) == 40 &&
              offsetof(SegmentHeader, number) == 48);
static_assert(offsetof(SegmentHeader, first_lsn) == 56);
static_assert(offsetof(SegmentHeader, entries_before) == 64);

enum BlockFlag : uint32_t {
  kFull = 1,  // the entry behind its last one did not fit: it is never written again
};

struct BlockHeader {
  static constexpr uint32_t kMagic = 0x4b4c'4242;  // "BBLK"

  uint32_t magic = kMagic;
  uint32_t flags = 0;
  uint64_t check = 0;  // XXH3-64 of what follows, to the end of the block
  LogId log;
  uint64_t number = 0;  // of the block in the book, from 0
  uint64_t first_lsn = 0;
  uint64_t last_lsn = 0;
  uint64_t entries_before = 0;       // in the book
  base::TimeMs first_effective = 0;  // of the first entry: the others' are told from there
  base::TimeMs effective_min = 0;
  base::TimeMs effective_max = 0;
  std::array<uint64_t, 4> kinds{};  // a bit for each kind that is present
  uint32_t entries = 0;             // at least 1
  uint32_t used = 0;                // bytes, the header's too; zeros behind
  int32_t first_period = 0;         // as first_effective
  uint16_t wallet_min = 0;
  uint16_t wallet_max = 0;

  bool is_full() const { return (flags & kFull) != 0; }
  bool has_kind(uint8_t kind) const { return (kinds[kind / 64] >> (kind % 64) & 1) != 0; }
};
static_assert(sizeof(BlockHeader) == 136 && std::has_unique_object_representations_v<BlockHeader>);
static_assert(offsetof(BlockHeader, check) == 8 && offsetof(BlockHeader, log) == 16);
static_assert(offsetof(BlockHeader, number) == 32 && offsetof(BlockHeader, first_lsn) == 40);
static_assert(offsetof(BlockHeader, last_lsn) == 48);
static_assert(offsetof(BlockHeader, entries_before) == 56);
static_assert(offsetof(BlockHeader, first_effective) == 64);
static_assert(offsetof(BlockHeader, effective_min) == 72);
static_assert(offsetof(BlockHeader, effective_max) == 80 && offsetof(BlockHeader, kinds) == 88);
static_assert(offsetof(BlockHeader, entries) == 120 && offsetof(BlockHeader, used) == 124);
static_assert(offsetof(BlockHeader, first_period) == 128);
static_assert(offsetof(BlockHeader, wallet_min) == 132);
static_assert(offsetof(BlockHeader, wallet_max) == 134);

// Where the blocks of a book are: in which file, and at which offset.
struct BookShape {
  LogId log;
  uint64_t segment_bytes = kSegmentBytes;

  uint64_t blocks_per_segment() const { return segment_bytes / kBlockBytes - 1; }
  uint64_t segment_of(uint64_t block) const { return block / blocks_per_segment(); }
  // Of the block in its file.
  uint64_t offset_of(uint64_t block) const {
    return (1 + block % blocks_per_segment()) * kBlockBytes;
  }
};
// A header and a block at least, of whole blocks.
constexpr bool is_segment_size(uint64_t bytes) {
  return bytes >= 2 * kBlockBytes && bytes % kBlockBytes == 0;
}

enum class Found : uint8_t {
  kSound,
  kNone,     // nothing of this kind begins here
  kDamaged,  // begun, but not as it was written
  kForeign,  // sound, but of another log, or of another place
  kNewer,    // a later version of the format
  kOlder,    // an earlier one
};

// Each lays a header down at the front of its kBlockBytes, with its check. REQUIRES: of a
// segment's, the rest is zero; of a block's, entries and zeros stand behind it already.
void put_segment_header(SegmentHeader header, std::span<std::byte> bytes);
void put_block_header(BlockHeader header, std::span<std::byte> block);

// kForeign is for who compares the fields. REQUIRES, for both: kBlockBytes bytes.
Found get_segment_header(std::span<const std::byte> bytes, SegmentHeader* header);
Found get_block_header(std::span<const std::byte> block, const LogId& log, uint64_t number,
                       BlockHeader* header);

bool is_zero(std::span<const std::byte> bytes);

// "book-0000002a.seg": names sort as segments are numbered.
std::string segment_name(uint64_t number);
std::optional<uint64_t> number_of_name(std::string_view name);

}  // namespace guerdon::book
