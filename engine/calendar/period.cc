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

int64_t month_number_of(base::CivilDay date) {
  return (int64_t{date.year} - kFirstYear) * 12 + date.month - 1;
}

// What the periods of a rule are: so many days or months each, where that of index 0 begins.
// Months are counted from January 1970; one begins on the start day, or on its last day where it
// has fewer.
struct Grid {
  bool of_months;
  int64_t length;
  int64_t first;  // a day, or the number of a month
  int start_day = 0;
};

Grid grid_of(const Calendar& calendar, const PeriodRule& rule) {
  const bool counted = rule.is_counted();
  const int64_t count = counted ? rule.count : 1;
  const int64_t year_start = calendar.year_start_month - 1;
  switch (rule.kind) {
    case PeriodKind::kDay:
      return {false, count, counted ? rule.origin : 0};
    case PeriodKind::kWeek:
      return {false, 7 * count, counted ? rule.origin : -days_into_week(calendar)};
    case PeriodKind::kMonth: {
      if (!counted) return {true, 1, 0, calendar.month_start_day};
      const base::CivilDay origin = base::civil_from_days(rule.origin);
      return {true, count, month_number_of(origin), origin.day};
    }
    case PeriodKind::kQuarter:
      return {true, 3, year_start, calendar.month_start_day};
    case PeriodKind::kYear:
      return {true, 12, year_start, calendar.month_start_day};
    case PeriodKind::kLifetime:
      break;
  }
  GUERDON_UNREACHABLE();
}

int64_t first_day_of_month(const Grid& grid, int64_t month_number) {
  const auto year = static_cast<int32_t>(kFirstYear + floor_div(month_number, 12));
  const auto month = static_cast<int32_t>(month_number - floor_div(month_number, 12) * 12 + 1);
  const int day = std::min(grid.start_day, base::days_in_month(year, month));
  return base::days_from_civil(year, month, day);
}

int64_t first_day_of_index(const Grid& grid, int64_t index) {
  const int64_t first = grid.first + index * grid.length;
  return grid.of_months ? first_day_of_month(grid, first) : first;
}

int64_t index_in(const Grid& grid, int64_t day) {
  if (!grid.of_months) return floor_div(day - grid.first, grid.length);
  const int64_t month = month_number_of(base::civil_from_days(day));
  const int64_t begun = day < first_day_of_month(grid, month) ? month - 1 : month;
  return floor_div(begun - grid.first, grid.length);
}

std::string two_digits(int32_t value) { return (value < 10 ? "0" : "") + std::to_string(value); }

}  // namespace

std::string period_kind_name(const PeriodRule& rule) {
  if (rule.kind == PeriodKind::kLifetime) return "lifetime";
  const size_t index = static_cast<size_t>(rule.kind) - static_cast<size_t>(PeriodKind::kDay);
  GUERDON_ASSERT(index < base::kPeriodNames.size());
  const std::string name(base::kPeriodNames[index]);
  if (rule.is_rolling()) return "last " + std::to_string(rule.last) + " " + name + "s";
  if (!rule.is_counted()) return name;
  const base::CivilDay from = base::civil_from_days(rule.origin);
  return std::to_string(rule.count) + " " + name + (rule.count == 1 ? "" : "s") + " from " +
         std::to_string(from.year) + "-" + two_digits(from.month) + "-" + two_digits(from.day);
}

std::string period_phrase(const PeriodRule& rule) {
  return (rule.is_counted() ? "period of " : "") + period_kind_name(rule);
}

bool is_valid(const Calendar& calendar) {
  return calendar.week_start >= 0 && calendar.week_start <= 6 &&             //
         calendar.month_start_day >= 1 && calendar.month_start_day <= 31 &&  //
         calendar.year_start_month >= 1 && calendar.year_start_month <= 12;
}

base::CivilDay first_day_of_period(const Calendar& calendar, const PeriodRule& rule,
                                   int32_t index) {
  GUERDON_ASSERT(is_valid(calendar));
  return base::civil_from_days(first_day_of_index(grid_of(calendar, rule), index));
}

int32_t index_of_day(const Calendar& calendar, const PeriodRule& rule, int64_t day) {
  GUERDON_ASSERT(is_valid(calendar));
  return static_cast<int32_t>(index_in(grid_of(calendar, rule), day));
}

bool covers(const Calendar& calendar, const PeriodRule& whole, const PeriodRule& part) {
  if (whole == part || whole.kind == PeriodKind::kLifetime) return true;
  if (part.kind == PeriodKind::kLifetime) return false;
  const Grid outer = grid_of(calendar, whole);
  const Grid inner = grid_of(calendar, part);
  if (!inner.of_months && inner.length == 1) return true;  // all begin with a day
  return outer.of_months == inner.of_months && outer.start_day == inner.start_day &&
         outer.length % inner.length == 0 && (outer.first - inner.first) % inner.length == 0;
}

Period period_of_index(const Calendar& calendar, const PeriodRule& rule, int32_t index) {
  GUERDON_ASSERT(is_valid(calendar));
  if (rule.kind == PeriodKind::kLifetime) {
    GUERDON_ASSERT(index == 0);
    return {0, kTimeBeginning, kTimeEternity};
  }
  const Grid grid = grid_of(calendar, rule);
  const int64_t first = first_day_of_index(grid, index);
  const int64_t next = first_day_of_index(grid, int64_t{index} + 1);
  return {index, calendar.zone.first_instant_of_local_day(first),
          calendar.zone.first_instant_of_local_day(next)};
}

TimeMs end_of_index(const Calendar& calendar, const PeriodRule& rule, int32_t index) {
  const int64_t next = first_day_of_index(grid_of(calendar, rule), int64_t{index} + 1);
  return calendar.zone.first_instant_of_local_day(next);
}

Period period_at(const Calendar& calendar, const PeriodRule& rule, TimeMs t) {
  GUERDON_ASSERT(t >= base::kTimeMin && t < base::kTimeEnd);
  if (rule.kind == PeriodKind::kLifetime) return period_of_index(calendar, rule, 0);
  const int64_t day = calendar.zone.local_day_at(t);
  const Period period = period_of_index(calendar, rule, index_of_day(calendar, rule, day));
  if (t < period.to) {
    GUERDON_ASSERT(t >= period.from);
    return period;
  }
  // Clocks went back over midnight just after it: local time shows the old date once more, but the
  // new period has begun at its first instant and goes on.
  const Period next = period_of_index(calendar, rule, period.index + 1);
  GUERDON_ASSERT(t >= next.from && t < next.to);
  return next;
}

PeriodCursor::PeriodCursor(const Calendar& calendar, const PeriodRule& rule)
    : calendar_(&calendar), rule_(rule), period_{0, 0, 0} {}

void PeriodCursor::move_to(TimeMs t) { period_ = period_at(*calendar_, rule_, t); }

}  // namespace guerdon::calendar
