// What happens to a wallet by itself, because time goes on.
#include <algorithm>
#include <utility>

#include "engine/base/assert.h"
#include "engine/ledger/wallet_operations.h"

namespace guerdon::ledger {
namespace {

TimeMs find_due(const std::vector<Hold>& holds) {
  TimeMs due = kNever;
  for (const Hold& hold : holds) due = std::min(due, hold.until);
  return due;
}

TimeMs later(TimeMs at, int64_t ms) { return ms < kNever - at ? at + ms : kNever; }

}  // namespace

// Between the timeouts of holds nothing comes back to the lots, so what is due of them by then goes
// in one pass.
void Wallet::settle(TimeMs at, std::vector<Leg>& legs) {
  GUERDON_ASSERT(at >= 0 && at < kNever);
  while (state_.next_due() <= at) {
    const TimeMs timeout = state_.claims().due;
    if (timeout > at) return expire_by_date(at, legs);
    expire_by_date(timeout - 1, legs);
    time_out(timeout);
    expire(timeout, timeout, legs);
    forget(timeout);
  }
}

void Wallet::expire_by_date(TimeMs at, std::vector<Leg>& legs) {
  std::vector<Lot> expired;
  state_.lots_.pass(at, expired);
  std::stable_sort(expired.begin(), expired.end(),
                   [](const Lot& a, const Lot& b) { return a.expires_at < b.expires_at; });
  for (const Lot& lot : expired) post_expired(lot, lot.expires_at, legs);
}

void Wallet::expire(TimeMs at, TimeMs effective, std::vector<Leg>& legs) {
  std::vector<Lot> expired;
  state_.lots_.pass(at, expired);
  for (const Lot& lot : expired) post_expired(lot, effective, legs);
}

void Wallet::post_expired(const Lot& lot, TimeMs effective, std::vector<Leg>& legs) {
  posted_ -= lot.amount;
  Leg leg;
  leg.amount = -lot.amount;
  leg.effective = effective;
  leg.lot = {lot.origin, lot.expires_at};
  leg.kind = Kind::kExpire;
  leg.counter = SystemAccount::kBreakage;
  legs.push_back(leg);
}

void Wallet::time_out(TimeMs at) {
  const auto is_due = [at](const Hold& hold) {
    return hold.state == HoldState::kHeld && hold.until <= at;
  };
  while (state_.claims().due <= at) {
    std::vector<Hold>& holds = state_.make_claims().holds;
    const auto hold = std::find_if(holds.begin(), holds.end(), is_due);
    if (hold == holds.end()) return;
    give_up(*hold, HoldState::kExpired, at);
  }
}

// What was set aside is free again.
void Wallet::give_up(Hold& hold, HoldState state, TimeMs at) {
  GUERDON_ASSERT(hold.state == HoldState::kHeld);
  const std::vector<Lot> parts = std::exchange(hold.parts, {});
  state_.make_claims().held -= std::exchange(hold.amount, 0);
  end(hold, state, at);
  for (const Lot& part : parts) put_back(part);
}

// The hold answers for itself as long as the rules say. REQUIRES: it is not used afterwards.
void Wallet::end(Hold& hold, HoldState state, TimeMs at) {
  Claims& claims = state_.make_claims();
  claims.held -= hold.amount;  // what is left of it was captured
  hold.state = state;
  const TimeMs before = std::exchange(hold.until, later(at, rules_.remember_ms));
  if (before == claims.due && before != kNever) claims.due = find_due(claims.holds);
  claims.due = std::min(claims.due, hold.until);
  if (rules_.remember_ms == 0) forget(at);
}

void Wallet::forget(TimeMs at) {
  if (state_.claims().due > at) return;
  Claims& claims = state_.make_claims();
  std::erase_if(claims.holds, [at](const Hold& hold) {
    return hold.state != HoldState::kHeld && hold.until <= at;
  });
  claims.due = find_due(claims.holds);
  state_.drop_claims();
}

}  // namespace guerdon::ledger
