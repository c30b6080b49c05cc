// Commands on the wallets of one account: ADJUST and IMPORT, HOLD, CAPTURE and VOID, SPEND and
// REFUND, WALLET. One function each; commands.h says what they have in common.
//
// Thread-safety: one thread at a time.
#pragma once

#include <vector>

#include "engine/shard/account_command.h"

namespace guerdon::shard {

class WalletCommands {
 public:
  using Result = event::CommandResult;

  // `books` must outlive it.
  explicit WalletCommands(const ShardBooks& books) : books_(books) {}

  Result adjust(AccountCommand& call);
  Result import(AccountCommand& call);

  Result hold(AccountCommand& call);
  Result capture(AccountCommand& call);
  Result void_hold(AccountCommand& call);

  Result spend(AccountCommand& call);
  Result refund(AccountCommand& call);

  Result open(AccountCommand& call);
  Result freeze(AccountCommand& call);
  Result thaw(AccountCommand& call);
  Result close(AccountCommand& call);

 private:
  // A wallet's part of the hold: what is captured of it; 0: none, it is free again.
  struct Part {
    uint16_t wallet = 0;
    int64_t amount = 0;
  };

  // A credit or a debit, by the sign of the command's amount.
  Result post(AccountCommand& call, ledger::Kind kind, ledger::SystemAccount counter);
  Result may_set_aside(const AccountCommand& call, size_t leg) const;
  // The first leg that may not be.
  Result may_set_aside(const AccountCommand& call) const;
  ledger::TimeMs end_of_hold(const AccountCommand& call, uint16_t wallet) const;
  ledger::TimeMs end_of_hold(const AccountCommand& call) const;  // of all its legs
  // Of each wallet in which the hold that the command names stands, or stood: all of it.
  std::vector<Part> parts_of_hold(const AccountCommand& call) const;
  // Does step(wallet) to the wallet that the command names, unless a copy refuses it.
  template <typename Step>
  Result change_status(AccountCommand& call, const Step& step);

  const ShardBooks& books_;
};

}  // namespace guerdon::shard
