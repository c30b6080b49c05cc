// The logical content of a WalletState in one canonical order: for content hashes and copies
// (a snapshot has the same order, with counts: shard/wallet_codec.h). The posted balance is not
// part of it.
//
//   visit_wallet(state, visitor);      // visitor.status(), .overdraft(), .lot(), .debt(), .hold(),
//                                      // then .part() for each of the hold's parts
//
// What is 0, empty or as it is in a new wallet is not visited. Lots come in the order in which they
// are spent, debts by age, holds in the order they were made. Origins are part of a lot as far as
// the register goes, and break ties in the order of lots; a hash of content leaves them out, since
// it holds no LSN (hash_wallet does).
#pragma once

#include <cstdint>

#include "engine/base/hash.h"
#include "engine/ledger/wallet_state.h"

namespace guerdon::ledger {

template <typename Visitor>
void visit_wallet(const WalletState& wallet, Visitor&& visitor) {
  if (wallet.status() != WalletStatus::kAsMade) visitor.status(wallet.status());
  if (wallet.overdraft() != 0) visitor.overdraft(wallet.overdraft());
  for (const Lot& lot : wallet.lots().lots()) visitor.lot(lot);
  for (const Debt& debt : wallet.claims().debts) visitor.debt(debt);
  for (const Hold& hold : wallet.claims().holds) {
    visitor.hold(hold);
    for (const Lot& part : hold.parts) visitor.part(part);
  }
}

// Rebuilds what visit_wallet() visited; a loader is a visitor, so a copy is
// visit_wallet(from, loader). It takes whatever a file says; finish() judges.
class WalletLoader {
 public:
  explicit WalletLoader(SpendOrder order) : state_(order) {}

  void status(WalletStatus status);
  void overdraft(int64_t amount);
  void lot(const Lot& lot);
  void debt(const Debt& debt);
  void hold(const Hold& hold);  // its parts come one by one
  void part(const Lot& part);   // of the last hold

  // False: what was visited, with this balance, is no wallet. Else it is moved to *out.
  bool finish(int64_t posted, WalletState* out);

 private:
  WalletState state_;
  bool is_sound_ = true;
};

// The sum of a hash of each item of the content. `key`: of what tells this wallet from all others
// (account, program, unit), since equal lots of two wallets are different content.
base::Hash128 hash_wallet(const WalletState& wallet, const base::Hash128& key);

}  // namespace guerdon::ledger
