#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "engine/progress/contender.h"
#include "engine/progress/ranking_rules.h"

// What the ranks of a challenge pay (semantics, section 6 and 13.12).
//
// Prizes that only who succeeded may win go by a ranking of those; prizes `even if not succeeded`
// by one of all who may win a prize at all. So a member who has not succeeded stands in nobody's
// way, and one who has may win in both. Pure functions; any thread.

namespace guerdon::progress {

// A row `rank 2 to 3 : credit seller 200 points`. REQUIRES: 1 <= first <= last; amount from 0 to
// kAmountMax.
struct Prize {
  uint32_t first = 1;
  uint32_t last = 1;
  int64_t amount = 0;  // for each of these ranks, in minor units
  bool even_if_not_succeeded = false;
};

struct Award {
  uint32_t contender = 0;  // its position in the list
  uint32_t prize = 0;      // the row it is for; of several that are split, that of the best rank
  int64_t amount = 0;      // above 0
  friend bool operator==(const Award&, const Award&) = default;
};

// What each gets, by contender, then prize.
//
// Equal scores take up ranks together: of two at the top ranks 1 and 2 where ranks are 1-1-3 or
// 1-2-3, rank 1 alone where they are 1-1-2. kShareFull pays each of them the prize of the best of
// these ranks; kSplit adds the prizes of all of them and divides, spare units one each by holder
// id; any other policy pays by place, one place a rank, whatever ranks are shown.
//
// REQUIRES: all prizes of one unit and one wallet (what is of another is awarded by itself); those
// of one ranking have no rank in common.
std::vector<Award> award(std::span<const Contender> contenders, std::span<const Prize> prizes,
                         const RankingRules& rules);

// What each gets of a pool, by contender; Award::prize is 0. All of the ranking divide it by their
// scores: to each the part that its score is of all their scores, rounded down; units that are left
// over go one each to the first of them, equal ones in the order of the tie policy. So all of it is
// paid where somebody is there. REQUIRES: pool from 1 to kAmountMax.
std::vector<Award> share(std::span<const Contender> contenders, int64_t pool,
                         bool even_if_not_succeeded, const RankingRules& rules);

}  // namespace guerdon::progress
