#include "engine/program/limit.h"

#include <algorithm>

#include "engine/base/assert.h"
#include "engine/base/int128.h"
#include "engine/base/planted.h"
#include "engine/money/limits.h"

namespace guerdon::plan {

using base::Int128;

namespace {

LimitStep all_or_nothing(const LimitKind& limit, int64_t was, int64_t came) {
  int64_t passed = came;
  if (came > 0 && Int128{was} + came > limit.most) passed = 0;
  if (came < 0) passed = std::max(came, -was);
  return {was, was + passed, came, passed};
}

// A number of times: a place is taken by what asks for something and did not before, and let go by
// what does not ask any more.
LimitStep limit_times(const LimitKind& limit, int64_t was, int64_t before, int64_t now) {
  LimitStep step{was, was, now - before, now - before};
  if (before == 0 && was >= limit.most) {
    step.passed = 0;
  } else if (before == 0) {
    ++step.becomes;
  } else if (now == 0) {
    step.becomes = std::max<int64_t>(was - 1, 0);
  }
  return step;
}

}  // namespace

LimitStep limit_amount(const LimitKind& limit, int64_t was, int64_t came) {
  GUERDON_ASSERT(!limit.counts);
  if (limit.or_nothing) return all_or_nothing(limit, was, came);
  constexpr Int128 kMax = money::kMeasureMax;
  const auto becomes = static_cast<int64_t>(std::clamp(Int128{was} + came, -kMax, kMax));
  const auto let_through = [&](int64_t asked) { return std::clamp<int64_t>(asked, 0, limit.most); };
  const bool forgets = came < 0 && base::planted(base::PlantedBug::kLimitForgetsReturned);
  return {was, forgets ? was : becomes, came, let_through(becomes) - let_through(was)};
}

void run_limits(std::span<const LimitKind> limits, std::span<const int64_t> cells, int64_t before,
                int64_t now, LimitRun* run) {
  GUERDON_ASSERT(limits.size() == cells.size() && limits.size() <= run->steps.size());
  run->reached = 0;
  run->asks = false;
  run->owed = before;
  run->passed = 0;
  if (now == before) return;
  int64_t left = now - before;  // within +-2^63: one of the two is 0, or both are not below 0
  for (size_t i = 0; i < limits.size(); ++i) {
    const LimitKind& limit = limits[i];
    LimitStep& step = run->steps[i];
    step = limit.counts ? limit_times(limit, cells[i], before, now)
                        : limit_amount(limit, cells[i], left);
    ++run->reached;
    left = step.passed;
    if (left == 0 && (limit.counts || limit.or_nothing)) return;  // refused whole
  }
  run->asks = true;
  run->passed = left;
  const bool all_or_none = std::any_of(limits.begin(), limits.end(), [](const LimitKind& limit) {
    return !limit.counts && limit.or_nothing;
  });
  run->owed = all_or_none ? before + left : now;
}

int64_t grant(const BudgetAmount& amount, int64_t granted, int64_t x) {
  GUERDON_ASSERT(granted >= 0 && x > 0);
  const int64_t left = std::max<int64_t>(amount.most - granted, 0);
  if (x <= left) return x;
  return amount.pays_nothing && !base::planted(base::PlantedBug::kShortPaysWhatIsLeft) ? 0 : left;
}

}  // namespace guerdon::plan
