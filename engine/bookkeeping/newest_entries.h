// Where each account's newest entry stands: an open addressing table of {account, position}, the
// one look-up of the book that is random for every entry.
//
//   newest.prefetch(later.account);                  // some entries before
//   Position& position = newest.place(entry.account);  // kNoPosition: it has none
//   ... position = ...
//
// Memory: 21 to 43 bytes an account, in huge pages where there are such; while it grows, half as
// much again. Thread-safety: one thread at a time.
#pragma once

#include <cstddef>
#include <cstdint>
#include <utility>

#include "engine/base/page_array.h"
#include "engine/base/prefetch.h"
#include "engine/book/book_entry.h"

namespace guerdon::bookkeeping {

class NewestEntries {
 public:
  NewestEntries();

  // Of accounts that have an entry.
  size_t size() const { return size_; }
  uint64_t bytes() const { return slots_.bytes(); }

  void prefetch(uint64_t account) const { base::prefetch_for_write(&slots_[home(account)]); }

  book::Position find(uint64_t account) const { return slots_[probe(account)].position; }

  // Where the account's is to be laid down, which is to be done before the next call.
  book::Position& place(uint64_t account) {
    Slot* slot = &slots_[probe(account)];
    if (slot->position == book::kNoPosition) [[unlikely]]
      slot = add(account);
    return slot->position;
  }

  template <typename Visit>
  void visit_all(const Visit& visit) const {
    for (const Slot& slot : slots_) {
      if (slot.position != book::kNoPosition) visit(slot.account, slot.position);
    }
  }

 private:
  struct Slot {
    uint64_t account = 0;
    book::Position position = book::kNoPosition;  // kNoPosition: free
  };
  static_assert(book::kNoPosition == 0, "a fresh array is one of free slots");

  // An account is a hash already.
  size_t home(uint64_t account) const { return account & (slots_.size() - 1); }
  // Its slot, or the free one where it would go.
  size_t probe(uint64_t account) const {
    size_t at = home(account);
    while (slots_[at].position != book::kNoPosition && slots_[at].account != account) {
      at = (at + 1) & (slots_.size() - 1);
    }
    return at;
  }
  Slot* add(uint64_t account);
  void grow();

  base::PageArray<Slot> slots_;  // a power of two, at most three quarters full
  size_t size_ = 0;
};

}  // namespace guerdon::bookkeeping
