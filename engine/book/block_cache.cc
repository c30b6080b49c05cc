#include "engine/book/block_cache.h"

#include <algorithm>

#include "engine/base/assert.h"

namespace guerdon::book {
namespace {

size_t places_for(size_t blocks) {
  const size_t sets = (blocks + BlockCache::kWays - 1) / BlockCache::kWays;
  return std::max<size_t>(sets, 1) * BlockCache::kWays;
}

}  // namespace

BlockCache::BlockCache(size_t blocks)
    : numbers_(places_for(blocks), kNone),
      used_at_(numbers_.size()),
      views_(numbers_.size()),
      bytes_(numbers_.size()) {}

const BlockView* BlockCache::find(uint64_t block) {
  const std::span<uint64_t> numbers = numbers_of(block);
  const auto at = std::find(numbers.begin(), numbers.end(), block);
  if (at == numbers.end()) return nullptr;
  const auto place = static_cast<size_t>(&*at - numbers_.data());
  used_at_[place] = ++uses_;
  return &views_[place];
}

std::span<std::byte> BlockCache::make_place(uint64_t block) {
  const std::span<uint64_t> numbers = numbers_of(block);
  const auto first = static_cast<size_t>(numbers.data() - numbers_.data());
  const auto same = std::find(numbers.begin(), numbers.end(), block);
  if (same != numbers.end()) {
    place_ = static_cast<size_t>(&*same - numbers_.data());
  } else {
    const auto used = used_at_.begin() + static_cast<std::ptrdiff_t>(first);
    place_ = static_cast<size_t>(std::min_element(used, used + kWays) - used_at_.begin());
  }
  numbers_[place_] = kNone;
  bytes_[place_].resize(kBlockBytes);
  return bytes_[place_];
}

const BlockView* BlockCache::keep(const BlockHeader& header) {
  GUERDON_ASSERT(numbers_[place_] == kNone && !bytes_[place_].empty());
  numbers_[place_] = header.number;
  used_at_[place_] = ++uses_;
  views_[place_] = BlockView(bytes_[place_], header);
  return &views_[place_];
}

void BlockCache::clear() { std::fill(numbers_.begin(), numbers_.end(), kNone); }

}  // namespace guerdon::book
