// What commands do to the wallets of one account: one handler each.
//
// A handler asks all wallets that it would change before it changes one, so a command is done whole
// or not at all. What it refuses it says with a code and, where the answer names one, an amount.
// An account that is not there is made by what first changes it, never by what is refused.
//
// Thread-safety: one thread at a time.
#pragma once

#include <string>
#include <vector>

#include "engine/accounts/account_state.h"
#include "engine/accounts/wallets.h"
#include "engine/event/batch.h"
#include "engine/event/command.h"
#include "engine/ledger/entry.h"
#include "engine/program/program.h"

namespace guerdon::shard {

class Commands {
 public:
  // All must outlive it.
  Commands(const plan::Program& program, AccountState& state, Wallets& wallets)
      : program_(program), state_(state), wallets_(wallets) {}

  // REQUIRES: the item is a command; the account is the one that it names, null where there is
  // none, and nothing is due for it.
  event::CommandResult run(const event::Batch& batch, const event::LogItem& item,
                           BlockHeader* account, std::vector<ledger::Entry>& entries);

  // Of all accounts of the shard that have as much as the command wants, what is available of the
  // command's wallet. What is due for each by then is done. Such a command is never refused.
  void pay_out_all(const event::Batch& batch, const event::LogItem& item,
                   std::vector<ledger::Entry>& entries);

  // What the payout of this id (of a PAYOUT, or a PAYOUT ALL) took of each account's wallet, and
  // has not come back; 0: all has. In no order.
  struct Payout {
    std::string account;
    int64_t amount = 0;
  };
  std::vector<Payout> payouts(uint64_t target, uint16_t wallet) const;

 private:
  // The command at hand.
  struct Call;
  using Result = event::CommandResult;
  using Handler = Result (Commands::*)(Call&);
  static Handler handler_of(event::CommandKind kind);

  Result adjust(Call& call);
  Result hold(Call& call);
  Result capture(Call& call);
  Result void_hold(Call& call);
  Result pay_out(Call& call);
  Result return_payout(Call& call);
  Result spend(Call& call);
  Result refund(Call& call);
  Result import(Call& call);
  Result open(Call& call);
  Result freeze(Call& call);
  Result thaw(Call& call);
  Result close(Call& call);

  // A credit or a debit, by the sign of the command's amount.
  Result post(Call& call, ledger::Kind kind, ledger::SystemAccount counter);
  ledger::Credit credit_of(const Call& call, ledger::Kind kind,
                           ledger::SystemAccount counter) const;
  Result may_set_aside(const Call& call, size_t leg) const;
  ledger::TimeMs end_of_hold(const Call& call, uint16_t wallet) const;
  ledger::TimeMs end_of_hold(const Call& call) const;  // of all its legs
  // Does step(wallet) to the wallet that the command names, unless a copy refuses it.
  template <typename Step>
  Result change_status(Call& call, const Step& step);
  // Wallets in which the hold that the command names stands, or stood.
  std::vector<uint16_t> wallets_of_hold(const Call& call) const;

  // Calls change(wallet, legs) on a wallet of the command's account, which is made where it is not
  // there.
  template <typename Change>
  void change(Call& call, uint16_t wallet, const Change& change);

  const plan::Program& program_;
  AccountState& state_;
  Wallets& wallets_;
};

}  // namespace guerdon::shard
