// The accounts of one shard: from a name to its block.
//
// Open addressing with linear probing over 8-byte slots {upper half of the hash, block number + 1};
// the home of an account is given by the uppermost bits, so that a slice of the hash space (a sweep
// works through one) is a stretch of the index. The name is compared before an account is believed
// to be found. The index doubles when three quarters are taken.
//
// Blocks never move. Thread-safety: one thread at a time.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "engine/accounts/block.h"
#include "engine/base/arena.h"
#include "engine/base/page_array.h"
#include "engine/base/prefetch.h"
#include "engine/event/batch.h"

namespace guerdon::shard {

// The hash space is cut in so many slices, whatever the number of shards.
inline constexpr uint32_t kSlices = event::kSlices;
inline constexpr int kSliceShift = 52;
static_assert(kSlices == uint32_t{1} << (64 - kSliceShift));

constexpr uint32_t slice_of(uint64_t hash) { return static_cast<uint32_t>(hash >> kSliceShift); }

// Which of `shards` an account belongs to: by the lower half of its hash, the index takes the
// upper.
constexpr uint32_t shard_of(uint64_t hash, uint32_t shards) {
  return static_cast<uint32_t>(((hash & 0xffff'ffffu) * shards) >> 32);
}

class AccountTable {
 public:
  // `cells` of a block; `expected` accounts (a hint: memory is taken in larger pieces, and with
  // `reserve` at once).
  AccountTable(uint32_t cells, uint64_t expected, bool reserve = false);

  // Null when there is none. `hash` is base::hash64(name).
  BlockHeader* find(uint64_t hash, std::string_view name);
  const BlockHeader* find(uint64_t hash, std::string_view name) const {
    return const_cast<AccountTable*>(this)->find(hash, name);  // which changes nothing
  }
  // REQUIRES: not there yet.
  BlockHeader* add(uint64_t hash, std::string_view name);

  void prefetch_index(uint64_t hash) const { base::prefetch(&index_[home(hash)]); }
  // The block that the index names first for this hash, brought near; it need not be the one.
  void prefetch_block(uint64_t hash) const;

  // Valid until the next add.
  std::string_view name(const BlockHeader& block) const;
  // The name of an account with this hash; false when there is none.
  bool find_name(uint64_t hash, std::string* name) const;
  uint32_t size() const { return blocks_.size(); }
  // Of blocks, index and names.
  uint64_t bytes() const;

  // Calls visit(BlockHeader&) for the accounts of some slices, or for all.
  template <typename Visit>
  void visit_slices(event::Slices slices, Visit visit) const;
  template <typename Visit>
  void visit_slices(event::Slices slices, Visit visit) {
    std::as_const(*this).visit_slices(
        slices, [&](const BlockHeader& block) { visit(const_cast<BlockHeader&>(block)); });
  }
  template <typename Visit>
  void visit_all(Visit visit) {
    for (uint32_t i = 0; i < blocks_.size(); ++i) visit(*block(i));
  }
  template <typename Visit>
  void visit_all(Visit visit) const {
    for (uint32_t i = 0; i < blocks_.size(); ++i) visit(*block(i));
  }

 private:
  struct Slot {
    uint32_t tag = 0;    // upper half of the hash
    uint32_t block = 0;  // number + 1; 0: free
  };

  size_t home(uint64_t hash) const { return static_cast<size_t>(hash >> shift_); }
  size_t home(Slot slot) const { return home(uint64_t{slot.tag} << 32); }
  static base::PageArray<Slot> make_index(size_t slots);
  void grow();
  BlockHeader* block(uint32_t number) { return reinterpret_cast<BlockHeader*>(blocks_.at(number)); }
  const BlockHeader* block(uint32_t number) const {
    return reinterpret_cast<const BlockHeader*>(blocks_.at(number));
  }

  base::PageArray<Slot> index_;
  int shift_;  // 64 - log2(index size)
  base::StablePool blocks_;
  std::string long_names_;
};

template <typename Visit>
void AccountTable::visit_slices(event::Slices slices, Visit visit) const {
  const uint32_t end = slices.first + slices.count;
  if (end > kSlices) {  // round the end
    visit_slices({slices.first, kSlices - slices.first}, visit);
    return visit_slices({0, end - kSlices}, visit);
  }
  const size_t mask = index_.size() - 1;
  size_t at = home(uint64_t{slices.first} << kSliceShift);
  const size_t stretch =
      home((uint64_t{end - 1} << kSliceShift) | ~uint64_t{0} >> (64 - kSliceShift)) - at;
  // What probing pushed beyond the stretch lies before the next free slot.
  for (size_t seen = 0; seen < index_.size(); ++seen, at = (at + 1) & mask) {
    if (index_[at].block == 0) {
      if (seen > stretch) break;
      continue;
    }
    const uint32_t slice = slice_of(uint64_t{index_[at].tag} << 32);
    if (slice >= slices.first && slice < end) visit(*block(index_[at].block - 1));
  }
}

}  // namespace guerdon::shard
