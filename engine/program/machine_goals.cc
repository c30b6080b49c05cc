// Goals: what the one of a target is, and what is owed where one comes.
#include <algorithm>

#include "engine/base/assert.h"
#include "engine/base/civil.h"
#include "engine/base/planted.h"
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

Machine::DaysTaken Machine::days_taken(const ChallengeKind& challenge, int32_t period,
                                       const Frames& frames) {
  if (!challenge.among) return {};
  const Clock& clock = program_->clocks[static_cast<size_t>(challenge.clock)];
  const calendar::Period bounds = calendar::period_of_index(clock.calendar, clock.rule, period);
  const auto is_so = [&](TimeMs at) {
    return is_true(*challenge.among, EventView{nullptr, 0, at, at}, frames);
  };
  const bool stays = base::planted(base::PlantedBug::kLeaverWins) || is_so(bounds.to - 1);
  if (!stays) return {0, 1};
  if (!challenge.joiners) return is_so(bounds.from) ? DaysTaken{} : DaysTaken{0, 1};
  if (!challenge.prorated || is_so(bounds.from)) return {};
  const std::vector<TimeMs>& days = days_of(challenge.clock, period, bounds);
  const auto joined = base::planted(base::PlantedBug::kDaysFromBegin)
                          ? days.begin()
                          : std::find_if(days.begin(), days.end(), is_so);
  return {days.end() - joined, static_cast<int64_t>(days.size())};
}

// The last instant of each day of a period, which may begin before all time.
const std::vector<TimeMs>& Machine::days_of(int number, int32_t period,
                                            const calendar::Period& bounds) {
  if (days_.clock == number && days_.period == period) return days_.ends;
  days_ = {number, period, {}};
  const Clock& clock = program_->clocks[static_cast<size_t>(number)];
  const calendar::PeriodRule daily(calendar::PeriodKind::kDay);
  const base::CivilDay first = calendar::first_day_of_period(clock.calendar, clock.rule, period);
  const int64_t from = base::days_from_civil(first.year, first.month, first.day);
  for (int32_t d = calendar::index_of_day(clock.calendar, daily, from);; ++d) {
    const calendar::Period day = calendar::period_of_index(clock.calendar, daily, d);
    if (day.from >= bounds.to) return days_.ends;
    if (day.from == day.to) continue;  // a day that the zone has left out
    days_.ends.push_back(day.to - 1);
  }
}

ScoreCells score_for_days(const ScoreCells& score, int64_t days, int64_t of) {
  ScoreCells smaller = score;
  for (ScoreCells::Goal& goal : smaller.goals) {
    goal.least = progress::goal_for_days(goal.least, days, of);
  }
  return smaller;
}

std::optional<TimeMs> goal_instant(const Clock& clock, int32_t period, TimeMs at) {
  const calendar::Period in = calendar::period_of_index(clock.calendar, clock.rule, period);
  if (in.from > at) return std::nullopt;
  return std::max(std::min(at, in.to - 1), base::kTimeMin);
}

bool ranks_what_is_earned(const Program& program) {
  return !program.challenges.empty() &&
         std::ranges::any_of(program.measures,
                             [](const MeasureKind& each) { return each.is_earned; });
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
