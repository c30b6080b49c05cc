#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "engine/base/timestamp.h"
#include "engine/calendar/zone.h"

// Stretches of time as plans write them, `90 days`, and where one that begins now will end.

namespace guerdon::calendar {

// What is counted. Days and what is longer are steps of the calendar; hours and minutes are exact.
enum class Step : uint8_t { kMinute, kHour, kDay, kWeek, kMonth, kQuarter, kYear };
inline constexpr Step kSteps[] = {Step::kMinute, Step::kHour,    Step::kDay, Step::kWeek,
                                  Step::kMonth,  Step::kQuarter, Step::kYear};

struct Duration {
  int32_t count = 0;
  Step step = Step::kDay;
  friend bool operator==(const Duration&, const Duration&) = default;
};

// "day"; "days" and so on unless one is meant: "90 days", "1 day".
std::string_view step_name(Step step);
std::string duration_text(Duration duration);

// No more than a century of anything, so that no instant leaves the range of TimeMs.
inline constexpr int32_t kDurationYearsMax = 100;
// The most of `step` that is within it.
int32_t count_max(Step step);

// The instant a duration after `from`. `90 days` and `1 month` end at the same local time of day,
// the latter on the same day of the month or, where there is none, on the month's last: 31 January
// and a month is 28 February. A local time that a change of offset skips is the first instant after
// the gap; of one that comes twice it is the earlier. `24 hours` are 86,400 seconds whatever the
// zone does. In UTC `90 days` is 90 times that.
// REQUIRES: from in [kTimeMin, kTimeEnd); 0 <= duration.count <= count_max(duration.step).
TimeMs after(const Zone& zone, TimeMs from, Duration duration);

// The instant a duration before `until`, the same way: the same local time of day so many days or
// months earlier. No earlier than kTimeMin. REQUIRES: as after().
TimeMs before(const Zone& zone, TimeMs until, Duration duration);

// The first instant of the local day after the one that `t` is in.
TimeMs end_of_day(const Zone& zone, TimeMs t);

}  // namespace guerdon::calendar
