#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string_view>
#include <vector>

#include "engine/base/timestamp.h"
#include "engine/progress/contender.h"
#include "engine/progress/ranking_rules.h"

// The scores of one shard in one period of a challenge, kept in order while they move: who is best,
// and how many stand before somebody, is known without looking at all.
//
// Entries stand in blocks, the best first, and a directory has the first entry of each block. A
// score that moves costs a search in the directory and a shift within two blocks; a place is
// counted over the directory. With n members: log n comparisons and some 4 KB of memory moved for a
// score, n / 100 steps for a place, 48 bytes a member and as much again in half-filled blocks.
//
// Thread-safety: one thread at a time.

namespace guerdon::progress {

// A score that has a rank. The times, and `more`, are 0 where ties do not go by them.
struct Scored {
  int64_t score = 0;
  int64_t more = 0;
  base::TimeMs held_from = 0;
  uint64_t lsn = 0;
  const void* who = nullptr;  // what the names know it by
  bool has_succeeded = true;  // reached all goals
  bool operator==(const Scored&) const = default;
};

// Asked where scores are equal.
class Names {
 public:
  virtual ~Names() = default;
  // Valid until it is asked for the next one.
  virtual std::string_view name(const void* who) const = 0;
};

class Leaderboard {
 public:
  // `names` must outlive it.
  Leaderboard(const Names& names, TiePolicy ties) : names_(names), ties_(ties) {}

  // REQUIRES: nobody of this name is on it.
  void add(const Scored& one);
  // REQUIRES: it is on it, with this score and these times.
  void remove(const Scored& one);

  TiePolicy ties() const { return ties_; }
  size_t size() const { return size_; }
  uint64_t bytes() const {
    return parts_.size() * sizeof(Block) + parts_.capacity() * sizeof(Part);
  }
  // How many come before it, be it on this one or on another.
  size_t count_before(const Contender& one) const;
  size_t count_above(int64_t score) const;

  Contender contender(const Scored& one) const {
    return {.name = names_.name(one.who),
            .score = one.score,
            .more = one.more,
            .held_from = one.held_from,
            .lsn = one.lsn,
            .has_succeeded = one.has_succeeded};
  }

  // A place, or the one behind the last. Valid until the board changes.
  class Cursor {
   public:
    // Null behind the last.
    const Scored* get() const;
    // The one before it; null: it is the first.
    const Scored* before() const;
    void next();      // REQUIRES: get()
    void previous();  // REQUIRES: before()

   private:
    friend class Leaderboard;
    const Leaderboard* board_ = nullptr;
    size_t part_ = 0;
    size_t at_ = 0;
  };
  // REQUIRES: place <= size().
  Cursor at(size_t place) const;

 private:
  static constexpr size_t kBlockMax = 128;

  struct Block {
    Scored entries[kBlockMax];
  };
  struct Part {
    Scored first;
    size_t size = 0;  // above 0
    std::unique_ptr<Block> block;
  };
  // In a part, perhaps behind its last entry.
  struct Spot {
    size_t part = 0;
    size_t at = 0;
  };

  bool is_before(const Scored& a, const Contender& b) const;
  bool is_before(const Scored& a, const Scored& b) const;
  // The first that does not come before it.
  template <typename IsBefore>
  Spot find(IsBefore is_before) const;
  size_t place_of(Spot spot) const;
  void split(size_t part);
  void merge_with_next(size_t part);

  const Names& names_;
  const TiePolicy ties_;
  size_t size_ = 0;
  std::vector<Part> parts_;
};

}  // namespace guerdon::progress
