// What an entry has to do with lots, where that does not follow from the entry and the plan.
//
// It follows of what a rule credits: a lot of its own, with the dates that the plan gives at that
// instant. It does not of a debit, which draws on lots; of what comes back; of what a command
// brings; and of a credit that joined another's lot, or only covered what was below zero. Nor what
// an entry of 0 tells. Those have one of these, in a list beside the entries: most entries have
// none.
#pragma once

#include <cstdint>
#include <tuple>
#include <type_traits>

#include "engine/ledger/entry.h"
#include "engine/ledger/lot.h"

namespace guerdon::ledger {

struct EntryLot {
  uint64_t lsn = 0;  // the entry's id
  uint64_t account = 0;
  uint32_t n = 0;
  uint32_t others = 0;    // lots beside the one that is named; what has no date counts as one
  Origin origin{};        // the entry that made the lot; zero: this one, or none without a date
  TimeMs matures_at = 0;  // of what came in; 0: at once
  TimeMs expires_at = 0;  // of what came in, or is about to expire; 0: never
  int64_t about = 0;      // Leg::about
};
static_assert(sizeof(EntryLot) == 56 && std::is_trivially_copyable_v<EntryLot>);

inline bool is_of(const EntryLot& lot, const Entry& entry) {
  return std::tie(lot.lsn, lot.account, lot.n) == std::tie(entry.lsn, entry.account, entry.n);
}

}  // namespace guerdon::ledger
