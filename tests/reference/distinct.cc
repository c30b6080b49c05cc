// How many different values something has had: counted anew each time.
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

// By how much it changes.
int64_t Engine::count_again(const SubjectKey& distinct) {
  int64_t& count = measures_[distinct];
  const int64_t was = count;
  count = values_at(distinct);
  if (count != was) note_moved(distinct);
  return count - was;
}

}  // namespace guerdon::reference
