#pragma once

#include <cstdint>

#include "engine/base/int128.h"

// The largest magnitudes, in one place, with the relations that the arithmetic relies on. Beyond a
// limit there is a coded refusal or a stated clamp; never a wrap.

namespace guerdon::money {

// One amount attribute of one event, in minor units: ten trillion of a currency with two decimals.
// More is refused as OVERFLOW before the event gets an LSN.
inline constexpr int64_t kAmountMax = 1'000'000'000'000'000;

// One count attribute (quantity, number of items) of one event.
inline constexpr int64_t kCountMax = 1'000'000'000;

// A wallet's balance, either sign. Half of int64: a balance and anything below it can be added
// before the check. Two full ones are one more than int64 holds (saturating_add).
inline constexpr int64_t kBalanceMax = int64_t{1} << 62;

// A counter or running measure of a period, either sign; it saturates here.
inline constexpr int64_t kMeasureMax = int64_t{1} << 62;

static_assert(base::Int128{kAmountMax} * kCountMax < base::Int128{kBalanceMax} * kBalanceMax,
              "price times quantity is exact in Int128");
static_assert(base::Int128{kMeasureMax} * kMeasureMax > 0 &&
                  base::Int128{kMeasureMax} * kMeasureMax <= (base::Int128{1} << 124),
              "a measure times a rate's numerator is exact in Int128");
static_assert(kAmountMax < kBalanceMax / 4'000 && kAmountMax < kMeasureMax / 4'000,
              "a wallet or counter takes thousands of the largest events before it is full");
static_assert(kBalanceMax - 1 + kBalanceMax == INT64_MAX, "the sum of two balances, but for one");

// a + b, held within [-max_abs, max_abs]. REQUIRES: max_abs >= 0.
constexpr int64_t saturating_add(int64_t a, int64_t b, int64_t max_abs) {
  const base::Int128 sum = base::Int128{a} + b;
  if (sum > max_abs) return max_abs;
  if (sum < -base::Int128{max_abs}) return -max_abs;
  return static_cast<int64_t>(sum);
}

}  // namespace guerdon::money
