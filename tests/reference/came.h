// How time stood for the reference engine when an event came.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <utility>

#include "engine/base/timestamp.h"
#include "engine/plan/checked.h"

namespace guerdon::reference {

// A family, and how it cuts time.
using SealClock = std::pair<size_t, calendar::PeriodRule>;

struct Came {
  base::TimeMs at = 0;        // the clock
  std::set<size_t> now = {};  // families for which it counts in the periods of `at`
  // Which period of a clock was open again. Nothing: it comes now.
  std::optional<std::map<SealClock, int32_t>> again = {};
};

}  // namespace guerdon::reference
