// Goals: what part of one is achieved.
#include <algorithm>

#include "engine/base/assert.h"
#include "engine/money/limits.h"
#include "engine/program/machine.h"

namespace guerdon::plan {

using base::Int128;

// Rounded down, so that 99.999 % are not 100.
Int128 Machine::percent(Int128 achieved, Int128 goal) {
  GUERDON_ASSERT(goal > 0);
  return std::clamp<Int128>(100 * achieved / goal, 0, money::kCountMax);
}

}  // namespace guerdon::plan
