// What a log looks like on a disk: segments of frames. Bytes only; what the records in a frame say
// is the business of who writes them. The page for people: docs/formats/log.md.
//
// A log is a folder of segment files, each a header and then frames, one behind the other, each at
// a multiple of kDiskBlock and padded with zeros to the next. A frame is what was written and
// synced as one: all of it counts or none. It holds some records (their numbers are LSNs, without a
// gap from the first of the log to the last) and says what came before it: which LSN is next, and
// the hash of the frame before. So a frame that is missing, moved, or of another log never fits.
//
// Numbers are little-endian, as in memory (base/hash.h asserts that). Each field's place is written
// down twice, as a field and as a static_assert: a log outlives the compiler and the order of lines
// in this file. A change of any of them is a new kFormatVersion.
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
#include "engine/os/disk.h"

namespace guerdon::wal {

inline constexpr uint32_t kFormatVersion = 1;

using LogId = base::Hash128;  // random, given when the log begins

// SHA-256 over a frame's header and payload, which hold the one before: a chain to the beginning.
using ChainHash = std::array<uint8_t, 32>;
ChainHash chain_hash(std::span<const std::byte> bytes);

// Where a log ends, and another frame may follow.
struct LogPosition {
  LogId log;
  uint64_t epoch = 0;     // of the last frame; each start that writes is one more, or some
  uint64_t next_lsn = 1;  // of the next record
  ChainHash chain{};      // of the last frame; zeros before the first
  bool is_sealed = true;  // the last frame holds no records, or there is none
};

// Every version, also those to come, has magic, check and version at these places, and a check of
// these bytes: so that a log of a newer version is told from a damaged one.
struct SegmentHeader {
  static constexpr std::array<char, 8> kMagic{'G', 'D', 'W', 'A', 'L', 0, 0, 1};

  std::array<char, 8> magic = kMagic;
  uint64_t check = 0;  // XXH3-64 of what follows, to the end of the struct
  uint32_t version = kFormatVersion;
  uint32_t reserved = 0;
  uint64_t segment_bytes = 0;
  LogId log;
  uint64_t epoch = 0;
  uint64_t first_lsn = 0;
  ChainHash previous{};    // of the frame before the first
  int64_t created_at = 0;  // milliseconds since 1970; for people
};
static_assert(sizeof(SegmentHeader) == 104 &&
              std::has_unique_object_representations_v<SegmentHeader>);
static_assert(offsetof(SegmentHeader, magic) == 0);
static_assert(offsetof(SegmentHeader, check) == 8);
static_assert(offsetof(SegmentHeader, version) == 16);
static_assert(offsetof(SegmentHeader, reserved) == 20);
static_assert(offsetof(SegmentHeader, segment_bytes) == 24);
static_assert(offsetof(SegmentHeader, log) == 32);
static_assert(offsetof(SegmentHeader, epoch) == 48);
static_assert(offsetof(SegmentHeader, first_lsn) == 56);
static_assert(offsetof(SegmentHeader, previous) == 64);
static_assert(offsetof(SegmentHeader, created_at) == 96);

enum FrameFlag : uint32_t {
  kSeal = 1,   // without records: says only that everything before it is durable
  kClean = 2,  // the engine was stopped in order
};

// What a digest says: the sum of the hashes of all entries up to this LSN.
struct Digest {
  uint64_t lsn = 0;
  base::Hash128 entries;

  bool operator==(const Digest&) const = default;
};

struct FrameHeader {
  static constexpr uint32_t kMagic = 0x4d41'5246;  // "FRAM"

  uint32_t magic = kMagic;
  uint32_t reserved = 0;
  uint64_t check = 0;  // XXH3-64 of the rest of the header, then of the payload, in one
  uint64_t first_lsn = 0;
  uint32_t records = 0;
  uint32_t payload_bytes = 0;
  uint64_t durable_lsn = 0;  // what was durable when the frame was built: first_lsn - 1
  int64_t before_at = 0;     // engine time before the first record, in milliseconds
  uint64_t epoch = 0;
  uint32_t plan_version = 0;
  uint32_t flags = 0;
  LogId log;
  ChainHash previous{};
  Digest digest;
};
static_assert(sizeof(FrameHeader) == 136 && std::has_unique_object_representations_v<FrameHeader>);
static_assert(offsetof(FrameHeader, magic) == 0);
static_assert(offsetof(FrameHeader, reserved) == 4);
static_assert(offsetof(FrameHeader, check) == 8);
static_assert(offsetof(FrameHeader, first_lsn) == 16);
static_assert(offsetof(FrameHeader, records) == 24);
static_assert(offsetof(FrameHeader, payload_bytes) == 28);
static_assert(offsetof(FrameHeader, durable_lsn) == 32);
static_assert(offsetof(FrameHeader, before_at) == 40);
static_assert(offsetof(FrameHeader, epoch) == 48);
static_assert(offsetof(FrameHeader, plan_version) == 56);
static_assert(offsetof(FrameHeader, flags) == 60);
static_assert(offsetof(FrameHeader, log) == 64);
static_assert(offsetof(FrameHeader, previous) == 80);
static_assert(offsetof(FrameHeader, digest) == 112);
static_assert(offsetof(Digest, lsn) == 0 && offsetof(Digest, entries) == 8);
static_assert(offsetof(LogId, lo) == 0 && offsetof(LogId, hi) == 8);

inline constexpr size_t kPayloadMax = size_t{4} << 20;

constexpr uint64_t whole_blocks(uint64_t bytes) {
  return (bytes + os::kDiskBlock - 1) / os::kDiskBlock * os::kDiskBlock;
}
constexpr uint64_t frame_bytes(size_t payload_bytes) {
  return whole_blocks(sizeof(FrameHeader) + payload_bytes);
}

// The largest payload that fits a segment of this size.
constexpr size_t payload_max(uint64_t segment_bytes) {
  const uint64_t fits = segment_bytes - os::kDiskBlock - sizeof(FrameHeader);
  return fits < kPayloadMax ? static_cast<size_t>(fits) : kPayloadMax;
}

// Lays a header down in the first block, with its check; the rest of the block is zero.
// REQUIRES: block.size() == kDiskBlock.
void put_segment_header(SegmentHeader header, std::span<std::byte> block);
// Nothing where the block is no header of this version, or one that was damaged.
std::optional<SegmentHeader> get_segment_header(std::span<const std::byte> block);

// The version of a header that is whole, and newer than this program knows.
std::optional<uint32_t> newer_version(std::span<const std::byte> block);

// Lays a header down in front of its payload, with its check. REQUIRES: the payload stands behind
// it already; frame.size() == sizeof(FrameHeader) + header.payload_bytes.
void put_frame_header(FrameHeader header, std::span<std::byte> frame);

// The header of a frame as it stands, if it could be one at all: magic and length. The check is
// not made yet: bytes behind the header are needed for it.
std::optional<FrameHeader> peek_frame_header(std::span<const std::byte> bytes);
// Whether a frame with its padding is as it was written. REQUIRES: frame.size() ==
// frame_bytes(header.payload_bytes).
bool is_whole(const FrameHeader& header, std::span<const std::byte> frame);

// Names of segments sort as their logs run: "wal-0000002a-00000000000003e8.seg".
std::string segment_name(uint64_t epoch, uint64_t first_lsn);
bool is_segment_name(std::string_view name);

}  // namespace guerdon::wal
