// Badges that people give: what the command GRANT does in one shard.
//
// Who gives it and who gets it may be of two shards, so a grant is three visits, and hands over
// what each comes to (event/handovers.h):
//
//   0  the granter    may he grant it, so often, and can he pay?      -> what refuses it, or yes
//   1  the account    may it be given it? has the budget as much that pays what comes with it? gets
//                     it, if so                                       -> the same
//   2  the granter    pays, and it counts as granted
//
// Visit 1 is the one that asks the budget, in its turn (accounts/budgets.h). It waits for what
// comes before it in the log alone, so whoever has the turn behind it gets it. A shard takes its
// visits in the order of the log, so between 0 and 2 nothing else happens to the granter: what he
// has promised still holds. So it is done whole or not at all.
//
// Thread-safety: one thread at a time, but for what is handed over.
#pragma once

#include "engine/shard/account_command.h"

namespace guerdon::shard {

class Grants {
 public:
  // Where its wallet is the badge's own, INSUFFICIENT is said of the budget.
  using Result = event::CommandResult;

  // `books` must outlive it.
  explicit Grants(const ShardBooks& books) : books_(books) {}

  // One visit. False: what it reads was not handed over yet, and nothing was done.
  bool grant(AccountCommand& call, const DependentVisit& at);

 private:
  const plan::BadgeKind* badge_of(const AccountCommand& call) const;
  bool is_granter(const AccountCommand& call, const plan::BadgeKind& badge) const;
  Result may_grant(const AccountCommand& call) const;
  Result may_pay(const AccountCommand& call, const plan::BadgeKind& badge) const;
  bool give(AccountCommand& call, const DependentVisit& at);
  Result may_be_given(const AccountCommand& call, const plan::BadgeKind& badge) const;
  // Whether the pool that pays has as much left.
  Result may_draw(const AccountCommand& call, const plan::BadgeKind& badge,
                  const GrantFunds& funds) const;
  Result may_be_credited(const AccountCommand& call, uint16_t wallet, int64_t amount) const;
  void pay(AccountCommand& call, const plan::BadgeKind& badge, const KeptSince& since);
  ledger::Credit credit_of(const AccountCommand& call, uint16_t wallet, int64_t amount) const;

  const ShardBooks& books_;
};

}  // namespace guerdon::shard
