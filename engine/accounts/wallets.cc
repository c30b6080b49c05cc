#include "engine/accounts/wallets.h"

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
  rules.opens_by_command = !plan.opens_on_first_credit;
  rules.merges_equal_lots = plan.merges_lots_of_one_day;
  rules.negative_limit = -plan.floor;
  return rules;
}

bool is_plain(const plan::WalletRules& rules) {
  return !rules.mature && !rules.expire && rules.shortfall == plan::Shortfall::kTakeWhatIsLeft &&
         rules.opens_on_first_credit;
}

event::Outcome outcome_of(ledger::Code code) {
  switch (code) {
    case ledger::Code::kOk:
      return event::Outcome::kOk;
    case ledger::Code::kInsufficient:
      return event::Outcome::kInsufficient;
    case ledger::Code::kLimit:
      return event::Outcome::kLimit;
    case ledger::Code::kCaptured:
      return event::Outcome::kCaptured;
    case ledger::Code::kVoided:
      return event::Outcome::kVoided;
    case ledger::Code::kExpired:
      return event::Outcome::kExpired;
    case ledger::Code::kUnknown:
      return event::Outcome::kUnknown;
    case ledger::Code::kClosed:
      return event::Outcome::kClosed;
    case ledger::Code::kRemainder:
      return event::Outcome::kRemainder;
  }
  GUERDON_UNREACHABLE();
}

WalletView view_of(int64_t posted, const ledger::WalletState& state) {
  return {posted,       state.held(),  state.unmatured(), state.available(posted),
          state.debt(), state.status()};
}

}  // namespace

event::CommandResult result_of(const ledger::Verdict& verdict, uint16_t wallet) {
  return {verdict.amount, wallet, outcome_of(verdict.code)};
}

ledger::SpendOrder spend_order_of(const plan::WalletRules& rules) {
  return rules.spend == plan::SpendOrder::kEarliestExpiry ? ledger::SpendOrder::kEarliestExpiry
                                                          : ledger::SpendOrder::kOldestEarned;
}

Wallets::Wallets(const plan::Program& program, WalletStates& states)
    : program_(&program), totals_(program.wallets.size()), states_(states) {
  for (const plan::WalletKind& kind : program.wallets) {
    rules_.push_back(rules_of(kind.rules));
    is_plain_.push_back(is_plain(kind.rules) ? 1 : 0);
    has_dates_.push_back(kind.rules.mature || kind.rules.expire ? 1 : 0);
  }
}

int64_t Wallets::post_plain(BlockHeader& account, const plan::Clause& clause,
                            const RulePosting& posting, ledger::EntryWriter& entries) {
  int64_t& balance = cells_of(&account)[clause.wallet];
  const ledger::Posting made = ledger::post(balance, posting.amount);
  if (made.amount == 0) return 0;
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
  return made.amount;
}

int64_t Wallets::post_in_full(BlockHeader& account, const plan::Clause& clause,
                              const RulePosting& posting, ledger::EntryWriter& entries) {
  const auto kind = static_cast<ledger::Kind>(plan::entry_kind(clause, posting.amount));
  return post_as(account, clause, posting, {kind, entries.next(), {}}, entries);
}

int64_t Wallets::amend(BlockHeader& account, const RulePosting& posting, ledger::Kind kind,
                       ledger::Origin undone, ledger::EntryWriter& entries) {
  const plan::Clause& clause = program_->clauses[posting.clause];
  return post_as(account, clause, posting, {kind, entries.next(), undone}, entries);
}

int64_t Wallets::post_as(BlockHeader& account, const plan::Clause& clause,
                         const RulePosting& posting, const Made& made,
                         ledger::EntryWriter& entries) {
  ledger::WalletState& state = states_.obtain(account, clause.wallet, rules_[clause.wallet].order);
  ledger::Wallet wallet(rules_[clause.wallet], cells_of(&account)[clause.wallet], state);
  legs_.clear();
  const int64_t covered = run(wallet, clause, posting, made);
  write(clause.wallet, posting.clause, posting.period, entries);
  states_.release_if_plain(account, clause.wallet);
  return covered;
}

int64_t Wallets::run(ledger::Wallet& wallet, const plan::Clause& clause, const RulePosting& posting,
                     const Made& made) {
  if (posting.amount > 0) {
    ledger::Credit credit;
    credit.amount = posting.amount;
    credit.kind = made.kind;
    credit.origin = made.origin;
    credit.cause = posting.cause;
    // What a debit gives back is as new, too: the lots that it drew on are not known any more.
    const ledger::TimeMs earned = posting.when.effective;
    credit.matures_at = plan::matures_at(*program_, clause.wallet, earned);
    credit.expires_at = plan::expires_at(*program_, clause.wallet, earned);
    credit.warns_at = plan::warns_or_never(*program_, clause.wallet, earned, credit.expires_at);
    wallet.credit(credit, posting.when, legs_);
    return posting.amount;
  }
  ledger::Debit debit;
  debit.amount = -posting.amount;
  debit.kind = made.kind;
  debit.origin = made.origin;
  debit.undone = made.undone;
  debit.cause = clause.verb == plan::Verb::kCredit ? posting.cause : 0;
  const ledger::Taken taken = clause.verb == plan::Verb::kBurn
                                  ? wallet.burn(debit, posting.when, legs_)
                                  : wallet.debit(debit, posting.when, legs_);
  return posting.amount + taken.forgiven;
}

