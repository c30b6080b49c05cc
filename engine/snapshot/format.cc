#include "engine/snapshot/format.h"

#include <openssl/evp.h>

#include <algorithm>
#include <charconv>
#include <cstdio>
#include <cstring>

#include "engine/base/assert.h"
#include "engine/base/bytes.h"

namespace guerdon::snapshot {
namespace {

constexpr std::string_view kPrefix = "snap-";
constexpr std::string_view kSuffix = ".snap";
constexpr size_t kDigits = 16;
constexpr size_t kNameBytes = kPrefix.size() + kDigits + kSuffix.size();

// From behind the check to the end.
template <typename Header>
uint64_t check_of(std::span<const std::byte> bytes) {
  constexpr size_t kFrom = offsetof(Header, check) + sizeof(Header::check);
  return base::hash64(base::text_of(bytes.subspan(kFrom)));
}

template <typename Header>
void put_checked(const Header& header, size_t used, std::span<std::byte> part) {
  GUERDON_ASSERT(part.size() == padded(used));
  std::memcpy(part.data(), &header, sizeof header);
  const uint64_t check = check_of<Header>(part.first(used));
  std::memcpy(part.data() + offsetof(Header, check), &check, sizeof check);
}

bool is_zero(std::span<const std::byte> bytes) {
  return std::all_of(bytes.begin(), bytes.end(), [](std::byte b) { return b == std::byte{}; });
}

template <typename Header>
bool is_as_written(const Header& header, size_t used, std::span<const std::byte> part) {
  GUERDON_ASSERT(part.size() == padded(used));
  return header.check == check_of<Header>(part.first(used)) && is_zero(part.subspan(used));
}

bool is_digit(char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); }

}  // namespace

void put_header(SnapshotHeader header, std::span<std::byte> part) {
  GUERDON_ASSERT(part.size() == os::kDiskBlock);
  put_checked(header, part.size(), part);
}

void put_block(BlockHeader header, std::span<std::byte> part) {
  GUERDON_ASSERT(header.section != 0 && header.payload_bytes <= kPayloadMax);
  put_checked(header, sizeof header + header.payload_bytes, part);
}

void put_footer(FooterHeader footer, std::span<std::byte> part) {
  GUERDON_ASSERT(footer.summary_bytes <= kSummaryMax);
  put_checked(footer, sizeof footer + footer.summary_bytes, part);
}

Found get_header(std::span<const std::byte> part, SnapshotHeader* header) {
  if (part.size() < sizeof *header) return Found::kNone;
  std::memcpy(header, part.data(), sizeof *header);
  if (header->magic != SnapshotHeader::kMagic) return Found::kNone;
  if (part.size() != os::kDiskBlock || !is_as_written(*header, part.size(), part)) {
    return Found::kDamaged;
  }
  if (header->version > kFormatVersion) return Found::kNewer;
  const bool is_sound = header->version == kFormatVersion && header->reserved == 0 &&
                        is_zero(part.subspan(sizeof *header));
  return is_sound ? Found::kSound : Found::kDamaged;
}

Found peek_block(std::span<const std::byte> bytes, BlockHeader* header) {
  if (bytes.size() < sizeof *header) return Found::kNone;
  std::memcpy(header, bytes.data(), sizeof *header);
  if (header->magic != BlockHeader::kMagic) return Found::kNone;
  const bool is_sound =
      header->section != 0 && header->reserved == 0 && header->payload_bytes <= kPayloadMax;
  return is_sound ? Found::kSound : Found::kDamaged;
}

Found peek_footer(std::span<const std::byte> bytes, FooterHeader* footer) {
  if (bytes.size() < sizeof *footer) return Found::kNone;
  std::memcpy(footer, bytes.data(), sizeof *footer);
  if (footer->magic != FooterHeader::kMagic) return Found::kNone;
  const bool is_sound = footer->reserved == 0 && footer->summary_bytes <= kSummaryMax;
  return is_sound ? Found::kSound : Found::kDamaged;
}

bool is_whole(const BlockHeader& header, std::span<const std::byte> part) {
  return is_as_written(header, sizeof header + header.payload_bytes, part);
}

bool is_whole(const FooterHeader& footer, std::span<const std::byte> part) {
  return is_as_written(footer, sizeof footer + footer.summary_bytes, part);
}

std::string snapshot_name(uint64_t lsn) {
  char name[kNameBytes + 1];
  std::snprintf(name, sizeof name, "snap-%016llx.snap", static_cast<unsigned long long>(lsn));
  return name;
}

bool is_snapshot_name(std::string_view name) { return lsn_of_name(name).has_value(); }

std::optional<uint64_t> lsn_of_name(std::string_view name) {
  if (name.size() != kNameBytes || !name.starts_with(kPrefix) || !name.ends_with(kSuffix)) {
    return std::nullopt;
  }
  const std::string_view digits = name.substr(kPrefix.size(), kDigits);
  if (!std::all_of(digits.begin(), digits.end(), is_digit)) return std::nullopt;
  uint64_t lsn = 0;
  std::from_chars(digits.data(), digits.data() + digits.size(), lsn, 16);
  return lsn;
}

os::DiskStatus list_snapshots(os::Disk& disk, std::vector<std::string>* names) {
  const os::DiskStatus status = disk.list(names);
  std::erase_if(*names, [](const std::string& name) { return !is_snapshot_name(name); });
  std::reverse(names->begin(), names->end());
  return status;
}

Digest::Digest() : state_(EVP_MD_CTX_new()) {
  GUERDON_ASSERT(state_ != nullptr);
  const int done = EVP_DigestInit_ex(static_cast<EVP_MD_CTX*>(state_), EVP_sha256(), nullptr);
  GUERDON_ASSERT(done == 1);
}

Digest::~Digest() { EVP_MD_CTX_free(static_cast<EVP_MD_CTX*>(state_)); }

void Digest::add(std::span<const std::byte> bytes) {
  const int done = EVP_DigestUpdate(static_cast<EVP_MD_CTX*>(state_), bytes.data(), bytes.size());
  GUERDON_ASSERT(done == 1);
}

std::array<uint8_t, 32> Digest::finish() {
  std::array<uint8_t, 32> digest{};
  unsigned int size = 0;
  const int done = EVP_DigestFinal_ex(static_cast<EVP_MD_CTX*>(state_), digest.data(), &size);
  GUERDON_ASSERT(done == 1 && size == digest.size());
  return digest;
}

}  // namespace guerdon::snapshot
