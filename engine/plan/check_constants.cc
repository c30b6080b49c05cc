#include "engine/plan/check_constants.h"

#include "engine/base/assert.h"
#include "engine/base/int128.h"

namespace guerdon::plan {
namespace {

using base::Int128;
using money::Ratio;

Int128 magnitude(Int128 value) { return value < 0 ? -value : value; }

Int128 gcd_wide(Int128 a, Int128 b) {
  a = magnitude(a);
  b = magnitude(b);
  while (b != 0) {
    const Int128 rest = a % b;
    a = b;
    b = rest;
  }
  return a;
}

// REQUIRES: den above 0.
std::optional<Ratio> reduced(Int128 num, Int128 den) {
  GUERDON_ASSERT(den > 0);
  const Int128 divisor = gcd_wide(num, den);
  num /= divisor;
  den /= divisor;
  if (magnitude(num) > INT64_MAX || den > INT64_MAX) return std::nullopt;
  return Ratio{static_cast<int64_t>(num), static_cast<int64_t>(den)};
}

}  // namespace

std::optional<Ratio> add(Ratio a, Ratio b) {
  // Each product is below 2^126, so their sum is below 2^127.
  return reduced(Int128{a.num} * b.den + Int128{b.num} * a.den, Int128{a.den} * b.den);
}

std::optional<Ratio> subtract(Ratio a, Ratio b) { return add(a, negate(b)); }

std::optional<Ratio> divide(Ratio a, Ratio b) {
  GUERDON_ASSERT(b.num != 0);
  return money::multiply(a, money::make_ratio(b.den, b.num));
}

Ratio negate(Ratio a) {
  GUERDON_ASSERT(a.num != INT64_MIN);
  return {-a.num, a.den};
}

int compare(Ratio a, Ratio b) {
  const Int128 left = Int128{a.num} * b.den;
  const Int128 right = Int128{b.num} * a.den;
  return left < right ? -1 : (left > right ? 1 : 0);
}

int64_t power_of_ten(int exponent) {
  GUERDON_ASSERT(exponent >= 0 && exponent <= 18);
  int64_t power = 1;
  for (int i = 0; i < exponent; ++i) power *= 10;
  return power;
}

}  // namespace guerdon::plan
