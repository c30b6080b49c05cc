#include "engine/shard/wallets.h"

#include <algorithm>

#include "engine/base/assert.h"

namespace guerdon::shard {

namespace {

using ledger::SystemAccount;

ledger::Shortage shortage_of(plan::Shortfall shortfall) {
  switch (shortfall) {
    case plan::Shortfall::kTakeWhatIsLeft:
      return ledger::Shortage::kClamp;
    case plan::Shortfall::kTakeNothing:
      return ledger::Shortage::kReject;
    case plan::Shortfall::kOweTheRest:
      return ledger::Shortage::kCarry;
    case plan::Shortfall::kGoDownTo:
      return ledger::Shortage::kNegative;
  }
  GUERDON_UNREACHABLE();
}

ledger::WalletRules rules_of(const plan::WalletRules& plan) {
  ledger::WalletRules rules;
  rules.order = spend_order_of(plan);
  rules.shortage = shortage_of(plan.shortfall);
  rules.returns = plan.grace ? ledger::Returns::kGrace : ledger::Returns::kStrict;
  rules.merges_equal_lots = plan.merges_lots_of_one_day;
  rules.negative_limit = -plan.floor;
  return rules;
}

bool is_plain(const plan::WalletRules& rules) {
  return !rules.mature && !rules.expire && rules.shortfall == plan::Shortfall::kTakeWhatIsLeft;
}

}  // namespace

ledger::SpendOrder spend_order_of(const plan::WalletRules& rules) {
  return rules.spend == plan::SpendOrder::kEarliestExpiry ? ledger::SpendOrder::kEarliestExpiry
                                                          : ledger::SpendOrder::kOldestEarned;
}

Wallets::Wallets(const plan::Program& program, WalletStates& states)
    : program_(program), totals_(program.wallets.size()), states_(states) {
  for (const plan::WalletKind& kind : program.wallets) {
    rules_.push_back(rules_of(kind.rules));
    is_plain_.push_back(is_plain(kind.rules) ? 1 : 0);
  }
}

void Wallets::post_plain(BlockHeader& account, const plan::Clause& clause,
                         const RulePosting& posting, EntryWriter& entries) {
  int64_t& balance = cells_of(&account)[clause.wallet];
  const ledger::Posting made = ledger::post(balance, posting.amount);
  if (made.amount == 0) return;
  balance += made.to_wallet;
  writable(clause.wallet, SystemAccount::kIssuance) -= made.amount;  // to the wallet or to suspense
  writable(clause.wallet, SystemAccount::kSuspense) += made.to_suspense;
  ledger::Entry& entry = entries.add();
  entry.amount = made.amount;
  entry.effective = posting.when.effective;
  entry.clause = posting.clause;
  entry.period = posting.period;
  entry.wallet = clause.wallet;
  entry.kind = plan::entry_kind(clause, made.amount);
  entry.note = made.note;
}

void Wallets::post_in_full(BlockHeader& account, const plan::Clause& clause,
                           const RulePosting& posting, EntryWriter& entries) {
  ledger::WalletState& state = states_.obtain(account, clause.wallet, rules_[clause.wallet].order);
  ledger::Wallet wallet(rules_[clause.wallet], cells_of(&account)[clause.wallet], state);
  legs_.clear();
  run(wallet, clause, posting, entries.next());
  write(clause.wallet, posting.clause, posting.period, entries);
  states_.release_if_plain(account, clause.wallet);
}

void Wallets::run(ledger::Wallet& wallet, const plan::Clause& clause, const RulePosting& posting,
                  ledger::Origin origin) {
  const auto kind = static_cast<ledger::Kind>(plan::entry_kind(clause, posting.amount));
  if (posting.amount > 0) {
    ledger::Credit credit;
    credit.amount = posting.amount;
    credit.kind = kind;
    credit.origin = origin;
    credit.cause = posting.cause;
    if (clause.verb == plan::Verb::kCredit) {  // what a debit gives back has no date
      const ledger::TimeMs earned = posting.when.effective;
      credit.matures_at = plan::matures_at(program_, clause.wallet, earned);
      credit.expires_at = plan::expires_at(program_, clause.wallet, earned);
    }
    return wallet.credit(credit, posting.when, legs_);
  }
  ledger::Debit debit;
  debit.amount = -posting.amount;
  debit.kind = kind;
  debit.origin = origin;
  debit.cause = clause.verb == plan::Verb::kCredit ? posting.cause : 0;
  if (clause.verb == plan::Verb::kBurn) {
    wallet.burn(debit, posting.when, legs_);
  } else {
    wallet.debit(debit, posting.when, legs_);
  }
}

void Wallets::write(uint16_t wallet, uint32_t clause, int32_t period, EntryWriter& entries) {
  for (const ledger::Leg& leg : legs_) {
    writable(wallet, leg.counter) -= leg.amount;
    if (leg.receiver == ledger::Receiver::kDebt) {
      writable(wallet, SystemAccount::kDebt) += leg.amount;
      continue;  // the balance does not move
    }
    if (leg.receiver == ledger::Receiver::kSuspense) {
      writable(wallet, SystemAccount::kSuspense) += leg.amount;
    }
    const bool is_due_work = leg.kind == ledger::Kind::kExpire;
    ledger::Entry& entry = entries.add();
    entry.amount = leg.amount;
    entry.effective = leg.effective;
    entry.clause = is_due_work ? plan::kNowhere : clause;
    entry.period = is_due_work ? 0 : period;
    entry.wallet = wallet;
    entry.kind = static_cast<uint8_t>(leg.kind);
    entry.note = leg.note;
  }
}

void Wallets::settle(BlockHeader& account, ledger::TimeMs at, EntryWriter& entries) {
  for (;;) {
    const ledger::TimeMs due = states_.next_due(account);
    if (due > at) return;
    uint16_t wallet = 0;
    states_.visit(account,
                  [&, found = false](uint16_t w, const ledger::WalletState& state) mutable {
                    if (!found && state.next_due() == due) wallet = w;
                    found |= state.next_due() == due;
                  });
    ledger::WalletState& state = *states_.find(account, wallet);
    legs_.clear();
    ledger::Wallet(rules_[wallet], cells_of(&account)[wallet], state).settle(due, legs_);
    write(wallet, plan::kNowhere, 0, entries);
    states_.release_if_plain(account, wallet);
  }
}

WalletView Wallets::view(const BlockHeader& account, uint16_t wallet, ledger::TimeMs at) const {
  int64_t posted = cells_of(&account)[wallet];
  const ledger::WalletState* const state = states_.find(account, wallet);
  if (state == nullptr) return {posted, 0, 0, std::max<int64_t>(0, posted), 0};
  ledger::WalletState copy(*state);
  std::vector<ledger::Leg> legs;
  ledger::Wallet(rules_[wallet], posted, copy).settle(at, legs);
  return {posted, copy.held(), copy.unmatured(), copy.available(posted), copy.debt()};
}

}  // namespace guerdon::shard
