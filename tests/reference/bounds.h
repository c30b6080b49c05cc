// How long the twin keeps what, and in how many slices it sweeps: numbers of its own.
#pragma once

#include "engine/base/timestamp.h"

namespace guerdon::reference {

// Of periods that are closed, so many are kept.
inline constexpr int kPeriodsKept = 2;

// All accounts, as sweeps come to them.
inline constexpr int kSweepSlices = 4096;

// An object is over so long after the time of its latest event.
inline constexpr base::TimeMs kObjectWindow = 180 * base::kMsPerDay;

}  // namespace guerdon::reference
