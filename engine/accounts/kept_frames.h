// Frames that do not stand in a block: those of subjects with further keys (account and sku), and
// those of periods that are open still while the block holds a newer one.
//
// A frame is found by account and key; all frames of one account hang in a list that begins in its
// block, so that what is due for an account is found without looking at others. What is known of
// the account comes first there: it is looked for by time, not by its key, and there may be
// thousands of other frames. Cells never move while a frame is kept.
//
// Thread-safety: one thread at a time.
#pragma once

#include <cstdint>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "engine/accounts/block.h"
#include "engine/base/arena.h"
#include "engine/program/machine.h"

namespace guerdon::shard {

// In front of the cells.
struct KeptFrame {
  plan::FrameKey key;
  uint64_t next;  // of the account's list; 0: the last

  int64_t* cells() { return reinterpret_cast<int64_t*>(this + 1); }
  const int64_t* cells() const { return reinterpret_cast<const int64_t*>(this + 1); }
};
static_assert(sizeof(KeptFrame) == 40 && alignof(KeptFrame) == 8);

class KeptFrames {
 public:
  explicit KeptFrames(const plan::Program& program);

  // Goes on under a program that was compiled from this one (compile_again). Frames with
  // further cells are moved: pointers to their cells are not valid then.
  void adopt(const plan::Program& program);

  // Null when it is not kept.
  KeptFrame* find(const BlockHeader& account, const plan::FrameKey& key);
  const KeptFrame* find(const BlockHeader& account, const plan::FrameKey& key) const;
  // A new frame of zeros. REQUIRES: not there yet.
  KeptFrame* add(BlockHeader& account, const plan::FrameKey& key);

  // Lets go of the account's frames for which `gone` (of a KeptFrame) is true.
  template <typename Gone>
  void remove_if(BlockHeader& account, Gone gone);

  template <typename Visit>
  void visit(const BlockHeader& account, Visit visit) const {
    for (uint64_t at = account.kept; at != 0;) {
      const KeptFrame* frame = get(at);
      visit(*frame);
      at = frame->next;
    }
  }

  // Those of what is known, in no order.
  template <typename Visit>
  void visit_known(const BlockHeader& account, Visit visit) const {
    for (uint64_t at = account.kept; at != 0 && is_known(at);) {
      const KeptFrame* frame = get(at);
      visit(*frame);
      at = frame->next;
    }
  }

  uint64_t size() const { return by_key_.size(); }
  uint64_t bytes() const;

 private:
  struct Key {
    const BlockHeader* account = nullptr;
    plan::FrameKey frame;
    bool operator==(const Key&) const = default;
    template <typename H>
    friend H AbslHashValue(H h, const Key& key) {
      return H::combine(std::move(h), key.account, key.frame.subject, key.frame.period,
                        key.frame.keys);
    }
  };

  // A place: subject in the upper half, number + 1 in the lower.
  KeptFrame* get(uint64_t place);
  const KeptFrame* get(uint64_t place) const { return const_cast<KeptFrames*>(this)->get(place); }
  void release(uint64_t place);
  bool is_known(uint64_t place) const { return holds_known_[place >> 32] != 0; }

  std::vector<base::StablePool> pools_;      // by subject
  std::vector<std::vector<uint32_t>> free_;  // by subject
  std::vector<uint32_t> cells_;              // by subject
  std::vector<char> holds_known_;            // by subject
  absl::flat_hash_map<Key, uint64_t> by_key_;
};

template <typename Gone>
void KeptFrames::remove_if(BlockHeader& account, Gone gone) {
  uint64_t* link = &account.kept;
  while (*link != 0) {
    const uint64_t place = *link;
    KeptFrame* frame = get(place);
    if (!gone(*frame)) {
      link = &frame->next;
      continue;
    }
    *link = frame->next;
    by_key_.erase(Key{&account, frame->key});
    release(place);
  }
}

}  // namespace guerdon::shard
