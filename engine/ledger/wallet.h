// What a wallet takes of an amount: its floor and its range.
//
// Pure arithmetic on one balance, so that the shard can apply it without a way to fail: whatever is
// asked, some leg is written and the books stay balanced.
#pragma once

#include <cstdint>

#include "engine/base/assert.h"
#include "engine/ledger/entry.h"
#include "engine/money/limits.h"

namespace guerdon::ledger {

struct Posting {
  int64_t amount = 0;       // what is written; 0: no entry
  int64_t to_wallet = 0;    // what the balance changes by
  int64_t to_suspense = 0;  // what goes there instead
  Note note = Note::kNone;
};

// The floor is 0 and takes what is left: a debit beyond the balance is cut to it. A credit that
// would bring the balance beyond kBalanceMax goes to suspense whole. Any amount may be asked: the
// difference of two entitlements can be larger than a balance.
// REQUIRES: 0 <= balance <= kBalanceMax.
inline Posting post(int64_t balance, int64_t asked) {
  GUERDON_ASSERT(balance >= 0 && balance <= money::kBalanceMax);
  if (asked < -balance) return {-balance, -balance, 0, Note::kFloor};
  if (asked > money::kBalanceMax - balance) return {asked, 0, asked, Note::kOverflow};
  return {asked, asked, 0, Note::kNone};
}

}  // namespace guerdon::ledger
