#include "engine/progress/pool.h"

#include "engine/base/assert.h"
#include "engine/base/int128.h"
#include "engine/money/limits.h"

namespace guerdon::progress {

using base::Int128;

std::vector<Share> share_by_score(std::span<const Contender> contenders, const Standings& standings,
                                  int64_t pool) {
  GUERDON_ASSERT(pool >= 0 && pool <= money::kBalanceMax);
  Int128 scores = 0;
  for (const Place& place : standings.places) {
    const int64_t score = contenders[place.contender].score;
    GUERDON_ASSERT(score >= 0 && score <= money::kMeasureMax);
    scores += score;
  }
  if (scores == 0) return {};
  // Products are at most 2^124.
  const auto floor_of = [&](const Place& place) {
    return static_cast<int64_t>(Int128{pool} * contenders[place.contender].score / scores);
  };
  int64_t spare = pool;
  for (const Place& place : standings.places) spare -= floor_of(place);
  // Less than a unit was cut from each score above 0, and those stand first: nobody gets two.
  GUERDON_ASSERT(spare >= 0 && static_cast<size_t>(spare) < standings.places.size());

  std::vector<Share> shares;
  for (const Place& place : standings.places) {
    const int64_t amount = floor_of(place) + (spare > 0 ? 1 : 0);
    if (spare > 0) --spare;
    if (amount > 0) shares.push_back({place.contender, amount});
  }
  return shares;
}

int64_t at_stake(int64_t prize, int64_t carried) {
  GUERDON_ASSERT(prize >= 0 && carried >= 0);
  GUERDON_ASSERT(prize <= money::kBalanceMax && carried <= money::kBalanceMax);
  return money::saturating_add(prize, carried, money::kBalanceMax);
}

int64_t carried_on(int64_t at_stake, bool has_winner, Nobody nobody) {
  return has_winner || nobody == Nobody::kForfeits ? 0 : at_stake;
}

}  // namespace guerdon::progress
