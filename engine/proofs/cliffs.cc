#include "engine/proofs/cliffs.h"

#include <algorithm>
#include <vector>

#include "engine/base/assert.h"
#include "engine/money/rounding.h"

namespace guerdon::plan {
namespace {

using base::Int128;

// The smallest a in [low, high] with slope * a + base > 0.
std::optional<int64_t> first_positive(Int128 slope, Int128 base, int64_t low, int64_t high) {
  if (low > high) return std::nullopt;
  if (slope * low + base > 0) return low;
  if (slope <= 0 || slope * high + base <= 0) return std::nullopt;
  const auto past = static_cast<int64_t>(-base / slope) + 1;  // base is below 0, or 0 at low
  return std::max(past, low);
}

ScalePiece paying(const ScalePiece& piece) {
  return piece.pays ? piece : ScalePiece{piece.from, 0, 0, false};
}

// Each of two amounts loses less than one by rounding and one gains at most one: a difference of
// this many minor units is there after it.
constexpr int kShows = 3;

}  // namespace

Paid::Paid(const Scale& scale, const Effect& effect) : scale_(scale), effect_(effect) {
  is_known_ = effect.times.empty();
  if (effect.at_most == nullptr) return;
  cap_ = constant_of(*effect.at_most);
  is_known_ = is_known_ && cap_.has_value();
}

int64_t Paid::at(int64_t x) const {
  GUERDON_ASSERT(is_known_);
  if (!scale_.piece_at(x).pays) return 0;
  const Int128 asked = money::divide_rounded(scale_.at(x), scale_.den, effect_.rounding);
  if (!cap_) return static_cast<int64_t>(asked);
  // Rounding keeps order, so the smaller of the two rounded is the smaller one rounded.
  return static_cast<int64_t>(
      std::min(asked, money::divide_rounded(cap_->num, cap_->den, effect_.rounding)));
}

bool Paid::is_capped_at(int64_t x) const {
  return cap_ && scale_.piece_at(x).pays &&
         money::divide_rounded(scale_.at(x), scale_.den, effect_.rounding) > at(x);
}

std::optional<Cliff> find_drop(const Scale& scale, const Paid& paid, const Values& values) {
  for (size_t i = 1; i < scale.pieces.size(); ++i) {
    const int64_t more = scale.pieces[i].from;
    const int64_t less = more - 1;
    if (less < std::max<int64_t>(values.low, 0) || more > std::min(values.high, scale.high)) {
      continue;
    }
    const Cliff cliff{false, less, more, paid.at(less), paid.at(more)};
    if (scale.at(less) > scale.at(more) && cliff.less_pays > cliff.more_pays) return cliff;
  }
  return std::nullopt;
}

std::optional<Cliff> find_split(const Scale& scale, const Paid& paid, const Values& values) {
  if (scale.is_graduated) return std::nullopt;
  const int64_t low = std::max<int64_t>(values.low, 1);
  const int64_t high = std::min(values.high, scale.high) / 2;
  std::vector<int64_t> begins{low};  // of stretches where both a and 2a stay in one piece
  for (const ScalePiece& piece : scale.pieces) {
    begins.push_back(piece.from);
    begins.push_back(piece.from / 2 + piece.from % 2);
  }
  std::sort(begins.begin(), begins.end());
  for (size_t i = 0; i < begins.size(); ++i) {
    const int64_t begin = std::max(begins[i], low);
    const int64_t end = std::min(i + 1 < begins.size() ? begins[i + 1] - 1 : high, high);
    if (begin > end) continue;
    const ScalePiece one = paying(scale.piece_at(begin));
    const ScalePiece twice = paying(scale.piece_at(2 * begin));
    // 2 f(a) - f(2a)
    for (const int margin : {0, kShows}) {
      const std::optional<int64_t> a =
          first_positive(2 * one.slope - 2 * twice.slope,
                         2 * one.base - twice.base - Int128{margin} * scale.den, begin, end);
      if (!a || paid.is_capped_at(*a) || paid.is_capped_at(2 * *a)) continue;
      const Cliff cliff{true, *a, 2 * *a, paid.at(*a), paid.at(2 * *a)};
      if (2 * Int128{cliff.less_pays} > cliff.more_pays) return cliff;
    }
  }
  return std::nullopt;
}

bool reads_measure(const Term& term) {
  return term.kind == TermKind::kMeasure ||
         std::any_of(term.args.begin(), term.args.end(),
                     [](const TermPtr& arg) { return arg != nullptr && reads_measure(*arg); });
}

Values values_of_basis(const Plan& plan, const Rule& rule, const Scale& scale) {
  Values values;
  values.high = scale.high;
  if (scale.basis->kind != TermKind::kAttribute) return values;
  const Values let_through = values_of(plan, rule, scale.basis->index);
  values.low = std::min(scale.high, std::max<int64_t>(let_through.low, 0));
  values.high = std::max<int64_t>(let_through.high, 0);
  return values;
}

std::optional<Cliff> cliff_of(const Plan& plan, const Rule& rule, const Effect& effect,
                              const Scale& scale) {
  const Paid paid(scale, effect);
  if (effect.verb != Verb::kCredit || !paid.is_known()) return std::nullopt;
  const Values values = values_of_basis(plan, rule, scale);
  std::optional<Cliff> cliff = find_drop(scale, paid, values);
  // What is owed for a sum in all is not paid more by splitting what makes up the sum.
  const bool may_split = rule.subject.owner < 0 && effect.limits.empty() && effect.budget < 0 &&
                         !reads_measure(*scale.basis);
  if (!cliff && may_split) cliff = find_split(scale, paid, values);
  return cliff;
}

}  // namespace guerdon::plan
