#include "engine/shard/payouts.h"

#include "engine/base/assert.h"

namespace guerdon::shard {

using event::CommandField;
using event::CommandResult;
using event::Outcome;
using ledger::Kind;
using ledger::Leg;
using ledger::SystemAccount;
using ledger::Verdict;
using ledger::Wallet;

CommandResult Payouts::pay_out(AccountCommand& call) {
  const uint16_t wallet = call.command().wallet(0);
  const ledger::Spend part{spent_for(call.target(), kForPayout),
                           call.command()[CommandField::kAmount], Kind::kPayout,
                           SystemAccount::kPayout};
  const CommandResult asked = ask_unless_known(
      call, wallet, part.id, [&](const Wallet& one) { return one.may_spend(part.amount); });
  if (!is_refused(asked)) call.spend(wallet, part);
  return asked;
}

void Payouts::pay_out_all(const event::Batch& batch, const event::LogItem& logged,
                          std::vector<ledger::Entry>& entries) {
  const event::Record& record = batch.records[logged.record];
  const event::CommandView command(batch, record);
  const uint16_t wallet = command.wallet(0);
  const int64_t least = command.has(CommandField::kMin) ? command[CommandField::kMin] : 1;
  ledger::Spend part{spent_for(command.target(), kForPayout), 0, Kind::kPayout,
                     SystemAccount::kPayout};
  books_.state.accounts().visit_all([&](BlockHeader& account) {
    ledger::EntryWriter writer(entries, logged.lsn, account.hash);
    if (due_.is_due(account, logged.at)) due_.settle(account, logged.at, writer);
    part.amount = books_.wallets.view(account, wallet, logged.at).available;
    if (part.amount < least) return;
    const bool may_pay = books_.wallets.ask(&account, wallet, [&](const Wallet& asked) {
      return asked.find_hold(part.id) == nullptr && asked.may_spend(part.amount).ok();
    });
    if (!may_pay) return;
    books_.wallets.change(account, wallet, writer, [&](Wallet& changed, std::vector<Leg>& made) {
      const Verdict verdict = changed.spend(part, {logged.at, record.occurred_at}, made);
      GUERDON_ASSERT(verdict.ok());
    });
  });
}

std::vector<Payout> Payouts::of(uint64_t target, uint16_t wallet) const {
  const uint64_t id = spent_for(target, kForPayout);
  std::vector<Payout> found;
  books_.state.accounts().visit_all([&](const BlockHeader& account) {
    books_.wallets.ask(&account, wallet, [&](const Wallet& asked) {
      const ledger::Hold* const paid = asked.find_hold(id);
      if (paid != nullptr) {
        found.push_back({std::string(books_.state.accounts().name(account)), paid->amount});
      }
      return paid != nullptr;
    });
  });
  return found;
}

CommandResult Payouts::give_back(AccountCommand& call) {
  const uint16_t wallet = call.command().wallet(0);
  ledger::Refund refund{spent_for(call.target(), kForPayout), 0, SystemAccount::kPayout};
  const CommandResult asked = call.ask(wallet, [&](const Wallet& one) -> CommandResult {
    const ledger::Hold* const paid = one.find_hold(refund.id);
    if (paid == nullptr) return {0, wallet, Outcome::kUnknown};
    refund.amount = paid->amount;
    return {0, wallet, paid->amount == 0 ? Outcome::kVoided : Outcome::kOk};
  });
  if (is_refused(asked)) return asked;
  call.refund(wallet, refund);
  return {};
}

}  // namespace guerdon::shard
