#include <algorithm>
#include <optional>

#include "engine/base/assert.h"
#include "engine/base/civil.h"
#include "engine/base/timestamp.h"
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

bool is_named_by_first_day(const Calendar& calendar, const PeriodRule& rule) {
  return rule.is_counted() || rule.kind == PeriodKind::kDay ||
         (rule.kind == PeriodKind::kWeek && calendar.week_start != 0);
}

// Reads a label from the left.
class LabelReader {
 public:
  explicit LabelReader(std::string_view label) : rest_(label) {}

  // So many digits; -1: there are not.
  int32_t number(size_t width) {
    if (rest_.size() < width) return -1;
    int32_t value = 0;
    for (const char c : rest_.substr(0, width)) {
      if (c < '0' || c > '9') return -1;
      value = value * 10 + (c - '0');
    }
    rest_.remove_prefix(width);
    return value;
  }
  bool skip(std::string_view mark) {
    if (!rest_.starts_with(mark)) return false;
    rest_.remove_prefix(mark.size());
    return true;
  }

 private:
  std::string_view rest_;
};

// The first day of month `month` of what the year begins with, as a calendar cuts it.
int64_t day_of_month(const Calendar& calendar, int32_t year, int32_t month) {
  const int32_t last = base::days_in_month(year, month);
  return base::days_from_civil(year, month, std::min(calendar.month_start_day, last));
}

// A day of the period that has this label, if one has; else any.
std::optional<int64_t> day_of_label(const Calendar& calendar, const PeriodRule& rule,
                                    LabelReader label) {
  const int32_t year = label.number(4);
  if (year < 0) return std::nullopt;
  if (is_named_by_first_day(calendar, rule) || rule.kind == PeriodKind::kMonth) {
    const int32_t month = label.skip("-") ? label.number(2) : -1;
    if (month < 1 || month > 12) return std::nullopt;
    if (!is_named_by_first_day(calendar, rule)) return day_of_month(calendar, year, month);
    const int32_t day = label.skip("-") ? label.number(2) : -1;
    if (day < 1 || day > base::days_in_month(year, month)) return std::nullopt;
    return base::days_from_civil(year, month, day);
  }
  if (rule.kind == PeriodKind::kWeek) {
    const int32_t week = label.skip("-W") ? label.number(2) : -1;
    if (week < 0) return std::nullopt;
    return base::days_from_civil(year, 1, 4) +
           (week - 1) * int64_t{7};  // 4 January is in the first
  }
  if (label.skip("/") && label.number(2) < 0) return std::nullopt;
  const int32_t quarter = rule.kind == PeriodKind::kYear ? 1
                          : label.skip("-Q")             ? label.number(1)
                                                         : -1;
  if (quarter < 1 || quarter > 4) return std::nullopt;
  const int32_t month = calendar.year_start_month - 1 + (quarter - 1) * 3;
  return day_of_month(calendar, year + month / 12, month % 12 + 1);
}

}  // namespace

std::string period_label(const Calendar& calendar, const PeriodRule& rule, int32_t index) {
  if (rule.kind == PeriodKind::kLifetime) return period_kind_name(rule);
  const base::CivilDay first = first_day_of_period(calendar, rule, index);
  if (is_named_by_first_day(calendar, rule)) return day_label(first);
  switch (rule.kind) {
    case PeriodKind::kWeek:
      return iso_week_label(first);
    case PeriodKind::kMonth:
      return month_label(first);
    case PeriodKind::kQuarter:
      return quarter_label(calendar, first);
    case PeriodKind::kYear:
      return year_label(first.year, calendar.year_start_month == 1);
    case PeriodKind::kDay:
    case PeriodKind::kLifetime:
      break;
  }
  GUERDON_UNREACHABLE();
}

std::optional<int32_t> period_of_label(const Calendar& calendar, const PeriodRule& rule,
                                       std::string_view label) {
  if (rule.kind == PeriodKind::kLifetime) {
    return label == period_kind_name(rule) ? std::optional(0) : std::nullopt;
  }
  const std::optional<int64_t> day = day_of_label(calendar, rule, LabelReader(label));
  if (!day) return std::nullopt;
  const int32_t index = index_of_day(calendar, rule, *day);
  return period_label(calendar, rule, index) == label ? std::optional(index) : std::nullopt;
}

std::optional<int32_t> period_that_is(const Calendar& calendar, const PeriodRule& rule,
                                      std::string_view label) {
  const std::optional<int32_t> index = period_of_label(calendar, rule, label);
  if (!index) return std::nullopt;
  const Period period = period_of_index(calendar, rule, *index);
  const bool is_some = period.from < period.to && period.from < base::kTimeEnd;
  return is_some && period.to > base::kTimeMin ? index : std::nullopt;
}

std::string example_label(const Calendar& calendar, const PeriodRule& rule) {
  if (rule.kind == PeriodKind::kLifetime) return period_kind_name(rule);
  return period_label(calendar, rule,
                      index_of_day(calendar, rule, base::days_from_civil(2025, 2, 11)));
}

}  // namespace guerdon::calendar
