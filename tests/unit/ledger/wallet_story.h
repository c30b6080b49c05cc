// The life of one wallet as a table that a bookkeeper can check.
//
//   tell({}, {
//       {"1 Jan", "credit 100 until 1 Feb", "+100 earn", "100 = 100 until 1 Feb"},
//       {"10 Jan", "spend s1 70", "-70 redeem", "30 = 30 until 1 Feb"},
//       {"1 Feb", "", "-30 expire", "0"},
//   });
//
// The columns: when (in 2026; "1 Jan" is its midnight, "1 Jan 10:30" later); what is asked of the
// wallet; what is written, or the refusal; what there is then. What is due comes first, and its
// entries stand before those of the row.
//
// What can be asked (words in brackets may be left out):
//   credit N [until DATE] [from DATE] [for CAUSE] [earned DATE]     adjust N
//   clawback N [for CAUSE]    penalty N    burn N
//   spend ID N    hold ID N [until DATE] [at-most N]    capture ID N    void ID
//   refund ID N [until DATE]                                        the date of grace
//   freeze    thaw    close
//
// What there is: the balance; where they are not 0 "available N" (if it is another number than the
// balance), "held N", "pending N", "debt N"; then "= N until DATE, N from DATE, N" for the lots in
// the order in which they are spent and the undated remainder, if there is a lot.
#pragma once

#include <vector>

#include "engine/ledger/wallet_operations.h"

namespace guerdon::ledger {

struct StoryRow {
  const char* when;
  const char* asked;
  const char* written;
  const char* then;
};

// Fails the test at each row that comes out otherwise, and where the books do not balance.
void tell(const WalletRules& rules, const std::vector<StoryRow>& rows);

}  // namespace guerdon::ledger
