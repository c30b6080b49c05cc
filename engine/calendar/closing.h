#pragma once

#include <array>
#include <cstdint>

#include "engine/calendar/duration.h"
#include "engine/calendar/period.h"

// When a period is closed: at its end and, where a plan gives grace, so much later. What happened
// in it and comes before that is in time.

namespace guerdon::calendar {

// Asked for a stream of instants; the usual case is two comparisons. The calendar must outlive it.
// One thread at a time.
//
//   ClosingCursor closing(calendar, PeriodKind::kMonth, {48, Step::kHour});
//   closing.closed_at(t)      // the newest month that is closed at t
//   closing.next_deadline(t)  // when the month after it will be
//
// A period that ends at base::kTimeEnd or later is never closed; one that ended by kTimeMin is so
// from then on, whatever the grace.
class ClosingCursor {
 public:
  // REQUIRES: a rule with an end; a grace such as calendar::after() takes.
  ClosingCursor(const Calendar& calendar, const PeriodRule& rule, Duration grace);

  // The first instant at which it is closed; never earlier than that of the period before.
  TimeMs deadline_of(int32_t index) const;

  // The index of the newest period whose deadline is at or before t. REQUIRES: t as period_at().
  int32_t closed_at(TimeMs t) {
    if (t < from_ || t >= to_) [[unlikely]]
      move_to(t);
    return closed_;
  }

  // Its deadline. REQUIRES: t as period_at().
  TimeMs last_deadline(TimeMs t) {
    (void)closed_at(t);
    return from_;
  }

  // The first deadline after t. REQUIRES: t as period_at().
  TimeMs next_deadline(TimeMs t) {
    (void)closed_at(t);
    return to_;
  }

 private:
  // Of so many periods before it the grace may be over later.
  static constexpr int32_t kDisorder = 4;

  // What grace_over() gave last, by the low bits of the index: periods are asked for one behind
  // another, and each deadline asks for those in front of it.
  struct Known {
    int32_t index = 0;
    TimeMs over = 0;
  };
  static constexpr size_t kKnown = 16;

  void move_to(TimeMs t);
  bool move_on(TimeMs t);
  TimeMs grace_over(int32_t index) const;
  TimeMs find_grace_over(int32_t index) const;

  const Calendar* calendar_;
  PeriodRule rule_;
  Duration grace_;
  int32_t closed_ = 0;  // in [from_, to_)
  TimeMs from_ = 0;
  TimeMs to_ = 0;
  mutable std::array<Known, kKnown> known_;
};

}  // namespace guerdon::calendar
