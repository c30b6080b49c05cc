// An array of zeros that is large, random in its accesses, and of a size that is known: the index
// of a table. What a vector cannot give it is a say in where its memory comes from.
//
// Ownership: owns its pages; movable, not copyable. A move leaves an empty array, an assignment by
// move what the other held.
// Thread-safety: as a plain array.
#pragma once

#include <cstddef>
#include <type_traits>
#include <utility>

#include "engine/base/arena.h"

namespace guerdon::base {

template <typename T>
class PageArray {
  static_assert(std::is_trivially_copyable_v<T> && std::is_trivially_destructible_v<T>);
  static_assert(alignof(T) <= 64);

 public:
  // REQUIRES: size > 0; a T of zero bytes is a valid one.
  PageArray(size_t size, PageSource pages)
      : items_(static_cast<T*>(static_cast<void*>(pages.take(size * sizeof(T))))),
        size_(size),
        pages_(pages) {
    GUERDON_ASSERT(size > 0);
  }
  ~PageArray() {
    if (items_ != nullptr) pages_.give_back(memory(), bytes());
  }
  PageArray(PageArray&& other) noexcept
      : items_(std::exchange(other.items_, nullptr)),
        size_(std::exchange(other.size_, 0)),
        pages_(other.pages_) {}
  PageArray& operator=(PageArray&& other) noexcept {
    std::swap(items_, other.items_);
    std::swap(size_, other.size_);
    std::swap(pages_, other.pages_);
    return *this;
  }
  PageArray(const PageArray&) = delete;
  PageArray& operator=(const PageArray&) = delete;

  // Has every page in memory from now on, so that no later access waits for a fresh one.
  void touch() {
    constexpr size_t kPage = 4'096;
    volatile std::byte* const pages = memory();
    for (size_t at = 0; at < bytes(); at += kPage) pages[at] = pages[at];
  }

  size_t size() const { return size_; }
  size_t bytes() const { return size_ * sizeof(T); }

  T& operator[](size_t at) { return items_[at]; }
  const T& operator[](size_t at) const { return items_[at]; }
  const T* begin() const { return items_; }
  const T* end() const { return items_ + size_; }

 private:
  std::byte* memory() { return static_cast<std::byte*>(static_cast<void*>(items_)); }

  T* items_;
  size_t size_;
  PageSource pages_;
};

}  // namespace guerdon::base
