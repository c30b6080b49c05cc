#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "engine/base/civil.h"
#include "engine/base/timestamp.h"
#include "engine/calendar/zone.h"

// Calendar periods: the half-open stretches of time in which a plan counts.

namespace guerdon::calendar {

enum class PeriodKind : uint8_t { kLifetime, kDay, kWeek, kMonth, kQuarter, kYear };

// Which periods: those of the calendar, or so many days, weeks or months each, counted from a day
// on, forwards and backwards: `2 weeks from 2026-01-05`. Months that are counted begin on that day
// of the month or, where there is none, on the month's last.
struct PeriodRule {
  // Those of the calendar.
  constexpr PeriodRule(PeriodKind of = PeriodKind::kLifetime) : kind(of) {}
  // REQUIRES: kDay, kWeek or kMonth; count in 1..kPeriodCountMax.
  constexpr PeriodRule(PeriodKind of, int32_t how_many, int32_t from_day)
      : kind(of), count(how_many), origin(from_day) {}

  PeriodKind kind;
  int32_t count = 0;   // 0: the calendar's own
  int32_t origin = 0;  // the local day on which index 0 begins (engine/base/civil.h)
  // Above 0: what is read are the last so many days or months of the calendar, the one at hand
  // among them. What is kept goes by each of these.
  int32_t last = 0;

  constexpr bool is_counted() const { return count > 0; }
  constexpr bool is_rolling() const { return last > 0; }
  friend constexpr auto operator<=>(const PeriodRule&, const PeriodRule&) = default;
};

inline constexpr int32_t kPeriodCountMax = 366;
inline constexpr int32_t kLastDaysMax = 92;
inline constexpr int32_t kLastMonthsMax = 36;

// As a plan writes it behind `per`: "day", "week", "month", "quarter", "year",
// "2 weeks from 2026-01-05", "last 30 days"; and "lifetime".
std::string period_kind_name(const PeriodRule& rule);
// In a sentence, behind "a" or "each": the same, but "period of 2 weeks from 2026-01-05".
std::string period_phrase(const PeriodRule& rule);

// How a plan cuts time. All boundaries are midnights of the zone (or the first instant after one
// that was skipped).
struct Calendar {
  Zone zone;
  int week_start = 0;        // 0 = Monday .. 6 = Sunday
  int month_start_day = 1;   // 1..31; in a shorter month its last day
  int year_start_month = 1;  // 1..12; a quarter is three months counted from here
  friend bool operator==(const Calendar&, const Calendar&) = default;
};

// A calendar whose fields are within the ranges above; the functions below REQUIRE it.
bool is_valid(const Calendar& calendar);

// [from, to). Periods of one rule follow each other without gap or overlap: the one with index + 1
// begins at `to`. A local day that a change of offset leaves out whole (Apia, 2011-12-30) is empty,
// from == to, and no instant is in it.
struct Period {
  int32_t index;
  TimeMs from;
  TimeMs to;
  friend bool operator==(const Period&, const Period&) = default;
};

// A lifetime is one period, index 0, over all of time.
inline constexpr TimeMs kTimeBeginning = INT64_MIN;
inline constexpr TimeMs kTimeEternity = INT64_MAX;

// The index depends on the calendar's fields, not on the zone's offsets. Index 0 is the day
// 1970-01-01, the week that holds it, the month that begins in January 1970, the quarter and the
// year that begin in the year_start_month of 1970; of periods that are counted from a day the one
// that begins then. Earlier periods have negative indexes.
//
// REQUIRES: t in [kTimeMin, kTimeEnd); index such as period_at gives, or one beside it.
Period period_at(const Calendar& calendar, const PeriodRule& rule, TimeMs t);
Period period_of_index(const Calendar& calendar, const PeriodRule& rule, int32_t index);

// Its `to` alone. REQUIRES: a rule with an end.
TimeMs end_of_index(const Calendar& calendar, const PeriodRule& rule, int32_t index);

// The local date on which a period begins, and the period that a local day is in.
// REQUIRES: not a lifetime.
base::CivilDay first_day_of_period(const Calendar& calendar, const PeriodRule& rule, int32_t index);
int32_t index_of_day(const Calendar& calendar, const PeriodRule& rule, int64_t day);

// Whether every period of `part` lies in one of `whole`. Months that begin on other days of a month
// do not, also where both days are behind the end of each month that is asked for.
bool covers(const Calendar& calendar, const PeriodRule& whole, const PeriodRule& part);

// A name for people, unique among the periods of one rule and calendar:
//   lifetime | 2026-11-05 | 2026-W45 (ISO 8601 week) | 2026-11 | 2026-Q4 | 2026
// A week that does not start on Monday is named by its first day, and so is what is counted from a
// day. A month is named by the month in which it begins. Where the year does not start in January,
// it is named by the two years it touches: 2026/27 and 2026/27-Q1.
std::string period_label(const Calendar& calendar, const PeriodRule& rule, int32_t index);

// The period of this name, exactly as period_label writes it; nothing: there is none.
std::optional<int32_t> period_of_label(const Calendar& calendar, const PeriodRule& rule,
                                       std::string_view label);

// The same, if some instant is in it: not a day that a change of offset left out.
std::optional<int32_t> period_that_is(const Calendar& calendar, const PeriodRule& rule,
                                      std::string_view label);

// The name of one of these periods, for people who do not know how they are written.
std::string example_label(const Calendar& calendar, const PeriodRule& rule);

// period_at for a stream of instants: remembers the last period, so that the usual case is two
// comparisons. The calendar must outlive it. One thread at a time.
class PeriodCursor {
 public:
  PeriodCursor(const Calendar& calendar, const PeriodRule& rule);

  int32_t index_of(TimeMs t) { return at(t).index; }
  // Valid until the next call.
  const Period& at(TimeMs t) {
    if (t < period_.from || t >= period_.to) [[unlikely]]
      move_to(t);
    return period_;
  }

 private:
  void move_to(TimeMs t);

  const Calendar* calendar_;
  PeriodRule rule_;
  Period period_;
};

}  // namespace guerdon::calendar
