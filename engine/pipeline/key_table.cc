#include "engine/pipeline/key_table.h"

#include <algorithm>
#include <bit>
#include <string>
#include <utility>

#include "engine/base/assert.h"
#include "engine/base/prefetch.h"
#include "engine/os/memory.h"
#include "engine/pipeline/other_capacity.h"

namespace guerdon::pipeline {

namespace {
constexpr uint64_t kRingAtFirst = 64;
// More than the two keys that a table of one holds for a moment: a probe ends at a free slot.
constexpr uint64_t kIndexMin = 4;
}  // namespace

KeyTable::KeyTable(uint64_t capacity, bool reserve)
    : capacity_(capacity),
      ring_(os::make_array<SeenKey>(1 + (reserve ? capacity_ : std::min(capacity_, kRingAtFirst)))),
      index_(os::make_array<Slot>(std::max(kIndexMin, std::bit_ceil(2 * (ring_.size() - 1))))) {
  GUERDON_ASSERT(capacity > 0 && capacity <= kCapacityMax);
  if (!reserve) return;
  ring_.touch();
  index_.touch();
}

void KeyTable::prefetch(const base::Hash128& key, uint64_t ahead) const {
  base::prefetch(&index_[home(tag_of(key))]);
  if (count_ < capacity_) return;
  const SeenKey& oldest = ring_[wrapped(first_ + std::min(ahead, count_ - 1))];
  base::prefetch(&index_[home(tag_of(oldest.key))]);
}

size_t KeyTable::probe(const base::Hash128& key) const {
  const size_t mask = index_.size() - 1;
  const uint32_t tag = tag_of(key);
  size_t at = home(tag);
  while (index_[at].place != 0) {
    if (index_[at].tag == tag && ring_[index_[at].place - 1].key == key) return at;
    at = (at + 1) & mask;
  }
  return at;
}

uint32_t KeyTable::add(const SeenKey& seen, size_t place) {
  GUERDON_ASSERT(index_[place].place == 0);
  const uint64_t newest = wrapped(first_ + count_);
  ring_[newest] = seen;
  ++count_;
  index_[place] = {tag_of(seen.key), static_cast<uint32_t>(newest) + 1};
  if (count_ > capacity_) {
    forget_oldest();
  } else if (count_ == ring_.size()) {
    grow_ring();
  }
  if (count_ * 2 > index_.size()) grow_index();
  return static_cast<uint32_t>(newest);
}

void KeyTable::forget_oldest() {
  const SeenKey& oldest = ring_[first_];
  floor_ = std::max(floor_, oldest.occurred_at + 1);
  erase_slot(probe(oldest.key));
  first_ = wrapped(first_ + 1);
  --count_;
}

// Closes the gap by moving back what was pushed beyond it (Knuth, 6.4, algorithm R).
void KeyTable::erase_slot(size_t at) {
  GUERDON_ASSERT(index_[at].place != 0);
  const size_t mask = index_.size() - 1;
  size_t gap = at;
  for (size_t next = (gap + 1) & mask; index_[next].place != 0; next = (next + 1) & mask) {
    const size_t wanted = home(index_[next].tag);
    if (((next - wanted) & mask) < ((next - gap) & mask)) continue;
    index_[gap] = index_[next];
    gap = next;
  }
  index_[gap] = {};
}

void KeyTable::grow_ring() {
  // Not full to capacity yet, so nothing was forgotten and the oldest is at 0: each keeps its
  // place.
  GUERDON_ASSERT(first_ == 0);
  const base::PageArray<SeenKey> old =
      std::exchange(ring_, os::make_array<SeenKey>(1 + std::min(capacity_, ring_.size() * 2)));
  std::copy(old.begin(), old.end(), &ring_[0]);
}

void KeyTable::grow_index() {
  const base::PageArray<Slot> old = std::exchange(index_, os::make_array<Slot>(index_.size() * 2));
  const size_t mask = index_.size() - 1;
  for (const Slot& slot : old) {
    if (slot.place == 0) continue;
    size_t at = home(slot.tag);
    while (index_[at].place != 0) at = (at + 1) & mask;
    index_[at] = slot;
  }
}

base::Hash128 KeyTable::content_hash() const {
  base::Hash128 sum;
  base::HashBuilder content;
  uint64_t number = 0;
  visit_places([&](uint32_t place) {
    const SeenKey& seen = ring_[place];
    content.u64(number++).u64(seen.key.lo).u64(seen.key.hi);
    content.u64(seen.payload).u64(seen.lsn).i64(seen.occurred_at);
    sum += content.finish();
  });
  return sum;
}

void KeyTable::save(snapshot::SnapshotWriter& out) const {
  out.put_unsigned(capacity_);
  out.put_signed(floor_);
  out.put_unsigned(count_);
  uint64_t lsn = 0;
  for (uint64_t i = 0; i < count_; ++i) {
    const SeenKey& seen = ring_[wrapped(first_ + i)];
    out.put_hash(seen.key);
    out.put_word(seen.payload);
    out.put_unsigned(seen.lsn - std::exchange(lsn, seen.lsn));
    out.put_signed(seen.occurred_at);
  }
}

bool KeyTable::load(uint64_t last_lsn, snapshot::SectionReader& in) {
  GUERDON_ASSERT(count_ == 0);
  uint64_t capacity = 0;
  base::TimeMs floor = 0;
  uint64_t count = 0;
  if (!in.take_unsigned(kCapacityMax, &capacity)) return false;
  if (capacity != capacity_) {
    return in.fail(snapshot::Fault::kOptions,
                   other_capacity(capacity, capacity_, "keys", "--keys"));
  }
  if (!in.take_signed(&floor) || !in.take_unsigned(capacity_, &count)) return false;
  SeenKey seen;
  for (uint64_t i = 0; i < count; ++i) {
    if (!load_key(last_lsn, &seen, in)) return false;
  }
  floor_ = floor;
  return true;
}

// `seen` is the one before; LSNs do not fall: a REVERSE has two keys.
bool KeyTable::load_key(uint64_t last_lsn, SeenKey* seen, snapshot::SectionReader& in) {
  uint64_t later = 0;
  if (!in.take_hash(&seen->key) || !in.take_word(&seen->payload)) return false;
  if (!in.take_unsigned(last_lsn - seen->lsn, &later) ||
      !in.take_signed(base::kTimeEnd, &seen->occurred_at)) {
    return false;
  }
  seen->lsn += later;
  size_t place = 0;
  if (seen->lsn == 0 || find(seen->key, &place) != nullptr) {
    return in.fail("a key stands there twice");
  }
  add(*seen, place);
  return true;
}

uint64_t KeyTable::bytes() const { return ring_.bytes() + index_.bytes(); }

}  // namespace guerdon::pipeline
