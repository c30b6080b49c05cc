// Eight decimal digits at once: a row is a word of eight bytes, the first character in the low one.
#pragma once

#include <cstddef>
#include <cstdint>

#include "engine/base/bytes.h"

namespace guerdon::base {

inline constexpr uint64_t kHighBits = 0x8080808080808080;
inline constexpr uint64_t kZeroDigits = 0x3030303030303030;

// A character ^ '0' is 0..9 exactly where it is a digit. The high bits of the bytes of such a row
// that are above 9: 0x0a..0x7f show it by the sum (0x76 = 0x80 - 10), the rest by themselves. A
// carry leaves only a byte that is bad by itself, so a row of good bytes is never misjudged.
constexpr uint64_t not_digits(uint64_t row) {
  constexpr uint64_t kAboveNine = 0x7676767676767676;
  return (row | (row + kAboveNine)) & kHighBits;
}

// Neighbours joined: each even byte becomes ten times itself plus the next one, at most 99.
constexpr uint64_t join_pairs(uint64_t digits) { return digits * 10 + (digits >> 8); }

// The number of eight digits: pairs are joined to fours, fours to the whole.
constexpr uint64_t number_of(uint64_t digits) {
  uint64_t row = join_pairs(digits) & 0x00ff00ff00ff00ff;
  row = (row * 100 + (row >> 16)) & 0x0000ffff0000ffff;
  return (row * 10'000 + (row >> 32)) & 0xffffffff;
}

// 1 to 8 characters against the right end of a row, zeros in front.
inline uint64_t digits_of(const char* p, size_t n) {
  const uint64_t row = load_few(p, n) ^ (kZeroDigits >> (8 * (8 - n)));
  return row << (8 * (8 - n));
}

}  // namespace guerdon::base
