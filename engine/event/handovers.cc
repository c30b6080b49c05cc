#include "engine/event/handovers.h"

#include <algorithm>
#include <utility>

#include "engine/base/assert.h"

namespace guerdon::event {

void Handovers::reserve(uint32_t item, size_t count) {
  GUERDON_ASSERT(count > 0 && (firsts_.empty() || firsts_.back().item < item));
  firsts_.push_back({item, static_cast<uint32_t>(used_)});
  used_ += count;
  while (slots_.size() < used_) slots_.emplace_back();
}

// Relaxed: no shard is at work, and the queue that takes the job to one orders this.
void Handovers::clear() {
  for (size_t i = 0; i < used_; ++i) {
    slots_[i].is_there.store(false, std::memory_order_relaxed);
    if (!slots_[i].contestants.empty()) slots_[i].contestants = {};  // they may be many
  }
  releases_.store(0, std::memory_order_relaxed);
  firsts_.clear();
  used_ = 0;
}

size_t Handovers::slot_of(uint32_t item, size_t visit) const {
  const auto first = std::partition_point(firsts_.begin(), firsts_.end(),
                                          [&](const First& each) { return each.item < item; });
  GUERDON_ASSERT(first != firsts_.end() && first->item == item);
  const size_t slot = first->slot + visit;
  const size_t end = first + 1 == firsts_.end() ? used_ : (first + 1)->slot;
  GUERDON_ASSERT(slot < end);
  return slot;
}

void Handovers::release(uint32_t item, size_t visit, Handover value,
                        std::vector<Contestant> contestants) {
  Slot& slot = slots_[slot_of(item, visit)];
  GUERDON_ASSERT(!slot.is_there.load(std::memory_order_relaxed));
  slot.value = value;
  slot.contestants = std::move(contestants);
  // Who finds it there sees the value, and all that this shard did before.
  slot.is_there.store(true, std::memory_order_release);
  // Who sees the new count finds it there.
  tell();
}

void Handovers::tell() {
  releases_.fetch_add(1, std::memory_order_release);
  releases_.notify_all();
}

const Handover* Handovers::find(uint32_t item, size_t visit) const {
  const Slot& slot = slots_[slot_of(item, visit)];
  return slot.is_there.load(std::memory_order_acquire) ? &slot.value : nullptr;
}

const std::vector<Contestant>& Handovers::contestants(uint32_t item, size_t visit) const {
  const Slot& slot = slots_[slot_of(item, visit)];
  GUERDON_ASSERT(slot.is_there.load(std::memory_order_acquire));
  return slot.contestants;
}

uint32_t Handovers::releases() const { return releases_.load(std::memory_order_acquire); }

namespace {

// What it waits for is mostly one visit of another shard, which takes less than a thread to sleep
// and be woken (28 us): so it looks some 3 us before it sleeps.
constexpr int kLooks = 100;

void pause_briefly() {
#if defined(__x86_64__)
  __builtin_ia32_pause();
#elif defined(__aarch64__)
  asm volatile("isb");
#endif
}

}  // namespace

void Handovers::wait_for_more(uint32_t seen) const {
  for (int look = 0; look < kLooks; ++look) {
    if (releases() != seen) return;
    pause_briefly();
  }
  releases_.wait(seen, std::memory_order_acquire);
}

}  // namespace guerdon::event
