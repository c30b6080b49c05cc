#include "engine/progress/standings.h"

#include <algorithm>
#include <optional>

#include "engine/base/assert.h"
#include "engine/base/planted.h"

namespace guerdon::progress {
namespace {

// The rank behind one of `rank`, at the place `ordinal` (from 1).
template <typename Rank>
Rank next_rank(Rank rank, Rank ordinal, bool is_equal, RankStyle style) {
  if (style == RankStyle::kOrdinal) return ordinal;
  if (is_equal) return rank;
  return style == RankStyle::kDense ? rank + 1 : ordinal;
}

void number_places(std::span<const Contender> contenders, RankStyle style,
                   std::vector<Place>& places) {
  uint32_t rank = 0;
  for (size_t i = 0; i < places.size(); ++i) {
    const bool is_equal =
        i > 0 && contenders[places[i].contender].score == contenders[places[i - 1].contender].score;
    rank = next_rank(rank, static_cast<uint32_t>(i + 1), is_equal, style);
    places[i].rank = rank;
  }
}

// A place among all who stand on several boards, as one list.
class Merged {
 public:
  Merged(std::span<const Leaderboard* const> boards, TiePolicy ties)
      : boards_(boards), ties_(ties) {}

  // The first place.
  void to_begin() {
    cursors_.clear();
    for (const Leaderboard* const board : boards_) cursors_.push_back(board->at(0));
  }
  // The place of one who stands on one of the boards; gives how many come before it.
  size_t to(const Contender& one) {
    size_t before = 0;
    cursors_.clear();
    for (const Leaderboard* const board : boards_) {
      const size_t own = board->count_before(one);
      cursors_.push_back(board->at(own));
      before += own;
    }
    return before;
  }

  // Who stands there; nothing behind the last.
  std::optional<Contender> get() const {
    const std::optional<size_t> best = first();
    if (!best) return std::nullopt;
    return at(*best, cursors_[*best].get());
  }
  // REQUIRES: somebody stands there.
  void next() { cursors_[*first()].next(); }
  // False: it is the first place.
  bool previous() {
    std::optional<size_t> last;
    for (size_t i = 0; i < boards_.size(); ++i) {
      const Scored* const own = cursors_[i].before();
      if (own == nullptr) continue;
      const bool is_behind = !last || is_before(*last, cursors_[*last].before(), i, own);
      if (is_behind) last = i;
    }
    if (last) cursors_[*last].previous();
    return last.has_value();
  }

 private:
  Contender at(size_t board, const Scored* one) const { return boards_[board]->contender(*one); }
  bool is_before(size_t a, const Scored* one, size_t b, const Scored* other) const {
    if (one->score != other->score) return one->score > other->score;  // no name is looked at
    return comes_before(at(a, one), at(b, other), ties_);
  }
  std::optional<size_t> first() const {
    std::optional<size_t> best;
    for (size_t i = 0; i < boards_.size(); ++i) {
      const Scored* const own = cursors_[i].get();
      if (own == nullptr) continue;
      if (!best || is_before(i, own, *best, cursors_[*best].get())) best = i;
    }
    return best;
  }

  std::span<const Leaderboard* const> boards_;
  TiePolicy ties_;
  std::vector<Leaderboard::Cursor> cursors_;
};

// From where the list stands, behind `passed` places and one of `rank` and `score`.
std::vector<ShownPlace> shown(Merged list, RankStyle style, size_t passed, uint64_t rank,
                              std::optional<int64_t> score, size_t n) {
  std::vector<ShownPlace> places;
  for (auto one = list.get(); one && places.size() < n; list.next(), one = list.get()) {
    rank = next_rank<uint64_t>(rank, passed + places.size() + 1, score == one->score, style);
    score = one->score;
    places.push_back({std::string(one->name), one->score, rank, one->has_succeeded});
  }
  return places;
}

uint64_t scores_above(std::span<const Leaderboard* const> boards, TiePolicy ties, int64_t score) {
  Merged list(boards, ties);
  list.to_begin();
  uint64_t count = 0;
  std::optional<int64_t> last;
  for (auto one = list.get(); one && one->score > score; list.next(), one = list.get()) {
    if (last != one->score) ++count;
    last = one->score;
  }
  return count;
}

}  // namespace

std::vector<Place> rank(std::span<const Contender> contenders, const RankingRules& rules,
                        Field field) {
  GUERDON_ASSERT(contenders.size() <= UINT32_MAX);
  std::vector<Place> places;
  for (size_t i = 0; i < contenders.size(); ++i) {
    if (is_in(contenders[i], field)) places.push_back({static_cast<uint32_t>(i), 0});
  }
  std::ranges::sort(places, [&](const Place& a, const Place& b) {
    return comes_before(contenders[a.contender], contenders[b.contender], rules.ties);
  });
  number_places(contenders, rules.ranks, places);
  return places;
}

std::vector<Scored> who_can_win(const Leaderboard& board, const RankingRules& rules, uint32_t last,
                                int64_t enough, const TakesPart& takes_part) {
  const bool is_place = breaks_ties(rules.ties);  // a prize is of one place
  const bool is_dense = rules.ranks == RankStyle::kDense && !is_place;
  std::vector<Scored> all;
  uint32_t rank = 0;
  for (auto at = board.at(0); at.get() != nullptr; at.next()) {
    const Scored& one = *at.get();
    if (one.score < enough && !base::planted(base::PlantedBug::kAnyScoreIsEnough)) return all;
    if (takes_part && !takes_part(one)) continue;
    const bool is_tied = !is_place && !all.empty() && one.score == all.back().score &&
                         !base::planted(base::PlantedBug::kTieIsCut);
    if (!is_tied) rank = is_dense ? rank + 1 : static_cast<uint32_t>(all.size()) + 1;
    if (rank > last) return all;
    all.push_back(one);
  }
  return all;
}

std::vector<ShownPlace> top(std::span<const Leaderboard* const> boards, const RankingRules& rules,
                            size_t n) {
  Merged list(boards, rules.ties);
  list.to_begin();
  return shown(list, rules.ranks, 0, 0, std::nullopt, n);
}

std::vector<ShownPlace> around(std::span<const Leaderboard* const> boards,
                               const RankingRules& rules, const Contender& one, size_t n) {
  Merged list(boards, rules.ties);
  size_t passed = list.to(one);
  size_t before = 0;
  while (before < n && list.previous()) ++before;
  passed -= before;
  // Of the scores that are shown, the first may be that of places before them.
  const int64_t score = list.get()->score;
  uint64_t rank = 1;
  if (rules.ranks == RankStyle::kDense) {
    rank += scores_above(boards, rules.ties, score);
  } else {
    for (const Leaderboard* const board : boards) rank += board->count_above(score);
  }
  return shown(list, rules.ranks, passed, rank, score,
               before + 1 + std::min(n, SIZE_MAX - before - 1));
}

}  // namespace guerdon::progress
