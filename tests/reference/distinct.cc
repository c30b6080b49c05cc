// How many different values something has had, and the highest or lowest of them: found anew each
// time, in all that was ever kept.
#include <algorithm>
#include <cstddef>

#include "engine/base/assert.h"
#include "tests/reference/engine.h"

namespace guerdon::reference {

// The measure of the values that `distinct` counts.
size_t Engine::values_of(size_t p, size_t distinct) const {
  const std::vector<plan::Measure>& all = plans_[p].measures;
  for (size_t m = 0; m < all.size(); ++m) {
    if (all[m].counted_in == static_cast<int>(distinct)) return m;
  }
  GUERDON_UNREACHABLE();
}

// How many values are there, of all that was ever kept.
int64_t Engine::values_at(const SubjectKey& distinct) const {
  const auto& [p, m, effect, account, keys, period] = distinct;
  const size_t values = values_of(p, m);
  int64_t count = 0;
  for (const auto& [key, value] : measures_) {
    if (std::get<0>(key) != p || std::get<1>(key) != values || value <= 0) continue;
    count += without_value(key) == distinct ? 1 : 0;
  }
  return count;
}

// The key of what counts the value of this one.
Engine::SubjectKey Engine::without_value(const SubjectKey& of) const {
  SubjectKey key = of;
  auto& [p, m, effect, account, keys, period] = key;
  const plan::Measure& measure = plans_[p].measures[m];
  const auto distinct = static_cast<size_t>(measure.counted_in);
  const std::vector<int>& outer = plans_[p].measures[distinct].subject.keys;
  for (size_t k = measure.subject.keys.size(); k-- > 0;) {
    const bool is_outer =
        std::find(outer.begin(), outer.end(), measure.subject.keys[k]) != outer.end();
    if (!is_outer) keys.erase(keys.begin() + static_cast<std::ptrdiff_t>(k));
  }
  m = distinct;
  return key;
}

// The highest or lowest value that is there; 0 where none is.
int64_t Engine::picked_at(const SubjectKey& picked) const {
  const auto& [p, m, effect, account, keys, period] = picked;
  const size_t values = values_of(p, m);
  const bool is_highest = plans_[p].measures[m].pick == plan::tree::Pick::kHighest;
  const std::vector<int>& all = plans_[p].measures[values].subject.keys;
  const std::vector<int>& outer = plans_[p].measures[m].subject.keys;
  size_t place = 0;
  while (std::find(outer.begin(), outer.end(), all.at(place)) != outer.end()) ++place;
  std::vector<int64_t> there;
  for (const auto& [key, count] : measures_) {
    if (std::get<0>(key) != p || std::get<1>(key) != values || count <= 0) continue;
    if (without_value(key) != picked) continue;
    there.push_back(std::stoll(std::get<4>(key).at(place)));
  }
  if (there.empty()) return 0;
  std::sort(there.begin(), there.end());
  return is_highest ? there.back() : there.front();
}

// By how much it changes.
int64_t Engine::count_again(const SubjectKey& of) {
  int64_t& count = measures_[of];
  const int64_t was = count;
  const plan::Measure& measure = plans_[std::get<0>(of)].measures[std::get<1>(of)];
  count = measure.is_picked() ? picked_at(of) : values_at(of);
  if (count != was) note_moved(of);
  return count - was;
}

}  // namespace guerdon::reference
