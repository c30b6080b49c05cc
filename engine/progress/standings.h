#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "engine/progress/contender.h"
#include "engine/progress/ranking_rules.h"

// Who stands where in a challenge. A function of the list as a set: neither the order in which it
// comes nor the number of shards that it comes from can show. Pure functions; any thread.

namespace guerdon::progress {

struct Place {
  uint32_t contender = 0;  // its position in the list that was ranked
  uint32_t rank = 0;       // as it is shown, from 1
  friend bool operator==(const Place&, const Place&) = default;
};

struct Standings {
  std::vector<Place> places;  // the best first, equal ones in the order of the tie policy
};

// REQUIRES: no two of equal name; fewer than 2^32. Sorts: n log n comparisons, 8 bytes a place.
Standings rank(std::span<const Contender> contenders, const RankingRules& rules, Field field);

// The first n places, or all there are: equal ones behind the n-th are not among them. Here and
// below what is given is part of the standings.
std::span<const Place> top(const Standings& standings, size_t n);

// The place of one contender; null: it has none. Looks at them all.
const Place* place_of(const Standings& standings, uint32_t contender);

// That place with up to n on each side of it; empty where there is none.
std::span<const Place> around(const Standings& standings, uint32_t contender, size_t n);

}  // namespace guerdon::progress
