#include "tools/cli/badges_page.h"

#include <gtest/gtest.h>

#include <string>

#include "tests/unit/cli/made_answer.h"
#include "tools/cli/answer_page.h"

namespace guerdon::cli {
namespace {

// As BADGES answers in RESP3.
std::string badge_of_answer(const std::string& name, const std::string& level, int times) {
  std::string bytes = "%5\n";
  const auto pair = [&](const std::string& key, const std::string& value) {
    bytes += "+" + key + "\n$" + std::to_string(value.size()) + "\n" + value + "\n";
  };
  pair("program", "club");
  pair("badge", "star");
  pair("name", name);
  pair("level", level);
  return bytes + "+times\n:" + std::to_string(times) + "\n";
}

std::string some_badges() {
  return "*2\n" + badge_of_answer("Star of the month", "gold", 3) + badge_of_answer("Hi", "", 1);
}

TEST(BadgesPageTest, ALineForEach) {
  EXPECT_EQ(text_of(page_of(made_answer(some_badges()), {})),
            "Star of the month  gold  3 times  star of club\n"
            "Hi                                star of club\n");
}

TEST(BadgesPageTest, LevelsAreInTheirColourOnATerminalAlone) {
  const std::string page = text_of(page_of(made_answer(some_badges()), {.has_colours = true}));
  EXPECT_NE(page.find("\x1b[1mStar of the month\x1b[0m"), std::string::npos) << page;
  EXPECT_NE(page.find("\x1b[93mgold\x1b[0m"), std::string::npos) << page;
  EXPECT_EQ(text_of(page_of(made_answer(some_badges()), {})).find('\x1b'), std::string::npos);
}

TEST(BadgesPageTest, WhatHasNotAllOfItIsATable) {
  EXPECT_TRUE(is_badges(made_answer(some_badges())));
  EXPECT_FALSE(is_badges(made_answer("*0\n")));
  EXPECT_FALSE(is_badges(made_answer("*1\n%1\n+badge\n+a\n")));
}

}  // namespace
}  // namespace guerdon::cli
