// Which events came before: source and id, by their 128-bit hash.
//
// Keys are kept in the order in which they were added, in a ring of at most `capacity`; an open
// addressing index of {tag, place in the ring} finds them. When the ring is full the oldest key is
// forgotten, and the floor rises to just above the latest occurred_at of any key that was: an event
// below the floor might have been seen, so it is refused instead of guessed at (semantics:
// Idempotency). An event of the very instant of a forgotten one lies below it.
//
// A key's place in the ring stays its own until it is forgotten, and then it is the next new one's:
// the tail keeps what it knows of each key by this place (tail.h).
//
// Cost: one index line a look-up, one more for a duplicate; `prefetch` asks for the first.
// Memory: 40 bytes a key in the ring, 8 to 16 in the index; grows to its bound and stays.
// Thread-safety: one thread at a time.
#pragma once

#include <cstdint>

#include "engine/base/hash.h"
#include "engine/base/page_array.h"
#include "engine/base/timestamp.h"
#include "engine/snapshot/section_reader.h"
#include "engine/snapshot/snapshot_writer.h"

namespace guerdon::pipeline {

struct SeenKey {
  base::Hash128 key;
  uint64_t payload = 0;
  uint64_t lsn = 0;
  base::TimeMs occurred_at = 0;
};
static_assert(sizeof(SeenKey) == 40);

class KeyTable {
 public:
  static constexpr uint64_t kCapacityMax = uint64_t{1} << 31;  // the index has twice as many slots

  // `reserve`: take all memory now. REQUIRES: 0 < capacity <= kCapacityMax.
  explicit KeyTable(uint64_t capacity, bool reserve = false);

  // Asks for the index lines that adding `key` will need, and those of the key that will be
  // forgotten when `ahead` more have been added before it.
  void prefetch(const base::Hash128& key, uint64_t ahead) const;
  // Null when it is not remembered; *place is then where it goes. Both are valid until the next
  // add.
  const SeenKey* find(const base::Hash128& key, size_t* place) const {
    *place = probe(key);
    const Slot slot = index_[*place];
    return slot.place == 0 ? nullptr : &ring_[slot.place - 1];
  }
  // Returns its place in the ring. REQUIRES: find(seen.key, &place) gave null, and nothing was
  // added since.
  uint32_t add(const SeenKey& seen, size_t place);
  // Where it stands in the ring. REQUIRES: find() gave it, and nothing was added since.
  uint32_t ring_place(const SeenKey& seen) const {
    return static_cast<uint32_t>(&seen - ring_.begin());
  }

  // The ring places of the keys, from the oldest to the newest.
  template <typename Visit>
  void visit_places(const Visit& visit) const {
    for (uint64_t i = 0; i < count_; ++i) visit(static_cast<uint32_t>(wrapped(first_ + i)));
  }

  // The keys from the oldest to the newest, and those again. REQUIRES, for load: it is empty.
  // False: the section is none that was saved, or the capacity was another; it is not to be used
  // then.
  void save(snapshot::SnapshotWriter& out) const;
  bool load(uint64_t last_lsn, snapshot::SectionReader& in);

  // Over all that is known of the keys, in their order.
  base::Hash128 content_hash() const;

  // Events that occurred before this may have been forgotten.
  base::TimeMs floor() const { return floor_; }
  uint64_t size() const { return count_; }
  uint64_t bytes() const;

 private:
  // The tag is the part of the key that also gives its home (an index has at most 2^32 slots), so
  // that slots can be moved without a look at the ring.
  struct Slot {
    uint32_t tag = 0;
    uint32_t place = 0;  // in the ring + 1; 0: free
  };

  static uint32_t tag_of(const base::Hash128& key) { return static_cast<uint32_t>(key.lo); }
  // A place in the ring from one that may have run past its end, by at most its length.
  uint64_t wrapped(uint64_t place) const {
    return place < ring_.size() ? place : place - ring_.size();
  }
  size_t home(uint32_t tag) const { return tag & (index_.size() - 1); }
  size_t probe(const base::Hash128& key) const;  // its slot, or the free one where it would go
  bool load_key(uint64_t last_lsn, SeenKey* seen, snapshot::SectionReader& in);
  void forget_oldest();
  void erase_slot(size_t at);
  void grow_ring();
  void grow_index();

  uint64_t capacity_;
  base::PageArray<SeenKey> ring_;  // one more than are remembered: added first, then forgotten
  uint64_t first_ = 0;             // place of the oldest
  uint64_t count_ = 0;
  base::PageArray<Slot> index_;  // a power of two, at most half full
  base::TimeMs floor_ = INT64_MIN;
};

}  // namespace guerdon::pipeline
