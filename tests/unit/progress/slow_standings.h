#pragma once

#include <cstdint>
#include <map>
#include <span>
#include <utility>
#include <vector>

#include "engine/progress/prizes.h"
#include "engine/progress/ranking_rules.h"
#include "engine/progress/standings.h"

// The slow twin of standings and prizes: nothing is sorted, each contender is compared with
// each other one, and money is dealt out unit by unit. Shares no code with the room.

namespace guerdon::progress {

struct SlowPlace {
  uint32_t ordinal = 0;  // the place, from 1
  uint32_t rank = 0;     // as shown
};

// By contender; who is not in the field is left out.
std::map<uint32_t, SlowPlace> slow_rank(std::span<const Contender> contenders,
                                        const RankingRules& rules, Field field);

// (contender, prize) -> amount, those above 0.
std::map<std::pair<uint32_t, uint32_t>, int64_t> slow_award(std::span<const Contender> contenders,
                                                            std::span<const Prize> prizes,
                                                            const RankingRules& rules);

}  // namespace guerdon::progress
