// The free lots of one wallet, packed, in the order in which they are spent.
//
// What the order asks most is cheap: a lot usually comes at the back, expires and is spent at the
// front, and the front is cut off by moving an index. In between it costs a move of the lots
// behind.
//
// Invariants: amounts are above 0 and every lot is dated; lots stand in order; sum() and
// unmatured() are their sums; next_due() is the earliest date ahead, that of a notice among them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "engine/ledger/lot.h"
#include "engine/ledger/wallet_rules.h"

namespace guerdon::ledger {

// Which lots a draw may touch: all of a cause (0: any), of an entry (zero: of any), pending,
// matured or both.
struct LotFilter {
  uint64_t cause = 0;
  Origin origin{};
  bool pending = true;
  bool matured = true;

  bool takes(const Lot& lot) const {
    return (lot.is_pending() ? pending : matured) && (cause == 0 || lot.cause == cause) &&
           (origin == Origin() || lot.origin == origin);
  }
};

class LotList {
 public:
  explicit LotList(SpendOrder order) : order_(order) {}

  std::span<const Lot> lots() const { return std::span(lots_).subspan(first_); }
  bool empty() const { return first_ == lots_.size(); }
  size_t size() const { return lots_.size() - first_; }
  int64_t sum() const { return sum_; }
  int64_t unmatured() const { return unmatured_; }
  TimeMs next_due() const { return due_; }  // kNever: nothing
  // Beside the object itself.
  size_t bytes() const { return lots_.capacity() * sizeof(Lot); }

  // Joins the lot that it is a part of, if that is there (same origin and dates), or with `merges`
  // one of equal dates; else it finds its place. Returns the origin of the lot that has it. What
  // joins is told of with the lot it comes to, or was with that.
  // REQUIRES: amount > 0; dated.
  Origin add(const Lot& lot, bool merges);

  // At the back, whatever the order says: of a list that was saved. broken() tells whether it was
  // one.
  void append(const Lot& lot);

  // Would add() need no new place?
  bool can_join(const Lot& lot, bool merges) const { return find_same(lot, merges) != nullptr; }

  // Draws up to `amount` from the lots that the filter takes, in order, and returns how much it
  // was. The parts are appended to `parts`. REQUIRES: amount >= 0.
  int64_t draw(int64_t amount, LotFilter filter, std::vector<Lot>& parts);

  // What has matured by `at` no longer waits; matured lots that never expire leave the list: their
  // sum is the wallet's undated remainder from now on. Lots whose date is at or before `at` are
  // taken out and appended to `expired`, in order. In one go, however many.
  void pass(TimeMs at, std::vector<Lot>& expired);

  // Lots whose notice is due at or before `at` are appended to `told`, in order. Once each.
  void tell(TimeMs at, std::vector<Lot>& told);

  // Null, or the invariant that does not hold.
  const char* broken() const;

 private:
  bool is_before(const Lot& a, const Lot& b) const;
  const Lot* find_same(const Lot& lot, bool merges) const;
  void insert(const Lot& lot);
  void count(const Lot& lot);
  void take_from(Lot& lot, int64_t amount);
  void drop_empty(size_t end);
  void drop_front();
  TimeMs find_due() const;

  std::vector<Lot> lots_;
  int64_t sum_ = 0;
  int64_t unmatured_ = 0;
  TimeMs due_ = kNever;
  uint32_t first_ = 0;  // of lots_; what stands before it is used up
  SpendOrder order_;
  bool may_tell_ = false;  // a lot may wait for its notice; false: none does
};
static_assert(sizeof(LotList) == 56);

}  // namespace guerdon::ledger
