// The blocks that were read last, a fixed number of them.
//
// A block may be in one of kWays places, and takes that which was not used for longest. So there is
// no list and no index: a look at eight numbers, side by side.
//
// Memory: as many blocks as it was made for, taken when they are first needed. Thread-safety: one
// thread at a time.
#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>
#include <vector>

#include "engine/book/block.h"
#include "engine/book/format.h"

namespace guerdon::book {

class BlockCache {
 public:
  static constexpr size_t kWays = 8;

  // Room for `blocks`, rounded up to kWays.
  explicit BlockCache(size_t blocks);

  // Null where it is not there. Valid until the next make_place().
  const BlockView* find(uint64_t block);

  // Where to read it to, in place of another; found only when keep() was called.
  std::span<std::byte> make_place(uint64_t block);
  const BlockView* keep(const BlockHeader& header);

  // Forgets everything.
  void clear();

 private:
  static constexpr uint64_t kNone = std::numeric_limits<uint64_t>::max();

  std::span<uint64_t> numbers_of(uint64_t block) {
    return std::span(numbers_).subspan(block % (numbers_.size() / kWays) * kWays, kWays);
  }

  std::vector<uint64_t> numbers_;  // by place: which block is there
  std::vector<uint64_t> used_at_;
  std::vector<BlockView> views_;
  std::vector<std::vector<std::byte>> bytes_;
  uint64_t uses_ = 0;
  size_t place_ = 0;  // that was made last
};

}  // namespace guerdon::book
