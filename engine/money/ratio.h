#pragma once

#include <cstdint>
#include <optional>

// Exact rational numbers: rates, conversion prices, multipliers. A rate of 8.5 % is 17/200, not an
// approximation of it.

namespace guerdon::money {

// In lowest terms, den > 0; zero is 0/1. So two equal ratios have equal fields.
struct Ratio {
  int64_t num = 0;
  int64_t den = 1;
  friend constexpr bool operator==(const Ratio&, const Ratio&) = default;
};

// Never negative; gcd(0, 0) = 0. REQUIRES: neither is INT64_MIN.
int64_t gcd(int64_t a, int64_t b);

// Least common multiple of the magnitudes (0 where either is 0); nothing where it exceeds int64.
// REQUIRES: neither is INT64_MIN.
std::optional<int64_t> lcm_checked(int64_t a, int64_t b);

// num/den in lowest terms with the sign above the line. REQUIRES: den != 0, neither is INT64_MIN.
Ratio make_ratio(int64_t num, int64_t den);

// Exact results in lowest terms; nothing where a term exceeds int64.
std::optional<Ratio> add(Ratio a, Ratio b);
std::optional<Ratio> subtract(Ratio a, Ratio b);
std::optional<Ratio> multiply(Ratio a, Ratio b);
std::optional<Ratio> divide(Ratio a, Ratio b);  // REQUIRES: b is not 0.

// REQUIRES: a.num is not INT64_MIN.
Ratio negate(Ratio a);

// Below 0, 0 or above 0, as a is less than b, equal or greater.
int compare(Ratio a, Ratio b);

}  // namespace guerdon::money
