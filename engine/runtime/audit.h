// The books of an engine taken stock of: those of its shards (shard/audit.h) added up.
//
// `difference` is the first of: that of a shard, in their order; a unit whose wallets owe another
// sum than the account of debts has lent. How many shards there are shows in nothing else.
//
// Thread-safety: as reads of Core.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "engine/program/program.h"
#include "engine/shard/audit.h"
#include "engine/shard/shard.h"

namespace guerdon::runtime {

shard::Audit audit(const plan::Program& program,
                   const std::vector<std::unique_ptr<shard::Shard>>& shards, base::TimeMs clock);

// The books of each unit as lines for people, amounts in its decimals. What is 0 is left out but
// for balances and their sum with the system accounts.
std::string audit_text(const plan::Program& program, const shard::Audit& found);

}  // namespace guerdon::runtime
