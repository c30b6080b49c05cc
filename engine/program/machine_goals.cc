// Goals: what the one of a target is, and what is owed where one comes.
#include "engine/base/assert.h"
#include "engine/money/limits.h"
#include "engine/program/machine.h"

namespace guerdon::plan {

std::optional<int64_t> Machine::goal_of(const TargetKind& target, const EventView& event,
                                        const Frames& frames) {
  begin(target.role, event, frames);
  if (!execute<false>(target.goal)) return std::nullopt;
  // The checker lets no goal be larger than a measure.
  GUERDON_ASSERT(yielded_ > 0 && yielded_ <= money::kMeasureMax);
  return static_cast<int64_t>(yielded_);
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
