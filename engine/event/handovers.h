// What the visits of one record say to each other, over shards: visits that depend on each other.
//
//   stock's shard                         account's shard
//     value = slots.find(ask)  <───────────  slots.release(ask, what it can pay)
//     ... decides ...
//     slots.release(answer, done)  ───────▶  value = slots.find(answer)
//
// Admission reserves a slot for each visit that another reads, while the job is its own. The shard
// that computes the visit writes it once and releases it; one that reads and finds it empty parks:
// it returns where in its route it stands, and is called again. A visit reads only visits of its
// own record that come before it, and each shard takes its route in the order (LSN, visit), so the
// first visit that is not done yet, in that order, has all that it reads, and can always be done:
// no deadlock.
//
// Slots are of one job and never cross a record, so any LSN is a consistent cut.
//
// Thread-safety: reserve() and clear() belong to whoever has the job; the others are for all shards
// at once, each slot released by one of them.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <string>
#include <vector>

#include "engine/base/timestamp.h"

namespace guerdon::event {

// What a visit came to.
struct Handover {
  int64_t amount = 0;
  uint8_t code = 0;  // of who writes it; 0 is a plain yes
  friend bool operator==(const Handover&, const Handover&) = default;
};

// Who is to be ranked with those of other shards, by whom it is released.
struct Contestant {
  uint32_t list = 0;  // which of those that the record ranks
  int64_t score = 0;
  int64_t more = 0;
  base::TimeMs held_from = 0;
  uint64_t lsn = 0;
  uint64_t account = 0;  // the hash of its name
  std::string name;      // empty: only that somebody has a score
  bool has_succeeded = true;
};

class Handovers {
 public:
  // ---- by who has the job

  // `count` slots for item `item` of the job's log. REQUIRES: items ascend; count above 0.
  void reserve(uint32_t item, size_t count);
  void clear();
  // Whether some record of the job has visits that depend on each other.
  bool any() const { return !firsts_.empty(); }

  // ---- by the shards

  // REQUIRES: it was reserved, and not released before.
  void release(uint32_t item, size_t visit, Handover value,
               std::vector<Contestant> contestants = {});
  // Null: not there yet. The value stays as it is.
  const Handover* find(uint32_t item, size_t visit) const;
  // Those that were released with it. REQUIRES: it is there.
  const std::vector<Contestant>& contestants(uint32_t item, size_t visit) const;

  // Wakes who waits for more, as a release does: something else that a shard waits for is there.
  void tell();

  // How many have been released since the job began.
  uint32_t releases() const;
  // Waits until there are more than `seen`. REQUIRES: another thread will release one.
  void wait_for_more(uint32_t seen) const;

 private:
  struct Slot {
    Handover value;
    std::vector<Contestant> contestants;
    std::atomic<bool> is_there{false};
  };
  struct First {
    uint32_t item = 0;
    uint32_t slot = 0;
  };

  size_t slot_of(uint32_t item, size_t visit) const;

  // ---- constant while shards are at work
  std::vector<First> firsts_;  // by item
  size_t used_ = 0;
  // ---- shared
  std::deque<Slot> slots_;  // stay where they are; those from used_ on are empty
  std::atomic<uint32_t> releases_{0};
};

}  // namespace guerdon::event
