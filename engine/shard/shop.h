// Redemptions and exchanges: what the commands REDEEM, UNREDEEM, ITEM and EXCHANGE do in one shard.
//
// The stock of an item is kept by one shard, that of the item's hash, and the account that redeems
// may be another's. So a redemption has three legs (leg_slots.h):
//
//   0  the account   may it have so many, and can it pay?     -> what the state refuses, or yes
//   1  the item      are so many left? takes them, if so      -> the same
//   2  the account   pays, and gets what the item gives
//
// A shard takes its visits in the order of the log, so between 0 and 2 nothing else happens to the
// account, and between 0 and 1 nothing that came before is still to happen to the item. An item
// without a stock has the legs 0 and 2 in one. To cancel has two legs: the account, then the item.
//
// How many an account has had in a period is a cell of a subject, as a measure is.
//
// Thread-safety: one thread at a time, but for the slots.
#pragma once

#include <cstdint>
#include <vector>

#include "engine/accounts/account_state.h"
#include "engine/accounts/wallets.h"
#include "engine/base/hash.h"
#include "engine/event/batch.h"
#include "engine/event/command.h"
#include "engine/event/leg_slots.h"
#include "engine/ledger/entry.h"
#include "engine/program/program.h"
#include "engine/shard/visit.h"

namespace guerdon::shard {

class Shop {
 public:
  // All must outlive it.
  Shop(const plan::Program& program, AccountState& state, Wallets& wallets);

  static bool has(event::CommandKind kind);

  // One leg of a command that has(kind). `legs`: of the job; null where the command has no slots.
  // False: a leg that it reads is not there yet, and nothing was done. What became of the command
  // goes to *result with the last leg that the account has, or that the item has, where there is no
  // account. REQUIRES: the visit is this shard's; nothing is due for the account, which is null
  // where there is none; `since` stands at the item's time.
  bool run(const event::Batch& batch, const Visit& visit, const KeptSince& since,
           BlockHeader* account, event::LegSlots* legs, std::vector<ledger::Entry>& entries,
           event::CommandResult* result);

  // Pieces that are left, where the item has a stock and this shard keeps it.
  int64_t left(uint32_t item) const { return left_[item]; }
  void load(uint32_t item, int64_t left) { left_[item] = left; }
  // The hash of what this shard, `number` of `shards`, keeps.
  base::Hash128 content_hash(uint32_t number, uint32_t shards) const;

 private:
  // The leg at hand.
  struct Call;
  using Result = event::CommandResult;

  Result may_redeem(const Call& call) const;
  Result may_redeem_now(const Call& call) const;
  void redeem(Call& call);
  Result may_cancel(const Call& call, int64_t* pieces) const;
  void cancel(Call& call, int64_t pieces);
  bool run_redeem(Call& call);
  bool run_cancel(Call& call);
  bool run_item(Call& call);
  bool take_from_stock(Call& call);
  Result exchange(Call& call);
  Result return_exchange(Call& call);
  const plan::ExchangeKind* exchange_of(const Call& call) const;
  plan::FrameKey key_of_exchange(const plan::ExchangeKind& kind, uint64_t id,
                                 plan::TimeMs at) const;

  int64_t had(const Call& call, const plan::ItemCounter& limit) const;
  void count(Call& call, const plan::ItemCounter& limit, plan::TimeMs at, int64_t pieces);
  ledger::Credit gift_of(const Call& call) const;
  // Whether the wallet has room for it; OVERFLOW: it has not.
  event::CommandResult may_credit(const Call& call, uint16_t wallet,
                                  const ledger::Credit& credit) const;
  ledger::Credit credit_of(const Call& call, uint16_t wallet, int64_t amount, ledger::Kind kind,
                           ledger::SystemAccount counter) const;
  BlockHeader& account_of(Call& call);
  template <typename Change>
  void change(Call& call, uint16_t wallet, const Change& change);

  const plan::Program& program_;
  AccountState& state_;
  Wallets& wallets_;
  std::vector<int64_t> left_;  // by item
};

}  // namespace guerdon::shard
