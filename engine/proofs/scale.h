// An amount as a function of the one number that its rows go by: straight pieces, exact.
//
// `by total` with rows, `(rate for spent) of spent` and `rate for each part of spent` are such
// functions: between two bounds the amount is slope * x + base. What depends on something else too
// (another attribute, a second key) has no such form, nor has `per full`, which goes in steps.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "engine/base/int128.h"
#include "engine/plan/checked.h"

namespace guerdon::plan {

// For x from `from` to before the next piece's: (slope * x + base) / Scale::den.
struct ScalePiece {
  int64_t from = 0;
  base::Int128 slope = 0;
  base::Int128 base = 0;
  bool pays = true;  // false: a row that says `none`, or no row
};

struct Scale {
  const Term* basis = nullptr;  // x: minor units or a count
  bool is_graduated = false;    // each part at its own rate: without jumps
  int64_t high = 0;             // x lies from 0 to here
  int64_t den = 1;
  std::vector<ScalePiece> pieces;  // ascending, the first from 0

  const ScalePiece& piece_at(int64_t x) const;
  // The numerator over `den`; 0 where nothing is paid. REQUIRES: 0 <= x <= high.
  base::Int128 at(int64_t x) const;
};

// Nothing where `amount` is no such function. The scale borrows from `amount`.
std::optional<Scale> scale_of(const Plan& plan, const Term& amount);

// A constant as a ratio, whatever arithmetic it is written in; nothing where it is none.
std::optional<money::Ratio> constant_of(const Term& term);

}  // namespace guerdon::plan
