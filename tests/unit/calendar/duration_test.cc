#include "engine/calendar/duration.h"

#include <gtest/gtest.h>

#include <string>

#include "tests/unit/calendar/calendar_fixture.h"

namespace guerdon::calendar {
namespace {

std::string later(std::string_view zone, std::string_view from, Duration duration) {
  return base::format_timestamp(after(calendar_in(zone).zone, at(from), duration));
}

TEST(Duration, InUtcADayIs86400Seconds) {
  EXPECT_EQ(later("UTC", "2011-01-01T00:00:00Z", {90, Step::kDay}), "2011-04-01T00:00:00Z");
  EXPECT_EQ(later("UTC", "2011-01-31T17:30:00.250Z", {90, Step::kDay}), "2011-05-01T17:30:00.250Z");
  for (const TimeMs from : {base::kTimeMin, at("2012-02-29T23:59:59Z"), base::kTimeEnd - 1}) {
    EXPECT_EQ(after(Zone::utc(), from, {90, Step::kDay}), from + 90 * base::kMsPerDay);
    EXPECT_EQ(after(Zone::utc(), from, {90 * 24, Step::kHour}), from + 90 * base::kMsPerDay);
    EXPECT_EQ(after(Zone::utc(), from, {2, Step::kWeek}), from + 14 * base::kMsPerDay);
  }
}

// The clock goes forward on 29 March 2026, 02:00 to 03:00, and back on 25 October.
TEST(Duration, DaysKeepTheLocalTimeAndHoursDoNot) {
  EXPECT_EQ(later("Europe/Berlin", "2026-03-28T11:00:00Z", {1, Step::kDay}),
            "2026-03-29T10:00:00Z");
  EXPECT_EQ(later("Europe/Berlin", "2026-03-28T11:00:00Z", {24, Step::kHour}),
            "2026-03-29T11:00:00Z");
  EXPECT_EQ(later("Europe/Berlin", "2026-10-24T10:00:00Z", {1, Step::kDay}),
            "2026-10-25T11:00:00Z");
  EXPECT_EQ(later("Europe/Berlin", "2026-10-24T10:00:00Z", {1'440, Step::kMinute}),
            "2026-10-25T10:00:00Z");
}

TEST(Duration, ALocalTimeThatIsSkippedIsTheFirstInstantAfterAndOneThatComesTwiceTheEarlier) {
  EXPECT_EQ(later("Europe/Berlin", "2026-03-28T01:30:00Z", {1, Step::kDay}),
            "2026-03-29T01:00:00Z");
  EXPECT_EQ(later("Europe/Berlin", "2026-10-24T00:30:00Z", {1, Step::kDay}),
            "2026-10-25T00:30:00Z");
  // Samoa left 30 December 2011 out.
  EXPECT_EQ(later("Pacific/Apia", "2011-12-29T20:00:00Z", {1, Step::kDay}), "2011-12-30T10:00:00Z");
}

TEST(Duration, MonthsKeepTheDayOrEndOnTheLast) {
  EXPECT_EQ(later("UTC", "2026-01-31T12:00:00Z", {1, Step::kMonth}), "2026-02-28T12:00:00Z");
  EXPECT_EQ(later("UTC", "2028-01-31T12:00:00Z", {1, Step::kMonth}), "2028-02-29T12:00:00Z");
  EXPECT_EQ(later("UTC", "2026-11-30T12:00:00Z", {3, Step::kMonth}), "2027-02-28T12:00:00Z");
  EXPECT_EQ(later("UTC", "2026-11-30T12:00:00Z", {1, Step::kQuarter}), "2027-02-28T12:00:00Z");
  EXPECT_EQ(later("UTC", "2028-02-29T12:00:00Z", {1, Step::kYear}), "2029-02-28T12:00:00Z");
  EXPECT_EQ(later("UTC", "2026-12-15T12:00:00Z", {12, Step::kMonth}), "2027-12-15T12:00:00Z");
  EXPECT_EQ(later("Asia/Jakarta", "2026-01-30T18:00:00Z", {1, Step::kMonth}),
            "2026-02-27T18:00:00Z");
}

std::string earlier(std::string_view zone, std::string_view until, Duration duration) {
  return base::format_timestamp(before(calendar_in(zone).zone, at(until), duration));
}

TEST(Duration, BeforeIsTheSameLocalTimeOfDayEarlier) {
  EXPECT_EQ(earlier("UTC", "2026-03-01T12:00:00Z", {7, Step::kDay}), "2026-02-22T12:00:00Z");
  EXPECT_EQ(earlier("UTC", "2026-03-31T12:00:00Z", {1, Step::kMonth}), "2026-02-28T12:00:00Z");
  EXPECT_EQ(earlier("UTC", "2026-01-31T12:00:00Z", {2, Step::kMonth}), "2025-11-30T12:00:00Z");
  EXPECT_EQ(earlier("UTC", "2028-02-29T12:00:00Z", {1, Step::kYear}), "2027-02-28T12:00:00Z");
  EXPECT_EQ(earlier("UTC", "2026-03-01T12:00:00Z", {36, Step::kHour}), "2026-02-28T00:00:00Z");
  EXPECT_EQ(earlier("Europe/Berlin", "2026-03-29T10:00:00Z", {1, Step::kDay}),
            "2026-03-28T11:00:00Z");
  EXPECT_EQ(earlier("Europe/Berlin", "2026-03-30T00:30:00Z", {1, Step::kDay}),
            "2026-03-29T01:00:00Z");  // 02:30 was skipped
  EXPECT_EQ(earlier("UTC", "1970-01-02T00:00:00Z", {3, Step::kDay}), "1970-01-01T00:00:00Z");
  EXPECT_EQ(earlier("UTC", "1970-01-02T00:00:00Z", {1, Step::kYear}), "1970-01-01T00:00:00Z");
  EXPECT_EQ(earlier("UTC", "1970-01-02T00:00:00Z", {30, Step::kHour}), "1970-01-01T00:00:00Z");
}

// By days there is a way back wherever no clock was moved between.
TEST(Duration, BeforeUndoesAfterInUtc) {
  for (TimeMs t = base::kTimeMin; t < base::kTimeEnd - 400 * base::kMsPerDay;
       t += 97 * base::kMsPerDay + 1'234'567) {
    for (const Step step : {Step::kMinute, Step::kHour, Step::kDay, Step::kWeek}) {
      const Duration duration{50, step};
      EXPECT_EQ(before(Zone::utc(), after(Zone::utc(), t, duration), duration), t);
    }
  }
}

TEST(Duration, TheEndOfADayIsTheStartOfTheNext) {
  const auto end = [](std::string_view zone, std::string_view t) {
    return base::format_timestamp(end_of_day(calendar_in(zone).zone, at(t)));
  };
  EXPECT_EQ(end("UTC", "2026-01-01T00:00:00Z"), "2026-01-02T00:00:00Z");
  EXPECT_EQ(end("UTC", "2026-01-01T23:59:59.999Z"), "2026-01-02T00:00:00Z");
  EXPECT_EQ(end("Europe/Moscow", "2026-01-31T20:59:59Z"), "2026-01-31T21:00:00Z");
  EXPECT_EQ(end("Europe/Moscow", "2026-01-31T21:00:00Z"), "2026-02-01T21:00:00Z");
  // Midnight of 6 September 2026 is skipped in Chile.
  EXPECT_EQ(end("America/Santiago", "2026-09-05T20:00:00Z"), "2026-09-06T04:00:00Z");
}

// Against a walk over the zone's own instants: days after, at the local time of day or the first
// instant past it.
TEST(Duration, InEveryHardZoneADayLaterShowsTheTimeOfDayOrIsJustPastAGap) {
  constexpr TimeMs kHour = 3'600'000;
  for (const char* name : kHardZones) {
    const Zone zone = calendar_in(name).zone;
    const auto local = [&](TimeMs t) {
      return t + int64_t{zone.offset_at(t)} * base::kMsPerSecond;
    };
    for (TimeMs from = at("2009-01-01T00:30:00Z"); from < at("2012-02-01T00:00:00Z");
         from += 7 * kHour) {
      const TimeMs to = after(zone, from, {1, Step::kDay});
      const int64_t wanted = local(from) + base::kMsPerDay;
      ASSERT_GE(local(to), wanted) << name << " " << base::format_timestamp(from);
      ASSERT_LT(local(to - 1), wanted) << name << " " << base::format_timestamp(from);
      ASSERT_GE(to, from - 2 * kHour) << name;
    }
  }
}

TEST(Duration, ACenturyIsTheMost) {
  EXPECT_EQ(count_max(Step::kYear), 100);
  EXPECT_EQ(count_max(Step::kQuarter), 400);
  EXPECT_EQ(count_max(Step::kMonth), 1'200);
  EXPECT_EQ(count_max(Step::kDay), 36'500);
  EXPECT_EQ(count_max(Step::kHour), 876'000);
  for (const char* name : kHardZones) {
    const Zone zone = calendar_in(name).zone;
    for (const Step step : kSteps) {
      const TimeMs to = after(zone, base::kTimeEnd - 1, {count_max(step), step});
      EXPECT_GT(to, base::kTimeEnd) << name;
      EXPECT_GT(end_of_day(zone, to), to) << name;
    }
  }
}

TEST(Duration, InWords) {
  EXPECT_EQ(duration_text({90, Step::kDay}), "90 days");
  EXPECT_EQ(duration_text({1, Step::kQuarter}), "1 quarter");
  EXPECT_EQ(duration_text({24, Step::kHour}), "24 hours");
}

}  // namespace
}  // namespace guerdon::calendar
