#include "engine/calendar/period.h"

#include <gtest/gtest.h>

#include "engine/base/civil.h"
#include "tests/unit/calendar/calendar_fixture.h"

namespace guerdon::calendar {
namespace {

constexpr int64_t kHour = 3'600'000;

void expect_period(const Calendar& calendar, const PeriodRule& kind, std::string_view when,
                   std::string_view from, std::string_view to) {
  const Period period = period_at(calendar, kind, at(when));
  EXPECT_EQ(base::format_timestamp(period.from), from) << when;
  EXPECT_EQ(base::format_timestamp(period.to), to) << when;
  EXPECT_EQ(period_of_index(calendar, kind, period.index), period);
}

TEST(Period, NewYorksNovember2026Has721Hours) {
  const Calendar calendar = calendar_in("America/New_York");
  const Period november = period_at(calendar, PeriodKind::kMonth, at("2026-11-15T12:00:00Z"));
  EXPECT_EQ(november.to - november.from, 721 * kHour);
  EXPECT_EQ(base::format_timestamp(november.from), "2026-11-01T04:00:00Z");
  const Period before = period_at(calendar, PeriodKind::kMonth, at("2026-11-01T03:59:59Z"));
  EXPECT_EQ(before.index, november.index - 1);
  EXPECT_EQ(period_label(calendar, PeriodKind::kMonth, before.index), "2026-10");
}

TEST(Period, JakartasSecondQuarterEndsAt17HoursUtc) {
  const Calendar calendar = calendar_in("Asia/Jakarta");
  expect_period(calendar, PeriodKind::kQuarter, "2026-06-30T16:59:59Z", "2026-03-31T17:00:00Z",
                "2026-06-30T17:00:00Z");
  expect_period(calendar, PeriodKind::kQuarter, "2026-06-30T17:00:00Z", "2026-06-30T17:00:00Z",
                "2026-09-30T17:00:00Z");
}

TEST(Period, LeapDayBelongsToFebruary) {
  const Calendar calendar;
  expect_period(calendar, PeriodKind::kDay, "2024-02-29T12:00:00Z", "2024-02-29T00:00:00Z",
                "2024-03-01T00:00:00Z");
  expect_period(calendar, PeriodKind::kMonth, "2024-02-29T23:59:59Z", "2024-02-01T00:00:00Z",
                "2024-03-01T00:00:00Z");
  expect_period(calendar, PeriodKind::kMonth, "2026-02-28T23:59:59Z", "2026-02-01T00:00:00Z",
                "2026-03-01T00:00:00Z");
}

TEST(Period, AMonthStartBeyondTheMonthsEndIsItsLastDay) {
  Calendar calendar;
  calendar.month_start_day = 31;
  expect_period(calendar, PeriodKind::kMonth, "2026-02-28T00:00:00Z", "2026-02-28T00:00:00Z",
                "2026-03-31T00:00:00Z");
  expect_period(calendar, PeriodKind::kMonth, "2026-02-27T23:59:59Z", "2026-01-31T00:00:00Z",
                "2026-02-28T00:00:00Z");
  expect_period(calendar, PeriodKind::kMonth, "2024-02-28T23:59:59Z", "2024-01-31T00:00:00Z",
                "2024-02-29T00:00:00Z");
  expect_period(calendar, PeriodKind::kMonth, "2026-04-30T00:00:00Z", "2026-04-30T00:00:00Z",
                "2026-05-31T00:00:00Z");
  calendar.month_start_day = 30;
  expect_period(calendar, PeriodKind::kMonth, "2026-03-29T00:00:00Z", "2026-02-28T00:00:00Z",
                "2026-03-30T00:00:00Z");
  calendar.month_start_day = 29;
  expect_period(calendar, PeriodKind::kMonth, "2024-02-29T00:00:00Z", "2024-02-29T00:00:00Z",
                "2024-03-29T00:00:00Z");
}

PeriodRule counted(PeriodKind kind, int32_t count, int32_t year, int32_t month, int32_t day) {
  return {kind, count, static_cast<int32_t>(base::days_from_civil(year, month, day))};
}

TEST(Period, WeeksThatAreCountedGoOnOverAChangeOfClocks) {
  const Calendar calendar = calendar_in("America/New_York");
  const PeriodRule rule = counted(PeriodKind::kWeek, 2, 2026, 1, 5);
  EXPECT_EQ(period_at(calendar, rule, at("2026-01-05T05:00:00Z")).index, 0);
  EXPECT_EQ(period_at(calendar, rule, at("2026-01-05T04:59:59Z")).index, -1);
  // Summer time began on 8 March: an hour less.
  expect_period(calendar, rule, "2026-03-10T12:00:00Z", "2026-03-02T05:00:00Z",
                "2026-03-16T04:00:00Z");
}

TEST(Period, MonthsThatAreCountedBeginOnTheirDayOrTheLastOfTheMonth) {
  Calendar calendar;
  calendar.month_start_day = 15;  // says nothing about these
  const PeriodRule rule = counted(PeriodKind::kMonth, 1, 2026, 1, 31);
  expect_period(calendar, rule, "2026-02-27T23:59:59Z", "2026-01-31T00:00:00Z",
                "2026-02-28T00:00:00Z");
  expect_period(calendar, rule, "2026-02-28T00:00:00Z", "2026-02-28T00:00:00Z",
                "2026-03-31T00:00:00Z");
  expect_period(calendar, rule, "2024-02-28T23:59:59Z", "2024-01-31T00:00:00Z",
                "2024-02-29T00:00:00Z");
  const PeriodRule quarters = counted(PeriodKind::kMonth, 3, 2024, 2, 29);
  expect_period(calendar, quarters, "2025-02-28T00:00:00Z", "2025-02-28T00:00:00Z",
                "2025-05-29T00:00:00Z");
  EXPECT_EQ(period_at(calendar, quarters, at("2024-02-28T23:59:59Z")).index, -1);
}

TEST(Period, DaysThatAreCountedCountTheLeapDay) {
  const Calendar calendar;
  const PeriodRule rule = counted(PeriodKind::kDay, 10, 2024, 2, 20);
  expect_period(calendar, rule, "2024-02-29T12:00:00Z", "2024-02-20T00:00:00Z",
                "2024-03-01T00:00:00Z");
  const PeriodRule years = counted(PeriodKind::kDay, kPeriodCountMax, 2024, 1, 1);
  expect_period(calendar, years, "2024-12-31T12:00:00Z", "2024-01-01T00:00:00Z",
                "2025-01-01T00:00:00Z");
}

TEST(Period, QuartersAndYearsFollowStartMonthAndStartDay) {
  Calendar calendar;
  calendar.year_start_month = 4;
  calendar.month_start_day = 6;  // the tax year of the United Kingdom
  expect_period(calendar, PeriodKind::kYear, "2026-04-05T23:59:59Z", "2025-04-06T00:00:00Z",
                "2026-04-06T00:00:00Z");
  expect_period(calendar, PeriodKind::kYear, "2026-04-06T00:00:00Z", "2026-04-06T00:00:00Z",
                "2027-04-06T00:00:00Z");
  expect_period(calendar, PeriodKind::kQuarter, "2026-01-06T00:00:00Z", "2026-01-06T00:00:00Z",
                "2026-04-06T00:00:00Z");
  calendar.year_start_month = 11;
  calendar.month_start_day = 31;
  expect_period(calendar, PeriodKind::kQuarter, "2027-02-27T00:00:00Z", "2026-11-30T00:00:00Z",
                "2027-02-28T00:00:00Z");
}

TEST(Period, WeeksStartOnTheGivenDay) {
  Calendar calendar;  // 2026-11-01 is a Sunday
  expect_period(calendar, PeriodKind::kWeek, "2026-11-01T12:00:00Z", "2026-10-26T00:00:00Z",
                "2026-11-02T00:00:00Z");
  calendar.week_start = 6;
  expect_period(calendar, PeriodKind::kWeek, "2026-11-01T12:00:00Z", "2026-11-01T00:00:00Z",
                "2026-11-08T00:00:00Z");
  calendar.week_start = 5;
  expect_period(calendar, PeriodKind::kWeek, "2026-11-01T12:00:00Z", "2026-10-31T00:00:00Z",
                "2026-11-07T00:00:00Z");
}

TEST(Period, IndexesCountFromTheFirstOf1970) {
  Calendar calendar;
  EXPECT_EQ(period_at(calendar, PeriodKind::kDay, 0).index, 0);
  EXPECT_EQ(period_at(calendar, PeriodKind::kWeek, 0).index, 0);
  EXPECT_EQ(period_at(calendar, PeriodKind::kMonth, at("2026-11-05T00:00:00Z")).index,
            56 * 12 + 10);
  EXPECT_EQ(period_at(calendar, PeriodKind::kQuarter, at("2026-11-05T00:00:00Z")).index,
            56 * 4 + 3);
  EXPECT_EQ(period_at(calendar, PeriodKind::kYear, at("2026-11-05T00:00:00Z")).index, 56);
  calendar.year_start_month = 4;
  EXPECT_EQ(period_at(calendar, PeriodKind::kYear, 0).index, -1);
  EXPECT_EQ(period_at(calendar, PeriodKind::kYear, at("1970-04-01T00:00:00Z")).index, 0);
  EXPECT_EQ(period_at(calendar_in("America/New_York"), PeriodKind::kDay, 0).index, -1);
}

TEST(Period, ALifetimeIsOnePeriod) {
  const Period lifetime = period_at(Calendar(), PeriodKind::kLifetime, base::kTimeEnd - 1);
  EXPECT_EQ(lifetime, (Period{0, kTimeBeginning, kTimeEternity}));
}

TEST(Period, ADayThatBeginsInAGapBeginsAfterIt) {
  // Midnight of these days does not exist: Beirut, Cairo and Sao Paulo change at 00:00.
  expect_period(calendar_in("Asia/Beirut"), PeriodKind::kDay, "2024-03-31T12:00:00Z",
                "2024-03-30T22:00:00Z", "2024-03-31T21:00:00Z");
  expect_period(calendar_in("Africa/Cairo"), PeriodKind::kDay, "2024-04-26T12:00:00Z",
                "2024-04-25T22:00:00Z", "2024-04-26T21:00:00Z");
  expect_period(calendar_in("America/Sao_Paulo"), PeriodKind::kDay, "2018-11-04T12:00:00Z",
                "2018-11-04T03:00:00Z", "2018-11-05T02:00:00Z");
}

TEST(Period, ADateShownAgainStaysInTheDayThatHasBegun) {
  // St. John's, 2006-10-29: the day begins at 02:30 UTC; from 02:31 to 03:30 clocks show the 28th.
  const Calendar calendar = calendar_in("America/St_Johns");
  const int32_t day = period_at(calendar, PeriodKind::kDay, at("2006-10-29T12:00:00Z")).index;
  EXPECT_EQ(period_at(calendar, PeriodKind::kDay, at("2006-10-29T02:29:59Z")).index, day - 1);
  EXPECT_EQ(period_at(calendar, PeriodKind::kDay, at("2006-10-29T02:30:00Z")).index, day);
  EXPECT_EQ(period_at(calendar, PeriodKind::kDay, at("2006-10-29T02:31:00Z")).index, day);
  EXPECT_EQ(period_at(calendar, PeriodKind::kDay, at("2006-10-29T03:29:59Z")).index, day);
}

TEST(Period, ADateThatWasLeftOutIsAnEmptyPeriod) {
  const Calendar calendar = calendar_in("Pacific/Apia");
  const auto day = static_cast<int32_t>(base::days_from_civil(2011, 12, 30));
  const Period left_out = period_of_index(calendar, PeriodKind::kDay, day);
  EXPECT_EQ(left_out.from, left_out.to);
  EXPECT_EQ(period_at(calendar, PeriodKind::kDay, left_out.from - 1).index, day - 1);
  EXPECT_EQ(period_at(calendar, PeriodKind::kDay, left_out.from).index, day + 1);
}

TEST(PeriodDeathTest, RefusesACalendarAndInstantsThatCannotBe) {
  Calendar calendar;
  calendar.month_start_day = 32;
  EXPECT_FALSE(is_valid(calendar));
  EXPECT_DEATH((void)period_at(calendar, PeriodKind::kDay, 0), "is_valid");
  EXPECT_DEATH((void)period_at(Calendar(), PeriodKind::kDay, -1), "kTimeMin");
  EXPECT_DEATH((void)period_of_index(Calendar(), PeriodKind::kLifetime, 1), "index == 0");
}

}  // namespace
}  // namespace guerdon::calendar
