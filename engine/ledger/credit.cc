// What comes into a wallet: it pays what is owed, then it is there to be spent.
#include <algorithm>

#include "engine/base/assert.h"
#include "engine/ledger/wallet_operations.h"

namespace guerdon::ledger {
namespace {

Lot lot_of(const Credit& credit, int64_t amount, When when) {
  Lot lot;
  lot.amount = amount;
  lot.expires_at = credit.expires_at;
  lot.matures_at = credit.matures_at > when.at ? credit.matures_at : kAtOnce;
  if (!lot.is_dated()) return lot;
  lot.earned_at = credit.earned_at == kAsEffective ? when.effective : credit.earned_at;
  lot.cause = credit.cause;
  lot.origin = credit.origin;
  if (lot.expires_at != kNever) lot.warns_at = credit.warns_at;
  return lot;
}

}  // namespace

void Wallet::credit(const Credit& credit, When when, std::vector<Leg>& legs) {
  GUERDON_ASSERT(credit.amount > 0 && state_.next_due() > when.at);
  Leg leg;
  leg.amount = credit.amount;
  leg.effective = when.effective;
  leg.kind = credit.kind;
  leg.counter = credit.counter;
  if (is_shut()) return suspend(leg, Note::kClosed, legs);

  leg.amount -= pay_debts(leg, legs);
  if (leg.amount == 0) return;
  const Lot lot = lot_of(credit, leg.amount, when);
  if (!has_room(lot)) return suspend(leg, Note::kOverflow, legs);
  const bool makes_lot = lot.is_dated() && lot.amount > state_.overdraft();
  const Origin origin = put_back(lot);
  if (makes_lot) leg.lot = {origin, lot.expires_at, lot.matures_at};
  posted_ += leg.amount;
  legs.push_back(leg);
  post_past(when.at, std::max(lot.expires_at, when.effective), legs);
  tell_past(when.at, when.effective, legs);
}

Verdict Wallet::may_credit(const Credit& credit, When when) const {
  if (is_shut()) return {Code::kClosed, 0};
  const bool has_it = has_room(lot_of(credit, credit.amount, when));
  return has_it ? Verdict{} : Verdict{Code::kLimit, 0};
}

bool Wallet::has_room(const Lot& lot) const {
  if (posted_ > money::kBalanceMax - lot.amount) return false;
  return !lot.is_dated() || state_.lots_.size() < kLotsMax ||
         state_.lots_.can_join(lot, rules_.merges_equal_lots);
}

void Wallet::suspend(Leg leg, Note note, std::vector<Leg>& legs) {
  leg.receiver = Receiver::kSuspense;
  leg.note = note;
  legs.push_back(leg);
}

// As much of the leg as there are debts, the oldest first, a leg each. Returns how much it was.
int64_t Wallet::pay_debts(Leg leg, std::vector<Leg>& legs) {
  if (state_.debt() == 0) return 0;
  Claims& claims = state_.make_claims();
  const int64_t asked = leg.amount;
  int64_t left = asked;
  leg.receiver = Receiver::kDebt;
  leg.note = Note::kDebt;
  while (left > 0 && !claims.debts.empty()) {
    Debt& oldest = claims.debts.front();
    leg.amount = std::min(left, oldest.amount);
    leg.lot = {oldest.origin, 0};
    legs.push_back(leg);
    left -= leg.amount;
    claims.debt -= leg.amount;
    oldest.amount -= leg.amount;
    if (oldest.amount == 0) claims.debts.erase(claims.debts.begin());
  }
  state_.drop_claims();
  return asked - left;
}

// An amount that is in the balance, and in no hold any more, becomes free: it covers an overdraft
// first, so that nothing is free while there is one. Returns whose lot it is part of.
Origin Wallet::put_back(Lot part) {
  if (state_.overdraft() > 0) {
    Claims& claims = state_.make_claims();
    const int64_t covered = std::min(claims.overdraft, part.amount);
    claims.overdraft -= covered;
    part.amount -= covered;
    state_.drop_claims();
  }
  if (part.amount == 0 || !part.is_dated()) return {};
  return state_.lots_.add(part, rules_.merges_equal_lots);
}

}  // namespace guerdon::ledger
