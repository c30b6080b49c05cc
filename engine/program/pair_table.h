// From a pair of numbers to a small number: the probe of the rule index and of look-up tables.
//
// Open addressing, linear probing, at most half full, built once and then only read; a probe is a
// multiplication and, nearly always, one cache line. (A general hash map cost three times as many
// instructions here, and every event makes several probes.) Its twin in the tests is a std::map.
//
// Thread-safety: immutable after the last `add`.
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

namespace guerdon::plan {

class PairTable {
 public:
  static constexpr uint32_t kNone = UINT32_MAX;

  uint32_t find(int64_t first, int64_t second) const {
    if (slots_.empty()) return kNone;
    for (size_t at = home(first, second);; at = (at + 1) & (slots_.size() - 1)) {
      const Slot& slot = slots_[at];
      if (slot.value == kNone || (slot.first == first && slot.second == second)) return slot.value;
    }
  }

  // The value that is there already, or `value` put there. REQUIRES: value != kNone.
  uint32_t add(int64_t first, int64_t second, uint32_t value) {
    if (const uint32_t there = find(first, second); there != kNone) return there;
    if ((count_ + 1) * 2 > slots_.size()) grow();
    put({first, second, value});
    ++count_;
    return value;
  }

  size_t size() const { return count_; }

  // Calls visit(first, second, value), in no order that means anything.
  template <typename Visit>
  void visit(Visit visit) const {
    for (const Slot& slot : slots_) {
      if (slot.value != kNone) visit(slot.first, slot.second, slot.value);
    }
  }

 private:
  struct Slot {
    int64_t first = 0;
    int64_t second = 0;
    uint32_t value = kNone;
  };

  size_t home(int64_t first, int64_t second) const {
    // Fibonacci hashing: the upper bits of a product depend on all bits of its factors.
    const uint64_t mixed =
        (static_cast<uint64_t>(first) * 0x9e3779b97f4a7c15u + static_cast<uint64_t>(second)) *
        0xc2b2ae3d27d4eb4fu;
    return static_cast<size_t>(mixed >> shift_);
  }

  void put(const Slot& slot) {
    size_t at = home(slot.first, slot.second);
    while (slots_[at].value != kNone) at = (at + 1) & (slots_.size() - 1);
    slots_[at] = slot;
  }

  void grow() {
    std::vector<Slot> old(slots_.empty() ? 4 : slots_.size() * 2);
    old.swap(slots_);
    shift_ = 64 - std::countr_zero(slots_.size());
    for (const Slot& slot : old) {
      if (slot.value != kNone) put(slot);
    }
  }

  std::vector<Slot> slots_;  // a power of two
  size_t count_ = 0;
  int shift_ = 63;
};

}  // namespace guerdon::plan
