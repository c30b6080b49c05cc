// Goals: what part of one is achieved, and what is owed where one comes.
#include <algorithm>

#include "engine/base/assert.h"
#include "engine/money/limits.h"
#include "engine/program/machine.h"

namespace guerdon::plan {

using base::Int128;

// Rounded down, so that 99.999 % are not 100.
Int128 Machine::percent(Int128 achieved, Int128 goal) {
  GUERDON_ASSERT(goal > 0);
  return std::clamp<Int128>(100 * achieved / goal, 0, money::kCountMax);
}

std::optional<TimeMs> goal_instant(const Clock& clock, int32_t period, TimeMs at) {
  const calendar::Period in = calendar::period_of_index(clock.calendar, clock.rule, period);
  if (in.from > at) return std::nullopt;
  return std::max(std::min(at, in.to - 1), base::kTimeMin);
}

void Machine::run_goal(const GoalKind& goal, const EventView& event, const Frames& frames,
                       ClauseTrace* trace) {
  begin(goal.role, event, frames);
  moved_.clear();
  trace_ = trace;
  for (const CodeAt rule : goal.rules) {
    if (trace_ != nullptr) {
      if (!trace_->amount) trace_->inputs.clear();
      execute<true>(rule);
    } else {
      execute<false>(rule);
    }
  }
  if (!stacked_.empty()) settle_groups();
  if (goal.role.has_layers) finish_layers();
  trace_ = nullptr;
}

}  // namespace guerdon::plan
