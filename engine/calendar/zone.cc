#include "engine/calendar/zone.h"

#include <algorithm>

#include "engine/base/assert.h"
#include "engine/calendar/zone_limits.h"

namespace guerdon::calendar {
namespace {

int64_t offset_ms(const Zone::Transition& transition) {
  return int64_t{transition.offset_seconds} * base::kMsPerSecond;
}

}  // namespace

Zone::Zone() : name_("UTC"), version_("none"), transitions_{{INT64_MIN, 0}} {}

size_t Zone::find(TimeMs t) const {
  const auto later = std::upper_bound(
      transitions_.begin(), transitions_.end(), t,
      [](TimeMs instant, const Transition& transition) { return instant < transition.utc_from; });
  GUERDON_ASSERT(later != transitions_.begin());
  return static_cast<size_t>(later - transitions_.begin()) - 1;
}

int32_t Zone::offset_at(TimeMs t) const { return transitions_[find(t)].offset_seconds; }

int64_t Zone::local_day_at(TimeMs t) const {
  const int64_t local = t + offset_ms(transitions_[find(t)]);
  const int64_t day = local / base::kMsPerDay;
  return local % base::kMsPerDay < 0 ? day - 1 : day;
}

TimeMs Zone::first_instant_of_local_day(int64_t civil_days) const {
  return first_instant_of_local(civil_days * base::kMsPerDay);
}

TimeMs Zone::first_instant_of_local(int64_t local_ms) const {
  // Within one stretch between transitions local time runs evenly, so the first instant that shows
  // `local_ms` or later is that less the offset, or the stretch's begin where it is past it
  // already. The first stretch that still contains its candidate has the answer. No earlier stretch
  // than the one found here can, since local time there is behind `local_ms`.
  const int64_t reach = int64_t{kOffsetSecondsMax} * base::kMsPerSecond;
  for (size_t i = find(local_ms - reach); i < transitions_.size(); ++i) {
    const TimeMs candidate =
        std::max(transitions_[i].utc_from, local_ms - offset_ms(transitions_[i]));
    const bool last = i + 1 == transitions_.size();
    if (last || candidate < transitions_[i + 1].utc_from) return candidate;
  }
  GUERDON_UNREACHABLE();
}

}  // namespace guerdon::calendar
