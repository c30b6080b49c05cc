#include "engine/base/arena.h"

#include <bit>
#include <cstring>
#include <new>
#include <utility>

namespace guerdon::base {
namespace {

constexpr std::align_val_t kAlignment{64};  // a cache line

std::byte* take_from_heap(size_t bytes) {
  void* pages = ::operator new(bytes, kAlignment);
  std::memset(pages, 0, bytes);
  return static_cast<std::byte*>(pages);
}

void give_back_to_heap(std::byte* pages, size_t bytes) {
  ::operator delete(pages, bytes, kAlignment);
}

}  // namespace

PageSource heap_pages() { return {&take_from_heap, &give_back_to_heap}; }

StablePool::StablePool(size_t stride, size_t blocks_per_chunk, PageSource pages)
    : stride_(stride),
      shift_(static_cast<uint32_t>(std::countr_zero(blocks_per_chunk))),
      mask_(static_cast<uint32_t>(blocks_per_chunk - 1)),
      pages_(pages) {
  GUERDON_ASSERT(stride > 0 && stride % 8 == 0);
  GUERDON_ASSERT(std::has_single_bit(blocks_per_chunk) && blocks_per_chunk <= UINT32_MAX);
  GUERDON_ASSERT(pages.take != nullptr && pages.give_back != nullptr);
}

StablePool::~StablePool() { release(); }

StablePool::StablePool(StablePool&& other) noexcept
    : chunks_(std::exchange(other.chunks_, {})),
      stride_(other.stride_),
      shift_(other.shift_),
      mask_(other.mask_),
      size_(std::exchange(other.size_, 0)),
      pages_(other.pages_) {}

StablePool& StablePool::operator=(StablePool&& other) noexcept {
  if (this == &other) return *this;
  release();
  chunks_ = std::exchange(other.chunks_, {});
  stride_ = other.stride_;
  shift_ = other.shift_;
  mask_ = other.mask_;
  size_ = std::exchange(other.size_, 0);
  pages_ = other.pages_;
  return *this;
}

void StablePool::reserve(size_t blocks) {
  constexpr size_t kPage = 4'096;
  while (chunks_.size() << shift_ < blocks) {
    std::byte* const chunk = pages_.take(chunk_bytes());
    for (size_t at = 0; at < chunk_bytes(); at += kPage) {
      // Written, or the system would only lend the page of zeros; as it must, though nobody looks.
      *static_cast<volatile std::byte*>(chunk + at) = std::byte{};
    }
    chunks_.push_back(chunk);
  }
}

uint32_t StablePool::add() {
  GUERDON_ASSERT(size_ < UINT32_MAX);
  if ((size_ >> shift_) == chunks_.size()) chunks_.push_back(pages_.take(chunk_bytes()));
  return size_++;
}

void StablePool::release() {
  for (std::byte* chunk : chunks_) pages_.give_back(chunk, chunk_bytes());
  chunks_.clear();
  size_ = 0;
}

}  // namespace guerdon::base
