#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <vector>

#include "engine/progress/contender.h"
#include "engine/progress/leaderboard.h"
#include "engine/progress/ranking_rules.h"

// Who stands where in a challenge. A function of who competes as a set: neither the order of a list
// nor the number of leaderboards that they stand on can show. Pure functions; any thread, as long
// as the boards stay as they are.

namespace guerdon::progress {

struct Place {
  uint32_t contender = 0;  // its position in the list that was ranked
  uint32_t rank = 0;       // as it is shown, from 1
  friend bool operator==(const Place&, const Place&) = default;
};

// All of the field, the best first, equal ones in the order of the tie policy. REQUIRES: no two of
// equal name; fewer than 2^32. Sorts: n log n comparisons, 8 bytes a place.
std::vector<Place> rank(std::span<const Contender> contenders, const RankingRules& rules,
                        Field field);

// A place as it is shown.
struct ShownPlace {
  std::string name;
  int64_t score = 0;
  uint64_t rank = 0;  // from 1
  bool has_succeeded = true;
  friend bool operator==(const ShownPlace&, const ShownPlace&) = default;
};

// Those of one board who can win one of the ranks up to `last`, whoever stands on other boards, in
// their order: nobody gets a better rank over all than here, and all who tie for a rank are there.
// A score below `enough` wins nothing, and who does not take part stands in nobody's way. Looks at
// those, at who does not take part before them, and at one more.
using TakesPart = std::function<bool(const Scored&)>;  // empty: all do
std::vector<Scored> who_can_win(const Leaderboard& board, const RankingRules& rules, uint32_t last,
                                int64_t enough, const TakesPart& takes_part = {});

// The first n places of all who stand on these boards, or all there are: equal ones behind the n-th
// are not among them. Looks at those it shows.
std::vector<ShownPlace> top(std::span<const Leaderboard* const> boards, const RankingRules& rules,
                            size_t n);

// The place of one of them with up to n on each side of it. Looks at those it shows, and counts the
// others; of ranks 1-1-2 it looks at all with a higher score. REQUIRES: it stands on one of them.
std::vector<ShownPlace> around(std::span<const Leaderboard* const> boards,
                               const RankingRules& rules, const Contender& one, size_t n);

}  // namespace guerdon::progress
