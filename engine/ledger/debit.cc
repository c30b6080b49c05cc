// What rules take from a wallet: parted first, by what is free and by the wallet's policy, then
// taken. Holds are left alone: what the ledger has promised to a checkout it keeps.
#include <algorithm>

#include "engine/base/assert.h"
#include "engine/ledger/wallet_operations.h"

namespace guerdon::ledger {

Taken Wallet::debit(const Debit& debit, When when, std::vector<Leg>& legs) {
  const Taken taken = part(debit.amount, rules_.shortage);
  take(debit, taken, when, legs);
  return taken;
}

Taken Wallet::burn(const Debit& debit, When when, std::vector<Leg>& legs) {
  const Taken taken = part(debit.amount, Shortage::kClamp);
  take(debit, taken, when, legs);
  return taken;
}

Taken Wallet::part(int64_t amount, Shortage shortage) const {
  GUERDON_ASSERT(amount > 0);
  if (state_.status_ == WalletStatus::kClosed) return {0, 0, amount};
  const int64_t there = std::min(amount, state_.free(posted_));
  const int64_t rest = amount - there;
  if (rest == 0) return {amount, 0, 0};
  switch (shortage) {
    case Shortage::kClamp:
      return {there, 0, rest};
    case Shortage::kReject:
      return {0, 0, amount};
    case Shortage::kCarry: {
      const int64_t owed = std::min(rest, money::kBalanceMax - state_.debt());
      return {there, owed, rest - owed};
    }
    case Shortage::kNegative: {
      const int64_t room = std::max<int64_t>(0, rules_.negative_limit - state_.overdraft());
      const int64_t below = std::min(rest, room);
      return {there + below, 0, rest - below};
    }
  }
  GUERDON_UNREACHABLE();
}

void Wallet::take(const Debit& debit, const Taken& taken, When when, std::vector<Leg>& legs) {
  GUERDON_ASSERT(state_.next_due() > when.at);
  Leg leg;
  leg.effective = when.effective;
  leg.kind = debit.kind;
  leg.counter = debit.counter;
  if (taken.posted > 0) {
    leg.amount = -taken.posted;
    leg.lot = draw_free(taken.posted, debit);
    if (taken.posted < debit.amount) leg.note = Note::kFloor;
    legs.push_back(leg);
  }
  if (taken.owed > 0) {
    owe({taken.owed, debit.origin});
    leg.amount = -taken.owed;
    leg.lot = {debit.origin, 0};
    leg.receiver = Receiver::kDebt;
    leg.note = Note::kDebt;
    legs.push_back(leg);
  }
}

// Beyond what is free it is an overdraft.
LotName Wallet::draw_free(int64_t amount, const Debit& debit) {
  const int64_t free = std::min(amount, state_.free(posted_));
  std::vector<Lot> parts;
  int64_t left = free;
  if (debit.undone != Origin()) {
    left -= state_.lots_.draw(left, {.origin = debit.undone}, parts);
  }
  if (debit.cause != 0) {
    left -= state_.lots_.draw(left, {.cause = debit.cause, .matured = false}, parts);
    left -= state_.lots_.draw(left, {.cause = debit.cause, .pending = false}, parts);
  }
  left -= state_.lots_.draw(left, {}, parts);
  if (free < amount) state_.make_claims().overdraft += amount - free;
  posted_ -= amount;  // what is left of it comes from the undated remainder
  LotName name = name_of(parts);
  if (!parts.empty()) name.others += (left > 0 ? 1u : 0u) + (free < amount ? 1u : 0u);
  return name;
}

void Wallet::owe(Debt debt) {
  Claims& claims = state_.make_claims();
  claims.debt += debt.amount;
  if (claims.debts.size() < kDebtsMax) {
    claims.debts.push_back(debt);
  } else {
    claims.debts.back().amount += debt.amount;
  }
}

}  // namespace guerdon::ledger
