// Winner at the month's end (example 14): goals of 10 invoices and 20 leads, a prize of 1,001
// points for rank 1, and a badge for all who reached both. Scores are points of goals: 10,000 for
// each that is just reached.

#include <gtest/gtest.h>

#include <map>
#include <string>
#include <vector>

#include "engine/progress/prizes.h"
#include "engine/progress/standings.h"

namespace guerdon::progress {
namespace {

using Won = std::map<std::string, int64_t>;

struct Seller {
  const char* name;
  int64_t invoices;
  int64_t score;
  bool has_succeeded;
  base::TimeMs held_from;  // when the score was last changed
};

constexpr Seller kSellers[] = {
    {"An", 12, 22'000, true, 200},
    {"Binh", 10, 22'000, true, 100},
    {"Chi", 15, 24'000, false, 50},
};

std::vector<Contender> contenders() {
  std::vector<Contender> list;
  for (const Seller& each : kSellers) {
    list.push_back({.name = each.name,
                    .score = each.score,
                    .more = each.invoices,
                    .held_from = each.held_from,
                    .lsn = 1,
                    .has_succeeded = each.has_succeeded});
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
  EXPECT_EQ(rank(list, rules, Field::kSucceeded), of_winners) << "both get the badge";
  const std::vector<Place> of_all = {{2, 1}, {1, 2}, {0, 2}};
  EXPECT_EQ(rank(list, rules, Field::kAll), of_all);
}

}  // namespace
}  // namespace guerdon::progress
