#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "engine/base/int128.h"
#include "engine/money/limits.h"

// Amounts between decimal text and whole minor units. No binary fractions anywhere: "0.10" at scale
// 2 is the integer 10.

namespace guerdon::money {

inline constexpr int kScaleMax = 9;

// How many minor units one whole has. REQUIRES: 0 <= exponent <= kScaleMax.
int64_t power_of_ten(int exponent);

enum class DecimalError {
  kNone,
  kEmpty,            // no text
  kNotANumber,       // something other than -digits[.digits]
  kTooManyDecimals,  // well formed, but finer than the unit's scale (trailing zeros count)
  kTooLarge,         // well formed, but more than 19 digits or beyond kAmountMax minor units
};

// Reads the whole of `text` as  [-] digits [. digits]  and gives it in minor units of `scale`:
// "5" at scale 2 is 500, "-0.05" is -5. No '+', exponent, space or separator; a digit on each side
// of the point. Where several errors apply, the first of the enum's order is given.
// *minor is written only on kNone. REQUIRES: 0 <= scale <= kScaleMax.
DecimalError parse_decimal(std::string_view text, int scale, int64_t* minor);

// Exactly `scale` decimals, no separators, '-' in front of a negative: (-5, 2) is "-0.05".
// REQUIRES: 0 <= scale <= kScaleMax.
std::string format_decimal(base::Int128 minor, int scale);

}  // namespace guerdon::money
