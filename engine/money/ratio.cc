#include "engine/money/ratio.h"

#include <numeric>

#include "engine/base/assert.h"
#include "engine/base/int128.h"

namespace guerdon::money {
namespace {

using base::Int128;

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
  // The smallest int64 is left out: its magnitude is not one, and gcd() does not take it.
  if (magnitude(num) > INT64_MAX || den > INT64_MAX) return std::nullopt;
  return Ratio{static_cast<int64_t>(num), static_cast<int64_t>(den)};
}

}  // namespace

int64_t gcd(int64_t a, int64_t b) {
  GUERDON_ASSERT(a != INT64_MIN && b != INT64_MIN);
  return std::gcd(a, b);
}

std::optional<int64_t> lcm_checked(int64_t a, int64_t b) {
  const int64_t divisor = gcd(a, b);
  if (a == 0 || b == 0) return 0;
  const Int128 multiple = magnitude(Int128{a / divisor} * b);
  if (multiple > INT64_MAX) return std::nullopt;
  return static_cast<int64_t>(multiple);
}

Ratio make_ratio(int64_t num, int64_t den) {
  GUERDON_ASSERT(den != 0);
  const int64_t divisor = gcd(num, den);
  const int64_t sign = den < 0 ? -1 : 1;
  return {sign * (num / divisor), sign * (den / divisor)};
}

std::optional<Ratio> add(Ratio a, Ratio b) {
  // Each product is below 2^126, so their sum is below 2^127.
  return reduced(Int128{a.num} * b.den + Int128{b.num} * a.den, Int128{a.den} * b.den);
}

std::optional<Ratio> subtract(Ratio a, Ratio b) { return add(a, negate(b)); }

std::optional<Ratio> multiply(Ratio a, Ratio b) {
  GUERDON_ASSERT(a.den > 0 && b.den > 0);
  // Cancelling crosswise first leaves the product in lowest terms, and as small as it can be.
  const int64_t left = gcd(a.num, b.den);
  const int64_t right = gcd(b.num, a.den);
  const Int128 num = Int128{a.num / left} * (b.num / right);
  const Int128 den = Int128{a.den / right} * (b.den / left);
  if (magnitude(num) > INT64_MAX || den > INT64_MAX) return std::nullopt;
  return Ratio{static_cast<int64_t>(num), static_cast<int64_t>(den)};
}

std::optional<Ratio> divide(Ratio a, Ratio b) {
  GUERDON_ASSERT(b.num != 0);
  return multiply(a, make_ratio(b.den, b.num));
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

}  // namespace guerdon::money
