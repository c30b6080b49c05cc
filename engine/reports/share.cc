#include "engine/reports/share.h"

#include <algorithm>

#include "engine/base/assert.h"
#include "engine/money/rounding.h"
#include "engine/progress/attainment.h"

namespace guerdon::reports {

using base::Int128;

namespace {

// REQUIRES: of > 0.
int64_t in_percent(Int128 part, Int128 of) {
  constexpr Int128 kMost = progress::kPercentMax;
  const Int128 percent = money::divide_rounded(part * 100, of, money::Rounding::kHalfUp);
  return static_cast<int64_t>(std::clamp(percent, -kMost, kMost));
}

}  // namespace

std::optional<int64_t> share_percent(uint64_t part, uint64_t whole) {
  GUERDON_ASSERT(part <= whole);
  if (whole == 0) return std::nullopt;
  return in_percent(static_cast<Int128>(part), static_cast<Int128>(whole));
}

std::string share_in_words(std::optional<int64_t> percent) {
  return percent ? std::to_string(*percent) + " %" : "nobody";
}

Change change_from(Int128 before, Int128 now) {
  if (before < 0) return {std::nullopt, "from below zero"};
  if (before == 0) return {std::nullopt, now == 0 ? "none" : "new"};
  const int64_t percent = in_percent(now - before, before);
  return {percent, (percent > 0 ? "+" : "") + std::to_string(percent) + " %"};
}

std::optional<int64_t> cost_percent(Int128 paid, Int128 achieved) {
  if (achieved <= 0) return std::nullopt;
  return in_percent(paid, achieved);
}

}  // namespace guerdon::reports
