// REOPEN and CLOSE: which period is open again follows from them and from the clock.
#include <algorithm>

#include "engine/calendar/closing.h"
#include "engine/event/command.h"
#include "engine/pipeline/admission.h"

namespace guerdon::pipeline {

using event::Outcome;
using plan::NamedPeriod;

namespace {

event::CommandResult refused(const NamedPeriod& named) {
  switch (named.fault) {
    case NamedPeriod::Fault::kPlan:
      return {event::kOfPlan, 0, Outcome::kUnknown};
    case NamedPeriod::Fault::kEach:
      return {event::kOfEach, 0, Outcome::kUnknown};
    default:
      return {0, 0, Outcome::kInvalid};
  }
}

}  // namespace

// Refused before there is an LSN: what stands in the log was done.
event::CommandResult Admission::may_reopen(const event::Batch& batch, const event::Record& record,
                                           base::TimeMs at) const {
  const NamedPeriod named = plan::find_period(*program_, batch, record);
  if (named.fault != NamedPeriod::Fault::kNone) return refused(named);
  const auto clock = static_cast<uint32_t>(named.clock);
  const plan::Clock& cut = program_->clocks[clock];
  if (!plan::has_seals(*program_, clock)) return {event::kOfEach, 0, Outcome::kUnsealed};
  calendar::ClosingCursor closing(cut.calendar, cut.rule, cut.grace);
  const int32_t newest = closing.closed_at(std::max(at, base::kTimeMin));
  if (named.period > newest) return {closing.deadline_of(named.period), 0, Outcome::kOpen};
  const bool is_open = reopened_.is_open(clock, named.period, at);
  if (is_open) {
    return {-static_cast<int64_t>(reopened_.newest(clock)->lsn), 0, Outcome::kOpen};
  }
  const bool is_over = named.period < newest || at >= plan::closes_again_at(cut, named.period);
  if (is_over) return {0, 0, Outcome::kFinal};
  if (!seals_.has_seal(clock, named.period)) return {0, 0, Outcome::kUnsealed};
  // Goals of files are said as of their COMMIT: as it was closed, or open, then.
  if (goal_slices_left_ > 0) return {event::kOfGoals, 0, Outcome::kUnsealed};
  const bool is_full = reopened_.count(clock) >= plan::Reopenings::kMost;
  return {0, 0, is_full ? Outcome::kLimit : Outcome::kOk};
}

event::CommandResult Admission::may_close(const event::Batch& batch, const event::Record& record,
                                          base::TimeMs at) const {
  const NamedPeriod named = plan::find_period(*program_, batch, record);
  if (named.fault != NamedPeriod::Fault::kNone) return refused(named);
  if (reopened_.is_open(named.clock, named.period, at)) {
    const bool waits = goal_slices_left_ > 0;
    return {waits ? event::kOfGoals : 0, 0, waits ? Outcome::kUnsealed : Outcome::kOk};
  }
  const plan::Clock& cut = program_->clocks[named.clock];
  calendar::ClosingCursor closing(cut.calendar, cut.rule, cut.grace);
  const bool is_closed = named.period <= closing.closed_at(std::max(at, base::kTimeMin));
  if (is_closed) return {0, 0, Outcome::kClosed};
  return {closing.deadline_of(named.period), 0, Outcome::kOpen};
}

// Its LSN is known, and the clock has been moved. Shards find what is said here with the command.
void Admission::open_or_close(event::Batch& batch, const event::Record& record) {
  const NamedPeriod named = plan::find_period(*program_, batch, record);
  const auto clock = static_cast<uint32_t>(named.clock);
  int64_t* const values = batch.values.data() + record.values;
  values[event::kClockNumber] = clock;
  values[event::kGoalPeriod] = named.period;
  if (event::kind_of(record) == event::CommandKind::kClose) {
    reopened_.close(clock, clock_, record.lsn);
    seals_.close_again(clock);
    return sweeper_.begin(clock_);
  }
  const base::TimeMs until = plan::closes_again_at(program_->clocks[clock], named.period);
  values[event::kClosesAgainAt] = until;
  reopened_.reopen(clock, {named.period, record.lsn, 0, until});
  seals_.reopen(clock, named.period, record.lsn, until);
  settles_at_ = std::min(settles_at_, until);
}

// A CLOSE settles by itself what a SETTLE does where time closes the period again.
void Admission::award_again(Job& job, uint32_t item) {
  const event::Record& record = job.batch.records[job.batch.log[item].record];
  const event::CommandView command(job.batch, record);
  const auto clock = static_cast<uint32_t>(command.derived(event::kClockNumber));
  const auto period = static_cast<int32_t>(command.derived(event::kGoalPeriod));
  if (!is_awarded(clock, period)) return;
  seals_.settle(clock, period, record.lsn);
  job.batch.settled.push_back({item, clock, period, clock_});
  route_award(job, item);
}

}  // namespace guerdon::pipeline
