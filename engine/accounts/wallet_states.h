// What wallets have beside their balance (ledger::WalletState), for the few or many accounts where
// there is something: a list an account, that begins in its block, in the order of the wallets.
//
// States never move while they are kept.
//
// Thread-safety: one thread at a time.
#pragma once

#include <algorithm>
#include <cstdint>
#include <deque>
#include <vector>

#include "engine/accounts/block.h"
#include "engine/ledger/wallet_state.h"

namespace guerdon::shard {

class WalletStates {
 public:
  // Null when the balance alone says all there is.
  ledger::WalletState* find(const BlockHeader& account, uint16_t wallet);
  const ledger::WalletState* find(const BlockHeader& account, uint16_t wallet) const {
    return const_cast<WalletStates*>(this)->find(account, wallet);
  }
  // The same, made when new.
  ledger::WalletState& obtain(BlockHeader& account, uint16_t wallet, ledger::SpendOrder order);
  // Lets go of the state where nothing is left in it.
  void release_if_plain(BlockHeader& account, uint16_t wallet);

  // When something falls due for one of the account's wallets; ledger::kNever: nothing will.
  ledger::TimeMs next_due(const BlockHeader& account) const {
    ledger::TimeMs due = ledger::kNever;
    visit(account, [&](uint16_t, const ledger::WalletState& state) {
      due = std::min(due, state.next_due());
    });
    return due;
  }

  // Calls visit(wallet, state) in the order of the wallets.
  template <typename Visit>
  void visit(const BlockHeader& account, Visit visit) const {
    for (uint32_t at = account.wallets; at != 0; at = get(at).next) {
      visit(get(at).wallet, get(at).state);
    }
  }

  uint64_t size() const { return nodes_.size() - free_.size(); }
  uint64_t bytes() const;

 private:
  struct Node {
    ledger::WalletState state;
    uint32_t next = 0;  // number + 1 of the account's next; 0: the last
    uint16_t wallet = 0;
  };

  const Node& get(uint32_t at) const { return nodes_[at - 1]; }
  // What names the first of the account's nodes that is not before this wallet.
  uint32_t* link_to(BlockHeader& account, uint16_t wallet);

  std::deque<Node> nodes_;
  std::vector<uint32_t> free_;  // numbers + 1
};

}  // namespace guerdon::shard
