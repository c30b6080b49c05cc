#include "engine/book/block.h"

#include <algorithm>
#include <cstring>

#include "engine/base/bytes.h"

namespace guerdon::book {
namespace {

EntryBase base_of(const BlockHeader& header) {
  return {header.first_lsn, header.first_effective, header.first_period};
}

}  // namespace

void BlockBuilder::begin(std::span<std::byte> bytes, const LogId& log, uint64_t number,
                         uint64_t entries_before) {
  GUERDON_ASSERT(bytes.size() == kBlockBytes);
  bytes_ = bytes;
  std::fill(bytes_.begin(), bytes_.end(), std::byte{});
  header_ = {};
  header_.log = log;
  header_.number = number;
  header_.entries_before = entries_before;
  header_.used = sizeof header_;
}

bool BlockBuilder::add(const BookEntry& entry, Position previous) {
  GUERDON_ASSERT(entry.lsn >= std::max<uint64_t>(header_.last_lsn, 1));
  GUERDON_ASSERT(previous < position());
  const EntryBase base =
      is_empty() ? EntryBase{entry.lsn, entry.effective, entry.period} : base_of(header_);
  const uint64_t link = previous == kNoPosition ? 0 : position() - previous;
  char* const at = static_cast<char*>(static_cast<void*>(bytes_.data() + header_.used));
  const size_t room = kBlockBytes - header_.used;
  size_t size = 0;
  if (room >= kEntryBytesMax) [[likely]] {
    size = static_cast<size_t>(put_entry(at, entry, link, base) - at);
  } else {
    char encoded[kEntryBytesMax];
    size = static_cast<size_t>(put_entry(encoded, entry, link, base) - encoded);
    if (size > room) return false;
    std::memcpy(at, encoded, size);
  }
  header_.used += static_cast<uint32_t>(size);
  count(entry);
  return true;
}

void BlockBuilder::count(const BookEntry& entry) {
  if (is_empty()) {
    header_.first_lsn = entry.lsn;
    header_.first_effective = header_.effective_min = header_.effective_max = entry.effective;
    header_.first_period = entry.period;
    header_.wallet_min = header_.wallet_max = entry.wallet;
  }
  header_.last_lsn = entry.lsn;
  header_.effective_min = std::min(header_.effective_min, entry.effective);
  header_.effective_max = std::max(header_.effective_max, entry.effective);
  header_.wallet_min = std::min(header_.wallet_min, entry.wallet);
  header_.wallet_max = std::max(header_.wallet_max, entry.wallet);
  header_.kinds[entry.kind / 64] |= uint64_t{1} << (entry.kind % 64);
  ++header_.entries;
}

void BlockBuilder::close(uint32_t flags) {
  GUERDON_ASSERT(!is_empty());
  header_.flags = flags;
  put_block_header(header_, bytes_);
}

std::span<const std::byte> BlockBuilder::bytes_from(Position position) const {
  GUERDON_ASSERT(block_of(position) == number() && position <= this->position());
  const size_t from = offset_in_block(position);
  return bytes_.subspan(from, header_.used - from);
}

bool BlockView::get(Position position, PlacedEntry* entry, Position* behind) const {
  GUERDON_ASSERT(position >= first() && position < end());
  const std::string_view text = base::text_of(bytes_.first(header_.used));
  const char* const at = text.data() + offset_in_block(position);
  uint64_t link = 0;
  const char* const next =
      get_entry(at, text.data() + text.size(), base_of(header_), &entry->entry, &link);
  if (next == nullptr || link > position) return false;
  entry->position = position;
  entry->previous = link == 0 ? kNoPosition : position - link;
  *behind = position + static_cast<uint64_t>(next - at);
  return true;
}

bool BlockView::begins_at(Position position) const {
  PlacedEntry entry;
  Position at = first();
  while (at < position && at < end()) {
    if (!get(at, &entry, &at)) return false;
  }
  return at == position && at < end();
}

}  // namespace guerdon::book
