#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <string>
#include <string_view>

#include "engine/calendar/period.h"

// Shorthand for calendar tests: instants as text, zones that must exist.

namespace guerdon::calendar {

inline TimeMs at(std::string_view text) {
  TimeMs t = 0;
  EXPECT_TRUE(base::parse_timestamp(text, &t)) << text;
  return t;
}

inline Calendar calendar_in(std::string_view zone_name) {
  const std::optional<Zone> zone = Zone::load(zone_name);
  EXPECT_TRUE(zone.has_value()) << zone_name;
  Calendar calendar;
  if (zone) calendar.zone = *zone;
  return calendar;
}

inline constexpr PeriodKind kAllKinds[] = {PeriodKind::kLifetime, PeriodKind::kDay,
                                           PeriodKind::kWeek,     PeriodKind::kMonth,
                                           PeriodKind::kQuarter,  PeriodKind::kYear};

// Zones chosen for what they do to midnights: changes at 00:00 forward (a skipped midnight) and at
// 00:00 or 00:01 back (a date shown twice), half hours, a whole day left out, no changes at all.
inline constexpr const char* kHardZones[] = {
    "UTC",           "America/New_York",    "America/Sao_Paulo", "America/St_Johns",
    "Asia/Beirut",   "Africa/Cairo",        "Asia/Jakarta",      "Asia/Kolkata",
    "Asia/Tehran",   "Australia/Lord_Howe", "Pacific/Apia",      "Pacific/Kwajalein",
    "Europe/Berlin", "Europe/Moscow",       "America/Havana",    "America/Asuncion",
    "Asia/Amman",    "Atlantic/Azores",     "Africa/Casablanca", "Antarctica/Troll",
};

// One with an end: the calendar's own, or counted from some day.
inline PeriodRule random_rule(std::mt19937_64& random) {
  const PeriodKind kind = kAllKinds[1 + random() % 5];
  if (kind > PeriodKind::kMonth || random() % 2 == 0) return kind;
  return {kind, static_cast<int32_t>(1 + random() % 12), static_cast<int32_t>(random() % 47'482)};
}

inline std::string zone_label(const testing::TestParamInfo<const char*>& zone) {
  std::string name = zone.param;
  const auto is_mark = [](char c) { return c == '/' || c == '-' || c == '_'; };
  std::replace_if(name.begin(), name.end(), is_mark, 'X');
  return name;
}

}  // namespace guerdon::calendar
