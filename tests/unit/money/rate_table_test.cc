#include "engine/money/rate_table.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <optional>
#include <random>
#include <vector>

namespace guerdon::money {
namespace {

using List = std::vector<DatedRate>;

Ratio rate_at(const RateTable& table, TimeMs instant) {
  const DatedRate* found = table.at(instant);
  return found == nullptr ? Ratio{0, 1} : found->rate;
}

TEST(RateTable, HoldsFromItsFirstInstantAndNotAtItsLast) {
  RateTable table;
  EXPECT_EQ(table.at(10), nullptr);
  EXPECT_EQ(table.last_before(10), nullptr);
  table.set(10, 20, {3, 2});
  EXPECT_EQ(table.at(9), nullptr);
  EXPECT_EQ(rate_at(table, 10), (Ratio{3, 2}));
  EXPECT_EQ(rate_at(table, 19), (Ratio{3, 2}));
  EXPECT_EQ(table.at(20), nullptr) << "never the nearest by accident";
}

TEST(RateTable, TheLastKnownIsTheOneWhoseTimeEndedLast) {
  RateTable table;
  table.set(10, 20, {1, 1});
  table.set(30, 40, {2, 1});
  EXPECT_EQ(table.last_before(9), nullptr) << "what comes later is not known";
  EXPECT_EQ(table.last_before(20)->until, 20);
  EXPECT_EQ(table.last_before(29)->until, 20);
  EXPECT_EQ(table.last_before(40)->until, 40);
}

TEST(RateTable, ALaterOneHoldsInItsTimeAndLeavesTheRest) {
  RateTable table;
  table.set(10, 40, {1, 1});
  table.set(20, 30, {2, 1});
  EXPECT_EQ(table.stretches(), (List{{10, 20, {1, 1}}, {20, 30, {2, 1}}, {30, 40, {1, 1}}}));
  table.set(15, 35, {3, 1});
  EXPECT_EQ(table.stretches(), (List{{10, 15, {1, 1}}, {15, 35, {3, 1}}, {35, 40, {1, 1}}}));
  table.set(0, 100, {4, 1});
  EXPECT_EQ(table.stretches(), (List{{0, 100, {4, 1}}}));
}

TEST(RateTable, EqualNeighboursAreOne) {
  RateTable table;
  table.set(10, 20, {1, 1});
  table.set(30, 40, {1, 1});
  table.set(20, 30, {1, 1});
  EXPECT_EQ(table.stretches(), (List{{10, 40, {1, 1}}}));
}

// The slow twin: all that was ever set; the last that holds wins.
class SlowRates {
 public:
  void set(TimeMs from, TimeMs until, Ratio rate) { all_.push_back({from, until, rate}); }
  std::optional<Ratio> at(TimeMs instant) const {
    for (auto each = all_.rbegin(); each != all_.rend(); ++each) {
      if (each->from <= instant && instant < each->until) return each->rate;
    }
    return std::nullopt;
  }
  // The instant before the last of the ends that have passed is the last at which one held.
  std::optional<Ratio> last_before(TimeMs instant) const {
    std::optional<TimeMs> end;
    for (const DatedRate& each : all_) {
      if (each.until <= instant) end = std::max(end.value_or(each.until), each.until);
    }
    return end ? at(*end - 1) : std::nullopt;
  }

 private:
  List all_;
};

TEST(RateTable, IsAsTheSlowTwinHasIt) {
  std::mt19937_64 rng(7);  // NOLINT(bugprone-random-generator-seed): the same each time
  for (int round = 0; round < 200; ++round) {
    RateTable table;
    SlowRates slow;
    for (int set = 0; set < 12; ++set) {
      const auto from = static_cast<TimeMs>(rng() % 40);
      const TimeMs until = from + 1 + static_cast<TimeMs>(rng() % 15);
      const Ratio rate{1 + static_cast<int64_t>(rng() % 3), 1};
      table.set(from, until, rate);
      slow.set(from, until, rate);
      for (TimeMs t = 0; t < 60; ++t) {
        const DatedRate* found = table.at(t);
        ASSERT_EQ(found == nullptr ? std::nullopt : std::optional(found->rate), slow.at(t)) << t;
        if (found != nullptr) continue;
        const DatedRate* last = table.last_before(t);
        ASSERT_EQ(last == nullptr ? std::nullopt : std::optional(last->rate), slow.last_before(t))
            << t;
      }
      for (size_t i = 1; i < table.size(); ++i) {
        const DatedRate& left = table.stretches()[i - 1];
        const DatedRate& right = table.stretches()[i];
        ASSERT_LE(left.until, right.from);
        ASSERT_FALSE(left.until == right.from && left.rate == right.rate);
      }
    }
  }
}

}  // namespace
}  // namespace guerdon::money
