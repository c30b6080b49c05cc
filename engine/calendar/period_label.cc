#include "engine/base/assert.h"
#include "engine/base/civil.h"
#include "engine/calendar/period.h"

namespace guerdon::calendar {
namespace {

// `value` in at least `width` digits.
std::string digits(int64_t value, size_t width) {
  std::string text = std::to_string(value);
  if (text.size() < width) text.insert(0, width - text.size(), '0');
  return text;
}

std::string month_label(base::CivilDay first) {
  return digits(first.year, 4) + "-" + digits(first.month, 2);
}

std::string day_label(base::CivilDay first) {
  return month_label(first) + "-" + digits(first.day, 2);
}

// ISO 8601: a week belongs to the year that holds its Thursday.
std::string iso_week_label(base::CivilDay monday) {
  const int64_t thursday = base::days_from_civil(monday.year, monday.month, monday.day) + 3;
  const int32_t year = base::civil_from_days(thursday).year;
  const int64_t week = (thursday - base::days_from_civil(year, 1, 1)) / 7 + 1;
  return digits(year, 4) + "-W" + digits(week, 2);
}

// The year in which the plan's year begins, and the next one where it reaches into it.
std::string year_label(int64_t year, bool from_january) {
  if (from_january) return digits(year, 4);
  return digits(year, 4) + "/" + digits((year + 1) % 100, 2);
}

std::string quarter_label(const Calendar& calendar, base::CivilDay first) {
  const int months_into_year = (first.month - calendar.year_start_month + 12) % 12;
  GUERDON_ASSERT(months_into_year % 3 == 0);
  const int64_t year = first.month < calendar.year_start_month ? first.year - 1 : first.year;
  return year_label(year, calendar.year_start_month == 1) + "-Q" +
         digits(months_into_year / 3 + 1, 1);
}

}  // namespace

std::string period_label(const Calendar& calendar, PeriodKind kind, int32_t index) {
  if (kind == PeriodKind::kLifetime) return std::string(period_kind_name(kind));
  const base::CivilDay first = first_day_of_period(calendar, kind, index);
  switch (kind) {
    case PeriodKind::kDay:
      return day_label(first);
    case PeriodKind::kWeek:
      return calendar.week_start == 0 ? iso_week_label(first) : day_label(first);
    case PeriodKind::kMonth:
      return month_label(first);
    case PeriodKind::kQuarter:
      return quarter_label(calendar, first);
    case PeriodKind::kYear:
      return year_label(first.year, calendar.year_start_month == 1);
    case PeriodKind::kLifetime:
      break;
  }
  GUERDON_UNREACHABLE();
}

}  // namespace guerdon::calendar
