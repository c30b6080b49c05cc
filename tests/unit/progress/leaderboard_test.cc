// Leaderboards against the list that is sorted: random scores that move, over one board and many.

#include "engine/progress/leaderboard.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <memory>
#include <optional>
#include <random>
#include <string>
#include <vector>

#include "engine/progress/prizes.h"
#include "engine/progress/standings.h"

namespace guerdon::progress {
namespace {

struct Member {
  std::string name;
  std::optional<Scored> scored;  // nothing: no rank
};

class MemberNames : public Names {
 public:
  std::string_view name(const void* who) const override {
    return static_cast<const Member*>(who)->name;
  }
};

// Members that are dealt out to boards, and move at random.
class League {
 public:
  League(uint64_t seed, size_t members, size_t boards, TiePolicy ties)
      : random_(seed), ties_(ties) {
    for (size_t i = 0; i < boards; ++i)
      boards_.push_back(std::make_unique<Leaderboard>(names_, ties));
    for (size_t i = 0; i < members; ++i) {
      // Of different lengths, some the beginning of others.
      members_.push_back(std::make_unique<Member>());
      members_.back()->name = std::string(i % 3, 'm') + std::to_string(i);
    }
  }

  uint64_t below(uint64_t n) { return random_() % n; }

  // Somebody gets a score below `scores`, or has a rank no more.
  void move(uint64_t scores) {
    const size_t m = below(members_.size());
    Member& member = *members_[m];
    Leaderboard& board = *boards_[m % boards_.size()];
    if (member.scored) board.remove(*member.scored);
    member.scored.reset();
    const auto score = static_cast<int64_t>(below(scores));
    if (!has_rank(score)) return;
    const bool has_times = ties_ == TiePolicy::kEarliest;
    const bool has_more = ties_ == TiePolicy::kMoreOf;
    member.scored = {score, has_more ? static_cast<int64_t>(below(3)) : 0,
                     has_times ? static_cast<int64_t>(below(3)) : 0, has_times ? below(3) : 0,
                     &member};
    board.add(*member.scored);
  }

  std::vector<const Leaderboard*> boards() const {
    std::vector<const Leaderboard*> boards;
    for (const auto& each : boards_) boards.push_back(each.get());
    return boards;
  }

  // All places, by the list that is sorted.
  std::vector<ShownPlace> expected(RankStyle style) const {
    std::vector<Contender> list;
    for (const auto& each : members_) {
      if (each->scored) list.push_back(boards_[0]->contender(*each->scored));
    }
    std::vector<ShownPlace> shown;
    for (const Place& each : rank(list, {ties_, style}, Field::kAll)) {
      const Contender& who = list[each.contender];
      shown.push_back({std::string(who.name), who.score, each.rank});
    }
    return shown;
  }

  // Somebody who has a rank. REQUIRES: there is one.
  Contender anybody() {
    for (;;) {
      const Member& member = *members_[below(members_.size())];
      if (member.scored) return boards_[0]->contender(*member.scored);
    }
  }

