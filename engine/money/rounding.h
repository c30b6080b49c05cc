#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "engine/base/int128.h"

// Named rounding of an exact quotient to a whole number of minor units. All four are symmetric
// about zero, round(-x) = -round(x), so that a reversal is the exact inverse of what it reverses.

namespace guerdon::money {

enum class Rounding : uint8_t {
  kDown,      // toward zero
  kUp,        // away from zero
  kHalfUp,    // to the nearest; a half goes away from zero
  kHalfEven,  // to the nearest; a half goes to the even neighbour
};

// The same for any den, 1 too; divide_rounded spares the call for 1.
base::Int128 divide_by_more(base::Int128 num, base::Int128 den, Rounding rounding);

// num / den, rounded once. REQUIRES: den > 0. Any num; the result is always in range, since den
// >= 1. Most amounts are whole already; of the others most fit 32 bits, and dividing costs as many
// cycles as the numbers have bits.
inline base::Int128 divide_rounded(base::Int128 num, base::Int128 den, Rounding rounding) {
  return den == 1 ? num : divide_by_more(num, den, rounding);
}

// "toward_zero", "up", "half_up", "half_even": the words of the plan language.
std::string_view rounding_name(Rounding rounding);
std::optional<Rounding> rounding_named(std::string_view name);

}  // namespace guerdon::money
