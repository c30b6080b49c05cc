// Payouts: what the commands PAYOUT, PAYOUT ALL and PAYOUT RETURN do in one shard.
//
// A payout is a spend that goes by its id and by that it is a payout (spent_for): so it is given
// back whole, to the lots it came from, for as long as a spend is remembered.
//
// Thread-safety: one thread at a time.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "engine/shard/account_command.h"
#include "engine/shard/due_work.h"

namespace guerdon::shard {

struct Payout {
  std::string account;
  int64_t amount = 0;  // that has not come back; 0: all has
};

class Payouts {
 public:
  using Result = event::CommandResult;

  // Both must outlive it.
  Payouts(const ShardBooks& books, DueWork& due) : books_(books), due_(due) {}

  Result pay_out(AccountCommand& call);
  Result give_back(AccountCommand& call);

  // Of all accounts of the shard that have as much as the command wants, what is available of the
  // command's wallet. What is due for each by then is done. Such a command is never refused.
  void pay_out_all(const event::Batch& batch, const event::LogItem& logged,
                   std::vector<ledger::Entry>& entries);

  // What the payout of this id (of a PAYOUT, or a PAYOUT ALL) took of each account's wallet. In no
  // order.
  std::vector<Payout> of(uint64_t target, uint16_t wallet) const;

 private:
  const ShardBooks& books_;
  DueWork& due_;
};

}  // namespace guerdon::shard
