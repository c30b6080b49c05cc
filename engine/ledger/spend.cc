// What the holder takes: at once, or set aside first and captured later.
#include <algorithm>

#include "engine/base/assert.h"
#include "engine/ledger/wallet_operations.h"

namespace guerdon::ledger {
namespace {

Leg spent(const Spend& spend, When when, const std::vector<Lot>& parts) {
  Leg leg;
  leg.amount = -spend.amount;
  leg.effective = when.effective;
  leg.lot = name_of(parts);
  leg.kind = spend.kind;
  leg.counter = spend.counter;
  return leg;
}

// The first `amount` of the parts; what is over goes to *rest.
void split(std::vector<Lot>& parts, int64_t amount, std::vector<Lot>* rest) {
  size_t kept = 0;
  while (kept < parts.size() && parts[kept].amount <= amount) amount -= parts[kept++].amount;
  rest->assign(parts.begin() + static_cast<ptrdiff_t>(kept), parts.end());
  if (amount > 0) {
    rest->front().amount -= amount;
    parts[kept++].amount = amount;
  }
  parts.resize(kept);
}

}  // namespace

Verdict Wallet::may_spend(int64_t amount) const {
  GUERDON_ASSERT(amount > 0);
  if (is_shut()) return {Code::kClosed, 0};
  if (state_.claims().holds.size() >= kHoldsMax) return {Code::kLimit, 0};
  return may_take_back(amount);
}

Verdict Wallet::may_take_back(int64_t amount) const {
  if (is_shut()) return {Code::kClosed, 0};
  const int64_t available = state_.available(posted_);
  return amount > available ? Verdict{Code::kInsufficient, available} : Verdict{};
}

Verdict Wallet::spend(const Spend& spend, When when, std::vector<Leg>& legs) {
  GUERDON_ASSERT(state_.next_due() > when.at);
  const Verdict verdict = may_spend(spend.amount);
  if (!verdict.ok()) return verdict;
  Hold& hold =
      add_hold({spend.id, kNever, spend.amount, set_aside(spend.amount), HoldState::kHeld});
  legs.push_back(spent(spend, when, hold.parts));
  posted_ -= spend.amount;
  end(hold, HoldState::kCaptured, when.at);
  return {};
}

Verdict Wallet::may_hold(const HoldRequest& request) const {
  GUERDON_ASSERT(request.amount > 0);
  if (is_shut()) return {Code::kClosed, 0};
  if (request.amount > request.at_most)
    return {Code::kLimit, std::max<int64_t>(0, request.at_most)};
  return may_spend(request.amount);
}

Verdict Wallet::hold(const HoldRequest& request, When when) {
  GUERDON_ASSERT(state_.next_due() > when.at && request.until > when.at);
  const Verdict verdict = may_hold(request);
  if (!verdict.ok()) return verdict;
  add_hold({request.id, request.until, request.amount, set_aside(request.amount), HoldState::kHeld,
            request.lsn});
  return {};
}

// In the order in which a spend takes: matured lots, then the undated remainder.
std::vector<Lot> Wallet::set_aside(int64_t amount) {
  std::vector<Lot> parts;
  const int64_t undated = amount - state_.lots_.draw(amount, {.pending = false}, parts);
  if (undated > 0) parts.emplace_back().amount = undated;
  return parts;
}

Hold& Wallet::add_hold(Hold hold) {
  Claims& claims = state_.make_claims();
  claims.held += hold.amount;
  claims.due = std::min(claims.due, hold.until);
  return claims.holds.emplace_back(std::move(hold));
}

const Hold* Wallet::find_hold(uint64_t id) const {
  const std::vector<Hold>& holds = state_.claims().holds;
  const auto found =
      std::find_if(holds.rbegin(), holds.rend(), [id](const Hold& hold) { return hold.id == id; });
  return found == holds.rend() ? nullptr : &*found;
}

Verdict Wallet::may_release(uint64_t id) const {
  const Hold* const hold = find_hold(id);
  if (hold == nullptr) return {Code::kUnknown, 0};
  switch (hold->state) {
    case HoldState::kHeld:
      return {};
    case HoldState::kCaptured:
      return {Code::kCaptured, 0};
    case HoldState::kVoided:
      return {Code::kVoided, 0};
    case HoldState::kExpired:
      return {Code::kExpired, 0};
  }
  GUERDON_UNREACHABLE();
}

Verdict Wallet::may_capture(uint64_t id, int64_t amount) const {
  GUERDON_ASSERT(amount > 0);
  const Verdict verdict = may_release(id);
  if (!verdict.ok()) return verdict;
  const int64_t held = find_hold(id)->amount;
  return amount > held ? Verdict{Code::kLimit, held} : Verdict{};
}

Verdict Wallet::capture(const Spend& part, When when, std::vector<Leg>& legs) {
  GUERDON_ASSERT(state_.next_due() > when.at);
  const Verdict verdict = may_capture(part.id, part.amount);
  if (!verdict.ok()) return verdict;
  Hold& hold = writable(part.id);
  std::vector<Lot> rest;
  split(hold.parts, part.amount, &rest);
  state_.make_claims().held -= hold.amount - part.amount;
  hold.amount = part.amount;
  legs.push_back(spent(part, when, hold.parts));
  posted_ -= part.amount;
  end(hold, HoldState::kCaptured, when.at);
  for (const Lot& over : rest) put_back(over);
  expire(when.at, when.effective, legs);
  return {};
}

Verdict Wallet::release(uint64_t id, When when, std::vector<Leg>& legs) {
  GUERDON_ASSERT(state_.next_due() > when.at);
  const Verdict verdict = may_release(id);
  if (!verdict.ok()) return verdict;
  give_up(writable(id), HoldState::kVoided, when.at);
  expire(when.at, when.effective, legs);
  return {};
}

}  // namespace guerdon::ledger
