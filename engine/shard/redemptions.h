// Redemptions: what the commands REDEEM, UNREDEEM and ITEM do in one shard.
//
// The stock of an item is kept by one shard, that of the item's hash, and the account that redeems
// may be another's. So a redemption is three visits, and hands over what each comes to
// (event/handovers.h):
//
//   0  the account   may it have so many, and can it pay?     -> what the state refuses, or yes
//   1  the stock     are so many left? takes them, if so      -> the same
//   2  the account   pays, and gets what the item gives
//
// A shard takes its visits in the order of the log, so between 0 and 2 nothing else happens to the
// account, and between 0 and 1 nothing that came before is still to happen to the stock. An item
// without a stock has the visits 0 and 2 in one. To cancel takes two: the account, then the stock.
//
// How many an account has had in a period is a cell of a subject, as a measure is.
//
// Thread-safety: one thread at a time, but for what is handed over.
#pragma once

#include <cstdint>
#include <vector>

#include "engine/base/hash.h"
#include "engine/program/machine.h"
#include "engine/shard/account_command.h"

namespace guerdon::shard {

class Redemptions {
 public:
  using Result = event::CommandResult;

  // `books` must outlive it.
  explicit Redemptions(const ShardBooks& books);

  void adopt(const plan::Program& program) { machine_.adopt(program); }

  // Each is one visit. False: what it reads was not handed over yet, and nothing was done.
  bool redeem(AccountCommand& call, const DependentVisit& at);
  bool cancel(AccountCommand& call, const DependentVisit& at);
  // ITEM.
  Result set_stock(const event::CommandView& command);

  // Pieces that are left, where the item has a stock and this shard keeps it.
  int64_t left(uint32_t item) const { return left_[item]; }
  void load(uint32_t item, int64_t left) { left_[item] = left; }
  // The hash of what this shard, `number` of `shards`, keeps.
  base::Hash128 content_hash(uint32_t number, uint32_t shards) const;

 private:
  const plan::ItemKind& item_of(const AccountCommand& call) const;
  Result may_redeem(const AccountCommand& call);
  // What the plan's `when` says of the account, at the command's time.
  bool is_eligible(const AccountCommand& call);
  // Whether the wallets take part.
  Result may_pay_for(const AccountCommand& call) const;
  void pay_for(AccountCommand& call, const KeptSince& since);
  bool take_from_stock(const AccountCommand& call, const DependentVisit& at);
  Result may_cancel(const AccountCommand& call, int64_t* pieces) const;
  void give_back(AccountCommand& call, int64_t pieces, const KeptSince& since);

  ledger::Credit gift_of(const AccountCommand& call) const;

  const ShardBooks& books_;
  plan::Machine machine_;
  std::vector<int64_t> left_;  // by item
};

}  // namespace guerdon::shard
