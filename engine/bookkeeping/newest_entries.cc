#include "engine/bookkeeping/newest_entries.h"

#include "engine/os/memory.h"

namespace guerdon::bookkeeping {

namespace {
constexpr size_t kSlotsAtFirst = 64;
}

NewestEntries::NewestEntries() : slots_(os::make_array<Slot>(kSlotsAtFirst)) {}

// Where nothing is laid down there after all, the slot is still free, and is counted: that only
// lets the table grow sooner.
NewestEntries::Slot* NewestEntries::add(uint64_t account) {
  if (size_ + 1 > slots_.size() / 4 * 3) grow();
  ++size_;
  Slot& slot = slots_[probe(account)];
  slot.account = account;
  return &slot;
}

void NewestEntries::grow() {
  base::PageArray<Slot> old = os::make_array<Slot>(2 * slots_.size());
  std::swap(old, slots_);
  for (const Slot& slot : old) {
    if (slot.position != book::kNoPosition) slots_[probe(slot.account)] = slot;
  }
}

}  // namespace guerdon::bookkeeping
