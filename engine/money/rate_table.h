#pragma once

#include <cstddef>
#include <vector>

#include "engine/base/timestamp.h"
#include "engine/money/ratio.h"

// The rates of one unit in another, each for a stretch of time.

namespace guerdon::money {

using base::TimeMs;

// Holds in [from, until).
struct DatedRate {
  TimeMs from = 0;
  TimeMs until = 0;
  Ratio rate{1, 1};
  friend bool operator==(const DatedRate&, const DatedRate&) = default;
};

// A rate that is set later holds in its time whatever held there before; what is left of that goes
// on holding. So the list is one of stretches that do not overlap, and equal tables have equal
// lists, however they came about: neighbours that join and are equal are one.
//
// Thread-safety: one writer, or readers.
class RateTable {
 public:
  // REQUIRES: from < until; rate above 0.
  void set(TimeMs from, TimeMs until, Ratio rate);

  // The rate that holds at this instant; null: none does. Valid until the next change.
  const DatedRate* at(TimeMs instant) const;
  // The last one that held before, where none holds: its time was over by then. Null: there was
  // none. What is dated later is never looked at.
  const DatedRate* last_before(TimeMs instant) const;

  // Ascending. At most two more than there were with each set().
  const std::vector<DatedRate>& stretches() const { return stretches_; }
  size_t size() const { return stretches_.size(); }

 private:
  std::vector<DatedRate> stretches_;
};

}  // namespace guerdon::money
