// The bytes of a file in memory.
#pragma once

#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstring>
#include <span>
#include <utility>

#include "engine/base/assert.h"
#include "tests/support/block_pool.h"

namespace guerdon::support {

// A vector of bytes as far as tests need one. Test sources are not optimised, where std::vector
// with an allocator of its own constructs, copies, compares and destroys byte by byte: that was
// most of the time of the tests that crash. Files are made long and full of zeros, and written from
// their beginning: of zeros at the end no memory is taken until somebody wants to see them, which
// was most of it when that was mended.
class Bytes {
 public:
  Bytes() = default;
  explicit Bytes(size_t size, std::byte value = {}) { resize(size, value); }
  explicit Bytes(std::span<const std::byte> bytes) { assign(bytes); }
  Bytes(const Bytes& other) {
    assign({other.data_, other.held_});
    size_ = other.size_;
  }
  Bytes(Bytes&& other) noexcept { swap(other); }
  Bytes& operator=(Bytes other) noexcept {
    swap(other);
    return *this;
  }
  ~Bytes() { give_back(); }

  std::byte* data() { return part(0, size_); }
  const std::byte* data() const { return whole(); }
  size_t size() const { return size_; }
  bool empty() const { return size_ == 0; }
  std::byte* begin() { return data(); }
  std::byte* end() { return data() + size_; }
  const std::byte* begin() const { return data(); }
  const std::byte* end() const { return data() + size_; }
  std::byte& operator[](size_t at) {
    GUERDON_ASSERT(at < size_);
    return *part(at, 1);
  }
  std::byte operator[](size_t at) const {
    GUERDON_ASSERT(at < size_);
    return at < held_ ? data_[at] : std::byte{};
  }

  // These, to be read and written. REQUIRES: they are within.
  std::byte* part(size_t from, size_t size) {
    GUERDON_ASSERT(from + size <= size_);
    hold(from + size);
    return data_ + from;
  }
  // REQUIRES: as many are there.
  void read(size_t from, std::span<std::byte> out) const {
    GUERDON_ASSERT(from + out.size() <= size_);
    const size_t held = from < held_ ? std::min(out.size(), held_ - from) : 0;
    if (held > 0) std::memcpy(out.data(), data_ + from, held);
    if (held < out.size()) std::memset(out.data() + held, 0, out.size() - held);
  }

  // Those that are new are `value`.
  void resize(size_t size, std::byte value = {}) {
    const size_t before = std::exchange(size_, size);
    held_ = std::min(held_, size);
    if (value == std::byte{} || size <= before) return;
    hold(size);
    std::memset(data_ + before, static_cast<int>(value), size - before);
  }

  bool operator==(const Bytes& other) const {
    return size_ == other.size_ && (size_ == 0 || std::memcmp(data(), other.data(), size_) == 0);
  }

 private:
  // REQUIRES: it is empty.
  void assign(std::span<const std::byte> bytes) {
    if (bytes.empty()) return;
    size_ = bytes.size();
    hold(size_);
    std::memcpy(data_, bytes.data(), bytes.size());
  }

  const std::byte* whole() const {
    const_cast<Bytes*>(this)->hold(size_);
    return data_;
  }

  // As many from the beginning on are in memory.
  void hold(size_t size) {
    if (size <= held_) return;
    // Few sizes, so that blocks are used again; but none beyond the end of a file that is whole.
    const size_t most = std::max(size_, 2 * capacity_);
    if (size > capacity_) move_to(std::max(size, std::min(std::bit_ceil(size), most)));
    std::memset(data_ + held_, 0, size - held_);
    held_ = size;
  }

  void move_to(size_t capacity) {
    std::byte* const block = PooledAllocator<std::byte>().allocate(capacity);
    if (held_ > 0) std::memcpy(block, data_, held_);
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
    std::swap(held_, other.held_);
    std::swap(capacity_, other.capacity_);
  }

  std::byte* data_ = nullptr;
  size_t size_ = 0;
  size_t held_ = 0;  // so many are in memory; behind them all are zero
  size_t capacity_ = 0;
};

}  // namespace guerdon::support
