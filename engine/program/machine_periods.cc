// In which periods events count (checked.h, Late events).
#include <algorithm>

#include "engine/base/assert.h"
#include "engine/base/planted.h"
#include "engine/money/limits.h"
#include "engine/program/machine.h"

namespace guerdon::plan {

CountedPeriods::CountedPeriods(const Program& program) : program_(&program) {
  for (const Clock& clock : program.clocks) {
    periods_.emplace_back(clock.calendar, clock.rule);
    when_came_.emplace_back(clock.calendar, clock.rule);
    closings_.emplace_back(clock.calendar, clock.rule, clock.grace);
  }
  closed_then_ = closings_;
}

// Once for all clocks of a plan, by the version that took the event: else a day would count in one
// month and what it is paid by in another, and what a version adds would part an event from what it
// has moved.
void CountedPeriods::find_plans_now(const RoleProgram& role, const EventView& event) {
  came_at_ = event.came ? event.came->at : event.at;
  const Program& then = event.came ? program_at(*program_, event.came->lsn) : *program_;
  GUERDON_ASSERT(role.type < then.events.size());
  for (const CountsNow& each : then.events[role.type].counts_now) {
    const std::optional<uint64_t> lsn = event.came ? std::optional(event.came->lsn) : std::nullopt;
    if (is_one_closed(each.clocks, event.occurred_at, closed_then_, came_at_, lsn)) {
      plans_now_.push_back(each.plan);
    }
  }
}

const calendar::Period& CountedPeriods::of_late(size_t clock) {
  const bool counts_now = std::find(plans_now_.begin(), plans_now_.end(),
                                    program_->clocks[clock].plan) != plans_now_.end();
  return counts_now ? when_came_[clock].at(came_at_) : periods_[clock].at(occurred_at_);
}

bool CountedPeriods::is_one_closed(const std::vector<int>& clocks, TimeMs occurred_at,
                                   Closings& closings, TimeMs at, std::optional<uint64_t> lsn) {
  return std::any_of(clocks.begin(), clocks.end(), [&](int number) {
    const auto clock = static_cast<size_t>(number);
    const int32_t period = periods_[clock].at(occurred_at).index;
    if (period > closings[clock].closed_at(at)) return false;
    if (!lsn || reopened_ == nullptr) return !is_open_again(clock, period, at);
    return !reopened_->was_open(clock, period, at, *lsn);
  });
}

// ---- the period before --------------------------------------------------------------------------

// What the measure comes to in the period before the one that the event counts in; 0 where that is
// gone. Nothing: the event does not name what it is kept for, or is too late for it.
std::optional<base::Int128> Machine::measure_last(uint32_t index) {
  const MeasureKind& kind = program_->measures[index];
  const uint32_t frame = frame_of(kind.subject);
  if (frame == kMissingFrame) return std::nullopt;
  const auto clock = static_cast<size_t>(program_->subjects[kind.subject].clock);
  FrameKey key = touched_[frame].key;
  if (!base::planted(base::PlantedBug::kLevelOfNow)) --key.period;
  if (periods_.is_gone(clock, key.period, event_->at)) return 0;
  const int64_t* const cells = frames_->find(key);
  return cells == nullptr ? 0 : cells[kind.cell];
}

// ---- windows that roll on -----------------------------------------------------------------------

// What the measure comes to in its own period and those before it that are of the window. Nothing:
// the event does not name what it is kept for, or is too late for it.
std::optional<base::Int128> Machine::measure_rolled(uint32_t index, bool is_before) {
  constexpr base::Int128 kMax = money::kMeasureMax;
  const KnownMeasure& known = measure(index);
  if (known.missing) return std::nullopt;
  const MeasureKind& kind = program_->measures[index];
  const auto clock = static_cast<size_t>(program_->subjects[kind.subject].clock);
  base::Int128 sum = is_before ? base::Int128{known.before} : known.after;
  FrameKey key = touched_[frame_of(kind.subject)].key;
  const int32_t most = kind.last + (base::planted(base::PlantedBug::kWindowOneMore) ? 1 : 0);
  for (int32_t i = 1; i < most; ++i) {
    --key.period;
    if (periods_.is_gone(clock, key.period, event_->at)) break;
    const int64_t* const cells = frames_->find(key);
    if (cells != nullptr) sum += cells[kind.cell];
  }
  return std::clamp(sum, -kMax, kMax);
}

bool Machine::load_rolled(const Instruction& i, Registers& r) {
  const std::optional<base::Int128> rolled = measure_rolled(i.x, i.y == 0);
  if (rolled) r[i.a] = *rolled;
  return rolled.has_value();
}

bool Machine::load_last(const Instruction& i, Registers& r) {
  const std::optional<base::Int128> last = measure_last(i.x);
  if (last) r[i.a] = *last;
  return last.has_value();
}

}  // namespace guerdon::plan
