// A wallet and its slow twin, side by side: each step is done to both, and everything that can be
// asked is compared.
//
// Steps are drawn from a source of chance, so that a seed names a run, and a fuzzer's bytes are
// one.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "engine/base/int128.h"
#include "engine/ledger/wallet_operations.h"
#include "tests/generate/rng.h"
#include "tests/reference/slow_wallet.h"

namespace guerdon::ledger {

class WalletModel {
 public:
  // Draws the rules, too.
  explicit WalletModel(generate::Rng& rng);

  // One step. Empty, or what differs or is broken, in words.
  std::string step();

  const WalletState& state() const { return state_; }
  int64_t posted() const { return posted_; }
  const WalletRules& rules() const { return rules_; }
  TimeMs now() const { return now_; }

 private:
  void advance();
  void act();
  void credit();
  void debit();
  void spend();
  void hold();
  void end_hold();
  void refund();
  void change_status();
  int64_t draw_amount();
  uint64_t draw_id();
  TimeMs draw_notice(TimeMs expires_at);
  When draw_when();
  void expect(const Verdict& fast, const Verdict& slow);
  void book();
  std::string difference() const;
  std::string difference_of_claims() const;

  generate::Rng& rng_;
  const WalletRules rules_;
  slow::SlowWallet slow_;
  int64_t posted_ = 0;
  WalletState state_;
  Wallet fast_;
  TimeMs now_ = 1;
  uint64_t lsn_ = 0;
  uint64_t last_id_ = 0;
  bool is_large_;  // amounts near the ends of the range
  std::vector<Leg> legs_;
  std::vector<Leg> slow_legs_;
  base::Int128 booked_ = 0;  // of all legs to the wallet
  base::Int128 owed_ = 0;    // less what all legs brought the account of debts
  std::string what_;         // the step
  std::string wrong_;
};

}  // namespace guerdon::ledger
