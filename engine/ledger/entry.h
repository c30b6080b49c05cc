// One line of the register: what a rule did to one wallet, and why.
//
// Entries are immutable and come in the order (LSN, account, n); that triple is an entry's id. An
// entry holds numbers only; the names they stand for (account, wallet, rule, kind) are the
// program's and the account table's.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <type_traits>

#include "engine/base/timestamp.h"

namespace guerdon::ledger {

using base::TimeMs;

// What a wallet's policy did to an amount.
enum class Note : uint8_t {
  kNone = 0,
  kFloor,     // took less than asked: the wallet had no more
  kOverflow,  // the balance would pass kBalanceMax: the amount went to suspense
  kDebt,      // made a debt, or paid one
  kClosed,    // the wallet is closed: the amount went to suspense
};

inline constexpr size_t kNotes = 5;

std::string_view note_name(Note note);  // "", "floor", "overflow", "debt", "closed"

// In place of a clause: no rule made the entry.
inline constexpr uint32_t kOfDueWork = UINT32_MAX;      // time did
inline constexpr uint32_t kOfCommand = UINT32_MAX - 1;  // a command did

struct Entry {
  uint64_t lsn = 0;
  uint64_t account = 0;  // base::hash64 of its name
  int64_t amount = 0;    // minor units; 0 where it tells of something (leg.h) alone
  TimeMs effective = 0;  // the event's occurred_at
  uint32_t clause = 0;   // of the program: plan, rule, effect; or kOfDueWork, kOfCommand
  int32_t period = 0;    // the subject's; 0 where it has none
  uint32_t n = 0;        // from 0 within (lsn, account)
  uint16_t wallet = 0;   // of the program: program and unit
  uint8_t kind = 0;      // of the program: earn, clawback, ...
  Note note = Note::kNone;

  bool is_of_rule() const { return clause < kOfCommand; }
};
static_assert(sizeof(Entry) == 48 && std::is_trivially_copyable_v<Entry>);

}  // namespace guerdon::ledger
