#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "engine/base/civil.h"
#include "engine/base/timestamp.h"
#include "engine/calendar/zone.h"

// What a zone's table may hold; for those who make one (load, decode).

namespace guerdon::calendar {

// Transitions outside of these two years around the engine's range are not kept.
inline constexpr TimeMs kTableFrom = base::days_from_civil(1968, 1, 1) * base::kMsPerDay;
inline constexpr TimeMs kTableEnd = base::days_from_civil(2102, 1, 1) * base::kMsPerDay;

// No zone was ever further from UTC: Manila and Alaska once 16 hours, before they changed sides.
inline constexpr int32_t kOffsetSecondsMax = 26 * 3'600;

inline constexpr size_t kNameBytesMax = 255;

// Sorted strictly, neighbours differ, the first from the beginning of time, all within the limits.
bool is_well_formed(const std::vector<Zone::Transition>& transitions);

}  // namespace guerdon::calendar
