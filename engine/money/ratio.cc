#include "engine/money/ratio.h"

#include <numeric>

#include "engine/base/assert.h"
#include "engine/base/int128.h"

namespace guerdon::money {

int64_t gcd(int64_t a, int64_t b) {
  GUERDON_ASSERT(a != INT64_MIN && b != INT64_MIN);
  return std::gcd(a, b);
}

std::optional<int64_t> lcm_checked(int64_t a, int64_t b) {
  const int64_t divisor = gcd(a, b);
  if (a == 0 || b == 0) return 0;
  const base::Int128 multiple = base::Int128{a / divisor} * b;
  const base::Int128 magnitude = multiple < 0 ? -multiple : multiple;
  if (magnitude > INT64_MAX) return std::nullopt;
  return static_cast<int64_t>(magnitude);
}

Ratio make_ratio(int64_t num, int64_t den) {
  GUERDON_ASSERT(den != 0);
  const int64_t divisor = gcd(num, den);
  const int64_t sign = den < 0 ? -1 : 1;
  return {sign * (num / divisor), sign * (den / divisor)};
}

std::optional<Ratio> multiply(Ratio a, Ratio b) {
  GUERDON_ASSERT(a.den > 0 && b.den > 0);
  // Cancelling crosswise first leaves the product in lowest terms, and as small as it can be.
  const int64_t left = gcd(a.num, b.den);
  const int64_t right = gcd(b.num, a.den);
  const base::Int128 num = base::Int128{a.num / left} * (b.num / right);
  const base::Int128 den = base::Int128{a.den / right} * (b.den / left);
  // The smallest int64 is left out: its magnitude is not one, and gcd() does not take it.
  if (num > INT64_MAX || num < -INT64_MAX || den > INT64_MAX) return std::nullopt;
  return Ratio{static_cast<int64_t>(num), static_cast<int64_t>(den)};
}

}  // namespace guerdon::money
