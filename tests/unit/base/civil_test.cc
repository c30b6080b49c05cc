#include "engine/base/civil.h"

#include <gtest/gtest.h>

namespace guerdon::base {
namespace {

TEST(Civil, KnownDays) {
  EXPECT_EQ(days_from_civil(1970, 1, 1), 0);
  EXPECT_EQ(days_from_civil(1969, 12, 31), -1);
  EXPECT_EQ(days_from_civil(2000, 3, 1), 11'017);
  EXPECT_EQ(days_from_civil(2026, 11, 1), 20'758);
  EXPECT_EQ(weekday(days_from_civil(1970, 1, 1)), 3);   // Thursday
  EXPECT_EQ(weekday(days_from_civil(2026, 11, 1)), 6);  // Sunday
  EXPECT_EQ(weekday(-4), 6);
  EXPECT_EQ(kWeekdayNames[static_cast<size_t>(weekday(-4))], "sunday");
}

TEST(Civil, FebruaryHas29DaysInLeapYearsOnly) {
  EXPECT_EQ(days_in_month(2000, 2), 29);
  EXPECT_EQ(days_in_month(1900, 2), 28);
  EXPECT_EQ(days_in_month(2100, 2), 28);
  EXPECT_EQ(days_in_month(2024, 2), 29);
  EXPECT_EQ(days_in_month(2026, 2), 28);
}

// The slow twin walks the calendar day by day.
TEST(Civil, AgreesWithAWalkThroughFiveCenturies) {
  static constexpr int kDays[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  CivilDay date{1700, 1, 1};
  const int64_t first = days_from_civil(1700, 1, 1);
  int expected_weekday = 4;  // 1700-01-01 was a Friday
  for (int64_t day = first; date.year < 2200; ++day) {
    ASSERT_EQ(civil_from_days(day), date);
    ASSERT_EQ(days_from_civil(date.year, date.month, date.day), day);
    ASSERT_EQ(weekday(day), expected_weekday);
    const bool leap = (date.year % 4 == 0 && date.year % 100 != 0) || date.year % 400 == 0;
    const int last = kDays[date.month - 1] + (date.month == 2 && leap ? 1 : 0);
    ASSERT_EQ(days_in_month(date.year, date.month), last);
    expected_weekday = (expected_weekday + 1) % 7;
    if (++date.day <= last) continue;
    date.day = 1;
    if (++date.month <= 12) continue;
    date.month = 1;
    ++date.year;
  }
}

TEST(Civil, DatesBeforeTheYearZeroAreReadBack) {
  EXPECT_EQ(civil_from_days(days_from_civil(0, 2, 29)), (CivilDay{0, 2, 29}));
  EXPECT_EQ(days_from_civil(-1, 12, 31) + 1, days_from_civil(0, 1, 1));
  EXPECT_EQ(days_from_civil(-400, 3, 1) + 146'097, days_from_civil(0, 3, 1));
  for (int64_t day = days_from_civil(-1'000, 1, 1); day < days_from_civil(1, 1, 1); ++day) {
    const CivilDay date = civil_from_days(day);
    ASSERT_TRUE(date.day >= 1 && date.day <= days_in_month(date.year, date.month)) << day;
    ASSERT_EQ(days_from_civil(date.year, date.month, date.day), day);
  }
}

TEST(Civil, IsUsableAtCompileTime) {
  static_assert(days_from_civil(1970, 1, 1) == 0);
  static_assert(civil_from_days(-719'468) == CivilDay{0, 3, 1});
}

}  // namespace
}  // namespace guerdon::base
