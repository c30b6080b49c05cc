// Wallets as their holder sees them: what questions are answered with. Minor units.
#pragma once

#include <cstddef>
#include <cstdint>

#include "engine/ledger/lot.h"
#include "engine/ledger/wallet_state.h"

namespace guerdon::shard {

struct WalletView {
  int64_t posted = 0;
  int64_t held = 0;
  int64_t pending = 0;  // earned, and not to be spent yet
  int64_t available = 0;
  int64_t debt = 0;
  ledger::WalletStatus status = ledger::WalletStatus::kAsMade;

  // As one that nobody ever used.
  bool is_blank() const { return *this == WalletView(); }
  friend bool operator==(const WalletView&, const WalletView&) = default;
};

// A lot that is there to be spent. The undated remainder of a wallet is one without dates and
// origin, and stands last.
struct LotLine {
  uint16_t wallet = 0;
  ledger::Lot lot;
};

// Lots that a question is answered with, of each wallet: the first to be spent.
inline constexpr size_t kLotsShownMax = 1'000;

}  // namespace guerdon::shard
