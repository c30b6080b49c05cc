#include "tests/unit/progress/slow_standings.h"

#include <optional>
#include <set>
#include <string>
#include <tuple>

namespace guerdon::progress {
namespace {

bool slow_is_in(const Contender& who, Field field) {
  if (field == Field::kAll) return true;
  return who.is_enough && (field == Field::kEnough || who.has_succeeded);
}

// What stands before what, as keys of which the smaller is better.
std::tuple<int64_t, int64_t, uint64_t, int64_t, std::string> key_of(const Contender& who,
                                                                    TiePolicy ties) {
  const bool by_time = ties == TiePolicy::kEarliest;
  const bool by_goal = ties == TiePolicy::kMoreOf;
  return {-who.score, by_time ? who.held_from : 0, by_time ? who.lsn : 0, by_goal ? -who.more : 0,
          std::string(who.name)};
}

// Those of equal score are at the same rank, but under policies that put one before the other.
bool slow_breaks(TiePolicy ties) {
  return ties == TiePolicy::kEarliest || ties == TiePolicy::kMoreOf || ties == TiePolicy::kHolderId;
}

struct Counts {
  uint32_t higher = 0;         // members of a higher score
  uint32_t higher_scores = 0;  // different ones
  uint32_t equal = 0;          // itself, too
  uint32_t equal_before = 0;
};

Counts counts_of(std::span<const Contender> contenders, const Contender& who,
                 const RankingRules& rules, Field field) {
  Counts counts;
  std::set<int64_t> scores;
  for (const Contender& other : contenders) {
    if (!slow_is_in(other, field)) continue;
    if (other.score > who.score) {
      ++counts.higher;
      scores.insert(other.score);
    }
    if (other.score != who.score) continue;
    ++counts.equal;
    if (key_of(other, rules.ties) < key_of(who, rules.ties)) ++counts.equal_before;
  }
  counts.higher_scores = static_cast<uint32_t>(scores.size());
  return counts;
}

// The ranks whose prizes are those of this member and its equals.
std::pair<uint32_t, uint32_t> prize_ranks(const Counts& counts, const RankingRules& rules) {
  if (slow_breaks(rules.ties)) {
    const uint32_t ordinal = counts.higher + counts.equal_before + 1;
    return {ordinal, ordinal};
  }
  if (rules.ranks == RankStyle::kDense) {
    return {counts.higher_scores + 1, counts.higher_scores + 1};
  }
  return {counts.higher + 1, counts.higher + counts.equal};
}

// The row of a rank, of these prizes, if there is one.
std::optional<uint32_t> row_of(std::span<const Prize> prizes, bool even, uint32_t rank) {
  for (uint32_t i = 0; i < prizes.size(); ++i) {
    const Prize& prize = prizes[i];
    const bool is_it = prize.even_if_not_succeeded == even && prize.first <= rank &&
                       rank <= prize.last && prize.amount > 0;
    if (is_it) return i;
  }
  return std::nullopt;
}

}  // namespace

std::map<uint32_t, SlowPlace> slow_rank(std::span<const Contender> contenders,
                                        const RankingRules& rules, Field field) {
  std::map<uint32_t, SlowPlace> places;
  for (uint32_t i = 0; i < contenders.size(); ++i) {
    if (!slow_is_in(contenders[i], field)) continue;
    const Counts counts = counts_of(contenders, contenders[i], rules, field);
    const uint32_t ordinal = counts.higher + counts.equal_before + 1;
    uint32_t rank = ordinal;
    if (rules.ranks == RankStyle::kSkips) rank = counts.higher + 1;
    if (rules.ranks == RankStyle::kDense) rank = counts.higher_scores + 1;
    places[i] = {ordinal, rank};
  }
  return places;
}

std::map<std::pair<uint32_t, uint32_t>, int64_t> slow_award(std::span<const Contender> contenders,
                                                            std::span<const Prize> prizes,
                                                            const RankingRules& rules) {
  std::map<std::pair<uint32_t, uint32_t>, int64_t> awards;
  for (const bool even : {false, true}) {
    const Field field = even ? Field::kEnough : Field::kSucceeded;
    for (uint32_t i = 0; i < contenders.size(); ++i) {
      if (!slow_is_in(contenders[i], field)) continue;
      const Counts counts = counts_of(contenders, contenders[i], rules, field);
      const auto [first, last] = prize_ranks(counts, rules);
      if (rules.ties != TiePolicy::kSplit) {
        const std::optional<uint32_t> row = row_of(prizes, even, first);
        if (row) awards[{i, *row}] += prizes[*row].amount;
        continue;
      }
      int64_t pool = 0;
      std::optional<uint32_t> best;
      for (uint32_t rank = first; rank <= last; ++rank) {
        const std::optional<uint32_t> row = row_of(prizes, even, rank);
        if (!row) continue;
        pool += prizes[*row].amount;
        if (!best) best = row;
      }
      // Dealt out in turn, the first by name first.
      for (int64_t unit = 0; unit < pool; ++unit) {
        if (unit % counts.equal == counts.equal_before) awards[{i, *best}] += 1;
      }
    }
  }
  return awards;
}

}  // namespace guerdon::progress
