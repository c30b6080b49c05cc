// The percents of a report, as a table.
#include "engine/reports/share.h"

#include <gtest/gtest.h>

#include <string>

namespace guerdon::reports {
namespace {

TEST(ShareTest, APartOfAll) {
  struct Case {
    uint64_t part;
    uint64_t whole;
    std::string words;
  };
  for (const Case& c : {
           Case{29, 31, "94 %"},      // 93.548...
           Case{187, 200, "94 %"},    // 93.5: a half up
           Case{1869, 2000, "93 %"},  // 93.45
           Case{1, 200, "1 %"},       // 0.5
           Case{1, 201, "0 %"},
           Case{0, 31, "0 %"},
           Case{31, 31, "100 %"},
           Case{0, 0, "nobody"},
       }) {
    EXPECT_EQ(share_in_words(share_percent(c.part, c.whole)), c.words)
        << c.part << " of " << c.whole;
  }
  EXPECT_EQ(share_percent(0, 0), std::nullopt);
}

TEST(ShareTest, AChangeFromThePeriodBefore) {
  struct Case {
    int64_t before;
    int64_t now;
    std::string words;
  };
  for (const Case& c : {
           Case{5'000'000, 5'600'000, "+12 %"},
           Case{5'600'000, 5'000'000, "-11 %"},  // 10.71...
           Case{200, 225, "+13 %"},              // 12.5: a half away from zero
           Case{200, 175, "-13 %"},
           Case{200, 201, "+1 %"},  // 0.5
           Case{200, 199, "-1 %"},
           Case{1000, 1004, "0 %"},
           Case{1000, 996, "0 %"},
           Case{100, 100, "0 %"},
           Case{100, 0, "-100 %"},
           Case{100, -50, "-150 %"},
           Case{0, 100, "new"},
           Case{0, -100, "new"},
           Case{0, 0, "none"},
           Case{-100, 50, "from below zero"},
           Case{-100, 0, "from below zero"},
       }) {
    const Change change = change_from(c.before, c.now);
    EXPECT_EQ(change.words, c.words) << c.before << " then " << c.now;
    EXPECT_EQ(change.percent.has_value(), c.words.ends_with(" %"));
  }
}

TEST(ShareTest, WhatWasPaidInPercentOfWhatItWasPaidFor) {
  EXPECT_EQ(cost_percent(56'000, 560'000), 10);
  EXPECT_EQ(cost_percent(125, 1'000), 13) << "a half away from zero";
  EXPECT_EQ(cost_percent(-125, 1'000), -13) << "more was taken back";
  EXPECT_EQ(cost_percent(3'000, 1'000), 300) << "it costs more than it brings";
  EXPECT_EQ(cost_percent(0, 1), 0);
  EXPECT_EQ(cost_percent(5, 0), std::nullopt);
  EXPECT_EQ(cost_percent(5, -100), std::nullopt) << "of a loss no share is paid";
}

TEST(ShareTest, NoMoreThanAReplyHolds) {
  constexpr base::Int128 kLarge = base::Int128{1} << 100;
  EXPECT_EQ(change_from(1, kLarge).percent, 1'000'000'000);
  EXPECT_EQ(change_from(1, -kLarge).percent, -1'000'000'000);
  EXPECT_EQ(change_from(kLarge, kLarge / 2).words, "-50 %");
}

}  // namespace
}  // namespace guerdon::reports
