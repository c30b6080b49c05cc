// The books of a shard taken stock of: what its wallets hold, what stands against that, and whether
// it agrees.
//
//   const Audit found = audit(program, shard);
//   if (!found.difference.empty()) ...  // a shard for which this is not empty has a bug
//
// Looked at, in this order; `difference` names the first that is off:
//   * each wallet by itself: its lots, holds and debts agree with its balance (WalletState::broken)
//   * each account's counters, as far as they can be told from what is kept (counter_audit.h)
//   * the leaderboards, by the scores of all accounts
//   * for each unit, the wallets and the system accounts sum to 0
//
// Amounts are those of the last record: what is due later is not done. They are sums over accounts,
// so that those of several shards can be added up. Cost: a walk over all accounts.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "engine/base/int128.h"
#include "engine/program/program.h"
#include "engine/shard/shard.h"

namespace guerdon::shard {

// The wallets of one unit of one program. Minor units.
struct UnitBooks {
  uint64_t wallets = 0;  // that hold something, or owe
  base::Int128 balances = 0;
  base::Int128 held = 0;     // of the balances
  base::Int128 pending = 0;  // of the balances: not to be spent yet
  base::Int128 owed = 0;     // beside them
  SystemTotals system{};

  base::Int128 sum() const;  // of balances and system accounts: 0
  void add(const UnitBooks& other);
};

struct Audit {
  std::vector<UnitBooks> units;  // by wallet of the program
  std::string difference;        // empty: all agrees
};

// `clock`: engine time.
Audit audit(const plan::Program& program, const Shard& shard, plan::TimeMs clock);

// "points of shop": a wallet of the program, for people.
std::string unit_name(const plan::Program& program, size_t wallet);

}  // namespace guerdon::shard
