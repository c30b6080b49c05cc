// What a wallet has beside its posted balance: lots, holds, debts, a status.
//
// A wallet that never needed any of it has no WalletState: its balance is a number, and post() of
// engine/ledger/wallet.h is all there is to it. Who keeps wallets makes a WalletState when an
// operation first needs one (wallet_operations.h) and may drop one that is_plain() again.
//
// The posted balance is not in here, but where balances stand together. It is made of
//
//   posted = free lots + undated remainder + held - overdraft
//
// where the undated remainder is what the others leave: it is not stored. What a hold has set
// aside, and what a spend has taken, are parts of lots that stand in the hold's record, so a held
// lot cannot expire, and comes back as what it was.
//
// Debt comes in two shapes. `debts` (Shortage::kCarry) stand beside the balance, which stays at 0;
// the overdraft (kNegative) is in it. Both are paid first by whatever comes in.
//
// Numbers: minor units; instants in milliseconds since 1970. Thread-safety: one thread at a time.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include "engine/ledger/lot_list.h"
#include "engine/money/limits.h"

namespace guerdon::ledger {

enum class WalletStatus : uint8_t {
  kAsMade = 0,  // open; but where wallets are opened by a command, not yet
  kFrozen,      // rules and expiry post; the holder can take nothing
  kClosed,      // empty; what would be credited goes to suspense
  kOpened,      // by that command
};

// What is still owed, oldest first.
struct Debt {
  int64_t amount = 0;  // > 0
  Origin origin{};     // the entry of the debit that fell short
  friend bool operator==(const Debt&, const Debt&) = default;
};

enum class HoldState : uint8_t { kHeld = 1, kCaptured, kVoided, kExpired };

// A hold, or a spend: one that was captured at once.
struct Hold {
  uint64_t id = 0;           // the caller's, unique in the wallet; part of the content
  TimeMs until = 0;          // kHeld: its timeout; ended: when it is forgotten
  int64_t amount = 0;        // kHeld: set aside; kCaptured: not yet given back; else 0
  std::vector<Lot> parts{};  // sum to `amount`, in the order they were drawn
  HoldState state = HoldState::kHeld;
  uint64_t lsn = 0;  // of the record that made it; 0: a spend. As an origin, no part of the content
};

// What few wallets have, kept apart so that the others do not pay for it.
struct Claims {
  std::vector<Hold> holds;  // in the order they were made
  std::vector<Debt> debts;
  int64_t held = 0;       // sum of the holds that are kHeld
  int64_t debt = 0;       // sum of debts
  int64_t overdraft = 0;  // how far the free part of the balance is below 0
  TimeMs due = kNever;    // the earliest `until`
};

// Lots of one wallet; a credit that would need one more goes to suspense.
inline constexpr size_t kLotsMax = size_t{1} << 16;
// Holds of one wallet with those that are remembered; one more is refused as LIMIT.
inline constexpr size_t kHoldsMax = size_t{1} << 16;
// Debts of one wallet that are told apart; beyond, the newest grows.
inline constexpr size_t kDebtsMax = 64;

class WalletState {
 public:
  explicit WalletState(SpendOrder order) : lots_(order) {}
  WalletState(const WalletState& other);  // reads settle a copy
  WalletState& operator=(const WalletState& other);
  WalletState(WalletState&&) = default;
  WalletState& operator=(WalletState&&) = default;

  WalletStatus status() const { return status_; }
  const LotList& lots() const { return lots_; }
  const Claims& claims() const { return claims_ == nullptr ? kNoClaims : *claims_; }
  int64_t held() const { return claims().held; }
  int64_t debt() const { return claims().debt; }
  int64_t overdraft() const { return claims().overdraft; }
  int64_t unmatured() const { return lots_.unmatured(); }

  // What neither a hold nor an overdraft has laid hands on; pending lots are in it. Never below 0.
  int64_t free(int64_t posted) const { return posted - held() + overdraft(); }
  int64_t undated(int64_t posted) const { return free(posted) - lots_.sum(); }
  // What the holder can spend: posted - held - unmatured, where that is above 0 and the wallet
  // open.
  int64_t available(int64_t posted) const;

  // The earliest instant at which settle() would do something; kNever: none.
  TimeMs next_due() const { return std::min(lots_.next_due(), claims().due); }

  // Nothing in it: the balance alone says all there is.
  bool is_plain() const;

  // Null, or the invariant that does not hold.
  const char* broken(int64_t posted) const;

  // With itself.
  size_t bytes() const;

 private:
  friend class Wallet;        // what changes it
  friend class WalletLoader;  // what brings it back

  static const Claims kNoClaims;
  Claims& make_claims();
  void drop_claims();  // if there is nothing left in them

  LotList lots_;
  std::unique_ptr<Claims> claims_;  // null: none
  WalletStatus status_ = WalletStatus::kAsMade;
};
static_assert(sizeof(WalletState) == 72);

}  // namespace guerdon::ledger
