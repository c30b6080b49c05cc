#include "engine/wal/format.h"

#include <openssl/evp.h>

#include <algorithm>
#include <cstdio>
#include <cstring>

#include "engine/base/assert.h"
#include "engine/base/bytes.h"

namespace guerdon::wal {
namespace {

constexpr std::string_view kPrefix = "wal-";
constexpr std::string_view kSuffix = ".seg";
constexpr size_t kNameBytes = 4 + 8 + 1 + 16 + 4;

// From behind the check to the end.
template <typename Header>
uint64_t check_of(std::span<const std::byte> bytes) {
  constexpr size_t kFrom = offsetof(Header, check) + sizeof(Header::check);
  return base::hash64(base::text_of(bytes.subspan(kFrom)));
}

template <typename Header>
void put_checked(const Header& header, std::span<std::byte> bytes) {
  std::memcpy(bytes.data(), &header, sizeof header);
  const uint64_t check = check_of<Header>(bytes);
  std::memcpy(bytes.data() + offsetof(Header, check), &check, sizeof check);
}

bool is_zero(std::span<const std::byte> bytes) {
  return std::all_of(bytes.begin(), bytes.end(), [](std::byte b) { return b == std::byte{}; });
}

}  // namespace

ChainHash chain_hash(std::span<const std::byte> bytes) {
  ChainHash hash{};
  unsigned int size = 0;
  const int done =
      EVP_Digest(bytes.data(), bytes.size(), hash.data(), &size, EVP_sha256(), nullptr);
  GUERDON_ASSERT(done == 1 && size == hash.size());
  return hash;
}

void put_segment_header(SegmentHeader header, std::span<std::byte> block) {
  GUERDON_ASSERT(block.size() == os::kDiskBlock);
  put_checked(header, block.first(sizeof header));
  std::fill(block.begin() + sizeof header, block.end(), std::byte{});
}

std::optional<SegmentHeader> get_segment_header(std::span<const std::byte> block) {
  if (block.size() < os::kDiskBlock) return std::nullopt;
  const auto bytes = block.first(sizeof(SegmentHeader));
  SegmentHeader header;
  std::memcpy(&header, bytes.data(), sizeof header);
  const bool is_sound = header.magic == SegmentHeader::kMagic &&
                        header.check == check_of<SegmentHeader>(bytes) &&
                        header.version == kFormatVersion && header.reserved == 0 &&
                        is_zero(block.first(os::kDiskBlock).subspan(sizeof header));
  if (!is_sound) return std::nullopt;
  return header;
}

std::optional<uint32_t> newer_version(std::span<const std::byte> block) {
  if (block.size() < os::kDiskBlock) return std::nullopt;
  const auto bytes = block.first(sizeof(SegmentHeader));
  SegmentHeader header;
  std::memcpy(&header, bytes.data(), sizeof header);
  const bool is_newer = header.magic == SegmentHeader::kMagic &&
                        header.check == check_of<SegmentHeader>(bytes) &&
                        header.version > kFormatVersion;
  if (!is_newer) return std::nullopt;
  return header.version;
}

void put_frame_header(FrameHeader header, std::span<std::byte> frame) {
  GUERDON_ASSERT(frame.size() == sizeof header + header.payload_bytes);
  put_checked(header, frame);
}

std::optional<FrameHeader> peek_frame_header(std::span<const std::byte> bytes) {
  FrameHeader header;
  if (bytes.size() < sizeof header) return std::nullopt;
  std::memcpy(&header, bytes.data(), sizeof header);
  if (header.magic != FrameHeader::kMagic || header.reserved != 0) return std::nullopt;
  if (header.payload_bytes > kPayloadMax) return std::nullopt;
  return header;
}

bool is_whole(const FrameHeader& header, std::span<const std::byte> frame) {
  GUERDON_ASSERT(frame.size() == frame_bytes(header.payload_bytes));
  const size_t used = sizeof header + header.payload_bytes;
  return header.check == check_of<FrameHeader>(frame.first(used)) && is_zero(frame.subspan(used));
}

std::string segment_name(uint64_t epoch, uint64_t first_lsn) {
  char name[kNameBytes + 1];
  std::snprintf(name, sizeof name, "wal-%08llx-%016llx.seg", static_cast<unsigned long long>(epoch),
                static_cast<unsigned long long>(first_lsn));
  return name;
}

bool is_segment_name(std::string_view name) {
  return name.size() == kNameBytes && name.starts_with(kPrefix) && name.ends_with(kSuffix);
}

}  // namespace guerdon::wal
