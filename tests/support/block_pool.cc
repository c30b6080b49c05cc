#include "tests/support/block_pool.h"

#include <cstdlib>

#include "engine/base/assert.h"

#if defined(__SANITIZE_ADDRESS__)
#define GUERDON_POISONS 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define GUERDON_POISONS 1
#endif
#endif

#ifdef GUERDON_POISONS
#include <sanitizer/allocator_interface.h>
#include <sanitizer/asan_interface.h>
#endif

namespace guerdon::support {
namespace {

void poison([[maybe_unused]] void* block, [[maybe_unused]] size_t size) {
#ifdef GUERDON_POISONS
  __asan_poison_memory_region(block, size);
#endif
}

void unpoison([[maybe_unused]] void* block, [[maybe_unused]] size_t size) {
#ifdef GUERDON_POISONS
  __asan_unpoison_memory_region(block, size);
#endif
}

void* aligned(size_t size, size_t alignment) {
  void* block = nullptr;
  const int error = posix_memalign(&block, alignment, size);
  GUERDON_ASSERT(error == 0);
  return block;
}

}  // namespace

BlockPool& BlockPool::of_process() {
  static BlockPool* const pool = new BlockPool;
  return *pool;
}

void* BlockPool::take(size_t size) {
  const std::lock_guard lock(mutex_);
  const auto of_size = kept_.find(size);
  if (of_size == kept_.end() || of_size->second.empty()) return aligned(size, kAlignment);
  void* const block = of_size->second.back();
  of_size->second.pop_back();
  bytes_ -= size;
  unpoison(block, size);
  return block;
}

void BlockPool::give(void* block, size_t size) {
  const std::lock_guard lock(mutex_);
  if (bytes_ + size > kMost) free_all();
  poison(block, size);
  kept_[size].push_back(block);
  bytes_ += size;
}

void BlockPool::free_all() {
  for (const auto& [size, blocks] : kept_) {
    for (void* const block : blocks) {
      unpoison(block, size);
      std::free(block);
    }
  }
  kept_.clear();
  bytes_ = 0;
}

}  // namespace guerdon::support

// With ASan what an engine takes with an alignment, such as buffers for a disk and pages of an
// arena, comes from the pool, too. All else comes from ASan's own operators.
#ifdef GUERDON_POISONS

using guerdon::support::BlockPool;

void* operator new(size_t size, std::align_val_t alignment) {
  const auto to = static_cast<size_t>(alignment);
  const bool is_pooled = size >= BlockPool::kLeast && to <= BlockPool::kAlignment;
  return is_pooled ? BlockPool::of_process().take(size) : guerdon::support::aligned(size, to);
}

void operator delete(void* block, std::align_val_t alignment) noexcept {
  if (block == nullptr) return;
  const size_t size = __sanitizer_get_allocated_size(block);
  if (size >= BlockPool::kLeast && static_cast<size_t>(alignment) <= BlockPool::kAlignment) {
    BlockPool::of_process().give(block, size);
  } else {
    std::free(block);
  }
}

void operator delete(void* block, size_t, std::align_val_t alignment) noexcept {
  operator delete(block, alignment);
}

#endif
