// A lot: an amount that was earned at once and has dates of its own.
//
// The same struct stands for a part of one that a hold has set aside, or that a spend has taken:
// it knows where it came from, so that it can go back there with its original dates.
#pragma once

#include <algorithm>
#include <cstdint>
#include <limits>
#include <type_traits>

#include "engine/base/timestamp.h"

namespace guerdon::ledger {

using base::TimeMs;

inline constexpr TimeMs kAtOnce = 0;                                  // for matures_at
inline constexpr TimeMs kNever = std::numeric_limits<TimeMs>::max();  // for expires_at

// Part of an entry's id: its LSN and its number within (LSN, account), in eight bytes. LSNs beyond
// 2^48 do not occur (nine years at a million a second); a number beyond 65,535 is shown as that,
// and only what the register says about a lot suffers.
class Origin {
 public:
  Origin() = default;
  Origin(uint64_t lsn, uint32_t n) : packed_(lsn << 16 | std::min<uint32_t>(n, 0xffff)) {}

  uint64_t lsn() const { return packed_ >> 16; }
  uint32_t n() const { return static_cast<uint32_t>(packed_ & 0xffff); }
  uint64_t packed() const { return packed_; }
  static Origin unpacked(uint64_t packed) { return Origin(packed >> 16, packed & 0xffff); }
  friend auto operator<=>(Origin, Origin) = default;

 private:
  uint64_t packed_ = 0;
};

struct Lot {
  int64_t amount = 0;           // what is left here; > 0
  TimeMs expires_at = kNever;   // it is valid before this instant
  TimeMs matures_at = kAtOnce;  // pending until then; kAtOnce once that is past
  TimeMs earned_at = 0;         // the event's occurred_at
  uint64_t cause = 0;           // hash of clause lineage and subject; 0: none, or several
  Origin origin{};              // the entry that made it
  // When it is told that it is about to expire; kNever: it was told, or its plan gives no notice.
  TimeMs warns_at = kNever;

  // An amount without a date ahead is part of the wallet's undated remainder.
  bool is_dated() const { return expires_at != kNever || matures_at != kAtOnce; }
  bool is_pending() const { return matures_at != kAtOnce; }
  TimeMs next_due() const {
    const TimeMs due = std::min(expires_at, warns_at);
    return is_pending() ? std::min(matures_at, due) : due;
  }
  friend bool operator==(const Lot&, const Lot&) = default;
};
static_assert(sizeof(Lot) == 56 && std::is_trivially_copyable_v<Lot>);

}  // namespace guerdon::ledger
