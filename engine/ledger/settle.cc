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
// in one pass. So does the forgetting, which posts nothing: a wallet may remember very many.
void Wallet::settle(TimeMs at, std::vector<Leg>& legs) {
  GUERDON_ASSERT(at >= 0 && at < kNever);
  if (state_.next_due() > at) return;
  if (state_.claims().due <= at) {
    time_out(at, legs);
    forget(at);
  }
  expire_by_date(at, legs);
}

// What a lot has left when its notice time begins it has when it expires: nothing is drawn between.
void Wallet::expire_by_date(TimeMs at, std::vector<Leg>& legs) {
  std::vector<Lot> told;
  state_.lots_.tell(at, told);
  std::vector<Lot> expired;
  state_.lots_.pass(at, expired);
  std::stable_sort(expired.begin(), expired.end(),
                   [](const Lot& a, const Lot& b) { return a.expires_at < b.expires_at; });
  std::stable_sort(told.begin(), told.end(),
                   [](const Lot& a, const Lot& b) { return a.warns_at < b.warns_at; });
  size_t next = 0;
  for (const Lot& lot : told) {
    if (lot.expires_at <= lot.warns_at) continue;  // it is gone by then
    while (next < expired.size() && expired[next].expires_at <= lot.warns_at) {
      post_expired(expired[next], expired[next].expires_at, legs);
      ++next;
    }
    tell_expiring(lot, lot.warns_at, legs);
  }
  for (; next < expired.size(); ++next) post_expired(expired[next], expired[next].expires_at, legs);
}

void Wallet::expire(TimeMs at, TimeMs effective, std::vector<Leg>& legs) {
  post_past(at, effective, legs);
  tell_past(at, effective, legs);
}

// Lots whose date is no later than `at`.
void Wallet::post_past(TimeMs at, TimeMs effective, std::vector<Leg>& legs) {
  std::vector<Lot> expired;
  state_.lots_.pass(at, expired);
  for (const Lot& lot : expired) post_expired(lot, effective, legs);
}

// Those whose notice time has begun: as of when it did, but no earlier than `effective`.
void Wallet::tell_past(TimeMs at, TimeMs effective, std::vector<Leg>& legs) {
  std::vector<Lot> told;
  state_.lots_.tell(at, told);
  for (const Lot& lot : told) tell_expiring(lot, std::max(lot.warns_at, effective), legs);
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

// In the order of their timeouts; those of one instant in that of the holds. When something is due
// next is the caller's to find: forget().
void Wallet::time_out(TimeMs at, std::vector<Leg>& legs) {
  std::vector<Hold>& holds = state_.make_claims().holds;
  std::vector<std::pair<TimeMs, size_t>> due;
  for (size_t i = 0; i < holds.size(); ++i) {
    if (holds[i].state == HoldState::kHeld && holds[i].until <= at)
      due.push_back({holds[i].until, i});
  }
  std::sort(due.begin(), due.end());
  for (size_t i = 0; i < due.size();) {
    const TimeMs timeout = due[i].first;
    expire_by_date(timeout - 1, legs);
    for (; i < due.size() && due[i].first == timeout; ++i) {
      Hold& hold = holds[due[i].second];
      const std::vector<Lot> parts = take_parts(hold);
      conclude(hold, HoldState::kExpired, timeout);
      tell_timeout(hold, parts, timeout, legs);
      for (const Lot& part : parts) put_back(part);
    }
    expire(timeout, timeout, legs);
  }
}

void Wallet::tell_timeout(const Hold& hold, const std::vector<Lot>& parts, TimeMs timeout,
                          std::vector<Leg>& legs) {
  Leg leg;
  leg.effective = timeout;
  leg.lot = name_of(parts);
  leg.about = static_cast<int64_t>(hold.lsn);
  leg.kind = Kind::kTimeout;
  legs.push_back(leg);
}

void Wallet::tell_expiring(const Lot& lot, TimeMs effective, std::vector<Leg>& legs) {
  Leg leg;
  leg.effective = effective;
  leg.lot = {lot.origin, lot.expires_at};
  leg.about = lot.amount;
  leg.kind = Kind::kExpiring;
  legs.push_back(leg);
}

std::vector<Lot> Wallet::take_parts(Hold& hold) {
  GUERDON_ASSERT(hold.state == HoldState::kHeld);
  state_.make_claims().held -= std::exchange(hold.amount, 0);
  return std::exchange(hold.parts, {});
}

// What was set aside is free again.
void Wallet::give_up(Hold& hold, HoldState state, TimeMs at) {
  const std::vector<Lot> parts = take_parts(hold);
  end(hold, state, at);
  for (const Lot& part : parts) put_back(part);
}

// The hold answers for itself as long as the rules say. Until when it was to live otherwise.
TimeMs Wallet::conclude(Hold& hold, HoldState state, TimeMs at) {
  state_.make_claims().held -= hold.amount;  // what is left of it was captured
  hold.state = state;
  return std::exchange(hold.until, later(at, rules_.remember_ms));
}

// REQUIRES: the hold is not used afterwards.
void Wallet::end(Hold& hold, HoldState state, TimeMs at) {
  Claims& claims = state_.make_claims();
  const TimeMs before = conclude(hold, state, at);
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
