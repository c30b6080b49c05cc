// Averages. No quotient is kept: what one is compared with is multiplied by the number of samples.
#include "engine/base/planted.h"
#include "engine/compiler/code_writer.h"

namespace guerdon::plan {

using base::planted;
using base::PlantedBug;

// Of an average its sum.
void CodeWriter::summed(const Term& term, int64_t den, int r, Label& missing) {
  number_over(term.kind == TermKind::kAverage ? *term.args[0] : term, den, r, missing);
}

// How many samples there are, in `r`; without one the term is missing.
void CodeWriter::samples(const Term& term, int r, Label& missing) {
  number(term, r, missing);
  emit_to({.op = Op::kSamples, .b = reg(r)}, missing);
}

void CodeWriter::multiply(int to, int with) {
  emit({.op = Op::kMultiply, .a = reg(to), .b = reg(to), .c = reg(with)});
}

// What a table is asked with: an average in halves.
void CodeWriter::halves(const Term& average, int r, Label& missing) {
  number(*average.args[0], r, missing);
  samples(*average.args[1], r + 1, missing);
  emit({.op = Op::kHalves, .a = reg(r), .b = reg(r), .c = reg(r + 1)});
}

// What stands beside an average, in `to`, is multiplied; `r` and those behind it are free.
void CodeWriter::times_samples(const Term& average, int to, int r, Label& missing) {
  if (average.kind != TermKind::kAverage) return;
  if (planted(PlantedBug::kNoneReaches)) {
    number(*average.args[1], r, missing);
  } else {
    samples(*average.args[1], r, missing);
  }
  multiply(to, r);
}

// In registers 0 and 1.
void CodeWriter::sides(const Term& term, Label& no) {
  const Term& left = *term.args[0];
  const Term& right = *term.args[1];
  const int64_t den = common_den(den_of(left), den_of(right));
  summed(left, den, 0, no);
  summed(right, den, 1, no);
  times_samples(left, 1, 2, no);
  times_samples(right, 0, 3, no);
  if (planted(PlantedBug::kAverageRounded)) round_average(term);
}

// Planted: what an average is above a whole number does not count. So up to n - 1 more are allowed
// beside it where it is to be small.
void CodeWriter::round_average(const Term& term) {
  using enum tree::Comparison;
  const bool is_left = term.args[0]->kind == TermKind::kAverage;
  const tree::Comparison how = term.comparison;
  const bool is_of_left = is_left && (how == kLessEqual || how == kGreater);
  const bool is_of_right = !is_left && term.args[1]->kind == TermKind::kAverage &&
                           (how == kGreaterEqual || how == kLess);
  if (!is_of_left && !is_of_right) return;
  const uint8_t beside = is_left ? 1 : 0;
  emit({.op = Op::kAdd, .a = beside, .b = beside, .c = reg(is_left ? 2 : 3)});
  constant(2, 1);
  emit({.op = Op::kSubtract, .a = beside, .b = beside, .c = 2});
}

void CodeWriter::percent(const Term& term, int r, Label& missing) {
  const Term& achieved = *term.args[0];
  summed(achieved, 1, r, missing);
  number(*term.args[1], r + 1, missing);
  if (achieved.kind == TermKind::kAverage) {
    samples(*achieved.args[1], r + 2, missing);
    multiply(r + 1, r + 2);
  }
  emit({.op = Op::kPercent, .a = reg(r), .b = reg(r), .c = reg(r + 1)});
}

void CodeWriter::percent_within(const Term& term, int r, Label& missing) {
  const bool is_average = term.args[0]->kind == TermKind::kAverage;
  summed(*term.args[0], 1, r, missing);
  number(*term.args[1], r + 1, missing);
  samples(*term.args[2], r + 2, missing);
  if (is_average) multiply(r + 1, r + 2);
  emit({.op = Op::kPercentWithin, .a = reg(r), .b = reg(r + 1), .c = reg(r)});
}

}  // namespace guerdon::plan
