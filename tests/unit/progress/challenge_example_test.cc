// Winner at the month's end (example 14): goals of 10 invoices and 20 leads, a prize of 1,001
// points for rank 1, and a badge for all who reached both.

#include <gtest/gtest.h>

#include <map>
#include <string>
#include <vector>

#include "engine/progress/prizes.h"
#include "engine/progress/score.h"
#include "engine/progress/standings.h"

namespace guerdon::progress {
namespace {

using Won = std::map<std::string, int64_t>;

struct Seller {
  const char* name;
  int64_t invoices, leads;
  int64_t score;
  bool has_succeeded;
  base::TimeMs held_from;  // when the score was last changed
};

constexpr Seller kSellers[] = {
    {"An", 12, 20, 22'000, true, 200},
    {"Binh", 10, 24, 22'000, true, 100},
    {"Chi", 15, 18, 24'000, false, 50},
};

std::vector<ScoredGoal> goals_of(const Seller& seller) {
  return {{.achieved = {seller.invoices, 1}, .goal = {10, Aim::kAtLeast}},
          {.achieved = {seller.leads, 1}, .goal = {20, Aim::kAtLeast}}};
}

std::vector<Contender> contenders() {
  std::vector<Contender> list;
  for (const Seller& each : kSellers) {
    const std::vector<ScoredGoal> goals = goals_of(each);
    list.push_back({.name = each.name,
                    .score = score_of(goals),
                    .more = points_of(goals[0]),
                    .held_from = each.held_from,
                    .lsn = 1,
                    .has_succeeded = has_succeeded(goals)});
  }
  return list;
}

Won won(TiePolicy ties, bool even_if_not_succeeded) {
  const std::vector<Contender> list = contenders();
  const std::vector<Prize> prizes = {{1, 1, 1'001, even_if_not_succeeded}};
  Won sums;
  for (const Award& each : award(list, prizes, {ties, RankStyle::kSkips})) {
    sums[std::string(list[each.contender].name)] += each.amount;
  }
  return sums;
}

TEST(ChallengeExample, ScoresAndWhoSucceeded) {
  for (const Seller& each : kSellers) {
    EXPECT_EQ(score_of(goals_of(each)), each.score) << each.name;
    EXPECT_EQ(has_succeeded(goals_of(each)), each.has_succeeded) << each.name;
  }
}

TEST(ChallengeExample, ThePrizeByTiePolicy) {
  EXPECT_EQ(won(TiePolicy::kShareFull, false), (Won{{"An", 1'001}, {"Binh", 1'001}}));
  EXPECT_EQ(won(TiePolicy::kSplit, false), (Won{{"An", 501}, {"Binh", 500}}));
  EXPECT_EQ(won(TiePolicy::kEarliest, false), (Won{{"Binh", 1'001}}));
  EXPECT_EQ(won(TiePolicy::kMoreOf, false), (Won{{"An", 1'001}}));  // of invoices
  EXPECT_EQ(won(TiePolicy::kHolderId, false), (Won{{"An", 1'001}}));
}

TEST(ChallengeExample, EvenIfNotSucceededTheHighestScoreWinsAlone) {
  for (const TiePolicy ties : {TiePolicy::kShareFull, TiePolicy::kSplit, TiePolicy::kEarliest,
                               TiePolicy::kMoreOf, TiePolicy::kHolderId}) {
    EXPECT_EQ(won(ties, true), (Won{{"Chi", 1'001}})) << tie_policy_name(ties);
  }
}

TEST(ChallengeExample, RanksShownAndTheBadge) {
  const std::vector<Contender> list = contenders();
  const RankingRules rules = {TiePolicy::kEarliest, RankStyle::kSkips};
  const std::vector<Place> of_winners = {{1, 1}, {0, 1}};
  EXPECT_EQ(rank(list, rules, Field::kSucceeded).places, of_winners) << "both get the badge";
  const std::vector<Place> of_all = {{2, 1}, {1, 2}, {0, 2}};
  EXPECT_EQ(rank(list, rules, Field::kAll).places, of_all);
}

}  // namespace
}  // namespace guerdon::progress
