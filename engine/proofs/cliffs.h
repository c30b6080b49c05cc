// Where more pays less: a larger basis less than a smaller one, or one of 2a less than two of a.
//
// Found by looking at the bounds of a scale alone: between two bounds an amount is straight, so the
// smallest counterexample stands at the end of a piece or can be solved for. Exact.
#pragma once

#include <cstdint>
#include <optional>

#include "engine/plan/checked.h"
#include "engine/proofs/domain.h"
#include "engine/proofs/scale.h"

namespace guerdon::plan {

struct Cliff {
  bool is_split = false;  // two of `less` pay more than one of `more`, which is twice as large
  int64_t less = 0;       // the smaller basis
  int64_t more = 0;
  int64_t less_pays = 0;  // minor units, as posted: for one of `less`
  int64_t more_pays = 0;
};

// What an effect pays for a basis: rounded, and at most what a constant cap says. Nothing where the
// cap is no constant.
class Paid {
 public:
  Paid(const Scale& scale, const Effect& effect);
  bool is_known() const { return is_known_; }
  // REQUIRES: is_known(), 0 <= x <= scale.high.
  int64_t at(int64_t x) const;
  bool is_capped_at(int64_t x) const;

 private:
  const Scale& scale_;
  const Effect& effect_;
  bool is_known_ = true;
  std::optional<money::Ratio> cap_;
};

// The first place, within `values` of the basis, where a larger basis is paid less.
std::optional<Cliff> find_drop(const Scale& scale, const Paid& paid, const Values& values);

// A basis of which two are paid more than one twice as large: the smallest by exact amounts, or one
// that is large enough for it to show after rounding. That a cap is met once for each of two is no
// cliff of the scale. A graduated scale is left out: that later parts have lower rates is what it
// says.
std::optional<Cliff> find_split(const Scale& scale, const Paid& paid, const Values& values);

// The cliff of a credit of `rule`, if it has one; drops first.
std::optional<Cliff> cliff_of(const Plan& plan, const Rule& rule, const Effect& effect,
                              const Scale& scale);

// The values of the scale's basis that the rule's conditions leave.
Values values_of_basis(const Plan& plan, const Rule& rule, const Scale& scale);

// Whether a measure is read anywhere in the term.
bool reads_measure(const Term& term);

}  // namespace guerdon::plan
