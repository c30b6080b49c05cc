#include "engine/ledger/lot_list.h"

#include <algorithm>
#include <tuple>

#include "engine/base/assert.h"
#include "engine/money/limits.h"

namespace guerdon::ledger {
namespace {

// Used-up places at the front are given back when there are so many, and they are half of all.
constexpr size_t kSlack = 16;

bool has_equal_dates(const Lot& a, const Lot& b) {
  return a.expires_at == b.expires_at && a.matures_at == b.matures_at;
}

}  // namespace

bool LotList::is_before(const Lot& a, const Lot& b) const {
  if (order_ == SpendOrder::kEarliestExpiry && a.expires_at != b.expires_at) {
    return a.expires_at < b.expires_at;
  }
  return a.earned_at != b.earned_at ? a.earned_at < b.earned_at : a.origin < b.origin;
}

const Lot* LotList::find_same(const Lot& lot, bool merges) const {
  auto at = lots_.begin() + first_;
  auto end = lots_.end();
  if (!merges) {
    std::tie(at, end) = std::equal_range(
        at, end, lot, [this](const Lot& a, const Lot& b) { return is_before(a, b); });
  }
  at = std::find_if(at, end, [&](const Lot& other) { return has_equal_dates(lot, other); });
  return at == end ? nullptr : &*at;
}

Origin LotList::add(const Lot& lot, bool merges) {
  GUERDON_ASSERT(lot.amount > 0 && lot.is_dated());
  if (const Lot* const found = find_same(lot, merges); found != nullptr) {
    Lot& same = lots_[static_cast<size_t>(found - lots_.data())];
    same.amount += lot.amount;
    if (same.cause != lot.cause) same.cause = 0;
    Lot joined = lot;
    joined.warns_at = same.warns_at;
    count(joined);
    return same.origin;
  }
  insert(lot);
  count(lot);
  return lot.origin;
}

void LotList::append(const Lot& lot) {
  lots_.push_back(lot);
  count(lot);
}

void LotList::count(const Lot& lot) {
  sum_ += lot.amount;
  if (lot.is_pending()) unmatured_ += lot.amount;
  due_ = std::min(due_, lot.next_due());
  may_tell_ |= lot.warns_at != kNever;
}

void LotList::insert(const Lot& lot) {
  if (lots_.size() == lots_.capacity()) drop_front();
  if (empty() || !is_before(lot, lots_.back())) {
    lots_.push_back(lot);
    return;
  }
  const auto place =
      std::upper_bound(lots_.begin() + first_, lots_.end(), lot,
                       [this](const Lot& a, const Lot& b) { return is_before(a, b); });
  lots_.insert(place, lot);
}

int64_t LotList::draw(int64_t amount, LotFilter filter, std::vector<Lot>& parts) {
  GUERDON_ASSERT(amount >= 0);
  if (!filter.matured && unmatured_ == 0) return 0;  // without a look at each
  int64_t left = amount;
  size_t empty_end = 0;
  for (size_t i = first_; left > 0 && i < lots_.size(); ++i) {
    if (!filter.takes(lots_[i])) continue;
    Lot& part = parts.emplace_back(lots_[i]);
    part.amount = std::min(left, part.amount);
    left -= part.amount;
    take_from(lots_[i], part.amount);
    if (lots_[i].amount == 0) empty_end = i + 1;
  }
  drop_empty(empty_end);
  return amount - left;
}

void LotList::take_from(Lot& lot, int64_t amount) {
  lot.amount -= amount;
  sum_ -= amount;
  if (lot.is_pending()) unmatured_ -= amount;
}

void LotList::pass(TimeMs at, std::vector<Lot>& expired) {
  if (due_ > at) return;
  // Then those that are due stand in front.
  const bool is_by_date = order_ == SpendOrder::kEarliestExpiry && unmatured_ == 0;
  size_t empty_end = 0;
  for (size_t i = first_; i < lots_.size(); ++i) {
    Lot& lot = lots_[i];
    const bool is_expired = lot.expires_at <= at;
    if (is_by_date && !is_expired) break;
    if (lot.is_pending() && lot.matures_at <= at) {
      unmatured_ -= lot.amount;
      lot.matures_at = kAtOnce;
    }
    if (is_expired) expired.push_back(lot);
    if (!is_expired && lot.is_dated()) continue;
    take_from(lot, lot.amount);
    empty_end = i + 1;
  }
  drop_empty(empty_end);
  due_ = find_due();
}

void LotList::tell(TimeMs at, std::vector<Lot>& told) {
  if (!may_tell_ || due_ > at) return;
  may_tell_ = false;
  for (size_t i = first_; i < lots_.size(); ++i) {
    Lot& lot = lots_[i];
    if (lot.warns_at <= at) {
      told.push_back(lot);
      lot.warns_at = kNever;
    }
    may_tell_ |= lot.warns_at != kNever;
  }
  due_ = find_due();
}

// Lots before `end` may be empty; usually they are those at the front, and nothing else moves.
void LotList::drop_empty(size_t end) {
  if (end == 0) return;
  while (first_ < lots_.size() && lots_[first_].amount == 0) ++first_;
  if (end > first_) {
    std::erase_if(lots_, [](const Lot& lot) { return lot.amount == 0; });
    first_ = 0;
  }
  if (empty()) {
    lots_ = {};  // with its memory
    first_ = 0;
    may_tell_ = false;
  } else if (first_ >= kSlack && first_ * size_t{2} >= lots_.size()) {
    drop_front();
  }
  due_ = find_due();
}

void LotList::drop_front() {
  lots_.erase(lots_.begin(), lots_.begin() + first_);
  first_ = 0;
}

TimeMs LotList::find_due() const {
  if (empty()) return kNever;
  const bool is_by_date = order_ == SpendOrder::kEarliestExpiry && unmatured_ == 0;
  if (is_by_date && !may_tell_) return lots_[first_].expires_at;
  TimeMs due = kNever;
  for (const Lot& lot : lots()) due = std::min(due, lot.next_due());
  return due;
}

const char* LotList::broken() const {
  int64_t sum = 0;
  int64_t unmatured = 0;
  const Lot* before = nullptr;
  for (const Lot& lot : lots()) {
    if (lot.amount <= 0) return "a lot has nothing in it";
    if (!lot.is_dated()) return "a lot has no date ahead";
    if (lot.warns_at != kNever && !may_tell_) return "a notice of a lot is forgotten";
    if (before != nullptr && is_before(lot, *before)) return "lots are out of order";
    if (lot.amount > money::kBalanceMax - sum) return "lots hold more than a balance can";
    sum += lot.amount;
    if (lot.is_pending()) unmatured += lot.amount;
    before = &lot;
  }
  if (sum != sum_) return "the sum of the lots is another";
  if (unmatured != unmatured_) return "the sum of what is pending is another";
  return find_due() == due_ ? nullptr : "the next date of a lot is another";
}

}  // namespace guerdon::ledger
