// What a snapshot looks like on a disk: a header, blocks, a footer. Bytes only; what the blocks say
// is the business of who writes them. The page for people: docs/formats/snapshot.md.
//
//   file    := header | block ... | footer        each padded with zeros to kDiskBlock
//   block   := BlockHeader | payload
//   footer  := FooterHeader | summary
//
// A snapshot has sections, by number; the payloads of the blocks of one, one behind the other, are
// what it says, and numbers rise through the file. Blocks are cut where they are full, whatever
// stands there.
//
// Each part has a check of its own, so that damage is found where it is; the SHA-256 in the footer
// is over all before it, so that whole blocks of other snapshots are found, too.
//
// Numbers are little-endian, as in memory (base/hash.h asserts that).
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/hash.h"
#include "engine/os/disk.h"

namespace guerdon::snapshot {

inline constexpr uint32_t kFormatVersion = 1;

// What the state is that the snapshot holds: that behind the record of this LSN.
struct SnapshotHeader {
  static constexpr std::array<char, 8> kMagic{'G', 'D', 'S', 'N', 'A', 'P', 0, 1};

  std::array<char, 8> magic = kMagic;
  // XXH3-64 of what follows, to the end of the first kDiskBlock: this, the magic and the version
  // stand where they stand in all versions to come, so that a later one is told from damage.
  uint64_t check = 0;
  uint32_t version = kFormatVersion;
  uint32_t reserved = 0;
  base::Hash128 log;                // the log's id
  uint64_t lsn = 0;                 // of the last record that is in the state
  uint64_t epoch = 0;               // of the log's frame that holds it
  std::array<uint8_t, 32> chain{};  // that frame's hash
  int64_t clock = 0;                // engine time, in milliseconds since 1970
  int64_t created_at = 0;           // milliseconds since 1970; for people
  base::Hash128 plans;              // of the plans' names and texts
};
static_assert(sizeof(SnapshotHeader) == 120);

struct BlockHeader {
  static constexpr uint32_t kMagic = 0x4b4c'4253;  // "SBLK"

  uint32_t magic = kMagic;
  uint32_t reserved = 0;
  uint64_t check = 0;    // XXH3-64 of the rest of the header, then of the payload, in one
  uint64_t index = 0;    // from 0
  uint64_t lsn = 0;      // the snapshot's
  uint32_t section = 0;  // never 0
  uint32_t payload_bytes = 0;
};
static_assert(sizeof(BlockHeader) == 40);

struct FooterHeader {
  static constexpr uint32_t kMagic = 0x444e'4553;  // "SEND"

  uint32_t magic = kMagic;
  uint32_t reserved = 0;
  uint64_t check = 0;  // XXH3-64 of the rest of the header, then of the summary, in one
  uint64_t blocks = 0;
  uint64_t bytes = 0;  // of the file before the footer
  uint64_t lsn = 0;    // the snapshot's
  uint64_t summary_bytes = 0;
  std::array<uint8_t, 32> digest{};  // SHA-256 of those bytes
};
static_assert(sizeof(FooterHeader) == 80);

// A full block is as long as a write to a disk should be, with its header.
inline constexpr size_t kBlockBytesMax = size_t{1} << 20;
inline constexpr size_t kPayloadMax = kBlockBytesMax - sizeof(BlockHeader);
inline constexpr size_t kSummaryMax = kBlockBytesMax - sizeof(FooterHeader);

constexpr size_t padded(size_t bytes) {
  return (bytes + os::kDiskBlock - 1) / os::kDiskBlock * os::kDiskBlock;
}

// Each lays a header down in front of what belongs to it, with its check. REQUIRES: `part` is
// padded, zero behind what is used; that (payload, summary) stands behind the header already.
void put_header(SnapshotHeader header, std::span<std::byte> part);
void put_block(BlockHeader header, std::span<std::byte> part);
void put_footer(FooterHeader footer, std::span<std::byte> part);

enum class Found : uint8_t {
  kSound,
  kNone,     // nothing of this kind begins here
  kDamaged,  // begun, but not as it was written
  kNewer,    // a later version of the format
};

// The header of a file from its first kDiskBlock bytes, or fewer where the file has no more.
Found get_header(std::span<const std::byte> part, SnapshotHeader* header);
// The header as it stands, if there is one and it is not too long; for the check, all bytes of the
// part are needed, with their padding.
Found peek_block(std::span<const std::byte> bytes, BlockHeader* header);
Found peek_footer(std::span<const std::byte> bytes, FooterHeader* footer);
constexpr size_t bytes_of(const BlockHeader& header) {
  return padded(sizeof header + header.payload_bytes);
}
constexpr size_t bytes_of(const FooterHeader& footer) {
  return padded(sizeof footer + footer.summary_bytes);
}
// REQUIRES: part.size() == bytes_of(...).
bool is_whole(const BlockHeader& header, std::span<const std::byte> part);
bool is_whole(const FooterHeader& footer, std::span<const std::byte> part);

// Names of snapshots sort as their logs run: "snap-00000000000003e8.snap".
std::string snapshot_name(uint64_t lsn);
bool is_snapshot_name(std::string_view name);
// The LSN in it; nothing where it is no snapshot's name.
std::optional<uint64_t> lsn_of_name(std::string_view name);
// The snapshots of a folder, the newest first.
os::DiskStatus list_snapshots(os::Disk& disk, std::vector<std::string>* names);

// SHA-256 of bytes that come piece by piece.
class Digest {
 public:
  Digest();
  ~Digest();
  Digest(const Digest&) = delete;
  Digest& operator=(const Digest&) = delete;

  void add(std::span<const std::byte> bytes);
  // Once.
  std::array<uint8_t, 32> finish();

 private:
  void* state_;  // the library's, owned
};

}  // namespace guerdon::snapshot
