#include "engine/calendar/duration.h"

#include <algorithm>
#include <array>

#include "engine/base/assert.h"
#include "engine/base/civil.h"

namespace guerdon::calendar {
namespace {

using base::kMsPerDay;

constexpr int64_t kMsPerMinute = 60'000;
constexpr int64_t kMsPerHour = 60 * kMsPerMinute;

// What one step is: so many milliseconds, local days or months of the calendar. One is not 0.
struct Extent {
  int64_t ms = 0;
  int64_t days = 0;
  int32_t months = 0;
  std::string_view name;
};

// By Step.
constexpr std::array<Extent, 7> kExtents = {{{kMsPerMinute, 0, 0, "minute"},
                                             {kMsPerHour, 0, 0, "hour"},
                                             {0, 1, 0, "day"},
                                             {0, 7, 0, "week"},
                                             {0, 0, 1, "month"},
                                             {0, 0, 3, "quarter"},
                                             {0, 0, 12, "year"}}};

const Extent& extent_of(Step step) { return kExtents[static_cast<size_t>(step)]; }

int64_t day_after_months(int64_t day, int32_t months) {
  const base::CivilDay from = base::civil_from_days(day);
  const int32_t month = from.year * 12 + from.month - 1 + months;  // above 0
  const int32_t year = month / 12;
  const int32_t to_month = month % 12 + 1;
  return base::days_from_civil(year, to_month,
                               std::min(from.day, base::days_in_month(year, to_month)));
}

// `direction`: 1 or -1.
TimeMs away(const Zone& zone, TimeMs from, Duration duration, int32_t direction) {
  GUERDON_ASSERT(from >= base::kTimeMin && from < base::kTimeEnd);
  GUERDON_ASSERT(duration.count >= 0 && duration.count <= count_max(duration.step));
  const Extent& extent = extent_of(duration.step);
  const int32_t count = direction * duration.count;
  if (extent.ms > 0) return from + extent.ms * count;
  const int64_t day = zone.local_day_at(from);
  const int64_t time_of_day =
      from + int64_t{zone.offset_at(from)} * base::kMsPerSecond - day * kMsPerDay;
  const int64_t to =
      extent.days > 0 ? day + extent.days * count : day_after_months(day, extent.months * count);
  return to < 0 ? base::kTimeMin : zone.first_instant_of_local(to * kMsPerDay + time_of_day);
}

}  // namespace

std::string_view step_name(Step step) { return extent_of(step).name; }

std::string duration_text(Duration duration) {
  return std::to_string(duration.count) + " " + std::string(step_name(duration.step)) +
         (duration.count == 1 ? "" : "s");
}

int32_t count_max(Step step) {
  const Extent& extent = extent_of(step);
  if (extent.months > 0) return kDurationYearsMax * 12 / extent.months;
  constexpr int64_t kDays = kDurationYearsMax * int64_t{365};
  if (extent.days > 0) return static_cast<int32_t>(kDays / extent.days);
  return static_cast<int32_t>(kDays * kMsPerDay / extent.ms);
}

TimeMs after(const Zone& zone, TimeMs from, Duration duration) {
  return away(zone, from, duration, 1);
}

TimeMs before(const Zone& zone, TimeMs until, Duration duration) {
  return std::max(base::kTimeMin, away(zone, until, duration, -1));
}

TimeMs end_of_day(const Zone& zone, TimeMs t) {
  return zone.first_instant_of_local_day(zone.local_day_at(t) + 1);
}

}  // namespace guerdon::calendar
