#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "engine/progress/contender.h"
#include "engine/progress/standings.h"

// A pool that is shared by score, and what becomes of a prize that nobody wins (semantics, section
// 6 and 13.12). Pure functions; any thread.

namespace guerdon::progress {

struct Share {
  uint32_t contender = 0;  // its position in the list
  int64_t amount = 0;      // above 0
  friend bool operator==(const Share&, const Share&) = default;
};

// Each place gets pool * score / sum of scores, rounded down; the units left over go one each to
// the first places. So all of it is shared, unless nobody is there or all scores are 0: then
// nothing is. In the order of the places; who gets 0 is left out. REQUIRES: standings are of these
// contenders, whose scores are from 0 to kMeasureMax; pool from 0 to kBalanceMax.
std::vector<Share> share_by_score(std::span<const Contender> contenders, const Standings& standings,
                                  int64_t pool);

// What happens to a prize or a pool in a period in which nobody may win it.
enum class Nobody : uint8_t {
  kForfeits,  // it is not awarded
  kRollover,  // it is added to the next period's
};

// What is at stake with what was carried here, held at kBalanceMax.
// REQUIRES: from 0 to kBalanceMax, both.
int64_t at_stake(int64_t prize, int64_t carried);

// What the next period is given of what was at stake in this one.
int64_t carried_on(int64_t at_stake, bool has_winner, Nobody nobody);

}  // namespace guerdon::progress
