#include "engine/progress/standings.h"

#include <algorithm>

#include "engine/base/assert.h"

namespace guerdon::progress {
namespace {

void number_places(std::span<const Contender> contenders, RankStyle style,
                   std::vector<Place>& places) {
  for (size_t i = 0; i < places.size(); ++i) {
    const auto ordinal = static_cast<uint32_t>(i + 1);
    if (i == 0 || style == RankStyle::kOrdinal) {
      places[i].rank = ordinal;
      continue;
    }
    const Place& before = places[i - 1];
    const bool is_equal =
        contenders[places[i].contender].score == contenders[before.contender].score;
    const uint32_t next = style == RankStyle::kDense ? before.rank + 1 : ordinal;
    places[i].rank = is_equal ? before.rank : next;
  }
}

}  // namespace

Standings rank(std::span<const Contender> contenders, const RankingRules& rules, Field field) {
  GUERDON_ASSERT(contenders.size() <= UINT32_MAX);
  Standings standings;
  std::vector<Place>& places = standings.places;
  for (size_t i = 0; i < contenders.size(); ++i) {
    if (is_in(contenders[i], field)) places.push_back({static_cast<uint32_t>(i), 0});
  }
  std::ranges::sort(places, [&](const Place& a, const Place& b) {
    return comes_before(contenders[a.contender], contenders[b.contender], rules.ties);
  });
  number_places(contenders, rules.ranks, places);
  return standings;
}

std::span<const Place> top(const Standings& standings, size_t n) {
  return std::span(standings.places).first(std::min(n, standings.places.size()));
}

const Place* place_of(const Standings& standings, uint32_t contender) {
  const auto found = std::ranges::find(standings.places, contender, &Place::contender);
  return found == standings.places.end() ? nullptr : &*found;
}

std::span<const Place> around(const Standings& standings, uint32_t contender, size_t n) {
  const std::span<const Place> places = standings.places;
  const Place* own = place_of(standings, contender);
  if (own == nullptr) return {};
  const auto at = static_cast<size_t>(own - places.data());
  const size_t before = std::min(n, at);
  const size_t behind = std::min(n, places.size() - at - 1);
  return places.subspan(at - before, before + 1 + behind);
}

}  // namespace guerdon::progress
