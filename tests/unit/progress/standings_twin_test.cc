// Standings and prizes against their slow twin, over random lists full of ties.

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "engine/progress/prizes.h"
#include "engine/progress/standings.h"
#include "tests/unit/progress/slow_standings.h"

namespace guerdon::progress {
namespace {

constexpr TiePolicy kPolicies[] = {TiePolicy::kShareFull, TiePolicy::kSplit, TiePolicy::kEarliest,
                                   TiePolicy::kMoreOf, TiePolicy::kHolderId};
constexpr RankStyle kStyles[] = {RankStyle::kSkips, RankStyle::kDense, RankStyle::kOrdinal};
constexpr Field kFields[] = {Field::kAll, Field::kEnough, Field::kSucceeded};

// Bytes above 127 stand behind all letters, and a name behind its beginnings.
const std::vector<std::string> kNames = {"a",        "A", "ab", "b", "B 1", "B 10", "B 2",
                                         "\xc3\xa9", "z", "0",  "~", "an",  "An"};

class Draw {
 public:
  explicit Draw(uint64_t seed) : random_(seed) {}

  int64_t below(uint64_t n) { return static_cast<int64_t>(random_() % n); }
  template <class T, size_t n>
  T one_of(const T (&list)[n]) {
    return list[random_() % n];
  }

  std::vector<Contender> contenders() {
    std::vector<std::string> const& names = kNames;
    std::vector<Contender> list;
    const int64_t scores = 1 + below(6);
    for (const std::string& name : names) {
      if (below(4) == 0) continue;
      list.push_back({.name = name,
                      .score = below(static_cast<uint64_t>(scores)),
                      .more = below(3),
                      .held_from = below(3),
                      .lsn = static_cast<uint64_t>(below(3)),
                      .has_succeeded = below(4) != 0,
                      .is_enough = below(6) != 0});
    }
    shuffle(list);
    return list;
  }

  std::vector<Prize> prizes() {
    std::vector<Prize> list;
    for (const bool even : {false, true}) {
      for (uint32_t rank = 1; rank < 8;) {
        const auto last = rank + static_cast<uint32_t>(below(3));
        if (below(3) != 0) list.push_back({rank, last, below(50), even});
        rank = last + 1;
      }
    }
    shuffle(list);
    return list;
  }

  RankingRules rules() { return {one_of(kPolicies), one_of(kStyles)}; }

  template <class T>
  void shuffle(std::vector<T>& list) {
    for (size_t i = 1; i < list.size(); ++i) std::swap(list[i], list[random_() % (i + 1)]);
  }

 private:
  std::mt19937_64 random_;
};

TEST(StandingsTwin, PlacesAndRanksAgree) {
  Draw draw(131);
  for (int i = 0; i < 2'000; ++i) {
    const std::vector<Contender> list = draw.contenders();
    const RankingRules rules = draw.rules();
    const Field field = draw.one_of(kFields);
    const std::vector<Place> places = rank(list, rules, field);
    const std::map<uint32_t, SlowPlace> slow = slow_rank(list, rules, field);
    ASSERT_EQ(places.size(), slow.size());
    for (size_t at = 0; at < places.size(); ++at) {
      const Place& place = places[at];
      const auto found = slow.find(place.contender);
      ASSERT_NE(found, slow.end());
      ASSERT_EQ(found->second.ordinal, at + 1) << list[place.contender].name;
      ASSERT_EQ(found->second.rank, place.rank) << list[place.contender].name;
    }
  }
}

TEST(StandingsTwin, PrizesAgree) {
  Draw draw(132);
  int ties = 0;
  for (int i = 0; i < 4'000; ++i) {
    const std::vector<Contender> list = draw.contenders();
    const std::vector<Prize> prizes = draw.prizes();
    const RankingRules rules = draw.rules();
    std::map<std::pair<uint32_t, uint32_t>, int64_t> fast;
    for (const Award& each : award(list, prizes, rules)) {
      ASSERT_GT(each.amount, 0);
      ASSERT_TRUE(fast.emplace(std::pair(each.contender, each.prize), each.amount).second);
    }
    ASSERT_EQ(fast, slow_award(list, prizes, rules))
        << tie_policy_name(rules.ties) << ", " << rank_style_name(rules.ranks);
    ties += rules.ties == TiePolicy::kSplit && fast.size() > 1 ? 1 : 0;
  }
  EXPECT_GT(ties, 200);
}

// By names: what a list gives, in whatever order it comes.
TEST(StandingsTwin, TheOrderOfTheListDoesNotShow) {
  Draw draw(134);
  for (int i = 0; i < 1'000; ++i) {
    std::vector<Contender> list = draw.contenders();
    const std::vector<Prize> prizes = draw.prizes();
    const RankingRules rules = draw.rules();
    const auto told = [&] {
      std::vector<std::pair<std::string, int64_t>> lines;
      for (const Place& each : rank(list, rules, Field::kAll)) {
        lines.emplace_back(list[each.contender].name, each.rank);
      }
      std::vector<std::pair<std::string, int64_t>> won;
      for (const Award& each : award(list, prizes, rules)) {
        won.emplace_back(std::string(list[each.contender].name) + std::to_string(each.prize),
                         each.amount);
      }
      std::ranges::sort(won);
      lines.insert(lines.end(), won.begin(), won.end());
      return lines;
    };
    const auto first = told();
    draw.shuffle(list);
    ASSERT_EQ(told(), first);
  }
}

}  // namespace
}  // namespace guerdon::progress
