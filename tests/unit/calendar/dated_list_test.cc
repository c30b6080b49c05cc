#include "engine/calendar/dated_list.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <optional>
#include <random>
#include <vector>

namespace guerdon::calendar {
namespace {

using List = std::vector<Dated<int>>;

int value_at(const DatedList<int>& table, TimeMs instant) {
  const Dated<int>* found = table.at(instant);
  return found == nullptr ? 0 : found->value;
}

TEST(DatedList, HoldsFromItsFirstInstantAndNotAtItsLast) {
  DatedList<int> table;
  EXPECT_EQ(table.at(10), nullptr);
  EXPECT_EQ(table.last_before(10), nullptr);
  table.set(10, 20, 3);
  EXPECT_EQ(table.at(9), nullptr);
  EXPECT_EQ(value_at(table, 10), 3);
  EXPECT_EQ(value_at(table, 19), 3);
  EXPECT_EQ(table.at(20), nullptr) << "never the nearest by accident";
}

TEST(DatedList, TheLastKnownIsTheOneWhoseTimeEndedLast) {
  DatedList<int> table;
  table.set(10, 20, 1);
  table.set(30, 40, 2);
  EXPECT_EQ(table.last_before(9), nullptr) << "what comes later is not known";
  EXPECT_EQ(table.last_before(20)->until, 20);
  EXPECT_EQ(table.last_before(29)->until, 20);
  EXPECT_EQ(table.last_before(40)->until, 40);
}

TEST(DatedList, ALaterOneHoldsInItsTimeAndLeavesTheRest) {
  DatedList<int> table;
  table.set(10, 40, 1);
  table.set(20, 30, 2);
  EXPECT_EQ(table.stretches(), (List{{10, 20, 1}, {20, 30, 2}, {30, 40, 1}}));
  table.set(15, 35, 3);
  EXPECT_EQ(table.stretches(), (List{{10, 15, 1}, {15, 35, 3}, {35, 40, 1}}));
  table.set(0, 100, 4);
  EXPECT_EQ(table.stretches(), (List{{0, 100, 4}}));
}

TEST(DatedList, EqualNeighboursAreOne) {
  DatedList<int> table;
  table.set(10, 20, 1);
  table.set(30, 40, 1);
  table.set(20, 30, 1);
  EXPECT_EQ(table.stretches(), (List{{10, 40, 1}}));
}

// The slow twin: all that was ever set; the last that holds wins.
class SlowList {
 public:
  void set(TimeMs from, TimeMs until, int value) { all_.push_back({from, until, value}); }
  std::optional<int> at(TimeMs instant) const {
    for (auto each = all_.rbegin(); each != all_.rend(); ++each) {
      if (each->from <= instant && instant < each->until) return each->value;
    }
    return std::nullopt;
  }
  // The instant before the last of the ends that have passed is the last at which one held.
  std::optional<int> last_before(TimeMs instant) const {
    std::optional<TimeMs> end;
    for (const Dated<int>& each : all_) {
      if (each.until <= instant) end = std::max(end.value_or(each.until), each.until);
    }
    return end ? at(*end - 1) : std::nullopt;
  }

 private:
  List all_;
};

TEST(DatedList, IsAsTheSlowTwinHasIt) {
  std::mt19937_64 rng(7);  // NOLINT(bugprone-random-generator-seed): the same each time
  for (int round = 0; round < 200; ++round) {
    DatedList<int> table;
    SlowList slow;
    for (int set = 0; set < 12; ++set) {
      const auto from = static_cast<TimeMs>(rng() % 40);
      const TimeMs until = from + 1 + static_cast<TimeMs>(rng() % 15);
      const int value = 1 + static_cast<int>(rng() % 3);
      table.set(from, until, value);
      slow.set(from, until, value);
      for (TimeMs t = 0; t < 60; ++t) {
        const Dated<int>* found = table.at(t);
        ASSERT_EQ(found == nullptr ? std::nullopt : std::optional(found->value), slow.at(t)) << t;
        if (found != nullptr) continue;
        const Dated<int>* last = table.last_before(t);
        ASSERT_EQ(last == nullptr ? std::nullopt : std::optional(last->value), slow.last_before(t))
            << t;
      }
      for (size_t i = 1; i < table.size(); ++i) {
        const Dated<int>& left = table.stretches()[i - 1];
        const Dated<int>& right = table.stretches()[i];
        ASSERT_LE(left.until, right.from);
        ASSERT_FALSE(left.until == right.from && left.value == right.value);
      }
    }
  }
}

}  // namespace
}  // namespace guerdon::calendar
