#pragma once

#include <array>
#include <cstdint>
#include <string_view>

// Arithmetic on dates of the proleptic Gregorian calendar, without any time zone.
//
// A day is named by its number: 1970-01-01 is day 0, the day before is -1. Branch-light and exact
// for years within +-5 million. Pure functions; any thread.
// Source: Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms",
// https://howardhinnant.github.io/date_algorithms.html

namespace guerdon::base {

struct CivilDay {
  int32_t year;
  int32_t month;  // 1..12
  int32_t day;    // 1..31
  friend constexpr bool operator==(const CivilDay&, const CivilDay&) = default;
};

// By weekday(): Monday first.
inline constexpr std::array<std::string_view, 7> kWeekdayNames = {
    "monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"};
// January first.
inline constexpr std::array<std::string_view, 12> kMonthNames = {
    "january", "february", "march",     "april",   "may",      "june",
    "july",    "august",   "september", "october", "november", "december"};
// What calendars are cut into, the shortest first.
inline constexpr std::array<std::string_view, 5> kPeriodNames = {"day", "week", "month", "quarter",
                                                                 "year"};

// REQUIRES: month in 1..12. A day outside of the month runs over into its neighbours.
constexpr int64_t days_from_civil(int32_t year, int32_t month, int32_t day) {
  const int64_t y = int64_t{year} - (month <= 2 ? 1 : 0);  // the year begins in March
  const int64_t era = (y >= 0 ? y : y - 399) / 400;
  const int64_t year_of_era = y - era * 400;
  const int64_t day_of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
  const int64_t day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
  return era * 146097 + day_of_era - 719468;
}

constexpr CivilDay civil_from_days(int64_t days) {
  const int64_t z = days + 719468;
  const int64_t era = (z >= 0 ? z : z - 146096) / 146097;
  const int64_t day_of_era = z - era * 146097;
  const int64_t year_of_era =
      (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
  const int64_t day_of_year =
      day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
  const int64_t shifted_month = (5 * day_of_year + 2) / 153;  // 0 = March
  const int64_t month = shifted_month + (shifted_month < 10 ? 3 : -9);
  return {static_cast<int32_t>(year_of_era + era * 400 + (month <= 2 ? 1 : 0)),
          static_cast<int32_t>(month),
          static_cast<int32_t>(day_of_year - (153 * shifted_month + 2) / 5 + 1)};
}

// 0 = Monday .. 6 = Sunday.
constexpr int weekday(int64_t days) {
  const int64_t r = (days + 3) % 7;  // 1970-01-01 was a Thursday
  return static_cast<int>(r < 0 ? r + 7 : r);
}

constexpr bool is_leap_year(int32_t year) {
  return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
}

// REQUIRES: month in 1..12.
constexpr int days_in_month(int32_t year, int32_t month) {
  if (month == 2) return is_leap_year(year) ? 29 : 28;
  return 30 + ((month + (month >> 3)) & 1);
}

}  // namespace guerdon::base
