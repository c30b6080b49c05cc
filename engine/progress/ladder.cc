#include "engine/progress/ladder.h"

#include <algorithm>

#include "engine/base/assert.h"

namespace guerdon::progress {
namespace {

uint8_t lowered(uint8_t level, uint8_t reached, Review review) {
  switch (review) {
    case Review::kOneDown:
      return static_cast<uint8_t>(level - 1);
    case Review::kToMeasure:
      return reached;
    case Review::kNeverDown:
      return level;
  }
  GUERDON_UNREACHABLE();
}

}  // namespace

LadderError check_ladder(std::span<const int64_t> begins) {
  if (begins.size() < kLevelsMin) return LadderError::kTooFew;
  if (begins.size() > kLevelsMax) return LadderError::kTooMany;
  if (begins.front() != 0) return LadderError::kNotFromZero;
  for (size_t i = 1; i < begins.size(); ++i) {
    if (begins[i] <= begins[i - 1]) return LadderError::kNotAscending;
  }
  return LadderError::kNone;
}

uint8_t level_of(std::span<const int64_t> begins, int64_t measure) {
  GUERDON_ASSERT(begins.size() >= kLevelsMin && begins.size() <= kLevelsMax && begins[0] == 0);
  const auto above = std::ranges::upper_bound(begins.subspan(1), measure);
  return static_cast<uint8_t>(above - begins.begin() - 1);
}

HeldLevel moved(std::span<const int64_t> begins, HeldLevel held, int64_t before, int64_t after,
                RefundLowers refund) {
  GUERDON_ASSERT(held.kept <= held.level && held.level < begins.size());
  const uint8_t reached = level_of(begins, after);
  if (reached >= held.level) return {reached, held.kept};
  const bool is_undone = level_of(begins, before) >= held.level;
  if (refund == RefundLowers::kAtReview || !is_undone) return held;
  return {std::max(reached, held.kept), held.kept};
}

HeldLevel reviewed(std::span<const int64_t> begins, HeldLevel held, int64_t measure,
                   Review review) {
  GUERDON_ASSERT(held.kept <= held.level && held.level < begins.size());
  const uint8_t reached = level_of(begins, measure);
  if (reached >= held.level) return {reached, 0};
  const uint8_t level = lowered(held.level, reached, review);
  return {level, level > reached ? level : uint8_t{0}};
}

}  // namespace guerdon::progress
