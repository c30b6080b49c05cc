#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "engine/base/civil.h"
#include "engine/base/timestamp.h"
#include "engine/calendar/zone.h"

// Calendar periods: the half-open stretches of time in which a plan counts.

namespace guerdon::calendar {

enum class PeriodKind : uint8_t { kLifetime, kDay, kWeek, kMonth, kQuarter, kYear };

// "lifetime", "day", "week", "month", "quarter", "year".
std::string_view period_kind_name(PeriodKind kind);

// How a plan cuts time. All boundaries are midnights of the zone (or the first instant after one
// that was skipped).
struct Calendar {
  Zone zone;
  int week_start = 0;        // 0 = Monday .. 6 = Sunday
  int month_start_day = 1;   // 1..31; in a shorter month its last day
  int year_start_month = 1;  // 1..12; a quarter is three months counted from here
  friend bool operator==(const Calendar&, const Calendar&) = default;
};

// A calendar whose fields are within the ranges above; the functions below REQUIRE it.
bool is_valid(const Calendar& calendar);

// [from, to). Periods of one kind follow each other without gap or overlap: the one with index + 1
// begins at `to`. A local day that a change of offset leaves out whole (Apia, 2011-12-30) is empty,
// from == to, and no instant is in it.
struct Period {
  int32_t index;
  TimeMs from;
  TimeMs to;
  friend bool operator==(const Period&, const Period&) = default;
};

// A lifetime is one period, index 0, over all of time.
inline constexpr TimeMs kTimeBeginning = INT64_MIN;
inline constexpr TimeMs kTimeEternity = INT64_MAX;

// The index depends on the calendar's fields, not on the zone's offsets. Index 0 is the day
// 1970-01-01, the week that holds it, the month that begins in January 1970, the quarter and the
// year that begin in the year_start_month of 1970. Earlier periods have negative indexes.
//
// REQUIRES: t in [kTimeMin, kTimeEnd); index such as period_at gives, or one beside it.
Period period_at(const Calendar& calendar, PeriodKind kind, TimeMs t);
Period period_of_index(const Calendar& calendar, PeriodKind kind, int32_t index);

// The local date on which a period begins. REQUIRES: not a lifetime.
base::CivilDay first_day_of_period(const Calendar& calendar, PeriodKind kind, int32_t index);

// A name for people, unique among the periods of one kind and calendar:
//   lifetime | 2026-11-05 | 2026-W45 (ISO 8601 week) | 2026-11 | 2026-Q4 | 2026
// A week that does not start on Monday is named by its first day. A month is named by the month in
// which it begins. Where the year does not start in January, it is named by the two years it
// touches: 2026/27 and 2026/27-Q1.
std::string period_label(const Calendar& calendar, PeriodKind kind, int32_t index);

// period_at for a stream of instants: remembers the last period, so that the usual case is two
// comparisons. The calendar must outlive it. One thread at a time.
class PeriodCursor {
 public:
  PeriodCursor(const Calendar& calendar, PeriodKind kind);

  int32_t index_of(TimeMs t) { return at(t).index; }
  // Valid until the next call.
  const Period& at(TimeMs t) {
    if (t < period_.from || t >= period_.to) [[unlikely]]
      move_to(t);
    return period_;
  }

 private:
  void move_to(TimeMs t);

  const Calendar* calendar_;
  PeriodKind kind_;
  Period period_;
};

}  // namespace guerdon::calendar
