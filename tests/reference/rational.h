#pragma once

#include <cstdint>
#include <string>

#include "engine/base/int128.h"
#include "engine/money/ratio.h"
#include "engine/money/rounding.h"

// Exact rational numbers of the reference engine: 128-bit numerator and denominator, always in
// lowest terms. No operation rounds; round() and trunc() are the only ways to a whole number.
//
// A result that does not fit aborts: the checker has refused every plan whose numbers could pass
// 2^126 (engine/plan/bounds.h), so an abort here is a hole in that proof.

namespace guerdon::reference {

using base::Int128;

class Rational {
 public:
  Rational() = default;
  // REQUIRES: den != 0.
  explicit Rational(Int128 num, Int128 den = 1);
  explicit Rational(money::Ratio ratio) : Rational(ratio.num, ratio.den) {}

  Int128 num() const { return num_; }
  Int128 den() const { return den_; }  // above 0
  bool is_whole() const { return den_ == 1; }

  Rational operator-() const;
  Rational operator+(const Rational& other) const;
  Rational operator-(const Rational& other) const;
  Rational operator*(const Rational& other) const;
  // REQUIRES: other is not 0.
  Rational operator/(const Rational& other) const;

  bool operator==(const Rational& other) const = default;
  bool operator<(const Rational& other) const;

  // Toward zero.
  Int128 trunc() const { return num_ / den_; }
  Int128 round(money::Rounding rounding) const;

  // "7", "-7/2".
  std::string text() const;

 private:
  Int128 num_ = 0;
  Int128 den_ = 1;
};

}  // namespace guerdon::reference
