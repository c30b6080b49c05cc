#include "engine/book/format.h"

#include <algorithm>
#include <charconv>
#include <cstdio>
#include <cstring>

#include "engine/base/assert.h"
#include "engine/base/bytes.h"

namespace guerdon::book {
namespace {

constexpr std::string_view kPrefix = "book-";
constexpr std::string_view kSuffix = ".seg";
constexpr size_t kDigits = 8;
constexpr size_t kNameBytes = kPrefix.size() + kDigits + kSuffix.size();

// Both headers have it at one place.
constexpr size_t kBehindCheck = 16;
static_assert(offsetof(SegmentHeader, check) + sizeof(uint64_t) == kBehindCheck);
static_assert(offsetof(BlockHeader, check) + sizeof(uint64_t) == kBehindCheck);

uint64_t check_of(std::span<const std::byte> bytes) {
  return base::hash64(base::text_of(bytes.subspan(kBehindCheck)));
}

template <typename Header>
void put_checked(const Header& header, std::span<std::byte> bytes) {
  GUERDON_ASSERT(bytes.size() == kBlockBytes);
  std::memcpy(bytes.data(), &header, sizeof header);
  const uint64_t check = check_of(bytes);
  std::memcpy(bytes.data() + offsetof(Header, check), &check, sizeof check);
}

bool is_plausible(const BlockHeader& header) {
  return header.flags <= kFull && header.entries > 0 && header.used > sizeof header &&
         header.used <= kBlockBytes && header.first_lsn > 0 && header.first_lsn <= header.last_lsn;
}

bool is_digit(char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); }

}  // namespace

// The first is zero, and each is as the one before it: which the library compares in wide words. It
// matters to a start, which looks at all that is left of a segment.
bool is_zero(std::span<const std::byte> bytes) {
  if (bytes.empty()) return true;
  const bool is_first_zero = bytes.front() == std::byte{};
  return is_first_zero && std::memcmp(bytes.data(), bytes.data() + 1, bytes.size() - 1) == 0;
}

void put_segment_header(SegmentHeader header, std::span<std::byte> bytes) {
  put_checked(header, bytes);
}

void put_block_header(BlockHeader header, std::span<std::byte> block) {
  GUERDON_ASSERT(is_plausible(header));
  put_checked(header, block);
}

Found get_segment_header(std::span<const std::byte> bytes, SegmentHeader* header) {
  GUERDON_ASSERT(bytes.size() == kBlockBytes);
  std::memcpy(header, bytes.data(), sizeof *header);
  if (header->magic != SegmentHeader::kMagic)
    return is_zero(bytes) ? Found::kNone : Found::kDamaged;
  if (header->check != check_of(bytes)) return Found::kDamaged;
  if (header->version > kFormatVersion) return Found::kNewer;
  if (header->version < kFormatVersion) return Found::kOlder;
  const bool is_sound =
      header->block_bytes == kBlockBytes && is_segment_size(header->segment_bytes);
  return is_sound ? Found::kSound : Found::kDamaged;
}

Found get_block_header(std::span<const std::byte> block, const LogId& log, uint64_t number,
                       BlockHeader* header) {
  GUERDON_ASSERT(block.size() == kBlockBytes);
  std::memcpy(header, block.data(), sizeof *header);
  if (header->magic != BlockHeader::kMagic) return is_zero(block) ? Found::kNone : Found::kDamaged;
  if (header->check != check_of(block) || !is_plausible(*header)) return Found::kDamaged;
  return header->log == log && header->number == number ? Found::kSound : Found::kForeign;
}

std::string segment_name(uint64_t number) {
  char name[kNameBytes + 1];
  std::snprintf(name, sizeof name, "book-%08llx.seg", static_cast<unsigned long long>(number));
  return name;
}

std::optional<uint64_t> number_of_name(std::string_view name) {
  if (name.size() != kNameBytes || !name.starts_with(kPrefix) || !name.ends_with(kSuffix)) {
    return std::nullopt;
  }
  const std::string_view digits = name.substr(kPrefix.size(), kDigits);
  if (!std::all_of(digits.begin(), digits.end(), is_digit)) return std::nullopt;
  uint64_t number = 0;
  std::from_chars(digits.data(), digits.data() + digits.size(), number, 16);
  return number;
}

}  // namespace guerdon::book
