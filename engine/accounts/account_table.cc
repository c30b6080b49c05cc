#include "engine/accounts/account_table.h"

#include <algorithm>
#include <bit>
#include <cstring>
#include <utility>

#include "engine/base/assert.h"
#include "engine/base/bytes.h"
#include "engine/base/planted.h"
#include "engine/os/memory.h"

namespace guerdon::shard {

namespace {

constexpr size_t kIndexAtFirst = 64;
constexpr size_t kBlocksAtFirst = 64;
constexpr size_t kBlocksInLargeChunk = size_t{1} << 16;
constexpr uint64_t kLargeFrom = 100'000;  // expected accounts from which huge pages pay

size_t index_size(uint64_t expected) {
  return std::max(kIndexAtFirst, std::bit_ceil(static_cast<size_t>(expected + expected / 2)));
}

base::StablePool make_blocks(uint32_t cells, uint64_t expected) {
  if (expected < kLargeFrom) return {block_bytes(cells), kBlocksAtFirst};
  return {block_bytes(cells), kBlocksInLargeChunk, os::huge_pages()};
}

}  // namespace

AccountTable::AccountTable(uint32_t cells, uint64_t expected, bool reserve)
    : index_(make_index(index_size(expected))),
      shift_(64 - std::countr_zero(index_.size())),
      blocks_(make_blocks(cells, expected)) {
  if (reserve) blocks_.reserve(expected);
}

std::string_view AccountTable::name(const BlockHeader& block) const {
  if (block.name_size != kLongName) return {block.name, block.name_size};
  uint64_t offset = 0;
  uint16_t size = 0;
  std::memcpy(&offset, block.name, sizeof offset);
  std::memcpy(&size, block.name + sizeof offset, sizeof size);
  return std::string_view(long_names_).substr(offset, size);
}

BlockHeader* AccountTable::find(uint64_t hash, std::string_view name) {
  const size_t mask = index_.size() - 1;
  const auto tag = static_cast<uint32_t>(hash >> 32);
  for (size_t at = home(hash);; at = (at + 1) & mask) {
    const Slot slot = index_[at];
    if (slot.block == 0) return nullptr;
    if (slot.tag != tag) continue;
    BlockHeader* found = block(slot.block - 1);
    if (found->hash == hash && base::is_same(this->name(*found), name)) return found;
  }
}

bool AccountTable::find_name(uint64_t hash, std::string* name) const {
  const size_t mask = index_.size() - 1;
  for (size_t at = home(hash); index_[at].block != 0; at = (at + 1) & mask) {
    const BlockHeader* found = block(index_[at].block - 1);
    if (found->hash != hash) continue;
    *name = this->name(*found);
    return true;
  }
  return false;
}

void AccountTable::prefetch_block(uint64_t hash) const {
  const size_t mask = index_.size() - 1;
  const auto tag = static_cast<uint32_t>(hash >> 32);
  for (size_t at = home(hash);; at = (at + 1) & mask) {
    const Slot slot = index_[at];
    if (slot.block == 0) return;
    if (slot.tag != tag) continue;
    const std::byte* found = blocks_.at(slot.block - 1);
    base::prefetch_for_write(found);
    base::prefetch_for_write(found + 64);
    return;
  }
}

BlockHeader* AccountTable::add(uint64_t hash, std::string_view name) {
  size_t at = home(hash);
  if ((size_t{blocks_.size()} + 1) * 4 > index_.size() * 3) {
    grow();
    if (!base::planted(base::PlantedBug::kStaleAfterGrowth)) at = home(hash);
  }
  const uint32_t number = blocks_.add();
  BlockHeader* added = block(number);
  added->hash = hash;
  if (name.size() <= kShortNameBytes) {
    std::memcpy(added->name, name.data(), name.size());
    added->name_size = static_cast<uint8_t>(name.size());
  } else {
    const uint64_t offset = long_names_.size();
    const auto size = static_cast<uint16_t>(name.size());
    std::memcpy(added->name, &offset, sizeof offset);
    std::memcpy(added->name + sizeof offset, &size, sizeof size);
    added->name_size = kLongName;
    long_names_.append(name);
  }
  const size_t mask = index_.size() - 1;
  while (index_[at].block != 0) at = (at + 1) & mask;
  index_[at] = {static_cast<uint32_t>(hash >> 32), number + 1};
  return added;
}

base::PageArray<AccountTable::Slot> AccountTable::make_index(size_t slots) {
  auto index = os::make_array<Slot>(slots);
  index.touch();
  return index;
}

void AccountTable::grow() {
  const base::PageArray<Slot> old = std::exchange(index_, make_index(index_.size() * 2));
  GUERDON_ASSERT(index_.size() <= (size_t{1} << 32));
  --shift_;
  const size_t mask = index_.size() - 1;
  for (const Slot& slot : old) {
    if (slot.block == 0) continue;
    size_t at = home(slot);
    while (index_[at].block != 0) at = (at + 1) & mask;
    index_[at] = slot;
  }
}

uint64_t AccountTable::bytes() const {
  return blocks_.bytes() + index_.bytes() + long_names_.capacity();
}

}  // namespace guerdon::shard
