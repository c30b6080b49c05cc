// What commands do in one shard: which of its parts does which.
//
// A part asks all wallets that it would change before it changes one, so a command is done whole or
// not at all. What it refuses it says with a code and, where the answer names one, an amount. An
// account that is not there is made by what first changes it, never by what is refused.
//
// To add a command: a row in event/command.h, a function of a part (one family of commands each),
// a line in Commands::run.
//
// Thread-safety: one thread at a time, but for what visits hand over.
#pragma once

#include <vector>

#include "engine/shard/exchanges.h"
#include "engine/shard/grants.h"
#include "engine/shard/holders.h"
#include "engine/shard/payouts.h"
#include "engine/shard/redemptions.h"
#include "engine/shard/wallet_commands.h"

namespace guerdon::shard {

class Commands {
 public:
  // All must outlive it.
  Commands(const plan::Program& program, AccountState& state, Wallets& wallets, DueWork& due)
      : books_{&program, state, wallets},
        wallets_(books_),
        payouts_(books_, due),
        redemptions_(books_),
        exchanges_(books_),
        grants_(books_),
        holders_(books_) {}
  Commands(const Commands&) = delete;  // its parts refer to it
  Commands& operator=(const Commands&) = delete;

  // One visit of a command; of one that goes everywhere, payouts() knows. False: what it reads was
  // not handed over yet, and nothing was done. REQUIRES: the visit is this shard's.
  bool run(AccountCommand& call, const DependentVisit& at);

  // Goes on under a program that was compiled from this one (compile_again).
  void adopt(const plan::Program& program) {
    books_.program = &program;
    redemptions_.adopt(program);
  }

  const ShardBooks& books() const { return books_; }
  Payouts& payouts() { return payouts_; }
  const Payouts& payouts() const { return payouts_; }
  Redemptions& redemptions() { return redemptions_; }
  const Redemptions& redemptions() const { return redemptions_; }

 private:
  ShardBooks books_;
  WalletCommands wallets_;
  Payouts payouts_;
  Redemptions redemptions_;
  Exchanges exchanges_;
  Grants grants_;
  Holders holders_;
};

}  // namespace guerdon::shard
