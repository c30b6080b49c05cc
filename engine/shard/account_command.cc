#include "engine/shard/account_command.h"

#include "engine/base/assert.h"

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
  credit.origin = next();
  return credit;
}

}  // namespace guerdon::shard
