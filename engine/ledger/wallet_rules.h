// How a kind of wallet behaves: what its plan says of it. Dates are not here: who credits computes
// them in the plan's calendar.
#pragma once

#include <cstdint>

#include "engine/base/timestamp.h"

namespace guerdon::ledger {

// Which lots go first. What has no date goes last in both.
enum class SpendOrder : uint8_t {
  kEarliestExpiry,  // then the earliest earned, then the lower LSN
  kOldestEarned,    // then the lower LSN
};

// What happens where a debit is more than what is there.
enum class Shortage : uint8_t {
  kClamp,     // takes what is left; the rest is forgiven
  kReject,    // takes nothing
  kCarry,     // takes what is left; the rest is a debt, paid first from what comes later
  kNegative,  // goes below zero, down to -negative_limit; the rest is forgiven
};

// What happens to spent points that come back after their date.
enum class Returns : uint8_t {
  kStrict,  // they expire at once
  kGrace,   // they get the date that comes with the refund
};

struct WalletRules {
  SpendOrder order = SpendOrder::kEarliestExpiry;
  Shortage shortage = Shortage::kClamp;
  Returns returns = Returns::kStrict;
  bool opens_by_command = false;   // nothing can come in before it was opened
  bool merges_equal_lots = false;  // lots of equal dates become one, which then has no cause
  int64_t negative_limit = 0;      // 0 .. kBalanceMax
  // How long a spend can be given back, and how long an ended hold answers for itself; 0: no
  // record is kept.
  int64_t remember_ms = 180 * base::kMsPerDay;
};

}  // namespace guerdon::ledger
