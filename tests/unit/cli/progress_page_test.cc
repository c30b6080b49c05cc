#include "tools/cli/progress_page.h"

#include <gtest/gtest.h>

#include <string>

#include "tests/unit/cli/made_answer.h"
#include "tools/cli/answer_page.h"

namespace guerdon::cli {
namespace {

std::string bulk(std::string_view text) {
  return "$" + std::to_string(text.size()) + "\n" + std::string(text) + "\n";
}

struct Figures {
  std::string target = "spend";
  std::string role = "account";
  std::string keys = "%0\n";
  std::string state = "open";
  std::string unit = "GBP";
  std::string achieved = "0.00";
  std::string goal;  // "": none
  int percent = 0;
  std::string band = "none";
  std::string remaining;
  int days_left = 3;
  std::string pace;
  std::string milestones = "*0\n";
  std::string goal_is;  // "": it has no samples, and is to be large
  std::string over;
};

std::string or_null(const std::string& text) { return text.empty() ? "_\n" : bulk(text); }

// As PROGRESS answers in RESP3.
std::string row(const Figures& of) {
  std::string bytes = of.goal_is.empty() ? "%15\n" : "%17\n";
  const auto pair = [&](std::string_view key, const std::string& value) {
    bytes += bulk(key) + value;
  };
  pair("program", bulk("club"));
  pair("target", bulk(of.target));
  pair("role", bulk(of.role));
  pair("keys", of.keys);
  pair("period", bulk("2026-05"));
  pair("state", bulk(of.state));
  pair("unit", bulk(of.unit));
  pair("achieved", or_null(of.achieved));
  pair("goal", or_null(of.goal));
  const bool has_percent = !of.goal.empty() && of.percent >= 0;
  pair("percent", has_percent ? ":" + std::to_string(of.percent) + "\n" : "_\n");
  pair("band", bulk(of.band));
  pair("remaining", or_null(of.remaining));
  pair("days_left", ":" + std::to_string(of.days_left) + "\n");
  pair("pace", or_null(of.pace));
  if (!of.goal_is.empty()) {
    pair("goal_is", bulk(of.goal_is));
    pair("over", or_null(of.over));
  }
  pair("milestones", of.milestones);
  return bytes;
}

std::string milestone(int percent, bool is_reached) {
  return "%3\n" + bulk("percent") + ":" + std::to_string(percent) + "\n" + bulk("from") +
         bulk("1") + bulk("reached") + bulk(is_reached ? "yes" : "no");
}

// Some are on the way, reached, without a goal, and over.
std::string some() {
  Figures way;
  way.achieved = "900.00";
  way.goal = "1000.00";
  way.percent = 90;
  way.band = "orange";
  way.remaining = "100.00";
  way.pace = "33.34";
  way.milestones = "*2\n" + milestone(50, true) + milestone(100, false);
  Figures green;
  green.target = "quota";
  green.keys = "%1\n" + bulk("sku") + bulk("A1");
  green.unit = "";
  green.achieved = "5";
  green.goal = "4";
  green.percent = 125;
  green.band = "green";
  green.remaining = "0";
  green.pace = "0";
  green.days_left = 1;
  green.milestones = "*1\n" + milestone(100, true);
  Figures none;
  none.target = "later";
  none.achieved = "3.00";
  Figures over;
  over.target = "old";
  over.state = "closed";
  over.unit = "points";
  over.achieved = "-7";
  over.goal = "10";
  over.band = "red";
  over.remaining = "17";
  over.days_left = 0;
  over.milestones = "*1\n" + milestone(100, false);
  return "*4\n" + row(way) + row(green) + row(none) + row(over);
}

TEST(ProgressPageTest, ABarForEach) {
  EXPECT_EQ(text_of(page_of(made_answer(some()), {})),
            "spend     2026-05  [==================  ]   90 %  orange  900.00 of 1000.00 GBP\n"
            "club      open     50 %, then 100 %                       "
            "100.00 to go, 33.34 a day in 3 days\n"
            "quota A1  2026-05  [====================]  125 %  green   5 of 4\n"
            "club      open     100 %                                  reached\n"
            "later     2026-05                                 none    3.00 GBP\n"
            "club      open                                            no goal\n"
            "old       2026-05  [                    ]    0 %  red     -7 of 10 points\n"
            "club      closed                                          missed by 17\n");
}

TEST(ProgressPageTest, WhatIsToStaySmall) {
  Figures kept;
  kept.target = "quick";
  kept.unit = "";
  kept.achieved = "118";
  kept.goal = "120";
  kept.percent = 100;
  kept.band = "green";
  kept.remaining = "2";
  kept.goal_is = "at_most";
  kept.over = "0";
  kept.milestones = "*1\n" + milestone(100, true);
  Figures over = kept;
  over.achieved = "121";
  over.percent = 99;
  over.band = "orange";
  over.remaining = "0";
  over.over = "1";
  over.milestones = "*2\n" + milestone(90, true) + milestone(100, false);
  Figures none = kept;
  none.achieved = "";
  none.percent = -1;
  none.band = "none";
  none.remaining = "";
  none.over = "";
  none.milestones = "*0\n";
  Figures average = none;
  average.goal_is = "at_least";
  EXPECT_EQ(
      text_of(page_of(made_answer("*4\n" + row(kept) + row(over) + row(none) + row(average)), {})),
      "quick  2026-05  [====================]  100 %  green   118, at most 120\n"
      "club   open     100 %                                  kept to, with 2 left\n"
      "quick  2026-05  [=================== ]   99 %  orange  121, at most 120\n"
      "club   open     90 %, then 100 %                       over by 1\n"
      "quick  2026-05                                 none    none, at most 120\n"
      "club   open                                            no sample\n"
      "quick  2026-05                                 none    none of 120\n"
      "club   open                                            no sample\n");
}

TEST(ProgressPageTest, RolesAreShownWhereThereAreSeveral) {
  Figures seller;
  seller.role = "operator";
  EXPECT_EQ(text_of(page_of(made_answer("*2\n" + row({}) + row(seller)), {})),
            "spend           2026-05      none  0.00 GBP\n"
            "club, account   open               no goal\n"
            "spend           2026-05      none  0.00 GBP\n"
            "club, operator  open               no goal\n");
}

TEST(ProgressPageTest, BandsAreInTheirColourOnATerminalAlone) {
  const Look colours = {.has_colours = true};
  const std::string page = text_of(page_of(made_answer(some()), colours));
  EXPECT_NE(page.find("\x1b[33m[==================  ]\x1b[0m"), std::string::npos) << page;
  EXPECT_NE(page.find("\x1b[33morange\x1b[0m"), std::string::npos) << page;
  EXPECT_NE(page.find("\x1b[32m[====================]\x1b[0m"), std::string::npos) << page;
  EXPECT_NE(page.find("\x1b[31mred\x1b[0m"), std::string::npos) << page;
  EXPECT_NE(page.find("  none    3.00"), std::string::npos) << "no colour is called none: " << page;
  EXPECT_EQ(text_of(page_of(made_answer(some()), {})).find('\x1b'), std::string::npos);
}

TEST(ProgressPageTest, WhatHasNotAllOfItIsATable) {
  EXPECT_TRUE(is_progress(made_answer(some())));
  EXPECT_FALSE(is_progress(made_answer("*0\n")));
  EXPECT_FALSE(is_progress(made_answer("*1\n%1\n+target\n+a\n")));
  Figures odd;
  odd.keys = bulk("no map");
  EXPECT_FALSE(is_progress(made_answer("*1\n" + row(odd))));
}

}  // namespace
}  // namespace guerdon::cli
