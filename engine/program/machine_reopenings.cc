// Periods that are opened again by command.
#include <algorithm>
#include <string>

#include "engine/base/assert.h"
#include "engine/base/planted.h"
#include "engine/calendar/closing.h"
#include "engine/calendar/period.h"
#include "engine/event/command.h"
#include "engine/program/machine.h"

namespace guerdon::plan {

bool Reopenings::was_open(size_t clock, int32_t period, TimeMs at, uint64_t lsn) const {
  if (count(clock) == 0) return false;
  return std::ranges::any_of(clocks_[clock], [&](const Reopening& each) {
    return each.period == period && each.lsn < lsn &&
           (each.closed == 0 ? at < each.until : lsn < each.closed);
  });
}

void Reopenings::reopen(size_t clock, const Reopening& reopening) {
  if (clocks_.size() <= clock) clocks_.resize(clock + 1);
  GUERDON_ASSERT(clocks_[clock].size() < kMost);
  clocks_[clock].push_back(reopening);
}

void Reopenings::close(size_t clock, TimeMs at, uint64_t lsn) {
  GUERDON_ASSERT(count(clock) > 0);
  Reopening& last = clocks_[clock].back();
  last.closed = lsn;
  last.until = std::min(last.until, at);
}

void Reopenings::save(snapshot::SnapshotWriter& out) const {
  out.put_unsigned(clocks_.size());
  for (const std::vector<Reopening>& all : clocks_) {
    out.put_unsigned(all.size());
    for (const Reopening& each : all) {
      out.put_signed(each.period);
      out.put_unsigned(each.lsn);
      out.put_unsigned(each.closed);
      out.put_signed(each.until);
    }
  }
}

namespace {

// One as it can be behind another of its clock, or the first (null).
bool can_follow(const Reopening* before, const Reopening& each, const Clock& clock,
                const snapshot::SnapshotHeader& header) {
  const bool is_behind =
      before == nullptr ||
      (before->lsn < each.lsn && before->closed < each.lsn && before->period <= each.period);
  calendar::ClosingCursor closing(clock.calendar, clock.rule, clock.grace);
  const bool was_closed = each.period >= closing.closed_at(base::kTimeMin) &&
                          each.period <= closing.closed_at(std::max(header.clock, base::kTimeMin));
  if (!is_behind || !was_closed || each.lsn == 0) return false;
  const TimeMs by_time = closes_again_at(clock, each.period);
  if (each.closed == 0) return each.until == by_time;
  return each.closed > each.lsn && each.until <= by_time && each.until <= header.clock;
}

}  // namespace

bool Reopenings::load(std::span<const Clock> clocks, snapshot::SectionReader& in) {
  const snapshot::SnapshotHeader& header = in.reader().header();
  uint64_t known = 0;
  if (!in.take_unsigned(clocks.size(), &known)) return false;
  clocks_.assign(known, {});
  for (size_t c = 0; c < known; ++c) {
    uint64_t count = 0;
    if (!in.take_unsigned(kMost, &count)) return false;
    for (uint64_t i = 0; i < count; ++i) {
      int64_t period = 0;
      Reopening each;
      if (!in.take_signed(INT32_MAX, &period) || !in.take_unsigned(header.lsn, &each.lsn) ||
          !in.take_unsigned(header.lsn, &each.closed) || !in.take_signed(INT64_MAX, &each.until)) {
        return false;
      }
      each.period = static_cast<int32_t>(period);
      if (!can_follow(newest(c), each, clocks[c], header)) {
        return in.fail("a period was opened again that could not be");
      }
      clocks_[c].push_back(each);
    }
  }
  return true;
}

NamedPeriod find_period(const Program& program, std::string_view plan, std::string_view each,
                        std::string_view period) {
  using Fault = NamedPeriod::Fault;
  const auto named = std::ranges::find(program.plans, plan, &LoadedPlan::name);
  if (named == program.plans.end()) return {Fault::kPlan};
  const auto number = static_cast<int>(named - program.plans.begin());
  for (size_t c = 0; c < program.clocks.size(); ++c) {
    const Clock& clock = program.clocks[c];
    if (clock.plan != number || calendar::period_kind_name(clock.rule) != each) continue;
    const std::optional<int32_t> index =
        calendar::period_that_is(clock.calendar, clock.rule, period);
    if (!index) return {Fault::kPeriod, c};
    return {Fault::kNone, c, *index};
  }
  return {Fault::kEach};
}

NamedPeriod find_period(const Program& program, const event::Batch& batch,
                        const event::Record& record) {
  const event::CommandView command(batch, record);
  const auto text = [&](event::CommandField field) { return batch.view(command.text(field)); };
  return find_period(program, text(event::CommandField::kPlan), text(event::CommandField::kEach),
                     text(event::CommandField::kPeriod));
}

std::vector<SealedClock> sealed_clocks(const Program& program) {
  std::vector<SealedClock> all;
  const auto add = [&](int number, bool is_swept) {
    const auto clock = static_cast<uint32_t>(number);
    if (std::ranges::find(all, clock, &SealedClock::clock) != all.end()) return;
    all.push_back({clock, is_swept});
  };
  for (const ClosingKind& closing : program.closings) add(closing.clock, true);
  for (const ChallengeKind& challenge : program.challenges) add(challenge.clock, false);
  return all;
}

bool has_seals(const Program& program, size_t clock) {
  return std::ranges::any_of(sealed_clocks(program),
                             [&](const SealedClock& each) { return each.clock == clock; });
}

// Not at that deadline itself: two closed periods are kept, and what this one reads of the period
// before it is still there.
TimeMs closes_again_at(const Clock& clock, int32_t period) {
  const calendar::ClosingCursor closing(clock.calendar, clock.rule, clock.grace);
  const TimeMs next = closing.deadline_of(period + 1);
  return base::planted(base::PlantedBug::kClosedAgainLate) ? next : next - 1;
}

}  // namespace guerdon::plan
