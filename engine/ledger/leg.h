// What an operation on a wallet makes: postings, in the order in which they happen.
//
// A leg moves an amount from a system account to a receiver: the counter changes by -amount, the
// receiver by +amount, so that a leg balances by itself. The receiver is the wallet, or what stands
// in for it: suspense (the wallet is closed, or would pass its range) or the account of debts (the
// amount made a debt, or paid one).
//
// Who keeps the register makes an entry of each leg whose receiver is the wallet or suspense. Legs
// to the account of debts are the postings behind what a wallet owes; its balance does not move, so
// they are no entries (a penalty of 700 from 600 is one entry of -600).
//
// Legs of 0 move nothing: the entry tells of something (`about`). A hold whose time is over: its
// lot is the one that it had set aside. A lot whose notice time begins.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <type_traits>

#include "engine/base/timestamp.h"
#include "engine/ledger/entry.h"
#include "engine/ledger/lot.h"

namespace guerdon::ledger {

// Why an amount moves. From kOfPlan on the numbers are kinds that a plan names itself.
enum class Kind : uint8_t {
  kClawback = 0,
  kEarn,
  kOverride,
  kPrize,
  kBurn,
  kPenalty,
  kExpire,
  kAdjust,
  kCorrect,
  kRedeem,
  kRefund,
  kPayout,
  kExchange,
  kReverse,
  kImport,
  kGrant,
  kNotice,
  kTimeout,   // a hold has run out
  kExpiring,  // the notice time of a lot has begun
  kOfPlan,    // the first of them
};

// Those that have a name whatever the plans say.
inline constexpr size_t kKinds = static_cast<size_t>(Kind::kOfPlan);

// The counter side of a posting. May be negative; with the wallets each unit sums to 0.
enum class SystemAccount : uint8_t {
  kIssuance,
  kExpense,
  kBreakage,
  kRedemption,
  kPayout,
  kFxIn,
  kFxOut,
  kDebt,  // less what all wallets of the shard owe
  kSuspense,
  kEquity,
  kSpread,  // what the house keeps of exchanges
};
inline constexpr size_t kSystemAccounts = 11;

enum class Receiver : uint8_t { kWallet, kSuspense, kDebt };

// Which lot a leg made or drew on; of a debt, the entry that made it. Zeros: none with a date.
struct LotName {
  Origin origin{};
  TimeMs expires_at = 0;
  TimeMs matures_at = kAtOnce;
  uint32_t others = 0;  // parts of other lots; what has no date is one part
  friend bool operator==(const LotName&, const LotName&) = default;
};

struct Leg {
  int64_t amount = 0;    // minor units, signed as the receiver sees it; 0: it tells (is_told())
  TimeMs effective = 0;  // for expiry the instant that it was due
  LotName lot{};
  // Of kTimeout the LSN of the record that made the hold, 0: not known; of kExpiring what is left
  // of the lot, in no hold; else 0.
  int64_t about = 0;
  Kind kind = Kind::kEarn;
  SystemAccount counter = SystemAccount::kIssuance;
  Receiver receiver = Receiver::kWallet;
  Note note = Note::kNone;
  friend bool operator==(const Leg&, const Leg&) = default;
};
static_assert(sizeof(Leg) == 64 && std::is_trivially_copyable_v<Leg>);

// Moves nothing, and is an entry all the same.
inline bool is_told(Kind kind) { return kind == Kind::kTimeout || kind == Kind::kExpiring; }

// Of an amount in parts: the first that has a date, and how many there are beside it.
LotName name_of(std::span<const Lot> parts);

std::string_view kind_name(Kind kind);  // "earn"; "" for a plan's own
std::string_view system_account_name(SystemAccount account);

}  // namespace guerdon::ledger
