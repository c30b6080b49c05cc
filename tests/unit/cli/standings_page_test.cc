#include "tools/cli/standings_page.h"

#include <gtest/gtest.h>

#include <string>

#include "tests/unit/cli/made_answer.h"
#include "tools/cli/answer_page.h"

namespace guerdon::cli {
namespace {

// As STANDINGS answers in RESP3.
std::string place(int rank, const std::string& account, const std::string& score, int of = 214) {
  std::string bytes = "%9\n";
  const auto pair = [&](const std::string& key, const std::string& value) {
    bytes += "+" + key + "\n$" + std::to_string(value.size()) + "\n" + value + "\n";
  };
  const auto count = [&](const std::string& key, int value) {
    bytes += "+" + key + "\n:" + std::to_string(value) + "\n";
  };
  pair("program", "club");
  pair("challenge", "best");
  pair("period", "2026-05");
  pair("state", "open");
  count("rank", rank);
  count("of", of);
  pair("account", account);
  pair("score", score);
  pair("unit", "GBP");
  return bytes;
}

TEST(StandingsPageTest, ABarForEachAsAPartOfTheHighest) {
  const std::string answer =
      "*3\n" + place(1, "anna", "1250.00") + place(2, "ben", "624.99") + place(10, "chi", "0.01");
  EXPECT_EQ(text_of(page_of(made_answer(answer), {})),
            "best of club, 2026-05, open: 214 have a score\n"
            " 1  anna  [====================]  1250.00  GBP\n"
            " 2  ben   [=========           ]   624.99  GBP\n"
            "10  chi   [                    ]     0.01  GBP\n");
}

TEST(StandingsPageTest, TheFirstThreeRanksAreBold) {
  const Look colours = {.has_colours = true};
  const std::string answer = "*2\n" + place(3, "anna", "2.00") + place(4, "ben", "1.00");
  const std::string page = text_of(page_of(made_answer(answer), colours));
  EXPECT_NE(page.find("\x1b[1manna\x1b[0m"), std::string::npos) << page;
  EXPECT_EQ(page.find("\x1b[1mben"), std::string::npos) << page;
  EXPECT_EQ(text_of(page_of(made_answer(answer), {})).find('\x1b'), std::string::npos);
}

TEST(StandingsPageTest, OneIsSaidAsOne) {
  const std::string page = text_of(page_of(made_answer("*1\n" + place(1, "anna", "2", 1)), {}));
  EXPECT_NE(page.find(": 1 has a score\n"), std::string::npos) << page;
}

TEST(StandingsPageTest, WhatHasNotAllOfItIsATable) {
  EXPECT_TRUE(is_standings(made_answer("*1\n" + place(1, "anna", "2.00"))));
  EXPECT_FALSE(is_standings(made_answer("*0\n")));
  EXPECT_FALSE(is_standings(made_answer("*1\n%1\n+rank\n:1\n")));
  std::string odd = place(1, "anna", "2.00");
  odd.replace(odd.find(":1\n"), 3, "+1\n");
  EXPECT_FALSE(is_standings(made_answer("*1\n" + odd)));
}

}  // namespace
}  // namespace guerdon::cli
