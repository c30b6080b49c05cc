#include "engine/accounts/wallet_states.h"

#include "engine/base/assert.h"

namespace guerdon::shard {

ledger::WalletState* WalletStates::find(const BlockHeader& account, uint16_t wallet) {
  for (uint32_t at = account.wallets; at != 0; at = get(at).next) {
    if (get(at).wallet == wallet) return &nodes_[at - 1].state;
  }
  return nullptr;
}

uint32_t* WalletStates::link_to(BlockHeader& account, uint16_t wallet) {
  uint32_t* link = &account.wallets;
  while (*link != 0 && get(*link).wallet < wallet) link = &nodes_[*link - 1].next;
  return link;
}

ledger::WalletState& WalletStates::obtain(BlockHeader& account, uint16_t wallet,
                                          ledger::SpendOrder order) {
  uint32_t* const link = link_to(account, wallet);
  if (*link != 0 && get(*link).wallet == wallet) return nodes_[*link - 1].state;
  Node made{ledger::WalletState(order), *link, wallet};
  if (free_.empty()) {
    GUERDON_ASSERT(nodes_.size() < UINT32_MAX);
    nodes_.push_back(std::move(made));
    *link = static_cast<uint32_t>(nodes_.size());
  } else {
    *link = free_.back();
    free_.pop_back();
    nodes_[*link - 1] = std::move(made);
  }
  return nodes_[*link - 1].state;
}

void WalletStates::release_if_plain(BlockHeader& account, uint16_t wallet) {
  uint32_t* const link = link_to(account, wallet);
  if (*link == 0 || get(*link).wallet != wallet || !get(*link).state.is_plain()) return;
  const uint32_t freed = *link;
  *link = get(freed).next;
  nodes_[freed - 1] = Node{ledger::WalletState(ledger::SpendOrder::kEarliestExpiry)};
  free_.push_back(freed);
}

uint64_t WalletStates::bytes() const {
  uint64_t bytes = nodes_.size() * (sizeof(Node) - sizeof(ledger::WalletState)) +
                   free_.capacity() * sizeof(uint32_t);
  for (const Node& node : nodes_) bytes += node.state.bytes();
  return bytes;
}

}  // namespace guerdon::shard
