// When periods are closed: as a table, and against a slow twin that asks day by day.
#include "engine/calendar/closing.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <string>
#include <vector>

#include "engine/base/civil.h"
#include "tests/support/turns.h"
#include "tests/unit/calendar/calendar_fixture.h"

namespace guerdon::calendar {
namespace {

constexpr PeriodRule kMonths = PeriodKind::kMonth;

// The newest period of which the deadline has passed at `t`, by its label.
std::string closed(const Calendar& calendar, const PeriodRule& rule, Duration grace,
                   std::string_view t) {
  ClosingCursor closing(calendar, rule, grace);
  return period_label(calendar, rule, closing.closed_at(at(t)));
}

TEST(Closing, WithoutGraceAPeriodIsClosedAtItsEnd) {
  const Calendar calendar = calendar_in("Asia/Jakarta");
  EXPECT_EQ(closed(calendar, kMonths, {}, "2026-06-30T16:59:59.999Z"), "2026-05");
  EXPECT_EQ(closed(calendar, kMonths, {}, "2026-06-30T17:00:00Z"), "2026-06");
}

TEST(Closing, GraceOfHoursIsExactAndOfDaysIsLocal) {
  const Calendar calendar = calendar_in("America/New_York");
  const PeriodRule days = PeriodKind::kDay;
  // 7 March 2026 ends at 05:00 UTC; the 8th has 23 hours.
  const Duration hours{24, Step::kHour};
  EXPECT_EQ(closed(calendar, days, hours, "2026-03-09T04:59:59.999Z"), "2026-03-06");
  EXPECT_EQ(closed(calendar, days, hours, "2026-03-09T05:00:00Z"), "2026-03-07");
  const Duration day{1, Step::kDay};
  EXPECT_EQ(closed(calendar, days, day, "2026-03-09T03:59:59.999Z"), "2026-03-06");
  EXPECT_EQ(closed(calendar, days, day, "2026-03-09T04:00:00Z"), "2026-03-07");
}

TEST(Closing, GraceReachesOverLeapDays) {
  const Calendar calendar;
  const Duration grace{29, Step::kDay};
  EXPECT_EQ(closed(calendar, kMonths, grace, "2024-02-29T23:59:59Z"), "2023-12");
  EXPECT_EQ(closed(calendar, kMonths, grace, "2024-03-01T00:00:00Z"), "2024-01");
  EXPECT_EQ(closed(calendar, kMonths, grace, "2026-03-01T23:59:59Z"), "2025-12");
  EXPECT_EQ(closed(calendar, kMonths, grace, "2026-03-02T00:00:00Z"), "2026-01");
}

TEST(Closing, AGraceLongerThanThePeriodLeavesSeveralOpen) {
  const Calendar calendar;
  const PeriodRule own(PeriodKind::kDay, 3, 0);  // 1970-01-01, 04, 07, ...
  const Duration grace{10, Step::kDay};
  EXPECT_EQ(closed(calendar, own, grace, "1970-02-01T00:00:00Z"), "1970-01-19");
  EXPECT_EQ(closed(calendar, own, grace, "1970-01-31T23:59:59Z"), "1970-01-16");
}

TEST(Closing, NoneClosesBeforeOneInFrontOfIt) {
  const Calendar calendar = calendar_in("Asia/Beirut");  // 30 March 2025 begins at one
  const Duration grace{1, Step::kMonth};
  const PeriodRule days = PeriodKind::kDay;
  EXPECT_EQ(closed(calendar, days, grace, "2025-04-29T21:30:00Z"), "2025-03-28");
  EXPECT_EQ(closed(calendar, days, grace, "2025-04-29T22:00:00Z"), "2025-03-30");
}

TEST(Closing, AtTheEndsOfTime) {
  const Calendar calendar;
  ClosingCursor closing(calendar, PeriodKind::kYear, {2, Step::kWeek});
  EXPECT_EQ(closing.closed_at(base::kTimeMin), -1);  // 1969 has ended by then
  EXPECT_EQ(closing.deadline_of(-1), base::kTimeMin);
  EXPECT_EQ(closing.next_deadline(base::kTimeMin), at("1971-01-15T00:00:00Z"));
  EXPECT_EQ(closing.closed_at(base::kTimeEnd - 1), 128);  // 2098
  EXPECT_EQ(closing.next_deadline(base::kTimeEnd - 1), kTimeEternity);
}

class ClosingTwin : public testing::TestWithParam<const char*> {};

// Walks from day to day, and keeps the newest period whose end and grace are over.
TEST_P(ClosingTwin, AgreesWithAWalkFromDayToDay) {
  std::mt19937_64 random(93);
  Calendar calendar = calendar_in(GetParam());
  const auto draw = [&](int low, int high) {
    return low + static_cast<int>(random() % static_cast<uint64_t>(high - low + 1));
  };
  for (uint64_t i = 0; i < support::part(60); ++i) {
    calendar.month_start_day = draw(1, 31);
    calendar.week_start = draw(0, 6);
    const PeriodRule rule = random_rule(random);
    constexpr Step kDrawn[] = {Step::kDay, Step::kHour, Step::kMonth};
    const Step step = kDrawn[random() % 3];
    const Duration grace{draw(0, step == Step::kMonth ? 1 : 31), step};
    ClosingCursor closing(calendar, rule, grace);
    int64_t day = draw(11'000, 20'000);
    Period walked = period_at(calendar, rule, calendar.zone.first_instant_of_local_day(day));
    std::vector<Period> ended = {period_of_index(calendar, rule, walked.index - 1)};
    for (int steps = 0; steps < 400; ++steps, ++day) {
      const TimeMs t = calendar.zone.first_instant_of_local_day(day) + draw(-1, 1);
      while (walked.to <= t) {
        ended.push_back(walked);
        walked = period_of_index(calendar, rule, walked.index + 1);
      }
      int32_t newest = ended.front().index;
      bool is_known = false;
      for (const Period& each : ended) {
        if (after(calendar.zone, each.to, grace) > t) break;  // none closes before one in front
        newest = each.index;
        is_known = true;
      }
      if (!is_known) continue;  // it ended before the walk began
      if (draw(0, 9) == 0) {    // elsewhere, and back
        (void)closing.closed_at(calendar.zone.first_instant_of_local_day(draw(11'000, 20'000)));
      }
      ASSERT_EQ(closing.closed_at(t), newest) << period_kind_name(rule) << " " << t;
      ASSERT_LE(closing.deadline_of(newest), t);
      ASSERT_GT(closing.next_deadline(t), t);
      ASSERT_EQ(closing.next_deadline(t), closing.deadline_of(newest + 1));
    }
  }
}

INSTANTIATE_TEST_SUITE_P(HardZones, ClosingTwin, testing::ValuesIn(kHardZones), zone_label);

}  // namespace
}  // namespace guerdon::calendar
