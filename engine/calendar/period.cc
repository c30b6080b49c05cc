#include "engine/calendar/period.h"

#include <algorithm>
#include <array>

#include "engine/base/assert.h"
#include "engine/base/civil.h"

namespace guerdon::calendar {
namespace {

constexpr int64_t kFirstYear = 1970;

constexpr int64_t floor_div(int64_t a, int64_t b) { return a / b - (a % b < 0 ? 1 : 0); }

// Days from the beginning of week 0 to 1970-01-01, a Thursday.
int64_t days_into_week(const Calendar& calendar) {
  return (base::weekday(0) - calendar.week_start + 7) % 7;
}

// Months are counted from January 1970. Where one begins: on the start day, or on its last day
// where it has fewer.
int64_t first_day_of_month(const Calendar& calendar, int64_t month_number) {
  const auto year = static_cast<int32_t>(kFirstYear + floor_div(month_number, 12));
  const auto month = static_cast<int32_t>(month_number - floor_div(month_number, 12) * 12 + 1);
  const int day = std::min(calendar.month_start_day, base::days_in_month(year, month));
  return base::days_from_civil(year, month, day);
}

int64_t month_number_of_day(const Calendar& calendar, int64_t day) {
  const base::CivilDay date = base::civil_from_days(day);
  const int64_t month_number = (date.year - kFirstYear) * 12 + date.month - 1;
  return day < first_day_of_month(calendar, month_number) ? month_number - 1 : month_number;
}

// Quarters and years are whole months, counted from the year's start month.
int64_t months_in(PeriodKind kind) {
  switch (kind) {
    case PeriodKind::kMonth:
      return 1;
    case PeriodKind::kQuarter:
      return 3;
    case PeriodKind::kYear:
      return 12;
    default:
      GUERDON_UNREACHABLE();
  }
}

int64_t first_month_number(const Calendar& calendar, PeriodKind kind) {
  return kind == PeriodKind::kMonth ? 0 : calendar.year_start_month - 1;
}

int64_t first_day_of_index(const Calendar& calendar, PeriodKind kind, int64_t index) {
  if (kind == PeriodKind::kDay) return index;
  if (kind == PeriodKind::kWeek) return index * 7 - days_into_week(calendar);
  return first_day_of_month(calendar, first_month_number(calendar, kind) + index * months_in(kind));
}

int64_t index_of_day(const Calendar& calendar, PeriodKind kind, int64_t day) {
  if (kind == PeriodKind::kDay) return day;
  if (kind == PeriodKind::kWeek) return floor_div(day + days_into_week(calendar), 7);
  return floor_div(month_number_of_day(calendar, day) - first_month_number(calendar, kind),
                   months_in(kind));
}

}  // namespace

std::string_view period_kind_name(PeriodKind kind) {
  if (kind == PeriodKind::kLifetime) return "lifetime";
  const size_t index = static_cast<size_t>(kind) - static_cast<size_t>(PeriodKind::kDay);
  GUERDON_ASSERT(index < base::kPeriodNames.size());
  return base::kPeriodNames[index];
}

bool is_valid(const Calendar& calendar) {
  return calendar.week_start >= 0 && calendar.week_start <= 6 &&             //
         calendar.month_start_day >= 1 && calendar.month_start_day <= 31 &&  //
         calendar.year_start_month >= 1 && calendar.year_start_month <= 12;
}

base::CivilDay first_day_of_period(const Calendar& calendar, PeriodKind kind, int32_t index) {
  GUERDON_ASSERT(is_valid(calendar) && kind != PeriodKind::kLifetime);
  return base::civil_from_days(first_day_of_index(calendar, kind, index));
}

Period period_of_index(const Calendar& calendar, PeriodKind kind, int32_t index) {
  GUERDON_ASSERT(is_valid(calendar));
  if (kind == PeriodKind::kLifetime) {
    GUERDON_ASSERT(index == 0);
    return {0, kTimeBeginning, kTimeEternity};
  }
  const int64_t first = first_day_of_index(calendar, kind, index);
  const int64_t next = first_day_of_index(calendar, kind, int64_t{index} + 1);
  return {index, calendar.zone.first_instant_of_local_day(first),
          calendar.zone.first_instant_of_local_day(next)};
}

Period period_at(const Calendar& calendar, PeriodKind kind, TimeMs t) {
  GUERDON_ASSERT(t >= base::kTimeMin && t < base::kTimeEnd);
  if (kind == PeriodKind::kLifetime) return period_of_index(calendar, kind, 0);
  const int64_t day = calendar.zone.local_day_at(t);
  const Period period =
      period_of_index(calendar, kind, static_cast<int32_t>(index_of_day(calendar, kind, day)));
  if (t < period.to) {
    GUERDON_ASSERT(t >= period.from);
    return period;
  }
  // Clocks went back over midnight just after it: local time shows the old date once more, but the
  // new period has begun at its first instant and goes on.
  const Period next = period_of_index(calendar, kind, period.index + 1);
  GUERDON_ASSERT(t >= next.from && t < next.to);
  return next;
}

PeriodCursor::PeriodCursor(const Calendar& calendar, PeriodKind kind)
    : calendar_(&calendar), kind_(kind), period_{0, 0, 0} {}

void PeriodCursor::move_to(TimeMs t) { period_ = period_at(*calendar_, kind_, t); }

}  // namespace guerdon::calendar
