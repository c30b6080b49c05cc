// Which rules can fire at an event: an index, so that an event visits only those.
//
// Each entry (a rule or a measure, known by where its code begins) has a condition; the compiler
// takes from its conjuncts what the index can use:
//   * equalities: `sku = "X"`, `sku in ...`, `sku in table`: up to two attributes, each with the
//     values it may have;
//   * one threshold: `amount > N`, `amount <= N`.
// An event's own values then find the entries: one probe for each pair of attributes that some
// entry uses, and a walk along sorted thresholds that stops at the first that cannot hold. What is
// found is a superset of what fires: the code tests the whole condition again. Found entries come
// in the order in which they were added.
//
// Thread-safety: immutable after `finish`.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "engine/program/pair_table.h"

namespace guerdon::plan {

inline constexpr uint8_t kNoSlot = 0xff;

// At most this many values of an equality are written out; beyond, it is left to the code.
inline constexpr size_t kIndexFanOutMax = 256;

struct Equality {
  uint8_t slot = kNoSlot;
  std::vector<int64_t> values;  // symbols or counts
};

// value >= bound (low) or value <= bound (not low).
struct Threshold {
  uint8_t slot = kNoSlot;
  bool low = true;
  int64_t bound = 0;
};

struct IndexKey {
  std::vector<Equality> equalities;  // at most two, slots ascending
  Threshold threshold;               // slot kNoSlot: none
};

class Index {
 public:
  struct Ordered {
    uint32_t order = 0;  // as added
    uint32_t entry = 0;
  };

  void add(uint32_t entry, const IndexKey& key);
  void finish();

  bool empty() const { return count_ == 0; }
  uint32_t size() const { return count_; }

  // The entries that may fire, in the order they were added; they stand in `scratch` or in the
  // index itself. `values` and `present` are the event's: event::Record.
  std::span<const Ordered> find(const int64_t* values, uint64_t present,
                                std::vector<Ordered>& scratch) const;

  // "2 always, 40 by sku, 8 by sku and city, 3 by amount": for `plan print`.
  struct Shape {
    uint8_t first = kNoSlot;
    uint8_t second = kNoSlot;
    uint32_t entries = 0;
    uint32_t thresholds = 0;
  };
  std::vector<Shape> shapes() const;

 private:
  struct Ladder {  // entries of one bucket with a threshold on one slot, in one direction
    uint8_t slot = kNoSlot;
    bool low = true;
    std::vector<int64_t> bounds;  // low: ascending; high: descending
    std::vector<Ordered> entries;
  };
  struct Bucket {
    std::vector<Ordered> always;
    std::vector<Ladder> ladders;
  };
  struct Group {  // all entries with equalities on the same slots
    Shape shape;
    PairTable buckets;  // 0 stands for a second slot that is not there
  };
  // What is found, as runs that are in order by themselves: while it is one, it is not copied.
  struct Found {
    std::span<const Ordered> only;
    std::vector<Ordered>& scratch;
    int runs = 0;

    void add(std::span<const Ordered> run);
    void add(const Ordered& one) { add({&one, 1}); }
  };

  Group& group(uint8_t first, uint8_t second);
  Bucket& bucket(Group& group, int64_t first, int64_t second);
  const Bucket* bucket_of(const Group& group, const int64_t* values, uint64_t present) const;
  static void add_to(Bucket& bucket, Ordered ordered, const Threshold& threshold);
  static void sort_ladders(Bucket& bucket);
  static void collect(const Bucket& bucket, const int64_t* values, uint64_t present, Found& found);

  Shape always_shape_;
  Bucket always_;  // entries without equalities
  std::vector<Group> groups_;
  std::vector<Bucket> buckets_;  // of the groups
  uint32_t count_ = 0;
};

}  // namespace guerdon::plan
