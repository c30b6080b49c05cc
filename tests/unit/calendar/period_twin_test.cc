// Periods against a slow twin that works on Abseil's civil time directly, with no table of
// transitions and no arithmetic on indexes, over random instants and all sorts of calendars.

#include <gtest/gtest.h>

#include <algorithm>
#include <iterator>
#include <random>
#include <vector>

#include "absl/time/civil_time.h"
#include "absl/time/time.h"
#include "tests/support/turns.h"
#include "tests/unit/calendar/calendar_fixture.h"

namespace guerdon::calendar {
namespace {

struct SlowCalendar {
  absl::TimeZone zone;
  int week_start;
  int month_start_day;
  int year_start_month;
};

// Midnight of the date, the earlier of two, or the change that skips it.
TimeMs slow_midnight(const SlowCalendar& calendar, absl::CivilDay date) {
  const absl::TimeZone::TimeInfo info = calendar.zone.At(absl::CivilSecond(date));
  const bool skipped = info.kind == absl::TimeZone::TimeInfo::SKIPPED;
  return absl::ToUnixMillis(skipped ? info.trans : info.pre);
}

absl::CivilDay month_start(const SlowCalendar& calendar, absl::CivilMonth month) {
  const absl::CivilDay last = absl::CivilDay(month + 1) - 1;
  return absl::CivilDay(month.year(), month.month(),
                        std::min(calendar.month_start_day, last.day()));
}

int slow_weekday(absl::CivilDay date) { return static_cast<int>(absl::GetWeekday(date)); }

// Counts from the day of the rule, one period after another, until it is there or past it.
bool begins_counted(const PeriodRule& rule, absl::CivilDay date) {
  const absl::CivilDay origin = absl::CivilDay(1970, 1, 1) + rule.origin;
  if (rule.kind != PeriodKind::kMonth) {
    return (date - origin) % (rule.count * (rule.kind == PeriodKind::kWeek ? 7 : 1)) == 0;
  }
  const absl::CivilMonth month(date);
  const absl::CivilDay last = absl::CivilDay(month + 1) - 1;
  return (month - absl::CivilMonth(origin)) % rule.count == 0 &&
         date.day() == std::min(origin.day(), last.day());
}

// Whether a period begins with this date.
bool begins(const SlowCalendar& calendar, const PeriodRule& rule, absl::CivilDay date) {
  if (rule.is_counted()) return begins_counted(rule, date);
  const PeriodKind kind = rule.kind;
  if (kind == PeriodKind::kDay) return true;
  if (kind == PeriodKind::kWeek) return slow_weekday(date) == calendar.week_start;
  const absl::CivilMonth month(date);
  if (date != month_start(calendar, month)) return false;
  const int months_into_year = (month.month() - calendar.year_start_month + 12) % 12;
  if (kind == PeriodKind::kQuarter) return months_into_year % 3 == 0;
  return kind == PeriodKind::kMonth || months_into_year == 0;
}

// The instants between which the period of `t` lies: walks until a date is a beginning.
struct Bounds {
  TimeMs from;
  TimeMs to;
};

Bounds slow_bounds(const SlowCalendar& calendar, const PeriodRule& rule, TimeMs t) {
  absl::CivilDay first(calendar.zone.At(absl::FromUnixMillis(t)).cs);
  ++first;  // where clocks went back over midnight, the next date may have begun already
  while (!begins(calendar, rule, first) || slow_midnight(calendar, first) > t) --first;
  absl::CivilDay next = first + 1;
  while (!begins(calendar, rule, next) || slow_midnight(calendar, next) <= t) ++next;
  return {slow_midnight(calendar, first), slow_midnight(calendar, next)};
}

TimeMs random_instant(std::mt19937_64& random, const Zone& zone) {
  const auto anywhere = static_cast<TimeMs>(random() % static_cast<uint64_t>(base::kTimeEnd));
  if (random() % 2 == 0) return anywhere;
  // Near a transition, or at the seam of a local day.
  const Zone::Transition& near = zone.transitions()[random() % zone.transitions().size()];
  const int64_t jitter = static_cast<int64_t>(random() % 8'000'000) - 4'000'000;
  const TimeMs t = random() % 2 == 0 && near.utc_from > 0
                       ? near.utc_from + jitter
                       : zone.first_instant_of_local_day(anywhere / base::kMsPerDay) -
                             static_cast<int64_t>(random() % 2);
  return std::clamp(t, base::kTimeMin, base::kTimeEnd - 1);
}

class PeriodTwin : public testing::TestWithParam<const char*> {};

TEST_P(PeriodTwin, BoundsAndIndexesAgree) {
  std::mt19937_64 random(91);
  Calendar calendar = calendar_in(GetParam());
  SlowCalendar slow;
  ASSERT_TRUE(absl::LoadTimeZone(GetParam(), &slow.zone));
  for (uint64_t i = 0; i < support::part(1'500); ++i) {
    calendar.week_start = slow.week_start = static_cast<int>(random() % 7);
    const int start_day = static_cast<int>(random() % 2 == 0 ? 1 : 1 + random() % 31);
    calendar.month_start_day = slow.month_start_day = start_day;
    calendar.year_start_month = slow.year_start_month = static_cast<int>(1 + random() % 12);
    const TimeMs t = random_instant(random, calendar.zone);
    std::vector<PeriodRule> rules = {random_rule(random), random_rule(random)};
    rules.insert(rules.end(), std::begin(kAllKinds) + 1, std::end(kAllKinds));
    for (const PeriodRule& kind : rules) {
      const Period period = period_at(calendar, kind, t);
      const Bounds bounds = slow_bounds(slow, kind, t);
      ASSERT_EQ(period.from, bounds.from) << base::format_timestamp(t);
      ASSERT_EQ(period.to, bounds.to) << base::format_timestamp(t);
      ASSERT_LE(period.from, t);
      ASSERT_LT(t, period.to);
      ASSERT_EQ(period_of_index(calendar, kind, period.index), period);
      ASSERT_EQ(period_of_index(calendar, kind, period.index + 1).from, period.to);
      ASSERT_EQ(period_of_index(calendar, kind, period.index - 1).to, period.from);
    }
  }
}

TEST_P(PeriodTwin, TheCursorGivesWhatPeriodAtGives) {
  std::mt19937_64 random(92);
  Calendar calendar = calendar_in(GetParam());
  calendar.month_start_day = 30;
  calendar.year_start_month = 3;
  for (const PeriodKind kind : kAllKinds) {
    PeriodCursor cursor(calendar, kind);
    TimeMs t = at("2006-01-01T00:00:00Z");
    for (int i = 0; i < 2'000; ++i) {
      // Mostly a little further, sometimes back, sometimes far away.
      t += static_cast<int64_t>(random() % 40'000'000) - 10'000'000;
      if (random() % 50 == 0) t = random_instant(random, calendar.zone);
      t = std::clamp(t, base::kTimeMin, base::kTimeEnd - 1);
      const Period expected = period_at(calendar, kind, t);
      ASSERT_EQ(cursor.at(t), expected);
      ASSERT_EQ(cursor.index_of(t), expected.index);
    }
  }
}

TEST_P(PeriodTwin, TheCursorChangesPeriodExactlyAtTheSeams) {
  const Calendar calendar = calendar_in(GetParam());
  for (const PeriodKind kind : kAllKinds) {
    if (kind == PeriodKind::kLifetime) continue;
    PeriodCursor cursor(calendar, kind);
    Period period = period_at(calendar, kind, at("2005-03-01T00:00:00Z"));
    for (int i = 0; i < 400 && period.to < base::kTimeEnd; ++i) {
      ASSERT_EQ(cursor.at(period.to - 1), period);
      const Period next = cursor.at(period.to);
      ASSERT_EQ(next.from, period.to);
      ASSERT_GT(next.index, period.index);
      ASSERT_EQ(cursor.at(next.from - 1), period);
      period = next;
    }
  }
}

TEST_P(PeriodTwin, PeriodsFollowEachOtherThroughTheWholeRange) {
  Calendar calendar = calendar_in(GetParam());
  calendar.month_start_day = 31;
  calendar.year_start_month = 7;
  for (const PeriodKind kind : kAllKinds) {
    if (kind == PeriodKind::kLifetime) continue;
    Period period = period_at(calendar, kind, base::kTimeMin);
    ASSERT_LE(period.from, base::kTimeMin);
    while (period.to < base::kTimeEnd) {
      const Period next = period_of_index(calendar, kind, period.index + 1);
      ASSERT_EQ(next.from, period.to);
      ASSERT_GE(next.to, next.from);
      if (next.to > next.from) {
        ASSERT_EQ(period_at(calendar, kind, next.from), next);
        if (next.to <= base::kTimeEnd) {
          ASSERT_EQ(period_at(calendar, kind, next.to - 1), next);
        }
      }
      period = next;
    }
  }
}

// Every end of a whole one is one of a part of it, over some years.
TEST_P(PeriodTwin, CoversIsWhatAWalkFinds) {
  std::mt19937_64 random(94);
  Calendar calendar = calendar_in(GetParam());
  int covered = 0;
  for (int i = 0; i < 400; ++i) {
    calendar.week_start = static_cast<int>(random() % 7);
    calendar.month_start_day = static_cast<int>(1 + random() % 31);
    calendar.year_start_month = static_cast<int>(1 + random() % 12);
    PeriodRule whole = random_rule(random);
    PeriodRule part = random_rule(random);
    if (whole.is_counted() && part.is_counted() && random() % 2 == 0) {
      part.kind = whole.kind;
      whole.count = part.count * 2;
      const int32_t days = part.count * (part.kind == PeriodKind::kWeek ? 7 : 1);
      whole.origin = part.origin + (part.kind == PeriodKind::kMonth ? 0 : days * 5);
    }
    bool is_whole = true;
    Period outer = period_at(calendar, whole, at("2001-05-05T05:05:05Z"));
    for (int n = 0; n < 60 && outer.to < base::kTimeEnd; ++n) {
      is_whole = is_whole && period_at(calendar, part, outer.to).from == outer.to;
      outer = period_of_index(calendar, whole, outer.index + 1);
    }
    ASSERT_EQ(covers(calendar, whole, part), is_whole)
        << period_kind_name(whole) << " of " << period_kind_name(part);
    covered += is_whole ? 1 : 0;
  }
  EXPECT_GT(covered, 40);
}

INSTANTIATE_TEST_SUITE_P(HardZones, PeriodTwin, testing::ValuesIn(kHardZones), zone_label);

}  // namespace
}  // namespace guerdon::calendar
