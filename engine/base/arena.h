#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "engine/base/assert.h"

// Blocks of one size that are only ever added, at addresses that never change.

namespace guerdon::base {

// Where a pool's memory comes from. base makes no system calls; engine/os/memory.h has a source of
// huge pages with this shape.
struct PageSource {
  // Zeroed memory, aligned to at least 64 bytes; aborts where there is none.
  std::byte* (*take)(size_t bytes);
  // Gives back what take() returned, with the same size.
  void (*give_back)(std::byte* pages, size_t bytes);
};

// Zeroed aligned operator new.
PageSource heap_pages();

// A pool of fixed-stride blocks in chunks. A chunk is taken whole when the one before it is full
// and is given back by the destructor; a block's address stays valid until then.
//
// Units: stride and bytes() in bytes. Blocks are numbered 0, 1, 2 ...; a number is what other
// structures keep (4 bytes, and it survives being written down).
// Ownership: owns its chunks; movable, not copyable. A pool that was moved from is empty.
// Thread-safety: none for add(); at() may run beside at().
class StablePool {
 public:
  // REQUIRES: stride > 0 and a multiple of 8; blocks_per_chunk a power of two.
  StablePool(size_t stride, size_t blocks_per_chunk, PageSource pages = heap_pages());
  ~StablePool();
  StablePool(StablePool&& other) noexcept;
  StablePool& operator=(StablePool&& other) noexcept;
  StablePool(const StablePool&) = delete;
  StablePool& operator=(const StablePool&) = delete;

  // Takes the memory of so many blocks now, so that adding them finds pages that are there.
  void reserve(size_t blocks);

  // Adds a block of zeros and returns its number. Aborts at 2^32 - 1 blocks.
  uint32_t add();

  // REQUIRES: index < size().
  std::byte* at(uint32_t index) {
    GUERDON_ASSERT(index < size_);
    return chunks_[index >> shift_] + (index & mask_) * stride_;
  }
  const std::byte* at(uint32_t index) const { return const_cast<StablePool*>(this)->at(index); }

  uint32_t size() const { return size_; }
  size_t stride() const { return stride_; }
  // Memory taken for chunks, used or not yet.
  size_t bytes() const { return chunks_.size() * chunk_bytes(); }

 private:
  size_t chunk_bytes() const { return stride_ << shift_; }
  void release();

  std::vector<std::byte*> chunks_;
  size_t stride_;
  uint32_t shift_;
  uint32_t mask_;
  uint32_t size_ = 0;
  PageSource pages_;
};

}  // namespace guerdon::base
