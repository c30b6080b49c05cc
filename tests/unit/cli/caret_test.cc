#include "tools/cli/caret.h"

#include <gtest/gtest.h>

#include <string>

namespace guerdon::cli {
namespace {

// The line, and the carets under it.
std::string under(std::string_view sentence, const std::string& line, size_t indent = 0,
                  size_t columns = 80) {
  const auto place = place_of(sentence, line);
  if (!place) return "none";
  return line + "\n" + text_of(carets(line, *place, indent, columns));
}

TEST(CaretTest, UnderTheWordThatIsNamed) {
  EXPECT_EQ(under("word 1: there is no command", "pong x"),
            "pong x\n"
            "^^^^\n");
  EXPECT_EQ(under("word 5, amount: too many decimals", "EVENT p  1 account=\"J D\" amount=1.255"),
            "EVENT p  1 account=\"J D\" amount=1.255\n"
            "                         ^^^^^^^^^^^^\n");
}

TEST(CaretTest, AMissingWordIsBehindTheLine) {
  EXPECT_EQ(under("word 2: a word is missing", "BALANCE"),
            "BALANCE\n"
            "        ^\n");
  EXPECT_EQ(under("word 2: a word is missing", "BALANCE  "),
            "BALANCE  \n"
            "         ^\n");
}

TEST(CaretTest, UnderTheColumn) {
  EXPECT_EQ(under("column 8: this quote is never closed", "ECHO \u00e9\"a"),
            "ECHO \u00e9\"a\n"
            "      ^\n");
  EXPECT_EQ(under("column 6: \u00e9", "ECHO \u00e9\u00e9"),
            "ECHO \u00e9\u00e9\n"
            "     ^\n");
}

TEST(CaretTest, UnderTheAttributeThatIsNamed) {
  EXPECT_EQ(under("version: this version was applied", "EVENT a 1 object=o version=2 b=version"),
            "EVENT a 1 object=o version=2 b=version\n"
            "                   ^^^^^^^^^\n");
}

TEST(CaretTest, ASentenceThatNamesNoPlaceHasNone) {
  EXPECT_EQ(under("the disk is full", "PING"), "none");
  EXPECT_EQ(under("", "PING"), "none");
  EXPECT_EQ(under("word x", "PING"), "none");
}

TEST(CaretTest, WidthCountsNotBytes) {
  EXPECT_EQ(under("word 3: no", "a \u6f22\u5b57 \u00e9\u00e9", 2),
            "a \u6f22\u5b57 \u00e9\u00e9\n"
            "         ^^\n");
}

TEST(CaretTest, WhereTheLineWasFoldedTheWordIsShownAgain) {
  EXPECT_EQ(under("word 2: no", "EVENT purchase o-17 account=anna", 10, 30),
            "EVENT purchase o-17 account=anna\n"
            "  purchase\n"
            "  ^^^^^^^^\n");
  EXPECT_EQ(under("word 3: a word is missing", "EVENT abcdefghijklmnopqrstuvwxyz", 0, 20),
            "EVENT abcdefghijklmnopqrstuvwxyz\n");
}

}  // namespace
}  // namespace guerdon::cli
