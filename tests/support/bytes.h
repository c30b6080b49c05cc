// The bytes of a file in memory.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstring>
#include <span>
#include <utility>

#include "engine/base/assert.h"
#include "tests/support/block_pool.h"

namespace guerdon::support {

// A vector of bytes as far as tests need one. Test sources are not optimised, where std::vector
// with an allocator of its own constructs, copies, compares and destroys byte by byte: that was
// most of the time of the tests that crash.
class Bytes {
 public:
  Bytes() = default;
  explicit Bytes(size_t size, std::byte value = {}) { resize(size, value); }
  explicit Bytes(std::span<const std::byte> bytes) { assign(bytes); }
  Bytes(const Bytes& other) { assign(other); }
  Bytes(Bytes&& other) noexcept { swap(other); }
  Bytes& operator=(Bytes other) noexcept {
    swap(other);
    return *this;
  }
  ~Bytes() { give_back(); }

  std::byte* data() { return data_; }
  const std::byte* data() const { return data_; }
  size_t size() const { return size_; }
  bool empty() const { return size_ == 0; }
  std::byte* begin() { return data_; }
  std::byte* end() { return data_ + size_; }
  const std::byte* begin() const { return data_; }
  const std::byte* end() const { return data_ + size_; }
  std::byte& operator[](size_t at) {
    GUERDON_ASSERT(at < size_);
    return data_[at];
  }
  std::byte operator[](size_t at) const {
    GUERDON_ASSERT(at < size_);
    return data_[at];
  }

  // Those that are new are `value`.
  void resize(size_t size, std::byte value = {}) {
    if (size > capacity_) move_to(std::max(size, 2 * capacity_));
    if (size > size_) std::memset(data_ + size_, static_cast<int>(value), size - size_);
    size_ = size;
  }

  bool operator==(const Bytes& other) const {
    return size_ == other.size_ && (size_ == 0 || std::memcmp(data_, other.data_, size_) == 0);
  }

 private:
  // REQUIRES: it is empty.
  void assign(std::span<const std::byte> bytes) {
    if (bytes.empty()) return;
    move_to(bytes.size());
    std::memcpy(data_, bytes.data(), bytes.size());
    size_ = bytes.size();
  }

  void move_to(size_t capacity) {
    std::byte* const block = PooledAllocator<std::byte>().allocate(capacity);
    if (size_ > 0) std::memcpy(block, data_, size_);
    give_back();
    data_ = block;
    capacity_ = capacity;
  }

  void give_back() {
    if (data_ != nullptr) PooledAllocator<std::byte>().deallocate(data_, capacity_);
  }

  void swap(Bytes& other) {
    std::swap(data_, other.data_);
    std::swap(size_, other.size_);
    std::swap(capacity_, other.capacity_);
  }

  std::byte* data_ = nullptr;
  size_t size_ = 0;
  size_t capacity_ = 0;
};

}  // namespace guerdon::support
