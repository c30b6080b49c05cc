#include <gtest/gtest.h>

#include <set>
#include <string>

#include "engine/base/civil.h"
#include "tests/unit/calendar/calendar_fixture.h"

namespace guerdon::calendar {
namespace {

std::string label(const Calendar& calendar, PeriodKind kind, std::string_view when) {
  return period_label(calendar, kind, period_at(calendar, kind, at(when)).index);
}

TEST(PeriodLabel, NamesOfTheOrdinaryCalendar) {
  const Calendar calendar;
  const std::string_view when = "2026-11-05T12:00:00Z";
  EXPECT_EQ(label(calendar, PeriodKind::kLifetime, when), "lifetime");
  EXPECT_EQ(label(calendar, PeriodKind::kDay, when), "2026-11-05");
  EXPECT_EQ(label(calendar, PeriodKind::kWeek, when), "2026-W45");
  EXPECT_EQ(label(calendar, PeriodKind::kMonth, when), "2026-11");
  EXPECT_EQ(label(calendar, PeriodKind::kQuarter, when), "2026-Q4");
  EXPECT_EQ(label(calendar, PeriodKind::kYear, when), "2026");
}

TEST(PeriodLabel, WeeksAtTheTurnOfTheYearFollowIso8601) {
  const Calendar calendar;
  EXPECT_EQ(label(calendar, PeriodKind::kWeek, "2021-01-03T12:00:00Z"), "2020-W53");
  EXPECT_EQ(label(calendar, PeriodKind::kWeek, "2021-01-04T12:00:00Z"), "2021-W01");
  EXPECT_EQ(label(calendar, PeriodKind::kWeek, "2024-12-30T12:00:00Z"), "2025-W01");
}

TEST(PeriodLabel, AWeekThatDoesNotStartOnMondayIsNamedByItsFirstDay) {
  Calendar calendar;
  calendar.week_start = 6;
  EXPECT_EQ(label(calendar, PeriodKind::kWeek, "2026-11-05T12:00:00Z"), "2026-11-01");
}

TEST(PeriodLabel, FiscalYearsNameBothYears) {
  Calendar calendar;
  calendar.year_start_month = 4;
  EXPECT_EQ(label(calendar, PeriodKind::kYear, "2026-11-05T12:00:00Z"), "2026/27");
  EXPECT_EQ(label(calendar, PeriodKind::kYear, "2026-03-31T12:00:00Z"), "2025/26");
  EXPECT_EQ(label(calendar, PeriodKind::kYear, "2099-05-31T12:00:00Z"), "2099/00");
  EXPECT_EQ(label(calendar, PeriodKind::kQuarter, "2026-04-01T00:00:00Z"), "2026/27-Q1");
  EXPECT_EQ(label(calendar, PeriodKind::kQuarter, "2027-03-31T00:00:00Z"), "2026/27-Q4");
}

TEST(PeriodLabel, AMonthIsNamedByTheMonthInWhichItBegins) {
  Calendar calendar;
  calendar.month_start_day = 31;
  EXPECT_EQ(label(calendar, PeriodKind::kMonth, "2026-03-30T12:00:00Z"), "2026-02");
  EXPECT_EQ(label(calendar, PeriodKind::kMonth, "2026-03-31T12:00:00Z"), "2026-03");
}

TEST(PeriodLabel, IsUniqueAmongThePeriodsOfAKind) {
  for (int week_start = 0; week_start < 7; week_start += 3) {
    for (int year_start = 1; year_start <= 12; ++year_start) {
      Calendar calendar;
      calendar.week_start = week_start;
      calendar.year_start_month = year_start;
      calendar.month_start_day = year_start * 31 / 12;
      for (const PeriodKind kind : kAllKinds) {
        if (kind == PeriodKind::kLifetime) continue;
        std::set<std::string> seen;
        for (int32_t index = 0; index < 120; ++index)
          EXPECT_TRUE(seen.insert(period_label(calendar, kind, index)).second) << index;
      }
    }
  }
}

TEST(PeriodKindName, IsTheWordOfThePlanLanguage) {
  EXPECT_EQ(period_kind_name(PeriodKind::kLifetime), "lifetime");
  EXPECT_EQ(period_kind_name(PeriodKind::kYear), "year");
}

}  // namespace
}  // namespace guerdon::calendar
