// Values that hold for stretches of time.
//
// One that is set later holds in its time whatever held there before; what is left of that goes on
// holding. So the list is one of stretches that do not overlap, and equal lists are of equal
// stretches, however they came about: neighbours that join and are equal are one.
//
// Thread-safety: one writer, or readers.
#pragma once

#include <algorithm>
#include <cstddef>
#include <utility>
#include <vector>

#include "engine/base/assert.h"
#include "engine/base/timestamp.h"

namespace guerdon::calendar {

using base::TimeMs;

// Holds in [from, until).
template <typename T>
struct Dated {
  TimeMs from = 0;
  TimeMs until = 0;
  T value{};
  friend bool operator==(const Dated&, const Dated&) = default;
};

template <typename T>
class DatedList {
 public:
  DatedList() = default;
  // REQUIRES: ascending, and none overlaps another.
  explicit DatedList(std::vector<Dated<T>> stretches) : stretches_(std::move(stretches)) {}

  // REQUIRES: from < until.
  void set(TimeMs from, TimeMs until, T value);

  // The one that holds at this instant; null: none does. Valid until the next change.
  const Dated<T>* at(TimeMs instant) const {
    const auto found = ending_after(instant);
    return found == stretches_.end() || found->from > instant ? nullptr : &*found;
  }
  // The last one that held before, where none holds: its time was over by then. Null: there was
  // none. What is dated later is never looked at.
  const Dated<T>* last_before(TimeMs instant) const {
    const auto found = ending_after(instant);
    return found == stretches_.begin() ? nullptr : &*(found - 1);
  }

  // Ascending. At most two more than there were with each set().
  const std::vector<Dated<T>>& stretches() const { return stretches_; }
  size_t size() const { return stretches_.size(); }

 private:
  auto ending_after(TimeMs instant) const {
    return std::partition_point(stretches_.begin(), stretches_.end(),
                                [&](const Dated<T>& each) { return each.until <= instant; });
  }

  std::vector<Dated<T>> stretches_;
};

template <typename T>
void DatedList<T>::set(TimeMs from, TimeMs until, T value) {
  GUERDON_ASSERT(from < until);
  // [first, last) are those that the new one touches.
  const auto first = std::partition_point(stretches_.begin(), stretches_.end(),
                                          [&](const Dated<T>& each) { return each.until < from; });
  const auto last = std::partition_point(first, stretches_.end(),
                                         [&](const Dated<T>& each) { return each.from <= until; });
  std::vector<Dated<T>> made;
  const auto add = [&](Dated<T> each) {
    if (each.from >= each.until) return;
    const bool joins =
        !made.empty() && made.back().until == each.from && made.back().value == each.value;
    if (joins) {
      made.back().until = each.until;
    } else {
      made.push_back(std::move(each));
    }
  };
  // What begins before it, up to it; then itself; then what ends behind it.
  for (auto each = first; each != last; ++each) {
    add({each->from, std::min(each->until, from), each->value});
  }
  add({from, until, std::move(value)});
  for (auto each = first; each != last; ++each) {
    add({std::max(each->from, until), each->until, each->value});
  }
  const auto at = stretches_.erase(first, last);
  stretches_.insert(at, made.begin(), made.end());
}

}  // namespace guerdon::calendar
