// When periods with challenges are settled: right before the first record whose clock reaches the
// deadline, so that at one instant what is due comes first, then the event.
//
// Whatever is closed at the clock has been settled; so how far that has come follows from the
// clock, and nothing is kept of it. Seals are dated here, too: their clocks are those of challenges
// and those whose periods pay when they are closed.
#include <algorithm>
#include <tuple>

#include "engine/accounts/account_table.h"
#include "engine/calendar/period.h"
#include "engine/pipeline/admission.h"
#include "engine/shard/visit.h"

namespace guerdon::pipeline {

// Nothing is settled before the first record, or before a version brought the clock's first
// challenge.
void Admission::know_challenges() {
  settling_.clear();
  for (const plan::ChallengeKind& challenge : program_->challenges) {
    const auto clock = static_cast<uint32_t>(challenge.clock);
    const bool is_known = std::any_of(settling_.begin(), settling_.end(),
                                      [&](const auto& each) { return each.clock == clock; });
    if (is_known) continue;
    const plan::Clock& kind = program_->clocks[clock];
    settling_.push_back({clock, calendar::ClosingCursor(kind.calendar, kind.rule, kind.grace)});
  }
  settles_at_ = seals_.empty() ? INT64_MAX : INT64_MIN;
}

bool Admission::is_awarded(uint32_t clock, int32_t period) const {
  return std::ranges::any_of(program_->challenges, [&](const auto& challenge) {
    return challenge.clock == static_cast<int>(clock) &&
           plan::acts_in(*program_, challenge, period);
  });
}

// Of the periods that `at` closes, and some challenge awards, those in which anything can have
// counted: nothing that came up to the clock `before` happened more than kSkewMax behind it. So
// however far the clock jumps, there are no more of them than the grace has periods, and two. And
// those that were opened again, and are closed again by time.
std::vector<event::SettledPeriod> Admission::closed_between(base::TimeMs before,
                                                            base::TimeMs at) const {
  std::vector<event::SettledPeriod> closed;
  for (Settling each : settling_) {  // a copy: where a cursor stands is nothing to who only asks
    const plan::Clock& clock = program_->clocks[each.clock];
    const int32_t first = each.closing.closed_at(before) + 1;
    const int32_t newest = calendar::period_at(clock.calendar, clock.rule,
                                               std::min(before + kSkewMax, base::kTimeEnd - 1))
                               .index;
    const int32_t last = std::min(each.closing.closed_at(at), newest);
    for (int32_t period = first; period <= last; ++period) {
      if (!is_awarded(each.clock, period)) continue;
      closed.push_back({0, each.clock, period, each.closing.deadline_of(period)});
    }
    const plan::Reopening* const again = reopened_.newest(each.clock);
    const bool closes_again =
        again != nullptr && again->closed == 0 && before < again->until && again->until <= at;
    if (closes_again && is_awarded(each.clock, again->period)) {
      closed.push_back({0, each.clock, again->period, again->until});
    }
  }
  std::sort(closed.begin(), closed.end(), [](const auto& a, const auto& b) {
    return std::tie(a.deadline, a.clock, a.period) < std::tie(b.deadline, b.clock, b.period);
  });
  return closed;
}

// Periods that the clock jumps over, of which closed_between() has none: nobody has a score there.
// They are through as well, so that who brings figures late can open the newest of them again.
void Admission::seal_passed(base::TimeMs before, base::TimeMs at) {
  for (Settling each : settling_) {
    const plan::Clock& clock = program_->clocks[each.clock];
    const int32_t newest = calendar::period_at(clock.calendar, clock.rule,
                                               std::min(before + kSkewMax, base::kTimeEnd - 1))
                               .index;
    const int32_t last = each.closing.closed_at(at);
    for (int32_t period = std::max(newest, last - shard::kSealsKept) + 1; period <= last;
         ++period) {
      if (is_awarded(each.clock, period)) seals_.settle(each.clock, period, lsn_);
    }
  }
}

// The record has the last of the deadlines as its time, and stands for all of them.
void Admission::settle(Job& job, base::TimeMs before, base::TimeMs at) {
  settles_at_ = seals_.next_deadline(at);
  if (!sweeper_.has_begun()) return seals_.begin(at);
  seals_.close(at);
  std::vector<event::SettledPeriod> closed = closed_between(before, at);
  if (closed.empty()) return seal_passed(before, at);
  move_clock(closed.back().deadline);
  const auto count = static_cast<uint32_t>(closed.size());
  if (keeps_log_) job.log.add_record(log_.put_settle(count, clock_, job.log.room()));
  const uint32_t item = add_item(job, event::LogKind::kSettle, count);
  for (event::SettledPeriod& each : closed) {
    each.item = item;
    seals_.settle(each.clock, each.period, lsn_);
    job.batch.settled.push_back(each);
  }
  seal_passed(before, at);
  route_award(job, item);
}

void Admission::route_award(Job& job, uint32_t item) {
  job.handovers.reserve(item, shards_);
  job.stands.resize(shards_);
  for (std::vector<shard::Visit>& route : job.routes) {
    route.push_back({item, shard::Visit::kCollect, 0});
    route.push_back({item, shard::Visit::kAward, 0});
  }
}

}  // namespace guerdon::pipeline
