// Accounts in a snapshot, each for itself: nothing says which shard it was in.
//
//   account := name | wallets: count (number | balance) ... |
//              states: count (number | state) ... | frames: count frame ...
//   state   := wallet_codec.h
//   frame   := subject | period | further keys | cells
//
// Balances that are zero are left out, and so are frames that are no longer kept at the clock, and
// those for life that hold only zeros. Wallets and their states stand in the order of their
// numbers, frames in that of subject, then period with the newest first, then keys. Numbers of
// wallets, subjects, cells and symbols are those of the program: who loads has compared it before.
//
// Accounts are written in the order of (hash, name), and read in no other, so that none comes
// twice.
//
// Thread-safety: one thread at a time.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "engine/accounts/account_state.h"
#include "engine/program/program.h"
#include "engine/snapshot/section_reader.h"
#include "engine/snapshot/snapshot_writer.h"

namespace guerdon::shard {

class AccountWriter {
 public:
  // `at`: the clock.
  AccountWriter(const plan::Program& program, plan::TimeMs at, snapshot::SnapshotWriter& out);

  // REQUIRES: accounts come in their order.
  void put(const AccountState& state, const BlockHeader& account);

 private:
  struct Frame {
    plan::FrameKey key;
    const int64_t* cells;
  };

  void put_wallets(const int64_t* balances);
  void put_states(const WalletStates& states, const BlockHeader& account);
  void put_frame(const Frame& frame);

  const plan::Program& program_;
  const plan::TimeMs at_;
  KeptSince since_;
  snapshot::SnapshotWriter& out_;
  std::vector<Frame> frames_;  // of the account at hand
};

class AccountReader {
 public:
  // `symbols`: those there are, for keys.
  AccountReader(const plan::Program& program, const plan::Symbols& symbols, plan::TimeMs at,
                snapshot::SectionReader& in);

  // The name of the next account. False: there is none that could stand here.
  bool next();
  uint64_t hash() const { return hash_; }

  // Adds the account to the state of the shard it belongs to. Null: what stands there is none.
  BlockHeader* take(AccountState& state);

  // Of all accounts so far, by wallet kind.
  const std::vector<base::Int128>& balances() const { return balances_; }

 private:
  bool take_wallets(int64_t* balances);
  bool take_states(WalletStates& states, BlockHeader& account);
  bool are_balances_sound(const WalletStates& states, const BlockHeader& account);
  bool take_frame(AccountState& state, BlockHeader& account);
  bool take_known(AccountState& state, BlockHeader& account, const plan::FrameKey& key);
  bool take_key(plan::FrameKey* key);
  bool are_closes_sound(AccountState& state, BlockHeader& account);
  bool are_frames_kept(const AccountState& state, const BlockHeader& account);

  const plan::Program& program_;
  const plan::Symbols& symbols_;
  const plan::TimeMs at_;
  KeptSince since_;
  snapshot::SectionReader& in_;
  std::vector<std::vector<bool>> is_posted_;  // by subject and cell: never below 0
  std::string name_;
  uint64_t hash_ = 0;
  bool is_first_frame_ = true;
  std::vector<plan::FrameKey> unsure_;  // of periods that are gone at the clock
  plan::FrameKey last_;                 // of the frames of this account
  size_t stretches_ = 0;                // frames of its subject so far
  int64_t known_value_ = 0;
  plan::TimeMs known_until_ = 0;  // of the last frame, where it holds what is known
  std::vector<base::Int128> balances_;
};

}  // namespace guerdon::shard
