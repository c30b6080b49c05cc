#include "tools/cli/terminal_text.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace guerdon::cli {
namespace {

using testing::ElementsAre;

TEST(TerminalTextTest, Widths) {
  EXPECT_EQ(display_width(""), 0u);
  EXPECT_EQ(display_width("abc"), 3u);
  EXPECT_EQ(display_width("\u00e9"), 1u);
  EXPECT_EQ(display_width("e\u0301"), 1u);  // combined
  EXPECT_EQ(display_width("\u6f22\u5b57"), 4u);
  EXPECT_EQ(display_width("\U0001F600"), 2u);
}

TEST(TerminalTextTest, WhatCannotBeShownIsEscaped) {
  EXPECT_EQ(shown("plain \u00e9 \\"), "plain \u00e9 \\");
  EXPECT_EQ(shown("a\nb\x7f"), "a\\x0ab\\x7f");
  EXPECT_EQ(shown("\u0085"), "\\xc2\\x85");             // a control character of Unicode
  EXPECT_EQ(shown("\xc3"), "\\xc3");                    // cut
  EXPECT_EQ(shown("\xed\xa0\x80"), "\\xed\\xa0\\x80");  // half of a pair
  EXPECT_EQ(shown(std::string_view("a\0b", 3)), "a\\x00b");
}

TEST(TerminalTextTest, LinesAreCutBetweenWords) {
  EXPECT_THAT(wrapped("", 10), ElementsAre(""));
  EXPECT_THAT(wrapped("one two three", 7), ElementsAre("one two", "three"));
  EXPECT_THAT(wrapped("extraordinary it is", 5), ElementsAre("extraordinary", "it is"));
}

}  // namespace
}  // namespace guerdon::cli
