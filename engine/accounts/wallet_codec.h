// The state of a wallet (ledger::WalletState) in a snapshot.
//
//   state := status | overdraft | lots: count lot ... | debts: count (amount | origin) ... |
//            holds: count hold ...
//   lot   := amount | expires at | matures at | earned at | cause | origin | warns at
//   hold  := id | lsn | until | amount | state | parts: count lot ...
//
// Causes, origins and ids are eight bytes, all else varints. warns at is -1 where nothing is to be
// told of the lot any more.
#pragma once

#include <cstdint>

#include "engine/ledger/wallet_state.h"
#include "engine/snapshot/section_reader.h"
#include "engine/snapshot/snapshot_writer.h"

namespace guerdon::shard {

void put_wallet_state(const ledger::WalletState& state, snapshot::SnapshotWriter& out);

// False: what stands there, with this balance, is none.
bool take_wallet_state(ledger::SpendOrder order, int64_t posted, snapshot::SectionReader& in,
                       ledger::WalletState* state);

}  // namespace guerdon::shard
