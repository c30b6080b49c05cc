#include "engine/progress/prizes.h"

#include <gtest/gtest.h>

#include <map>
#include <string>
#include <vector>

#include "engine/money/limits.h"

namespace guerdon::progress {
namespace {

using Won = std::map<std::string, int64_t>;

// What each gets in all.
Won won(const std::vector<Contender>& list, const std::vector<Prize>& prizes, TiePolicy ties,
        RankStyle ranks = RankStyle::kSkips) {
  Won sums;
  for (const Award& each : award(list, prizes, {ties, ranks})) {
    sums[std::string(list[each.contender].name)] += each.amount;
  }
  return sums;
}

Contender who(std::string_view name, int64_t score, bool has_succeeded = true) {
  return {.name = name, .score = score, .has_succeeded = has_succeeded};
}

const std::vector<Prize> kThreePrizes = {{1, 1, 1'000}, {2, 2, 600}, {3, 3, 201}};
const std::vector<Contender> kTwoAtTheTop = {
    {.name = "amy", .score = 9, .more = 1, .held_from = 20, .lsn = 4, .has_succeeded = true},
    {.name = "bob", .score = 9, .more = 2, .held_from = 10, .lsn = 5, .has_succeeded = true},
    {.name = "cyd", .score = 5, .more = 9, .held_from = 1, .lsn = 1, .has_succeeded = true},
};

TEST(Prizes, OfTwoAtTheTop) {
  struct Row {
    TiePolicy ties;
    RankStyle ranks;
    Won won;
  };
  const Won shared = {{"amy", 1'000}, {"bob", 1'000}, {"cyd", 201}};
  const Won split = {{"amy", 800}, {"bob", 800}, {"cyd", 201}};
  const Won bob_first = {{"amy", 600}, {"bob", 1'000}, {"cyd", 201}};
  const Won amy_first = {{"amy", 1'000}, {"bob", 600}, {"cyd", 201}};
  const Row rows[] = {
      {TiePolicy::kShareFull, RankStyle::kSkips, shared},  // prizes 1, 1, 3
      {TiePolicy::kShareFull, RankStyle::kOrdinal, shared},
      {TiePolicy::kShareFull, RankStyle::kDense, {{"amy", 1'000}, {"bob", 1'000}, {"cyd", 600}}},
      {TiePolicy::kSplit, RankStyle::kSkips, split},
      {TiePolicy::kSplit, RankStyle::kOrdinal, split},
      {TiePolicy::kSplit, RankStyle::kDense, {{"amy", 500}, {"bob", 500}, {"cyd", 600}}},
      {TiePolicy::kEarliest, RankStyle::kSkips, bob_first},
      {TiePolicy::kEarliest, RankStyle::kDense, bob_first},
      {TiePolicy::kMoreOf, RankStyle::kSkips, bob_first},
      {TiePolicy::kMoreOf, RankStyle::kOrdinal, bob_first},
      {TiePolicy::kHolderId, RankStyle::kSkips, amy_first},
      {TiePolicy::kHolderId, RankStyle::kDense, amy_first},
  };
  for (const Row& row : rows) {
    EXPECT_EQ(won(kTwoAtTheTop, kThreePrizes, row.ties, row.ranks), row.won)
        << tie_policy_name(row.ties) << ", " << rank_style_name(row.ranks);
  }
}

TEST(Prizes, SpareUnitsGoByName) {
  const std::vector<Contender> list = {who("zoe", 7), who("amy", 7), who("bob", 7)};
  EXPECT_EQ(won(list, {{1, 1, 1'001}}, TiePolicy::kSplit),
            (Won{{"amy", 334}, {"bob", 334}, {"zoe", 333}}));
  EXPECT_EQ(won(list, {{1, 1, 2}}, TiePolicy::kSplit), (Won{{"amy", 1}, {"bob", 1}}));
}

TEST(Prizes, ARangePaysEachOfItsRanks) {
  const std::vector<Contender> list = {who("a", 9), who("b", 8), who("c", 7), who("d", 6)};
  const std::vector<Prize> prizes = {{2, 3, 200}, {1, 1, 1'000}};
  EXPECT_EQ(won(list, prizes, TiePolicy::kHolderId), (Won{{"a", 1'000}, {"b", 200}, {"c", 200}}));
  // Three at rank 2: two prizes for three.
  const std::vector<Contender> tied = {who("a", 9), who("b", 8), who("c", 8), who("d", 8)};
  EXPECT_EQ(won(tied, prizes, TiePolicy::kSplit),
            (Won{{"a", 1'000}, {"b", 134}, {"c", 133}, {"d", 133}}));
  EXPECT_EQ(won(tied, prizes, TiePolicy::kShareFull),
            (Won{{"a", 1'000}, {"b", 200}, {"c", 200}, {"d", 200}}));
  EXPECT_EQ(won(tied, prizes, TiePolicy::kHolderId), (Won{{"a", 1'000}, {"b", 200}, {"c", 200}}));
}

TEST(Prizes, WhatIsSplitOverRowsIsOfTheBestRank) {
  const std::vector<Contender> list = {who("a", 8), who("b", 8), who("c", 8)};
  const std::vector<Prize> prizes = {{2, 3, 200}, {1, 1, 1'001}};
  const std::vector<Award> expected = {{0, 1, 467}, {1, 1, 467}, {2, 1, 467}};
  EXPECT_EQ(award(list, prizes, {TiePolicy::kSplit, RankStyle::kSkips}), expected);
  // Where the best of the ranks has no prize, the next that has.
  const std::vector<Award> second = {{0, 0, 67}, {1, 0, 67}, {2, 0, 66}};
  EXPECT_EQ(award(list, std::vector<Prize>{{3, 3, 200}}, {TiePolicy::kSplit, RankStyle::kSkips}),
            second);
}

TEST(Prizes, WhoHasNotSucceededStandsInNobodysWay) {
  const std::vector<Contender> list = {who("a", 9, false), who("b", 8), who("c", 7)};
  const std::vector<Prize> prizes = {{1, 1, 1'000}, {2, 3, 200, true}};
  // `b` is the first of those who succeeded, and the second of all.
  EXPECT_EQ(won(list, prizes, TiePolicy::kHolderId), (Won{{"b", 1'200}, {"c", 200}}));
  EXPECT_EQ(won(list, {{1, 1, 1'000, true}}, TiePolicy::kHolderId), (Won{{"a", 1'000}}));
}

TEST(Prizes, BelowTheLeastThereIsNone) {
  std::vector<Contender> list = {who("a", 9), who("b", 8)};
  list[0].is_enough = false;
  EXPECT_EQ(won(list, {{1, 1, 1'000}, {2, 2, 500, true}}, TiePolicy::kHolderId),
            (Won{{"b", 1'000}}));
}

Won shared(const std::vector<Contender>& list, int64_t pool, bool even = false,
           TiePolicy ties = TiePolicy::kHolderId) {
  Won sums;
  for (const Award& each : share(list, pool, even, {ties, RankStyle::kSkips})) {
    EXPECT_EQ(each.prize, 0U);
    sums[std::string(list[each.contender].name)] += each.amount;
  }
  return sums;
}

TEST(Shares, AreRoundedDownAndTheRestGoesByRank) {
  const std::vector<Contender> list = {who("c", 1), who("a", 3), who("b", 3)};
  EXPECT_EQ(shared(list, 70), (Won{{"a", 30}, {"b", 30}, {"c", 10}}));
  EXPECT_EQ(shared(list, 71), (Won{{"a", 31}, {"b", 30}, {"c", 10}}));
  // 31, 31, 10 and the two that are left: to the first and the second, however small the rest.
  EXPECT_EQ(shared(list, 73), (Won{{"a", 32}, {"b", 31}, {"c", 10}}));
  EXPECT_EQ(shared(list, 74), (Won{{"a", 32}, {"b", 32}, {"c", 10}}));
  EXPECT_EQ(shared(list, 1), (Won{{"a", 1}})) << "who gets nothing has no award";
}

TEST(Shares, OfEqualOnesTheTiePolicySaysWhoIsFirst) {
  std::vector<Contender> list = {who("a", 5), who("b", 5), who("c", 5)};
  list[2].more = list[1].more = 1;
  list[2].held_from = -1;
  EXPECT_EQ(shared(list, 4, false, TiePolicy::kShareFull), (Won{{"a", 2}, {"b", 1}, {"c", 1}}));
  EXPECT_EQ(shared(list, 4, false, TiePolicy::kMoreOf), (Won{{"a", 1}, {"b", 2}, {"c", 1}}));
  EXPECT_EQ(shared(list, 4, false, TiePolicy::kEarliest), (Won{{"a", 1}, {"b", 1}, {"c", 2}}));
}

TEST(Shares, AreOfWhoSucceededOrOfAll) {
  std::vector<Contender> list = {who("a", 6, false), who("b", 3), who("c", 1)};
  EXPECT_EQ(shared(list, 40), (Won{{"b", 30}, {"c", 10}}));
  EXPECT_EQ(shared(list, 40, true), (Won{{"a", 24}, {"b", 12}, {"c", 4}}));
  list[2].is_enough = false;
  EXPECT_EQ(shared(list, 40), (Won{{"b", 40}}));
  list[1].has_succeeded = false;
  EXPECT_EQ(shared(list, 40), Won());
  EXPECT_EQ(shared({}, 40), Won());
}

TEST(Shares, OfTheLargestNumbers) {
  const int64_t most = money::kMeasureMax;
  const std::vector<Contender> list = {who("a", most), who("b", most), who("c", most - 1)};
  EXPECT_EQ(shared(list, money::kAmountMax), (Won{{"a", money::kAmountMax / 3 + 1},
                                                  {"b", money::kAmountMax / 3},
                                                  {"c", money::kAmountMax / 3}}));
}

TEST(Prizes, NobodyAndNothing) {
  EXPECT_EQ(won({}, kThreePrizes, TiePolicy::kSplit), Won());
  EXPECT_EQ(won(kTwoAtTheTop, {}, TiePolicy::kSplit), Won());
  EXPECT_EQ(won(kTwoAtTheTop, {{1, 3, 0}}, TiePolicy::kSplit), Won());
  EXPECT_EQ(won(kTwoAtTheTop, {{4, UINT32_MAX, 5}}, TiePolicy::kShareFull), Won());
  EXPECT_EQ(won({who("a", 1, false)}, kThreePrizes, TiePolicy::kShareFull), Won());
}

TEST(Prizes, OfTheLargestAmounts) {
  const std::vector<Contender> list = {who("a", 1), who("b", 1), who("c", 1)};
  const std::vector<Prize> prizes = {{1, UINT32_MAX, money::kAmountMax}};
  const Won all = {{"a", money::kAmountMax}, {"b", money::kAmountMax}, {"c", money::kAmountMax}};
  EXPECT_EQ(won(list, prizes, TiePolicy::kSplit), all);
  EXPECT_EQ(won(list, prizes, TiePolicy::kShareFull), all);
}

TEST(PrizesDeathTest, RefusesRowsThatAreNone) {
  const auto pay = [](const Prize& a, const Prize& b) {
    (void)award({}, std::vector<Prize>{a, b}, {});
  };
  EXPECT_DEATH(pay({1, 2, 5}, {2, 3, 5}), "first");
  EXPECT_DEATH(pay({0, 1, 5}, {2, 3, 5}), "first >= 1");
  EXPECT_DEATH(pay({2, 1, 5}, {4, 4, 5}), "first <= prize.last");
  EXPECT_DEATH(pay({1, 1, -5}, {2, 3, 5}), "amount >= 0");
  pay({1, 2, 5}, {2, 3, 5, true});  // of another ranking
}

}  // namespace
}  // namespace guerdon::progress
