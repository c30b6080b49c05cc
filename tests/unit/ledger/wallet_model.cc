#include "tests/unit/ledger/wallet_model.h"

#include <algorithm>

#include "engine/ledger/wallet_content.h"

namespace guerdon::ledger {
namespace {

constexpr int64_t kMost = money::kBalanceMax;

WalletRules draw_rules(generate::Rng& rng) {
  WalletRules rules;
  rules.order = rng.chance(70) ? SpendOrder::kEarliestExpiry : SpendOrder::kOldestEarned;
  rules.shortage = static_cast<Shortage>(rng.small(0, 3));
  rules.returns = rng.chance(50) ? Returns::kStrict : Returns::kGrace;
  rules.merges_equal_lots = rng.chance(30);
  rules.negative_limit = rng.pick<int64_t>({0, 5, 1000, kMost});
  rules.remember_ms = rng.pick<int64_t>({0, 3, 40, 1'000'000});
  rules.opens_by_command = rng.chance(15);
  return rules;
}

std::string words(const Leg& leg) {
  return std::to_string(leg.amount) + " " + std::string(kind_name(leg.kind)) + " " +
         std::string(system_account_name(leg.counter)) + " to " +
         std::to_string(static_cast<int>(leg.receiver)) + " (" + std::string(note_name(leg.note)) +
         ") lot " + std::to_string(leg.lot.origin.lsn()) + "/" +
         std::to_string(leg.lot.expires_at) + "/" + std::to_string(leg.lot.matures_at) + " and " +
         std::to_string(leg.lot.others) + " about " + std::to_string(leg.about) + " at " +
         std::to_string(leg.effective) + "; ";
}

std::string words(const std::vector<Leg>& legs) {
  std::string all;
  for (const Leg& leg : legs) all += words(leg);
  return all.empty() ? "nothing" : all;
}

bool is_same(const Hold& a, const Hold& b) {
  return a.id == b.id && a.until == b.until && a.amount == b.amount && a.state == b.state &&
         a.lsn == b.lsn && a.parts == b.parts;
}

std::string number(const char* name, base::Int128 fast, base::Int128 slow) {
  if (fast == slow) return "";
  return std::string(name) + " " + base::to_string(fast) + ", not " + base::to_string(slow);
}

}  // namespace

WalletModel::WalletModel(generate::Rng& rng)
    : rng_(rng),
      rules_(draw_rules(rng)),
      slow_(rules_),
      state_(rules_.order),
      fast_(rules_, posted_, state_),
      is_large_(rng.chance(10)) {}

std::string WalletModel::step() {
  legs_.clear();
  slow_legs_.clear();
  advance();
  if (wrong_.empty()) act();
  book();
  const std::string found = wrong_.empty() ? difference() : wrong_;
  return found.empty() ? found : what_ + " at " + std::to_string(now_) + ": " + found;
}

// Due work comes first, whether the clock was moved or not.
void WalletModel::advance() {
  what_ = "settle";
  if (rng_.chance(60)) now_ += rng_.small(0, 6);
  if (rng_.chance(2)) now_ += 50;
  fast_.settle(now_, legs_);
  slow_.settle(now_, slow_legs_);
  wrong_ = difference();
}

void WalletModel::act() {
  ++lsn_;
  switch (rng_.small(0, 11)) {
    case 0:
    case 1:
    case 2:
    case 3:
      return credit();
    case 4:
    case 5:
      return debit();
    case 6:
      return spend();
    case 7:
    case 8:
      return hold();
    case 9:
      return end_hold();
    case 10:
      return refund();
    default:
      if (rng_.chance(rules_.opens_by_command ? 60 : 15)) change_status();
  }
}

int64_t WalletModel::draw_amount() {
  if (is_large_ && rng_.chance(60)) {
    return rng_.pick<int64_t>({kMost, kMost - 1, kMost / 2, kMost / 3, INT64_MAX});
  }
  return rng_.between(1, 20);
}

// Before the date, mostly; it may be past, and no plan's is behind the date.
TimeMs WalletModel::draw_notice(TimeMs expires_at) {
  if (expires_at == kNever) return kNever;
  return std::max<TimeMs>(0, expires_at - rng_.small(-1, 15));
}

uint64_t WalletModel::draw_id() {
  return last_id_ - std::min<uint64_t>(last_id_, static_cast<uint64_t>(rng_.small(0, 4)));
}

// Events may come late.
When WalletModel::draw_when() {
  return {now_, rng_.chance(80) ? now_ : std::max<TimeMs>(0, now_ - rng_.small(0, 30))};
}

void WalletModel::credit() {
  what_ = "credit";
  Credit credit;
  credit.amount = draw_amount();
  if (rng_.chance(30)) credit.matures_at = now_ + rng_.small(-2, 10);
  if (rng_.chance(75)) credit.expires_at = now_ + rng_.small(rng_.chance(10) ? -3 : 1, 25);
  if (rng_.chance(50)) credit.warns_at = draw_notice(credit.expires_at);
  credit.origin = {lsn_, static_cast<uint32_t>(rng_.small(0, 2))};
  credit.cause = rng_.below(4);
  if (rng_.chance(20)) credit.earned_at = std::max<TimeMs>(0, now_ - rng_.small(0, 30));
  credit.counter = rng_.chance(80) ? SystemAccount::kIssuance : SystemAccount::kExpense;
  const When when = draw_when();
  fast_.credit(credit, when, legs_);
  slow_.credit(credit, when, slow_legs_);
}

void WalletModel::debit() {
  what_ = "debit";
  Debit debit;
  debit.amount = draw_amount();
  debit.origin = {lsn_, 0};
  debit.cause = rng_.below(4);
  const When when = draw_when();
  const bool burns = rng_.chance(30);
  const Taken fast = burns ? fast_.burn(debit, when, legs_) : fast_.debit(debit, when, legs_);
  const Taken slow =
      burns ? slow_.burn(debit, when, slow_legs_) : slow_.debit(debit, when, slow_legs_);
  if (fast != slow) wrong_ = "an amount is parted in another way";
  if (base::Int128{fast.posted} + fast.owed + fast.forgiven != debit.amount) wrong_ = "no sum";
}

void WalletModel::spend() {
  what_ = "spend";
  const Spend spend{++last_id_, draw_amount(), Kind::kPayout, SystemAccount::kPayout};
  const When when = draw_when();
  expect(fast_.spend(spend, when, legs_), slow_.spend(spend, when, slow_legs_));
}

void WalletModel::hold() {
  what_ = "hold";
  HoldRequest request;
  request.id = ++last_id_;
  request.amount = draw_amount();
  request.lsn = lsn_;
  if (rng_.chance(20)) request.at_most = rng_.small(-1, 20);
  if (rng_.chance(80)) request.until = now_ + rng_.small(1, 15);
  expect(fast_.hold(request, {now_, now_}), slow_.hold(request, {now_, now_}));
}

void WalletModel::end_hold() {
  const When when = draw_when();
  if (rng_.chance(40)) {
    what_ = "void";
    const uint64_t id = draw_id();
    return expect(fast_.release(id, when, legs_), slow_.release(id, when, slow_legs_));
  }
  what_ = "capture";
  const Spend part{draw_id(), draw_amount()};
  expect(fast_.capture(part, when, legs_), slow_.capture(part, when, slow_legs_));
}

void WalletModel::refund() {
  what_ = "refund";
  Refund refund{draw_id(), draw_amount()};
  if (rng_.chance(80)) refund.grace_until = now_ + rng_.small(0, 20);
  if (rng_.chance(50)) refund.grace_warns = draw_notice(refund.grace_until);
  const When when = draw_when();
  expect(fast_.refund(refund, when, legs_), slow_.refund(refund, when, slow_legs_));
}

void WalletModel::change_status() {
  what_ = "status";
  switch (rng_.small(0, 7)) {
    case 0:
      return expect(fast_.close(), slow_.close());
    case 1:
      return expect(fast_.freeze(), slow_.freeze());
    case 2:
    case 3:
      return expect(fast_.open(), slow_.open());
    default:
      return expect(fast_.thaw(), slow_.thaw());
  }
}

void WalletModel::expect(const Verdict& fast, const Verdict& slow) {
  if (fast == slow) return;
  wrong_ = std::string(code_name(fast.code)) + " " + std::to_string(fast.amount) + ", not " +
           std::string(code_name(slow.code)) + " " + std::to_string(slow.amount);
}

// The books, from the legs alone.
void WalletModel::book() {
  for (const Leg& leg : legs_) {
    if (leg.receiver == Receiver::kWallet) booked_ += leg.amount;
    if (leg.receiver == Receiver::kDebt) owed_ -= leg.amount;
  }
  if (!wrong_.empty()) return;
  if (booked_ != posted_) wrong_ = "the legs do not sum to the balance";
  if (owed_ != state_.debt()) wrong_ = "the account of debts is not what is owed";
}

std::string WalletModel::difference() const {
  if (legs_ != slow_legs_) return "wrote " + words(legs_) + "not " + words(slow_legs_);
  if (const char* const broken = state_.broken(posted_); broken != nullptr) return broken;
  if (state_.next_due() <= now_) return "something is still due";
  for (const std::string& found :
       {number("posted", posted_, slow_.posted()), number("held", state_.held(), slow_.held()),
        number("pending", state_.unmatured(), slow_.unmatured()),
        number("available", state_.available(posted_), slow_.available()),
        number("debt", state_.debt(), slow_.debt()),
        number("overdraft", state_.overdraft(), slow_.overdraft()),
        number("next due", state_.next_due(), slow_.next_due())}) {
    if (!found.empty()) return found;
  }
  return difference_of_claims();
}

std::string WalletModel::difference_of_claims() const {
  const auto lots = state_.lots().lots();
  if (!std::ranges::equal(lots, slow_.dated_lots())) return "other lots";
  if (state_.claims().debts != slow_.debts()) return "other debts";
  if (!std::ranges::equal(state_.claims().holds, slow_.holds(), is_same)) return "other holds";
  if (state_.status() != slow_.status()) return "another status";
  for (const Leg& leg : legs_) {
    if ((leg.amount == 0) != is_told(leg.kind)) return "a leg of nothing";
    if (leg.kind == Kind::kExpiring && leg.about <= 0) return "a notice of nothing";
  }
  return "";
}

}  // namespace guerdon::ledger
