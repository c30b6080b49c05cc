// The one order of entries: (LSN, account, n). The shards of a job make them in another.
#pragma once

#include <span>
#include <vector>

#include "engine/ledger/entry.h"
#include "engine/ledger/entry_lot.h"

namespace guerdon::bookkeeping {

void put_in_order(std::vector<ledger::Entry>& entries);
void put_in_order(std::vector<ledger::EntryLot>& lots);

// What stands beside each entry, asked in their order.
class LotsBeside {
 public:
  // REQUIRES: in their order; borrowed.
  explicit LotsBeside(std::span<const ledger::EntryLot> lots) : lots_(lots) {}

  // All had their entry.
  bool is_done() const { return next_ == lots_.size(); }

  // Null: nothing. REQUIRES: later than the one before.
  const ledger::EntryLot* of(const ledger::Entry& entry) {
    if (next_ == lots_.size() || !ledger::is_of(lots_[next_], entry)) [[likely]]
      return nullptr;
    return &lots_[next_++];
  }

 private:
  std::span<const ledger::EntryLot> lots_;
  size_t next_ = 0;
};

}  // namespace guerdon::bookkeeping
