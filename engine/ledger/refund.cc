// What was spent comes back: to the lots it came from, the last that was drawn first.
#include <algorithm>

#include "engine/base/assert.h"
#include "engine/ledger/wallet_operations.h"

namespace guerdon::ledger {
namespace {

// The last `amount` of what was spent, the last first.
std::vector<Lot> take_last(Hold& spend, int64_t amount) {
  std::vector<Lot> parts;
  spend.amount -= amount;
  while (amount > 0) {
    Lot& last = spend.parts.back();
    Lot& part = parts.emplace_back(last);
    part.amount = std::min(amount, last.amount);
    amount -= part.amount;
    last.amount -= part.amount;
    if (last.amount == 0) spend.parts.pop_back();
  }
  return parts;
}

// Without the first `amount`.
void drop_first(std::vector<Lot>& parts, int64_t amount) {
  size_t gone = 0;
  while (gone < parts.size() && parts[gone].amount <= amount) amount -= parts[gone++].amount;
  if (amount > 0) parts[gone].amount -= amount;
  parts.erase(parts.begin(), parts.begin() + static_cast<ptrdiff_t>(gone));
}

}  // namespace

Verdict Wallet::may_refund(uint64_t id, int64_t amount) const {
  GUERDON_ASSERT(amount > 0);
  const Hold* const spend = find_hold(id);
  if (spend == nullptr) return {Code::kUnknown, 0};
  switch (spend->state) {
    case HoldState::kVoided:
      return {Code::kVoided, 0};
    case HoldState::kExpired:
      return {Code::kExpired, 0};
    case HoldState::kHeld:  // nothing was spent yet
      return {Code::kLimit, 0};
    case HoldState::kCaptured:
      return amount > spend->amount ? Verdict{Code::kLimit, spend->amount} : Verdict{};
  }
  GUERDON_UNREACHABLE();
}

Verdict Wallet::refund(const Refund& refund, When when, std::vector<Leg>& legs) {
  GUERDON_ASSERT(state_.next_due() > when.at);
  const Verdict verdict = may_refund(refund.id, refund.amount);
  if (!verdict.ok()) return verdict;
  Leg leg;
  leg.amount = refund.amount;
  leg.effective = when.effective;
  leg.kind = Kind::kRefund;
  leg.counter = refund.counter;
  give_back(take_last(writable(refund.id), refund.amount), refund, leg, when, legs);
  return {};
}

// As a credit: debts first, then the range of the wallet, then the lots.
void Wallet::give_back(std::vector<Lot> parts, const Refund& refund, Leg leg, When when,
                       std::vector<Leg>& legs) {
  if (state_.status_ == WalletStatus::kClosed) return suspend(leg, Note::kClosed, legs);
  const int64_t paid = pay_debts(leg, legs);
  leg.amount -= paid;
  if (leg.amount == 0) return;
  if (posted_ > money::kBalanceMax - leg.amount) return suspend(leg, Note::kOverflow, legs);
  drop_first(parts, paid);
  for (Lot& part : parts) {
    const bool is_late = part.expires_at <= when.at;
    if (!is_late || rules_.returns != Returns::kGrace) continue;
    part.expires_at = refund.grace_until;
    part.warns_at = refund.grace_warns;
  }
  leg.lot = name_of(parts);
  posted_ += leg.amount;
  legs.push_back(leg);
  for (const Lot& part : parts) put_back(part);
  expire(when.at, when.effective, legs);
}

}  // namespace guerdon::ledger
