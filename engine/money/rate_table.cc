#include "engine/money/rate_table.h"

#include <algorithm>

#include "engine/base/assert.h"

namespace guerdon::money {

namespace {

bool joins(const DatedRate& left, const DatedRate& right) {
  return left.until == right.from && left.rate == right.rate;
}

}  // namespace

void RateTable::set(TimeMs from, TimeMs until, Ratio rate) {
  GUERDON_ASSERT(from < until && rate.num > 0 && rate.den > 0);
  // [first, last) are those that the new one touches.
  const auto first = std::partition_point(stretches_.begin(), stretches_.end(),
                                          [&](const DatedRate& each) { return each.until < from; });
  const auto last = std::partition_point(first, stretches_.end(),
                                         [&](const DatedRate& each) { return each.from <= until; });
  std::vector<DatedRate> made;
  const auto add = [&](DatedRate each) {
    if (each.from >= each.until) return;
    if (!made.empty() && joins(made.back(), each)) {
      made.back().until = each.until;
    } else {
      made.push_back(each);
    }
  };
  // What begins before it, up to it; then itself; then what ends behind it.
  for (auto each = first; each != last; ++each) {
    add({each->from, std::min(each->until, from), each->rate});
  }
  add({from, until, rate});
  for (auto each = first; each != last; ++each) {
    add({std::max(each->from, until), each->until, each->rate});
  }
  const auto at = stretches_.erase(first, last);
  stretches_.insert(at, made.begin(), made.end());
}

const DatedRate* RateTable::at(TimeMs instant) const {
  const auto found =
      std::partition_point(stretches_.begin(), stretches_.end(),
                           [&](const DatedRate& each) { return each.until <= instant; });
  return found == stretches_.end() || found->from > instant ? nullptr : &*found;
}

const DatedRate* RateTable::last_before(TimeMs instant) const {
  const auto found =
      std::partition_point(stretches_.begin(), stretches_.end(),
                           [&](const DatedRate& each) { return each.until <= instant; });
  return found == stretches_.begin() ? nullptr : &*(found - 1);
}

}  // namespace guerdon::money
