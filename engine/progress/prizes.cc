#include "engine/progress/prizes.h"

#include <algorithm>
#include <cstddef>

#include "engine/base/assert.h"
#include "engine/base/int128.h"
#include "engine/base/planted.h"
#include "engine/money/limits.h"
#include "engine/progress/standings.h"

namespace guerdon::progress {
namespace {

using base::Int128;

// Places [begin, end), which take up ranks [first, last] of prizes together.
struct Tie {
  size_t begin = 0;
  size_t end = 0;
  uint32_t first = 0;
  uint32_t last = 0;
};

// The prizes of one ranking, and what they pay in it.
class Awarding {
 public:
  Awarding(std::span<const Contender> contenders, std::span<const Prize> prizes,
           const RankingRules& rules, bool even_if_not_succeeded)
      : contenders_(contenders), prizes_(prizes), rules_(rules) {
    for (size_t i = 0; i < prizes.size(); ++i) {
      if (prizes[i].even_if_not_succeeded == even_if_not_succeeded) add(static_cast<uint32_t>(i));
    }
    if (rows_.empty()) return;
    std::ranges::sort(rows_, {}, [&](uint32_t row) { return prizes_[row].first; });
    const Field field = even_if_not_succeeded ? Field::kEnough : Field::kSucceeded;
    places_ = rank(contenders, rules, field);
  }

  void run(std::vector<Award>& awards) const {
    for (size_t begin = 0; begin < places_.size();) {
      const Tie tie = tie_at(begin);
      if (tie.first > last_paid_) return;
      if (rules_.ties == TiePolicy::kSplit) {
        split(tie, awards);
      } else {
        pay_each(tie, awards);
      }
      begin = tie.end;
    }
  }

 private:
  void add(uint32_t row) {
    const Prize& prize = prizes_[row];
    GUERDON_ASSERT(prize.first >= 1 && prize.first <= prize.last);
    GUERDON_ASSERT(prize.amount >= 0 && prize.amount <= money::kAmountMax);
    for (const uint32_t other : rows_) {
      GUERDON_ASSERT(prize.first > prizes_[other].last || prize.last < prizes_[other].first);
    }
    rows_.push_back(row);
    last_paid_ = std::max(last_paid_, prize.last);
  }

  Tie tie_at(size_t begin) const {
    const auto ordinal = static_cast<uint32_t>(begin + 1);
    if (breaks_ties(rules_.ties)) return {begin, begin + 1, ordinal, ordinal};
    size_t end = begin + 1;
    while (end < places_.size() && score_at(end) == score_at(begin)) ++end;
    if (rules_.ranks == RankStyle::kDense) {
      return {begin, end, places_[begin].rank, places_[begin].rank};
    }
    return {begin, end, ordinal, static_cast<uint32_t>(end)};
  }

  void pay_each(const Tie& tie, std::vector<Award>& awards) const {
    for (const uint32_t row : rows_) {
      const Prize& prize = prizes_[row];
      if (tie.first < prize.first || tie.first > prize.last || prize.amount == 0) continue;
      for (size_t i = tie.begin; i < tie.end; ++i) {
        awards.push_back({places_[i].contender, row, prize.amount});
      }
    }
  }

  void split(const Tie& tie, std::vector<Award>& awards) const {
    // At most 2^32 ranks of 2^50 each.
    Int128 pool = 0;
    uint32_t best = 0;
    for (const uint32_t row : rows_) {
      const Prize& prize = prizes_[row];
      if (prize.amount == 0 || prize.last < tie.first || prize.first > tie.last) continue;
      if (pool == 0) best = row;
      const uint32_t last = std::min(prize.last, tie.last);
      pool += Int128{prize.amount} * (last - std::max(prize.first, tie.first) + 1);
    }
    // Under kSplit equal ones stand by name: the first of them get the spare units. With ranks that
    // skip there are no more ranks than members, so none gets more than the largest prize.
    const auto count = static_cast<int64_t>(tie.end - tie.begin);
    const auto each = static_cast<int64_t>(pool / count);
    const auto spare = static_cast<int64_t>(pool % count);
    for (size_t i = tie.begin; i < tie.end; ++i) {
      const int64_t amount = each + (static_cast<int64_t>(i - tie.begin) < spare ? 1 : 0);
      if (amount > 0) awards.push_back({places_[i].contender, best, amount});
    }
  }

  int64_t score_at(size_t place) const { return contenders_[places_[place].contender].score; }

  std::span<const Contender> contenders_;
  std::span<const Prize> prizes_;
  RankingRules rules_;
  std::vector<uint32_t> rows_;  // of this ranking, by rank
  uint32_t last_paid_ = 0;
  std::vector<Place> places_;
};

}  // namespace

std::vector<Award> award(std::span<const Contender> contenders, std::span<const Prize> prizes,
                         const RankingRules& rules) {
  GUERDON_ASSERT(prizes.size() <= UINT32_MAX);
  std::vector<Award> awards;
  for (const bool even_if_not_succeeded : {false, true}) {
    Awarding(contenders, prizes, rules, even_if_not_succeeded).run(awards);
  }
  std::ranges::sort(awards, [](const Award& a, const Award& b) {
    return a.contender != b.contender ? a.contender < b.contender : a.prize < b.prize;
  });
  return awards;
}

std::vector<Award> share(std::span<const Contender> contenders, int64_t pool,
                         bool even_if_not_succeeded, const RankingRules& rules) {
  GUERDON_ASSERT(pool >= 1 && pool <= money::kAmountMax);
  const Field field = even_if_not_succeeded ? Field::kEnough : Field::kSucceeded;
  Int128 scores = 0;  // 2^32 of 2^62 each, at most
  std::vector<Award> awards;
  for (const Place& place : rank(contenders, rules, field)) {
    scores += contenders[place.contender].score;
    awards.push_back({place.contender, 0, 0});
  }
  if (awards.empty()) return awards;
  int64_t left = pool;
  for (Award& each : awards) {
    // At most 2^50 times 2^62.
    each.amount = static_cast<int64_t>(Int128{pool} * contenders[each.contender].score / scores);
    left -= each.amount;
  }
  if (base::planted(base::PlantedBug::kShareLosesRest)) left = 0;
  // Fewer than there are awards: each of them was rounded down by less than one.
  for (size_t i = 0; left > 0; ++i, --left) ++awards[i].amount;
  std::erase_if(awards, [](const Award& each) { return each.amount == 0; });
  std::ranges::sort(awards, {}, &Award::contender);
  return awards;
}

}  // namespace guerdon::progress
