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

// The exact product in lowest terms; nothing where a term exceeds int64.
std::optional<Ratio> multiply(Ratio a, Ratio b);

}  // namespace guerdon::money
