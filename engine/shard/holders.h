// What is known of accounts: what the command HOLDER does in one shard.
//
// Thread-safety: one thread at a time.
#pragma once

#include "engine/shard/account_command.h"

namespace guerdon::shard {

class Holders {
 public:
  // `books` must outlive it.
  explicit Holders(const ShardBooks& books) : books_(books) {}

  // From its time on, or that of the command, whatever was known of it; until its end. LIMIT: there
  // would be more stretches of time than plan::kKnownMax. EXPIRED: it ends before it begins.
  event::CommandResult set(AccountCommand& call);

 private:
  const ShardBooks& books_;
};

}  // namespace guerdon::shard
