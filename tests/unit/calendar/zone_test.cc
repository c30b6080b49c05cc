#include "engine/calendar/zone.h"

#include <gtest/gtest.h>

#include <random>

#include "absl/time/time.h"
#include "engine/base/civil.h"
#include "tests/support/turns.h"
#include "tests/unit/calendar/calendar_fixture.h"

namespace guerdon::calendar {
namespace {

constexpr int64_t kHour = 3'600'000;

TEST(Zone, UtcHasOneOffset) {
  EXPECT_EQ(Zone::utc().offset_at(0), 0);
  EXPECT_EQ(Zone::utc().transitions().size(), 1u);
  EXPECT_EQ(Zone::load("UTC"), Zone::utc());
}

TEST(Zone, KnowsItsNameAndTheDatabasesRelease) {
  const std::optional<Zone> zone = Zone::load("America/New_York");
  ASSERT_TRUE(zone.has_value());
  EXPECT_EQ(zone->name(), "America/New_York");
  EXPECT_FALSE(zone->version().empty());
}

TEST(Zone, RefusesNamesThatMeanSomethingElseOnAnotherMachine) {
  for (const char* name : {"", "Nowhere/City", "localtime", "/usr/share/zoneinfo/Asia/Jakarta",
                           "../zoneinfo/Asia/Jakarta", "file:Asia/Jakarta", "libc:localtime",
                           "Asia/Jakarta ", "America"})
    EXPECT_FALSE(Zone::load(name).has_value()) << name;
}

TEST(Zone, OffsetChangesAtTheInstantOfTheTransition) {
  const Zone zone = calendar_in("America/New_York").zone;
  EXPECT_EQ(zone.offset_at(at("2026-11-01T05:59:59.999Z")), -4 * 3'600);
  EXPECT_EQ(zone.offset_at(at("2026-11-01T06:00:00Z")), -5 * 3'600);
  EXPECT_EQ(zone.offset_at(at("2026-03-08T06:59:59.999Z")), -5 * 3'600);
  EXPECT_EQ(zone.offset_at(at("2026-03-08T07:00:00Z")), -4 * 3'600);
  EXPECT_EQ(zone.offset_at(at("2099-07-01T00:00:00Z")), -4 * 3'600);
}

TEST(Zone, AMidnightThatIsSkippedIsTheFirstInstantAfter) {
  // Sao Paulo, 2018-11-04: 00:00 became 01:00, at 03:00 UTC.
  const Zone zone = calendar_in("America/Sao_Paulo").zone;
  const int64_t day = base::days_from_civil(2018, 11, 4);
  EXPECT_EQ(zone.first_instant_of_local_day(day), at("2018-11-04T03:00:00Z"));
  EXPECT_EQ(zone.first_instant_of_local_day(day + 1) - zone.first_instant_of_local_day(day),
            23 * kHour);
}

TEST(Zone, ADayThatLostItsFirstHourToThePastHas25Hours) {
  // Sao Paulo, 2018-02-18 00:00 became 23:00 of the 17th: the 17th is long.
  const Zone zone = calendar_in("America/Sao_Paulo").zone;
  const int64_t day = base::days_from_civil(2018, 2, 17);
  EXPECT_EQ(zone.first_instant_of_local_day(day), at("2018-02-17T02:00:00Z"));
  EXPECT_EQ(zone.first_instant_of_local_day(day + 1), at("2018-02-18T03:00:00Z"));
}

TEST(Zone, AMidnightThatComesTwiceIsTheEarlier) {
  // Havana, 2026-11-01: 01:00 becomes 00:00, at 05:00 UTC; the first midnight is at 04:00 UTC.
  const Zone zone = calendar_in("America/Havana").zone;
  EXPECT_EQ(zone.first_instant_of_local_day(base::days_from_civil(2026, 11, 1)),
            at("2026-11-01T04:00:00Z"));
}

TEST(Zone, ADateShownAgainAfterMidnightDoesNotMoveTheDaysFirstInstant) {
  // St. John's, 2006-10-29: 00:01 became 23:01 of the 28th, at 02:31 UTC.
  const Zone zone = calendar_in("America/St_Johns").zone;
  const int64_t day = base::days_from_civil(2006, 10, 29);
  EXPECT_EQ(zone.first_instant_of_local_day(day), at("2006-10-29T02:30:00Z"));
  EXPECT_EQ(zone.local_day_at(at("2006-10-29T02:30:59Z")), day);
  EXPECT_EQ(zone.local_day_at(at("2006-10-29T02:31:00Z")), day - 1);
  EXPECT_EQ(zone.local_day_at(at("2006-10-29T03:30:00Z")), day);
}

TEST(Zone, ADateThatWasLeftOutBeginsWhereTheNextDoes) {
  // Apia went from the 29th to the 31st of December 2011.
  const Zone zone = calendar_in("Pacific/Apia").zone;
  const int64_t day = base::days_from_civil(2011, 12, 30);
  EXPECT_EQ(zone.first_instant_of_local_day(day), at("2011-12-30T10:00:00Z"));
  EXPECT_EQ(zone.first_instant_of_local_day(day + 1), at("2011-12-30T10:00:00Z"));
}

// The slow twin asks Abseil anew for each instant.
TEST(Zone, OffsetsAgreeWithAbseilBesideEachTransitionAndAtRandom) {
  std::mt19937_64 random(71);
  for (const char* name : kHardZones) {
    absl::TimeZone oracle;
    ASSERT_TRUE(absl::LoadTimeZone(name, &oracle));
    const Zone zone = calendar_in(name).zone;
    const auto check = [&](TimeMs t) {
      ASSERT_EQ(zone.offset_at(t), oracle.At(absl::FromUnixMillis(t)).offset) << name << " " << t;
    };
    for (size_t i = 1; i < zone.transitions().size(); ++i) {
      check(zone.transitions()[i].utc_from - 1);
      check(zone.transitions()[i].utc_from);
    }
    for (int i = 0; i < 5'000; ++i)
      check(static_cast<TimeMs>(random() % static_cast<uint64_t>(base::kTimeEnd)));
  }
}

// An oracle that knows no tables: local dates are asked for, minute by minute, around midnight.
TEST(Zone, FirstInstantsAgreeWithASearchThroughTheMinutes) {
  std::mt19937_64 random(72);
  for (const char* name : kHardZones) {
    const Zone zone = calendar_in(name).zone;
    absl::TimeZone oracle;
    ASSERT_TRUE(absl::LoadTimeZone(name, &oracle));
    std::vector<int64_t> days;
    for (const Zone::Transition& it : zone.transitions()) {
      if (it.utc_from < 0 || it.utc_from >= base::kTimeEnd) continue;
      for (int64_t delta = -1; delta <= 1; ++delta)
        days.push_back(it.utc_from / base::kMsPerDay + delta);
    }
    std::shuffle(days.begin(), days.end(), random);
    if (days.size() > support::part(25)) days.resize(support::part(25));
    for (uint64_t i = 0; i < support::part(5); ++i)
      days.push_back(1 + static_cast<int64_t>(random() % 47'000));
    for (const int64_t day : days) {
      const base::CivilDay date = base::civil_from_days(day);
      const absl::CivilDay wanted(date.year, date.month, date.day);
      absl::Time t = absl::FromUnixMillis((day - 2) * base::kMsPerDay);
      while (absl::CivilDay(oracle.At(t).cs) < wanted) t += absl::Minutes(1);
      ASSERT_EQ(zone.first_instant_of_local_day(day), absl::ToUnixMillis(t)) << name << " " << day;
    }
  }
}

}  // namespace
}  // namespace guerdon::calendar
