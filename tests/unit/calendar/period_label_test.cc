#include <gtest/gtest.h>

#include <random>
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

TEST(PeriodLabel, WhatIsCountedFromADayIsNamedByItsFirstDay) {
  const Calendar calendar;
  const auto origin = static_cast<int32_t>(base::days_from_civil(2026, 1, 31));
  const PeriodRule weeks(PeriodKind::kWeek, 2, origin);
  EXPECT_EQ(period_label(calendar, weeks, 0), "2026-01-31");
  EXPECT_EQ(period_label(calendar, weeks, -1), "2026-01-17");
  const PeriodRule months(PeriodKind::kMonth, 1, origin);
  EXPECT_EQ(period_label(calendar, months, 1), "2026-02-28");
  EXPECT_EQ(period_label(calendar, months, 25), "2028-02-29");
}

TEST(PeriodLabel, IsReadBack) {
  std::mt19937_64 random(95);
  for (int i = 0; i < 3'000; ++i) {
    Calendar calendar;
    calendar.week_start = static_cast<int>(random() % 7 * (random() % 2));
    calendar.year_start_month = static_cast<int>(1 + random() % 12 * (random() % 2));
    calendar.month_start_day = static_cast<int>(1 + random() % 31);
    const PeriodRule rule = random_rule(random);
    const int32_t index = period_at(calendar, rule, at("2031-07-07T00:00:00Z")).index +
                          static_cast<int32_t>(random() % 41) - 20;
    const std::string name = period_label(calendar, rule, index);
    ASSERT_EQ(period_of_label(calendar, rule, name), index) << name;
    ASSERT_FALSE(period_of_label(calendar, rule, name + "0")) << name;
    ASSERT_FALSE(period_of_label(calendar, rule, name.substr(1))) << name;
  }
}

TEST(PeriodLabel, WhatNamesNoPeriodIsToldApart) {
  const Calendar calendar;
  const auto is_one = [&](const PeriodRule& rule, std::string_view name) {
    return period_of_label(calendar, rule, name).has_value();
  };
  EXPECT_TRUE(is_one(PeriodKind::kLifetime, "lifetime"));
  EXPECT_FALSE(is_one(PeriodKind::kLifetime, "2026"));
  for (const char* name : {"", "2026-02-29", "2026-2-03", "2026-13-01", "2026-00-01", "x"}) {
    EXPECT_FALSE(is_one(PeriodKind::kDay, name)) << name;
  }
  EXPECT_TRUE(is_one(PeriodKind::kWeek, "2026-W53"));
  EXPECT_FALSE(is_one(PeriodKind::kWeek, "2025-W53"));  // it is the first of 2026
  EXPECT_FALSE(is_one(PeriodKind::kWeek, "2026-W00"));
  EXPECT_FALSE(is_one(PeriodKind::kMonth, "2026-00"));
  EXPECT_FALSE(is_one(PeriodKind::kMonth, "2026-11-05"));
  EXPECT_FALSE(is_one(PeriodKind::kQuarter, "2026-Q5"));
  EXPECT_FALSE(is_one(PeriodKind::kQuarter, "2026/27-Q1"));  // years begin in January
  EXPECT_FALSE(is_one(PeriodKind::kYear, "2026-Q1"));
  const PeriodRule weeks(PeriodKind::kWeek, 2, 0);
  EXPECT_TRUE(is_one(weeks, "1970-01-15"));
  EXPECT_FALSE(is_one(weeks, "1970-01-08"));  // no first day
}

TEST(PeriodLabel, APeriodThatIsHasAnInstant) {
  const Calendar utc;
  EXPECT_EQ(period_that_is(utc, PeriodKind::kMonth, "2026-02"),
            period_of_label(utc, PeriodKind::kMonth, "2026-02"));
  EXPECT_EQ(period_that_is(utc, PeriodKind::kMonth, "2026-13"), std::nullopt);
  EXPECT_EQ(period_that_is(utc, PeriodKind::kYear, "1969"), std::nullopt);
  EXPECT_NE(period_that_is(utc, PeriodKind::kYear, "2099"), std::nullopt);
  EXPECT_EQ(period_that_is(utc, PeriodKind::kYear, "2100"), std::nullopt);
}

TEST(PeriodLabel, AnExampleIsReadBack) {
  Calendar fiscal;
  fiscal.year_start_month = 4;
  const Calendar utc;
  EXPECT_EQ(example_label(utc, PeriodKind::kMonth), "2025-02");
  EXPECT_EQ(example_label(fiscal, PeriodKind::kQuarter), "2024/25-Q4");
  EXPECT_EQ(example_label(utc, PeriodRule(PeriodKind::kWeek, 2, 20'458)), "2025-02-03");
}

TEST(PeriodKindName, IsTheWordOfThePlanLanguage) {
  const PeriodRule own(PeriodKind::kWeek, 2, 20'458);
  EXPECT_EQ(period_kind_name(own), "2 weeks from 2026-01-05");
  EXPECT_EQ(period_phrase(own), "period of 2 weeks from 2026-01-05");
  EXPECT_EQ(period_kind_name({PeriodKind::kDay, 1, 0}), "1 day from 1970-01-01");
  EXPECT_EQ(period_phrase(PeriodKind::kDay), "day");
  EXPECT_EQ(period_kind_name(PeriodKind::kLifetime), "lifetime");
  EXPECT_EQ(period_kind_name(PeriodKind::kYear), "year");
}

}  // namespace
}  // namespace guerdon::calendar
