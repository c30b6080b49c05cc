#pragma once

#include <cstddef>
#include <cstdint>

#include "engine/base/arena.h"
#include "engine/base/page_array.h"

namespace guerdon::os {

// Resident memory of this process, in bytes: the most there ever was, and what there is now. 0
// where the system does not say.
uint64_t peak_rss_bytes();
uint64_t rss_bytes();

// Fresh zeroed pages from the system, asked to be huge ones: a table of accounts far larger than
// the TLB's reach is otherwise slowed by page walks. Aborts with a sentence where there is no
// memory. bytes is rounded up to whole pages. REQUIRES: bytes > 0.
std::byte* map_pages(size_t bytes);
void unmap_pages(std::byte* pages, size_t bytes);

// The two above, for base::StablePool and base::PageArray.
base::PageSource huge_pages();

// Where a piece of so many bytes should come from: huge pages, where it fills some, or the heap.
base::PageSource pages_for(size_t bytes);

// An array of so many zeros, from there.
template <typename T>
base::PageArray<T> make_array(size_t size) {
  return {size, pages_for(size * sizeof(T))};
}

}  // namespace guerdon::os
