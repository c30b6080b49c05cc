// Exchanges: what the commands EXCHANGE and EXCHANGE RETURN do in one shard. The rate comes with
// the command: admission has looked it up.
//
// What an exchange came to (what was got, and the spread) is kept with the account by its id, as
// long as its spend is remembered: so it is returned at the rate that it had.
//
// Thread-safety: one thread at a time.
#pragma once

#include "engine/shard/account_command.h"

namespace guerdon::shard {

class Exchanges {
 public:
  using Result = event::CommandResult;

  // `books` must outlive it.
  explicit Exchanges(const ShardBooks& books) : books_(books) {}

  // `since` stands at the command's time.
  Result exchange(AccountCommand& call, const KeptSince& since);
  Result give_back(AccountCommand& call);

 private:
  // Null where there is none.
  const plan::ExchangeKind* kind_of(const AccountCommand& call) const;
  plan::FrameKey key_of(const plan::ExchangeKind& kind, uint64_t id, plan::TimeMs at) const;
  // A posting of its own, between two accounts of the house.
  void keep_spread(uint16_t wallet, base::Int128 spread);

  const ShardBooks& books_;
};

}  // namespace guerdon::shard
