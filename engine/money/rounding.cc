#include "engine/money/rounding.h"

#include <array>

#include "engine/base/assert.h"

namespace guerdon::money {
namespace {

using base::Int128;
using base::UInt128;

constexpr std::array<std::string_view, 4> kNames = {"toward_zero", "up", "half_up", "half_even"};

// The magnitude of num / den, rounded: all rules are symmetric, so the sign is put back by the
// caller. Word is an unsigned type. Halves are compared as rest against den - rest, which cannot
// overflow as twice the rest could.
template <class Word>
Word divide_magnitude(Word num, Word den, Rounding rounding) {
  const Word quotient = num / den;
  const Word rest = num % den;
  if (rest == 0) return quotient;
  const Word missing = den - rest;
  switch (rounding) {
    case Rounding::kDown:
      return quotient;
    case Rounding::kUp:
      return quotient + 1;
    case Rounding::kHalfUp:
      return quotient + (rest >= missing ? 1 : 0);
    case Rounding::kHalfEven:
      return quotient + (rest > missing || (rest == missing && quotient % 2 == 1) ? 1 : 0);
  }
  GUERDON_UNREACHABLE();
}

}  // namespace

Int128 divide_by_more(Int128 num, Int128 den, Rounding rounding) {
  GUERDON_ASSERT(den > 0);
  const bool negative = num < 0;
  const UInt128 magnitude = negative ? -static_cast<UInt128>(num) : static_cast<UInt128>(num);
  const UInt128 divisor = static_cast<UInt128>(den);
  const UInt128 bits = magnitude | divisor;
  UInt128 quotient;
  if ((bits >> 32) == 0) {
    quotient = divide_magnitude(static_cast<uint32_t>(magnitude), static_cast<uint32_t>(divisor),
                                rounding);
  } else if ((bits >> 64) == 0) {
    quotient = divide_magnitude(static_cast<uint64_t>(magnitude), static_cast<uint64_t>(divisor),
                                rounding);
  } else {
    quotient = divide_magnitude(magnitude, divisor, rounding);
  }
  return static_cast<Int128>(negative ? -quotient : quotient);
}

std::string_view rounding_name(Rounding rounding) {
  const auto index = static_cast<size_t>(rounding);
  GUERDON_ASSERT(index < kNames.size());
  return kNames[index];
}

std::optional<Rounding> rounding_named(std::string_view name) {
  for (size_t i = 0; i < kNames.size(); ++i) {
    if (kNames[i] == name) return static_cast<Rounding>(i);
  }
  return std::nullopt;
}

}  // namespace guerdon::money
