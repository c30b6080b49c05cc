#include "tests/reference/rational.h"

#include "engine/base/assert.h"

namespace guerdon::reference {
namespace {

Int128 magnitude(Int128 x) { return x < 0 ? -x : x; }

Int128 gcd(Int128 a, Int128 b) {
  a = magnitude(a);
  b = magnitude(b);
  while (b != 0) {
    const Int128 rest = a % b;
    a = b;
    b = rest;
  }
  return a;
}

Int128 times(Int128 a, Int128 b) {
  Int128 product = 0;
  GUERDON_ASSERT(!__builtin_mul_overflow(a, b, &product));
  return product;
}

Int128 plus(Int128 a, Int128 b) {
  Int128 sum = 0;
  GUERDON_ASSERT(!__builtin_add_overflow(a, b, &sum));
  return sum;
}

}  // namespace

Rational::Rational(Int128 num, Int128 den) {
  GUERDON_ASSERT(den != 0);
  const Int128 divisor = gcd(num, den);
  num_ = den < 0 ? -(num / divisor) : num / divisor;
  den_ = magnitude(den / divisor);
}

Rational Rational::operator-() const { return Rational(-num_, den_); }

Rational Rational::operator+(const Rational& other) const {
  // Over the least common denominator, the smallest numbers that can hold the sum.
  const Int128 common = times(den_ / gcd(den_, other.den_), other.den_);
  return Rational(plus(times(num_, common / den_), times(other.num_, common / other.den_)), common);
}

Rational Rational::operator-(const Rational& other) const { return *this + -other; }

Rational Rational::operator*(const Rational& other) const {
  const Rational left(num_, other.den_);  // cancelled crosswise
  const Rational right(other.num_, den_);
  return Rational(times(left.num_, right.num_), times(left.den_, right.den_));
}

Rational Rational::operator/(const Rational& other) const {
  return *this * Rational(other.den_, other.num_);
}

bool Rational::operator<(const Rational& other) const {
  const Int128 common = times(den_ / gcd(den_, other.den_), other.den_);
  return times(num_, common / den_) < times(other.num_, common / other.den_);
}

Int128 Rational::round(money::Rounding rounding) const {
  const Int128 whole = magnitude(num_) / den_;
  const Rational rest(magnitude(num_) % den_, den_);
  const Rational half(1, 2);
  bool away = false;
  switch (rounding) {
    case money::Rounding::kDown:
      away = false;
      break;
    case money::Rounding::kUp:
      away = rest != Rational(0);
      break;
    case money::Rounding::kHalfUp:
      away = !(rest < half);
      break;
    case money::Rounding::kHalfEven:
      away = half < rest || (rest == half && whole % 2 == 1);
      break;
  }
  const Int128 rounded = away ? whole + 1 : whole;
  return num_ < 0 ? -rounded : rounded;
}

std::string Rational::text() const {
  return is_whole() ? base::to_string(num_) : base::to_string(num_) + "/" + base::to_string(den_);
}

}  // namespace guerdon::reference
