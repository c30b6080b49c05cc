#include "engine/calendar/closing.h"

#include <algorithm>

#include "engine/base/assert.h"

namespace guerdon::calendar {

ClosingCursor::ClosingCursor(const Calendar& calendar, const PeriodRule& rule, Duration grace)
    : calendar_(&calendar), rule_(rule), grace_(grace) {
  GUERDON_ASSERT(rule.kind != PeriodKind::kLifetime);
  known_.fill({1, 0});  // an index that belongs elsewhere
  known_[1] = {0, 0};
}

TimeMs ClosingCursor::grace_over(int32_t index) const {
  Known& known = known_[static_cast<uint32_t>(index) % kKnown];
  if (known.index != index) known = {index, find_grace_over(index)};
  return known.over;
}

TimeMs ClosingCursor::find_grace_over(int32_t index) const {
  const TimeMs end = end_of_index(*calendar_, rule_, index);
  if (end <= base::kTimeMin) return base::kTimeMin;
  if (grace_.count == 0) return end;
  return end < base::kTimeEnd ? after(calendar_->zone, end, grace_) : kTimeEternity;
}

// Months of grace are cut off at the end of a short one, and a midnight that is skipped lets a day
// begin at one: so the grace of a period may be over before that of one or two in front of it.
TimeMs ClosingCursor::deadline_of(int32_t index) const {
  TimeMs deadline = grace_over(index);
  if (grace_.count == 0) return deadline;
  for (int32_t before = index - 1; before >= index - kDisorder; --before) {
    deadline = std::max(deadline, grace_over(before));
  }
  return deadline;
}

// To the period behind, as when one is closed after the other. Else nothing changes.
bool ClosingCursor::move_on(TimeMs t) {
  if (from_ >= to_ || t < to_) return false;
  const TimeMs next = deadline_of(closed_ + 2);
  if (t >= next) return false;
  ++closed_;
  from_ = to_;
  to_ = next;
  return true;
}

// Where t lies less the grace is near; deadlines ascend, so looking on both sides of it is enough.
void ClosingCursor::move_to(TimeMs t) {
  if (move_on(t)) return;
  const TimeMs near = grace_.count == 0 ? t : before(calendar_->zone, t, grace_);
  closed_ = period_at(*calendar_, rule_, near).index;
  for (to_ = deadline_of(closed_); to_ <= t; to_ = deadline_of(++closed_)) {
  }
  for (from_ = deadline_of(--closed_); from_ > t; from_ = deadline_of(--closed_)) to_ = from_;
}

}  // namespace guerdon::calendar
