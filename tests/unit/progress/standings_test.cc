#include "engine/progress/standings.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace guerdon::progress {
namespace {

// In reverse: what comes out is not the order of the list.
const std::vector<Contender> kFive = {
    {.name = "eve", .score = 5, .more = 1, .held_from = 90, .lsn = 1},
    {.name = "dan", .score = 20, .more = 1, .held_from = 50, .lsn = 9},
    {.name = "cyd", .score = 20, .more = 4, .held_from = 50, .lsn = 8},
    {.name = "bob", .score = 20, .more = 4, .held_from = 70, .lsn = 2},
    {.name = "amy", .score = 30, .more = 0, .held_from = 99, .lsn = 99},
};

// "amy 1, bob 2, ...".
std::string told(std::span<const Contender> list, std::span<const Place> places) {
  std::string text;
  for (const Place& each : places) {
    if (!text.empty()) text += ", ";
    text += std::string(list[each.contender].name) + " " + std::to_string(each.rank);
  }
  return text;
}

std::string ranked(TiePolicy ties, RankStyle style) {
  return told(kFive, rank(kFive, {ties, style}, Field::kAll));
}

TEST(Standings, RankStyles) {
  EXPECT_EQ(ranked(TiePolicy::kSplit, RankStyle::kSkips), "amy 1, bob 2, cyd 2, dan 2, eve 5");
  EXPECT_EQ(ranked(TiePolicy::kSplit, RankStyle::kDense), "amy 1, bob 2, cyd 2, dan 2, eve 3");
  EXPECT_EQ(ranked(TiePolicy::kSplit, RankStyle::kOrdinal), "amy 1, bob 2, cyd 3, dan 4, eve 5");
}

TEST(Standings, TiePoliciesOrderEqualScores) {
  EXPECT_EQ(ranked(TiePolicy::kEarliest, RankStyle::kOrdinal), "amy 1, cyd 2, dan 3, bob 4, eve 5");
  EXPECT_EQ(ranked(TiePolicy::kMoreOf, RankStyle::kOrdinal), "amy 1, bob 2, cyd 3, dan 4, eve 5");
  EXPECT_EQ(ranked(TiePolicy::kHolderId, RankStyle::kOrdinal), "amy 1, bob 2, cyd 3, dan 4, eve 5");
  EXPECT_EQ(ranked(TiePolicy::kShareFull, RankStyle::kOrdinal),
            "amy 1, bob 2, cyd 3, dan 4, eve 5");
  EXPECT_EQ(ranked(TiePolicy::kEarliest, RankStyle::kSkips), "amy 1, cyd 2, dan 2, bob 2, eve 5")
      << "the ranks shown are those of the scores";
}

TEST(Standings, OneEventForBothIsATieToTheName) {
  const std::vector<Contender> list = {{.name = "b", .score = 1, .held_from = 5, .lsn = 3},
                                       {.name = "a", .score = 1, .held_from = 5, .lsn = 3},
                                       {.name = "c", .score = 1, .held_from = 5, .lsn = 2}};
  const auto places = rank(list, {TiePolicy::kEarliest, RankStyle::kOrdinal}, Field::kAll);
  EXPECT_EQ(told(list, places), "c 1, a 2, b 3");
}

TEST(Standings, NamesAreComparedByBytes) {
  const std::vector<Contender> list = {{.name = "\xc3\xa9"}, {.name = "b"}, {.name = "B"},
                                       {.name = "ab"},       {.name = "a"}, {.name = "10"},
                                       {.name = "9"}};
  const auto places = rank(list, {TiePolicy::kHolderId, RankStyle::kSkips}, Field::kAll);
  EXPECT_EQ(told(list, places), "10 1, 9 1, B 1, a 1, ab 1, b 1, \xc3\xa9 1");
}

TEST(Standings, OnlyWhoIsInTheField) {
  const std::vector<Contender> list = {
      {.name = "a", .score = 4, .has_succeeded = true, .is_enough = false},
      {.name = "b", .score = 3, .has_succeeded = false, .is_enough = true},
      {.name = "c", .score = 2, .has_succeeded = true, .is_enough = true},
  };
  const auto of = [&](Field field) { return told(list, rank(list, {}, field)); };
  EXPECT_EQ(of(Field::kAll), "a 1, b 2, c 3");
  EXPECT_EQ(of(Field::kEnough), "b 1, c 2");
  EXPECT_EQ(of(Field::kSucceeded), "c 1");
}

TEST(Standings, AtTheEndsOfTheRange) {
  const std::vector<Contender> list = {{.name = "a", .score = INT64_MIN},
                                       {.name = "b", .score = INT64_MAX},
                                       {.name = "c", .score = 0}};
  EXPECT_EQ(told(list, rank(list, {}, Field::kAll)), "b 1, c 2, a 3");
  EXPECT_TRUE(rank({}, {}, Field::kAll).empty());
}

}  // namespace
}  // namespace guerdon::progress
