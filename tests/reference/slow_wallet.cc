#include "tests/reference/slow_wallet.h"

#include <algorithm>
#include <tuple>
#include <utility>

#include "engine/money/limits.h"

namespace guerdon::ledger::slow {

using base::Int128;

namespace {

constexpr Int128 kMost = money::kBalanceMax;

Int128 sum_of(const std::vector<Lot>& lots) {
  Int128 sum = 0;
  for (const Lot& lot : lots) sum += lot.amount;
  return sum;
}

int64_t narrow(Int128 amount) { return static_cast<int64_t>(amount); }

// The first lot with a date, and how many others there are; none where none has a date.
LotName slow_name_of(const std::vector<Lot>& lots, uint32_t others = 0) {
  LotName name;
  bool is_named = false;
  for (const Lot& lot : lots) {
    if (is_named || !lot.is_dated()) {
      ++others;
      continue;
    }
    name = {lot.origin, lot.expires_at, lot.matures_at, 0};
    is_named = true;
  }
  if (!is_named) return {};
  name.others = others;
  return name;
}

Leg leg_of(int64_t amount, Kind kind, SystemAccount counter, TimeMs effective) {
  Leg leg;
  leg.amount = amount;
  leg.kind = kind;
  leg.counter = counter;
  leg.effective = effective;
  return leg;
}

Leg suspended(Leg leg, Note note) {
  leg.receiver = Receiver::kSuspense;
  leg.note = note;
  return leg;
}

}  // namespace

// ---- What there is

Int128 SlowWallet::posted() const { return sum_of(free_) + held() - overdraft_; }

Int128 SlowWallet::held() const {
  Int128 sum = 0;
  for (const Hold& hold : holds_) {
    if (hold.state == HoldState::kHeld) sum += sum_of(hold.parts);
  }
  return sum;
}

Int128 SlowWallet::unmatured() const {
  Int128 sum = 0;
  for (const Lot& lot : free_) sum += lot.matures_at > 0 ? lot.amount : 0;
  return sum;
}

Int128 SlowWallet::available() const {
  if (status_ != WalletStatus::kAsMade && status_ != WalletStatus::kOpened) return 0;
  return std::max<Int128>(0, posted() - held() - unmatured());
}

Int128 SlowWallet::debt() const {
  Int128 sum = 0;
  for (const Debt& debt : debts_) sum += debt.amount;
  return sum;
}

TimeMs SlowWallet::next_due() const {
  TimeMs due = kNever;
  for (const Lot& lot : free_) {
    due = std::min({due, lot.expires_at, lot.warns_at});
    if (lot.matures_at > 0) due = std::min(due, lot.matures_at);
  }
  for (const Hold& hold : holds_) due = std::min(due, hold.until);
  return due;
}

SlowWallet::Lots SlowWallet::dated_lots() const {
  Lots dated;
  for (const Lot& lot : free_) {
    if (lot.is_dated()) dated.push_back(lot);
  }
  return dated;
}

// ---- Lots

// Dated ones by the rules; the one without dates is the last.
bool SlowWallet::is_before(const Lot& a, const Lot& b) const {
  if (a.is_dated() != b.is_dated()) return a.is_dated();
  if (rules_.order == SpendOrder::kOldestEarned) {
    return std::tie(a.earned_at, a.origin) < std::tie(b.earned_at, b.origin);
  }
  return std::tie(a.expires_at, a.earned_at, a.origin) <
         std::tie(b.expires_at, b.earned_at, b.origin);
}

void SlowWallet::sort() {
  std::erase_if(free_, [](const Lot& lot) { return lot.amount == 0; });
  std::stable_sort(free_.begin(), free_.end(),
                   [this](const Lot& a, const Lot& b) { return is_before(a, b); });
}

// Who made the one that it will be part of.
Origin SlowWallet::lot_for(const Lot& lot) const {
  for (const Lot& other : free_) {
    const bool has_its_dates =
        other.expires_at == lot.expires_at && other.matures_at == lot.matures_at;
    if (rules_.merges_equal_lots && has_its_dates) return other.origin;
  }
  return lot.origin;
}

void SlowWallet::add(const Lot& lot) {
  if (lot.amount == 0) return;
  for (Lot& other : free_) {
    const bool is_same = other.origin == lot.origin && other.earned_at == lot.earned_at;
    if (other.expires_at != lot.expires_at || other.matures_at != lot.matures_at) continue;
    if (!is_same && !rules_.merges_equal_lots && lot.is_dated()) continue;
    other.amount += lot.amount;
    if (other.cause != lot.cause) other.cause = 0;
    return;
  }
  free_.push_back(lot.is_dated() ? lot : Lot{.amount = lot.amount});  // undated: of nobody
  sort();
}

void SlowWallet::put_back(Lot lot) {
  const Int128 covered = std::min<Int128>(overdraft_, lot.amount);
  overdraft_ -= covered;
  lot.amount -= narrow(covered);
  add(lot);
}

SlowWallet::Lots SlowWallet::draw(Int128 amount, const Wanted& wanted) {
  Lots parts;
  for (Lot& lot : free_) {
    if (amount == 0 || !wanted(lot)) continue;
    parts.push_back(lot);
    parts.back().amount = narrow(std::min<Int128>(amount, lot.amount));
    lot.amount -= parts.back().amount;
    amount -= parts.back().amount;
  }
  sort();
  return parts;
}

void SlowWallet::expire(TimeMs at, TimeMs effective, Legs& legs) {
  drop(at, effective, legs);
  tell(at, effective, legs);
}

void SlowWallet::drop(TimeMs at, TimeMs effective, Legs& legs) {
  for (Lot& lot : free_) {
    if (lot.expires_at > at) continue;
    Leg leg = leg_of(-lot.amount, Kind::kExpire, SystemAccount::kBreakage, effective);
    leg.lot = {lot.origin, lot.expires_at, kAtOnce, 0};
    legs.push_back(leg);
    lot.amount = 0;
  }
  sort();
}

// Of each lot that is there once; of what came back or came late, when it came.
void SlowWallet::tell(TimeMs at, TimeMs effective, Legs& legs) {
  for (Lot& lot : free_) {
    if (lot.warns_at > at) continue;
    const TimeMs told_at = std::max(effective, lot.warns_at);
    Leg leg = leg_of(0, Kind::kExpiring, SystemAccount::kIssuance, told_at);
    leg.lot = {lot.origin, lot.expires_at, kAtOnce, 0};
    leg.about = lot.amount;
    legs.push_back(leg);
    lot.warns_at = kNever;
  }
}

// ---- Rules and operators

int64_t SlowWallet::pay_debts(Leg leg, Legs& legs) {
  int64_t left = leg.amount;
  const int64_t asked = left;
  for (Debt& debt : debts_) {
    const int64_t paid = std::min(left, debt.amount);
    if (paid == 0) continue;
    leg.amount = paid;
    leg.receiver = Receiver::kDebt;
    leg.note = Note::kDebt;
    leg.lot = {debt.origin, 0};
    legs.push_back(leg);
    debt.amount -= paid;
    left -= paid;
  }
  std::erase_if(debts_, [](const Debt& debt) { return debt.amount == 0; });
  return asked - left;
}

void SlowWallet::credit(const Credit& credit, When when, Legs& legs) {
  Leg leg = leg_of(credit.amount, credit.kind, credit.counter, when.effective);
  if (is_shut()) {
    legs.push_back(suspended(leg, Note::kClosed));
    return;
  }
  leg.amount -= pay_debts(leg, legs);
  if (leg.amount == 0) return;
  if (posted() + leg.amount > kMost) {
    legs.push_back(suspended(leg, Note::kOverflow));
    return;
  }
  Lot lot{leg.amount, credit.expires_at, kAtOnce, 0, 0, {}};
  if (credit.matures_at > when.at) lot.matures_at = credit.matures_at;
  if (lot.is_dated()) {
    lot.earned_at = credit.earned_at == kAsEffective ? when.effective : credit.earned_at;
    lot.cause = credit.cause;
    lot.origin = credit.origin;
    lot.warns_at = credit.expires_at == kNever ? kNever : credit.warns_at;
    if (overdraft_ < lot.amount) {
      leg.lot = {lot_for(lot), lot.expires_at, lot.matures_at, 0};
    }
  }
  legs.push_back(leg);
  put_back(lot);
  drop(when.at, std::max(when.effective, credit.expires_at), legs);
  tell(when.at, when.effective, legs);
}

Taken SlowWallet::debit(const Debit& debit, When when, Legs& legs) {
  return take(debit, rules_.shortage, when, legs);
}

Taken SlowWallet::burn(const Debit& debit, When when, Legs& legs) {
  return take(debit, Shortage::kClamp, when, legs);
}

Taken SlowWallet::take(const Debit& debit, Shortage shortage, When when, Legs& legs) {
  const Int128 there = sum_of(free_);
  const Int128 short_of = std::max<Int128>(0, debit.amount - there);
  if (status_ == WalletStatus::kClosed) return {0, 0, debit.amount};
  if (short_of > 0 && shortage == Shortage::kReject) return {0, 0, debit.amount};
  Int128 below = 0;
  Int128 owed = 0;
  if (shortage == Shortage::kNegative) {
    below = std::min(short_of, std::max<Int128>(0, rules_.negative_limit - overdraft_));
  } else if (shortage == Shortage::kCarry) {
    owed = std::min(short_of, kMost - debt());
  }

  const Int128 drawn = debit.amount - short_of;
  Lots parts = draw(drawn, [&](const Lot& lot) {
    return debit.undone != Origin() && lot.origin == debit.undone;
  });
  for (const Wanted& wanted :
       {Wanted([&](const Lot& lot) {
          return debit.cause != 0 && lot.cause == debit.cause && lot.matures_at > 0;
        }),
        Wanted([&](const Lot& lot) { return debit.cause != 0 && lot.cause == debit.cause; }),
        Wanted([](const Lot&) { return true; })}) {
    const Lots more = draw(drawn - sum_of(parts), wanted);
    parts.insert(parts.end(), more.begin(), more.end());
  }
  overdraft_ += below;
  const Taken taken{narrow(drawn + below), narrow(owed), narrow(short_of - below - owed)};
  Leg leg = leg_of(-taken.posted, debit.kind, debit.counter, when.effective);
  leg.lot = slow_name_of(parts, below > 0 ? 1 : 0);
  if (taken.posted < debit.amount) leg.note = Note::kFloor;
  if (taken.posted > 0) legs.push_back(leg);
  if (owed == 0) return taken;
  if (debts_.size() == kDebtsMax) {
    debts_.back().amount += taken.owed;
  } else {
    debts_.push_back({taken.owed, debit.origin});
  }
  leg = leg_of(-taken.owed, debit.kind, debit.counter, when.effective);
  leg.lot = {debit.origin, 0};
  leg.receiver = Receiver::kDebt;
  leg.note = Note::kDebt;
  legs.push_back(leg);
  return taken;
}

// ---- The holder

Verdict SlowWallet::spend(const Spend& spend, When when, Legs& legs) {
  if (is_shut()) return {Code::kClosed, 0};
  if (spend.amount > available()) return {Code::kInsufficient, narrow(available())};
  const Lots parts = draw(spend.amount, [](const Lot& lot) { return lot.matures_at == 0; });
  Leg leg = leg_of(-spend.amount, spend.kind, spend.counter, when.effective);
  leg.lot = slow_name_of(parts);
  legs.push_back(leg);
  holds_.push_back({spend.id, 0, spend.amount, parts, HoldState::kHeld});
  end(holds_.back(), HoldState::kCaptured, when.at);
  return {};
}

Verdict SlowWallet::hold(const HoldRequest& request, When) {
  if (is_shut()) return {Code::kClosed, 0};
  if (request.amount > request.at_most) {
    return {Code::kLimit, std::max<int64_t>(request.at_most, 0)};
  }
  if (request.amount > available()) return {Code::kInsufficient, narrow(available())};
  const Lots parts = draw(request.amount, [](const Lot& lot) { return lot.matures_at == 0; });
  holds_.push_back(
      {request.id, request.until, request.amount, parts, HoldState::kHeld, request.lsn});
  return {};
}

Hold* SlowWallet::find(uint64_t id) {
  Hold* found = nullptr;
  for (Hold& hold : holds_) {
    if (hold.id == id) found = &hold;
  }
  return found;
}

// What a hold that should be captured or voided answers.
Verdict SlowWallet::judge(uint64_t id) {
  const Hold* const hold = find(id);
  if (hold == nullptr) return {Code::kUnknown, 0};
  if (hold->state == HoldState::kCaptured) return {Code::kCaptured, 0};
  if (hold->state == HoldState::kVoided) return {Code::kVoided, 0};
  if (hold->state == HoldState::kExpired) return {Code::kExpired, 0};
  return {};
}

Verdict SlowWallet::capture(const Spend& part, When when, Legs& legs) {
  const Verdict verdict = judge(part.id);
  if (!verdict.ok()) return verdict;
  Hold& hold = *find(part.id);
  if (part.amount > hold.amount) return {Code::kLimit, hold.amount};
  Lots captured;
  Lots rest;
  int64_t left = part.amount;
  for (const Lot& lot : hold.parts) {
    const int64_t here = std::min(left, lot.amount);
    left -= here;
    if (here > 0) captured.emplace_back(lot).amount = here;
    if (here < lot.amount) rest.emplace_back(lot).amount = lot.amount - here;
  }
  hold.parts = captured;
  hold.amount = part.amount;
  Leg leg = leg_of(-part.amount, part.kind, part.counter, when.effective);
  leg.lot = slow_name_of(captured);
  legs.push_back(leg);
  end(hold, HoldState::kCaptured, when.at);
  for (const Lot& lot : rest) put_back(lot);
  expire(when.at, when.effective, legs);
  return {};
}

Verdict SlowWallet::release(uint64_t id, When when, Legs& legs) {
  const Verdict verdict = judge(id);
  if (!verdict.ok()) return verdict;
  Hold& hold = *find(id);
  const Lots parts = std::exchange(hold.parts, {});
  hold.amount = 0;
  end(hold, HoldState::kVoided, when.at);
  for (const Lot& lot : parts) put_back(lot);
  expire(when.at, when.effective, legs);
  return {};
}

Verdict SlowWallet::refund(const Refund& refund, When when, Legs& legs) {
  Hold* const spend = find(refund.id);
  if (spend == nullptr) return {Code::kUnknown, 0};
  if (spend->state == HoldState::kVoided) return {Code::kVoided, 0};
  if (spend->state == HoldState::kExpired) return {Code::kExpired, 0};
  if (spend->state == HoldState::kHeld) return {Code::kLimit, 0};
  if (refund.amount > spend->amount) return {Code::kLimit, spend->amount};

  Leg leg = leg_of(refund.amount, Kind::kRefund, refund.counter, when.effective);
  Int128 to_debts = std::min<Int128>(refund.amount, debt());
  Lots parts;  // what is left for the wallet
  int64_t left = refund.amount;
  while (left > 0) {
    Lot part = spend->parts.back();
    const int64_t here = std::min(left, part.amount);
    left -= here;
    spend->parts.back().amount -= here;
    if (spend->parts.back().amount == 0) spend->parts.pop_back();
    const Int128 paid = std::min<Int128>(to_debts, here);
    to_debts -= paid;
    part.amount = here - narrow(paid);
    if (part.amount > 0) parts.push_back(part);
  }
  spend->amount -= refund.amount;

  if (status_ == WalletStatus::kClosed) {
    legs.push_back(suspended(leg, Note::kClosed));
    return {};
  }
  leg.amount -= pay_debts(leg, legs);
  if (leg.amount == 0) return {};
  if (posted() + leg.amount > kMost) {
    legs.push_back(suspended(leg, Note::kOverflow));
    return {};
  }
  for (Lot& part : parts) {
    if (part.expires_at <= when.at && rules_.returns == Returns::kGrace) {
      part.expires_at = refund.grace_until;
      part.warns_at = refund.grace_warns;
    }
  }
  leg.lot = slow_name_of(parts);
  legs.push_back(leg);
  for (const Lot& part : parts) put_back(part);
  expire(when.at, when.effective, legs);
  return {};
}

// ---- Time and status

void SlowWallet::settle(TimeMs at, Legs& legs) {
  for (TimeMs due = next_due(); due <= at; due = next_due()) {
    for (size_t i = 0; i < holds_.size(); ++i) {
      if (holds_[i].state != HoldState::kHeld || holds_[i].until > due) continue;
      const Lots parts = std::exchange(holds_[i].parts, {});
      holds_[i].amount = 0;
      holds_[i].state = HoldState::kExpired;
      holds_[i].until = due + rules_.remember_ms;
      Leg leg = leg_of(0, Kind::kTimeout, SystemAccount::kIssuance, due);
      leg.lot = slow_name_of(parts);
      leg.about = static_cast<int64_t>(holds_[i].lsn);
      legs.push_back(leg);
      for (const Lot& lot : parts) put_back(lot);
    }
    Lots all = std::exchange(free_, {});
    Lots undated;
    for (Lot& lot : all) {
      if (lot.matures_at <= due) lot.matures_at = kAtOnce;
      if (lot.is_dated()) {
        free_.push_back(lot);
      } else {
        undated.emplace_back().amount = lot.amount;
      }
    }
    for (const Lot& lot : undated) add(lot);
    expire(due, due, legs);
    forget(due);
  }
}

void SlowWallet::end(Hold& hold, HoldState state, TimeMs at) {
  hold.state = state;
  hold.until = at + rules_.remember_ms;
  if (rules_.remember_ms == 0) forget(at);
}

void SlowWallet::forget(TimeMs at) {
  std::erase_if(holds_, [at](const Hold& hold) {
    return hold.state != HoldState::kHeld && hold.until <= at;
  });
}

Verdict SlowWallet::open() {
  if (is_shut()) status_ = open_status();
  return {};
}

Verdict SlowWallet::set_status(WalletStatus status) {
  if (is_shut()) return {Code::kClosed, 0};
  status_ = status;
  return {};
}

Verdict SlowWallet::close() {
  if (status_ == WalletStatus::kClosed) return {Code::kClosed, 0};
  if (posted() != 0 || held() != 0 || debt() != 0 || !free_.empty()) {
    return {Code::kRemainder, narrow(posted())};
  }
  status_ = WalletStatus::kClosed;
  return {};
}

}  // namespace guerdon::ledger::slow
