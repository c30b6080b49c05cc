#include "engine/shard/account_command.h"

#include <algorithm>

#include "engine/base/assert.h"
#include "engine/calendar/period.h"

namespace guerdon::shard {

using ledger::Leg;
using ledger::Verdict;
using ledger::Wallet;

BlockHeader& AccountCommand::obtain_account() {
  if (account_ == nullptr) {
    account_ = books_.state.accounts().add(name().hash, batch_.view(name()));
  }
  return *account_;
}

event::CommandResult AccountCommand::may_credit(uint16_t wallet,
                                                const ledger::Credit& credit) const {
  const Verdict verdict =
      ask(wallet, [&](const Wallet& asked) { return asked.may_credit(credit, when()); });
  if (verdict.code == ledger::Code::kLimit) return {0, wallet, event::Outcome::kOverflow};
  return result_of(verdict, wallet);
}

void AccountCommand::spend(uint16_t wallet, const ledger::Spend& spend) {
  change(wallet, [&](Wallet& changed, std::vector<Leg>& legs) {
    const Verdict verdict = changed.spend(spend, when(), legs);
    GUERDON_ASSERT(verdict.ok());
  });
}

void AccountCommand::credit(uint16_t wallet, const ledger::Credit& credit) {
  change(wallet,
         [&](Wallet& changed, std::vector<Leg>& legs) { changed.credit(credit, when(), legs); });
}

void AccountCommand::burn(uint16_t wallet, const ledger::Debit& debit) {
  change(wallet,
         [&](Wallet& changed, std::vector<Leg>& legs) { changed.burn(debit, when(), legs); });
}

void AccountCommand::refund(uint16_t wallet, ledger::Refund refund) {
  refund.grace_until = plan::grace_until(*books_.program, wallet, at());
  refund.grace_warns = plan::warns_or_never(*books_.program, wallet, at(), refund.grace_until);
  change(wallet, [&](Wallet& changed, std::vector<Leg>& legs) {
    const Verdict verdict = changed.refund(refund, when(), legs);
    GUERDON_ASSERT(verdict.ok());
  });
}

ledger::Credit AccountCommand::credit_of(uint16_t wallet, int64_t amount, ledger::Kind kind,
                                         ledger::SystemAccount counter,
                                         ledger::TimeMs earned) const {
  ledger::Credit credit;
  credit.amount = amount;
  credit.kind = kind;
  credit.counter = counter;
  credit.matures_at = plan::matures_at(*books_.program, wallet, earned);
  credit.expires_at = plan::expires_at(*books_.program, wallet, earned);
  credit.warns_at = plan::warns_or_never(*books_.program, wallet, earned, credit.expires_at);
  credit.origin = next();
  return credit;
}

plan::FrameKey AccountCommand::key_of(const plan::ItemCounter& counter, ledger::TimeMs at) const {
  const plan::SubjectKind& subject = books_.program->subjects[counter.subject];
  plan::FrameKey key{counter.subject, 0, {}};
  if (subject.clock != plan::kNoClock) {
    const plan::Clock& clock = books_.program->clocks[static_cast<size_t>(subject.clock)];
    key.period = calendar::period_at(clock.calendar, clock.rule, at).index;
  }
  return key;
}

int64_t AccountCommand::counted(const plan::ItemCounter& counter) const {
  if (account_ == nullptr) return 0;
  const int64_t* const cells = books_.state.find(*account_, key_of(counter, at()));
  return cells == nullptr ? 0 : cells[counter.cell];
}

void AccountCommand::count(const plan::ItemCounter& counter, ledger::TimeMs at, int64_t times,
                           const KeptSince& since) {
  const plan::FrameKey key = key_of(counter, at);
  if (since.is_gone(books_.program->subjects[counter.subject], key.period)) return;
  int64_t& cell = books_.state.obtain(obtain_account(), key, since)[counter.cell];
  cell = std::max<int64_t>(0, cell + times);
}

}  // namespace guerdon::shard