void Wallets::write(uint16_t wallet, uint32_t clause, int32_t period,
                    ledger::EntryWriter& entries) {
  for (const ledger::Leg& leg : legs_) {
    count(leg, totals_[wallet]);
    if (leg.receiver == ledger::Receiver::kDebt) continue;  // the balance does not move
    // What expires while a rule posts, or is told of, is not the clause's; while a command acts, it
    // is part of that.
    const bool is_by_time = leg.counter == SystemAccount::kBreakage || ledger::is_told(leg.kind);
    const bool is_due_work = is_by_time && clause != ledger::kOfCommand;
    ledger::Entry& entry = entries.add();
    entry.amount = leg.amount;
    entry.effective = leg.effective;
    entry.clause = is_due_work ? ledger::kOfDueWork : clause;
    entry.period = is_due_work ? 0 : period;
    entry.wallet = wallet;
    entry.kind = static_cast<uint8_t>(leg.kind);
    entry.note = leg.note;
    if (lots_ != nullptr) tell_lot(leg, entry);
  }
}

// Unless it follows (entry_lot.h).
void Wallets::tell_lot(const ledger::Leg& leg, const ledger::Entry& entry) {
  const bool is_own = leg.lot.origin == ledger::Origin(entry.lsn, entry.n);
  const bool has_own = leg.receiver == ledger::Receiver::kWallet && entry.is_of_rule() &&
                       entry.amount > 0 && has_dates_[entry.wallet] != 0;
  if (has_own ? is_own : leg.lot == ledger::LotName() && leg.about == 0) return;
  ledger::EntryLot& lot = lots_->emplace_back();
  lot.lsn = entry.lsn;
  lot.account = entry.account;
  lot.n = entry.n;
  lot.others = leg.lot.others;
  if (!is_own) lot.origin = leg.lot.origin;
  lot.about = leg.about;
  if (leg.kind == ledger::Kind::kExpiring) lot.expires_at = leg.lot.expires_at;
  if (entry.amount <= 0) return;
  lot.matures_at = leg.lot.matures_at;
  if (leg.lot.expires_at != ledger::kNever) lot.expires_at = leg.lot.expires_at;
}

void Wallets::count(const ledger::Leg& leg, SystemTotals& totals) {
  const auto total = [&](SystemAccount account) -> base::Int128& {
    return totals[static_cast<size_t>(account)];
  };
  total(leg.counter) -= leg.amount;
  if (leg.receiver == ledger::Receiver::kDebt) total(SystemAccount::kDebt) += leg.amount;
  if (leg.receiver == ledger::Receiver::kSuspense) total(SystemAccount::kSuspense) += leg.amount;
}

// In as few goes as the order of instants allows: one wallet's lots may fall due by the thousand.
void Wallets::settle(BlockHeader& account, ledger::TimeMs at, ledger::EntryWriter& entries) {
  for (Turn turn = next_turn(account, at); turn.until >= turn.due; turn = next_turn(account, at)) {
    ledger::WalletState& state = *states_.find(account, turn.wallet);
    legs_.clear();
    ledger::Wallet(rules_[turn.wallet], cells_of(&account)[turn.wallet], state)
        .settle(turn.until, legs_);
    write(turn.wallet, ledger::kOfDueWork, 0, entries);
    states_.release_if_plain(account, turn.wallet);
  }
}

Wallets::Turn Wallets::next_turn(const BlockHeader& account, ledger::TimeMs at) const {
  Turn turn{0, ledger::kNever, at};
  states_.visit(account, [&](uint16_t wallet, const ledger::WalletState& state) {
    if (state.next_due() < turn.due) turn = {wallet, state.next_due(), at};
  });
  states_.visit(account, [&](uint16_t other, const ledger::WalletState& state) {
    if (other == turn.wallet || state.next_due() == ledger::kNever) return;
    // At one instant the lower number comes first.
    const ledger::TimeMs last = state.next_due() - (other < turn.wallet ? 1 : 0);
    turn.until = std::min(turn.until, last);
  });
  return turn;
}

WalletView Wallets::view(const BlockHeader& account, uint16_t wallet, ledger::TimeMs at) const {
  if (states_.find(account, wallet) == nullptr) {
    const int64_t posted = cells_of(&account)[wallet];
    return {posted, 0, 0, std::max<int64_t>(0, posted), 0, ledger::WalletStatus::kAsMade};
  }
  const ledger::WalletState& state = *states_.find(account, wallet);
  if (state.next_due() > at) return view_of(cells_of(&account)[wallet], state);
  const Settled now = settled(account, wallet, at);
  return view_of(now.posted, now.state);
}

void Wallets::add_lots(const BlockHeader& account, uint16_t wallet, ledger::TimeMs at,
                       std::vector<LotLine>& lots) const {
  const size_t most = lots.size() + kLotsShownMax;
  int64_t undated = cells_of(&account)[wallet];
  if (states_.find(account, wallet) != nullptr) {
    const Settled now = settled(account, wallet, at);
    for (const ledger::Lot& lot : now.state.lots().lots()) {
      if (lots.size() == most) return;
      lots.push_back({wallet, lot});
    }
    undated = now.state.undated(now.posted);
  }
  if (undated <= 0 || lots.size() == most) return;
  LotLine& rest = lots.emplace_back();
  rest.wallet = wallet;
  rest.lot.amount = undated;
}

Wallets::Settled Wallets::settled(const BlockHeader& account, uint16_t wallet,
                                  ledger::TimeMs at) const {
  Settled settled{cells_of(&account)[wallet], *states_.find(account, wallet), {}};
  ledger::Wallet(rules_[wallet], settled.posted, settled.state).settle(at, settled.legs);
  return settled;
}

}  // namespace guerdon::shard
