// In which periods events count (checked.h, Late events).
#include <algorithm>

#include "engine/program/machine.h"

namespace guerdon::plan {

CountedPeriods::CountedPeriods(const Program& program) : program_(&program) {
  for (const Clock& clock : program.clocks) {
    periods_.emplace_back(clock.calendar, clock.rule);
    at_clock_.emplace_back(clock.calendar, clock.rule);
    closings_.emplace_back(clock.calendar, clock.rule, clock.grace);
  }
}

// Its own is closed when it comes.
const calendar::Period& CountedPeriods::of_late(const RoleProgram& role, size_t clock,
                                                TimeMs occurred_at, TimeMs came_at) {
  const std::vector<int>& plans = role.counts_now;
  const bool counts_now =
      std::find(plans.begin(), plans.end(), program_->clocks[clock].plan) != plans.end();
  return counts_now ? at_clock_[clock].at(came_at) : periods_[clock].at(occurred_at);
}

bool CountedPeriods::is_rejected(const EventProgram& type, TimeMs occurred_at, TimeMs at) {
  return std::any_of(type.rejects.begin(), type.rejects.end(), [&](int number) {
    const auto clock = static_cast<size_t>(number);
    return is_closed(clock, periods_[clock].at(occurred_at).index, at);
  });
}

}  // namespace guerdon::plan