 private:
  std::mt19937_64 random_;
  TiePolicy ties_;
  MemberNames names_;
  std::vector<std::unique_ptr<Member>> members_;
  std::vector<std::unique_ptr<Leaderboard>> boards_;
};

void expect_same(League& league, const RankingRules& rules) {
  const std::vector<const Leaderboard*> boards = league.boards();
  const std::vector<ShownPlace> all = league.expected(rules.ranks);
  ASSERT_EQ(top(boards, rules, SIZE_MAX), all);
  const size_t n = league.below(12);
  const auto first = all.begin();
  ASSERT_EQ(top(boards, rules, n),
            std::vector<ShownPlace>(first, first + static_cast<int64_t>(std::min(n, all.size()))));
  for (int i = 0; i < 8; ++i) {
    const Contender one = league.anybody();
    const auto own = std::ranges::find(all, one.name, &ShownPlace::name);
    ASSERT_NE(own, all.end());
    const size_t at = static_cast<size_t>(own - first);
    const auto from = first + static_cast<int64_t>(at - std::min(at, n));
    const auto to = first + static_cast<int64_t>(std::min(at + n + 1, all.size()));
    ASSERT_EQ(around(boards, rules, one, n), std::vector<ShownPlace>(from, to)) << one.name;
  }
  ASSERT_EQ(around(boards, rules, league.anybody(), SIZE_MAX).size(), all.size());
}

// Few scores, many ties; and as many scores as there are members.
TEST(Leaderboard, PlacesAreThoseOfTheSortedList) {
  constexpr size_t kMembers = 1'500;  // of one board: several blocks
  uint64_t seed = 0;
  for (const TiePolicy ties : {TiePolicy::kSplit, TiePolicy::kEarliest, TiePolicy::kMoreOf}) {
    for (const size_t boards : {1U, 2U, 7U}) {
      for (const uint64_t scores : {4U, 1'000U, 1'000'000U}) {
        League league(++seed, kMembers, boards, ties);
        for (size_t i = 0; i < 3 * kMembers; ++i) league.move(scores);
        for (const RankStyle style : {RankStyle::kSkips, RankStyle::kDense, RankStyle::kOrdinal}) {
          SCOPED_TRACE(testing::Message() << "seed " << seed << ", " << boards << " boards, "
                                          << scores << " scores, " << rank_style_name(style));
          expect_same(league, {ties, style});
          if (testing::Test::HasFatalFailure()) return;
        }
      }
    }
  }
}

// Blocks are split when they are full, and let go of.
TEST(Leaderboard, GrowsAndEmpties) {
  MemberNames names;
  Leaderboard board(names, TiePolicy::kHolderId);
  std::vector<Member> members(5'000);
  for (size_t i = 0; i < members.size(); ++i) {
    members[i] = {std::to_string(i),
                  Scored{.score = static_cast<int64_t>(i * 7'919 % 5'003) + 1, .who = &members[i]}};
    board.add(*members[i].scored);
  }
  ASSERT_EQ(board.size(), members.size());
  const uint64_t full = board.bytes();
  int64_t before = INT64_MAX;
  size_t place = 0;
  for (auto at = board.at(0); at.get() != nullptr; at.next(), ++place) {
    ASSERT_LT(at.get()->score, before);
    before = at.get()->score;
    ASSERT_EQ(board.count_above(before), place);
  }
  ASSERT_EQ(place, members.size());
  auto last = board.at(board.size());
  for (; last.before() != nullptr; last.previous()) --place;
  ASSERT_EQ(place, 0U);
  for (Member& each : members) board.remove(*each.scored);
  EXPECT_EQ(board.size(), 0U);
  EXPECT_EQ(board.at(0).get(), nullptr);
  EXPECT_LT(board.bytes(), full / 10) << "only the directory is left";
  board.add(*members[3].scored);
  EXPECT_EQ(board.contender(*board.at(0).get()).name, "3");
}

// From the best down: no block is left with one entry each.
TEST(Leaderboard, BlocksThatEmptyAreJoined) {
  MemberNames names;
  Leaderboard board(names, TiePolicy::kHolderId);
  std::vector<Member> members(10'000);
  for (size_t i = 0; i < members.size(); ++i) {
    members[i] = {std::to_string(i),
                  Scored{.score = static_cast<int64_t>(i) + 1, .who = &members[i]}};
    board.add(*members[i].scored);
  }
  const uint64_t full = board.bytes();
  for (size_t i = members.size(); i-- > 0;) {
    if (i % 64 != 0) board.remove(*members[i].scored);
  }
  ASSERT_EQ(board.size(), 157U);
  EXPECT_LT(board.bytes(), full / 10);
}

// What each board hands over is enough: with all members the same is won.
TEST(Leaderboard, WhoCanWinIsAllThatPrizesNeed) {
  const std::vector<Prize> prizes = {{1, 1, 1'001}, {3, 5, 100}, {8, 8, 7}};
  uint64_t seed = 100;
  for (const TiePolicy ties : {TiePolicy::kShareFull, TiePolicy::kSplit, TiePolicy::kEarliest,
                               TiePolicy::kMoreOf, TiePolicy::kHolderId}) {
    for (const RankStyle style : {RankStyle::kSkips, RankStyle::kDense, RankStyle::kOrdinal}) {
      for (const uint64_t scores : {3U, 20U, 1'000U}) {
        ++seed;
        League league(seed, 60, 1 + seed % 4, ties);
        const int64_t enough = seed % 3 == 0 ? 2 : 0;
        for (int i = 0; i < 100; ++i) league.move(scores);
        std::vector<Contender> all;
        std::vector<Contender> handed_over;
        for (const Leaderboard* const board : league.boards()) {
          for (auto at = board->at(0); at.get() != nullptr; at.next()) {
            all.push_back(board->contender(*at.get()));
            all.back().is_enough = all.back().score >= enough;
          }
          for (const Scored& one : who_can_win(*board, {ties, style}, 8, enough)) {
            handed_over.push_back(board->contender(one));
          }
        }
        const auto won = [&](const std::vector<Contender>& list) {
          std::map<std::string, int64_t> by_name;
          for (const Award& each : award(list, prizes, {ties, style})) {
            by_name[std::string(list[each.contender].name)] += each.amount;
          }
          return by_name;
        };
        EXPECT_FALSE(won(all).empty());
        EXPECT_EQ(won(handed_over), won(all)) << "seed " << seed;
      }
    }
  }
}

TEST(Leaderboard, NoBoardsNoPlaces) { EXPECT_TRUE(top({}, {}, 10).empty()); }

}  // namespace
}  // namespace guerdon::progress
