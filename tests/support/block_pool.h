// Large blocks of memory for tests, used again. From ASan each one comes newly mapped, and the
// system's time for its pages was half of the time of tests that make many engines or disks.
#pragma once

#include <cstddef>
#include <map>
#include <mutex>
#include <new>
#include <vector>

namespace guerdon::support {

// Blocks that nobody has. A block is given only for the size it was made with, so that ASan sees
// who goes beyond its end, and is poisoned until then, so that ASan sees who uses what was given
// back. Thread-safety: any thread.
class BlockPool {
 public:
  // Smaller ones are used again by every allocator.
  static constexpr size_t kLeast = size_t{1} << 16;
  // Of all that are kept together; what would go beyond it makes all of them go.
  static constexpr size_t kMost = size_t{1} << 26;
  static constexpr size_t kAlignment = 4'096;

  // It lives as long as the process: the last to give back may be static, too.
  static BlockPool& of_process();

  // `size`: kLeast or more.
  void* take(size_t size);
  void give(void* block, size_t size);

 private:
  void free_all();

  std::mutex mutex_;
  std::map<size_t, std::vector<void*>> kept_;  // by size
  size_t bytes_ = 0;                           // of those
};

// For containers.
template <typename T>
struct PooledAllocator {
  using value_type = T;

  PooledAllocator() = default;
  template <typename Other>
  PooledAllocator(const PooledAllocator<Other>&) {}  // NOLINT(google-explicit-constructor)

  T* allocate(size_t count) {
    const size_t size = count * sizeof(T);
    if (size < BlockPool::kLeast) return static_cast<T*>(::operator new(size));
    return static_cast<T*>(BlockPool::of_process().take(size));
  }
  void deallocate(T* block, size_t count) {
    const size_t size = count * sizeof(T);
    if (size < BlockPool::kLeast) return ::operator delete(block);
    BlockPool::of_process().give(block, size);
  }

  bool operator==(const PooledAllocator&) const { return true; }
};

}  // namespace guerdon::support
