#include "tools/cli/answer_page.h"

#include <gtest/gtest.h>

#include "tests/unit/cli/made_answer.h"

namespace guerdon::cli {
namespace {

std::string page(std::string_view bytes) { return text_of(page_of(made_answer(bytes), {})); }

TEST(AnswerPageTest, WhatIsNoListIsItself) {
  EXPECT_EQ(page("+OK 2 1\n"), "OK 2 1\n");
  EXPECT_EQ(page(":7\n"), "7\n");
  EXPECT_EQ(page("#t\n"), "true\n");
  EXPECT_EQ(page("$5\nhello\n"), "hello\n");
  EXPECT_EQ(page("$0\n\n"), "\n");
  EXPECT_EQ(page("_\n"), "(nothing)\n");
  EXPECT_EQ(page("*0\n"), "(none)\n");
  EXPECT_EQ(page("%0\n"), "(none)\n");
  EXPECT_EQ(page("-INVALID word 3: no\n"), "(error) INVALID word 3: no\n");
}

TEST(AnswerPageTest, ATextHasItsOwnLines) {
  EXPECT_EQ(page("$13\n# a\nb:1\n\nc\n"), "# a\nb:1\n\nc\n");
}

TEST(AnswerPageTest, RowsAreATableAndAmountsStandToTheRight) {
  EXPECT_EQ(page("*3\n"
                 "*3\n$8\ncashback\n$3\nGBP\n$4\n6.27\n"
                 "*3\n$5\nbonus\n$6\npoints\n$5\n-1200\n"
                 "*3\n$5\nbonus\n$3\nGBP\n_\n"),
            "cashback  GBP      6.27\n"
            "bonus     points  -1200\n"
            "bonus     GBP\n");
}

TEST(AnswerPageTest, AColumnWithAWordInItStandsToTheLeft) {
  EXPECT_EQ(page("*2\n*2\n$2\n10\n:1\n*2\n$4\n1.2.\n:20\n"),
            "10     1\n"
            "1.2.  20\n");
}

TEST(AnswerPageTest, WidthIsThatOfTheTerminalNotOfTheBytes) {
  EXPECT_EQ(page("*3\n*2\n+\u00e9t\u00e9\n:1\n*2\n+\u6f22\u5b57\n:22\n*2\n+abcde\n:3\n"),
            "\u00e9t\u00e9     1\n"
            "\u6f22\u5b57   22\n"
            "abcde   3\n");
}

TEST(AnswerPageTest, ListsInACellAreOnOneLine) {
  EXPECT_EQ(page("*2\n*3\n+PING\n*2\n+fast\n+read\n:0\n*3\n+EVENT\n*0\n:10\n"),
            "PING   fast, read   0\n"
            "EVENT              10\n");
  EXPECT_EQ(page("*1\n*2\n+a\n*2\n%2\n+k\n:1\n+l\n:2\n*1\n:3\n"), "a  [k: 1, l: 2], [3]\n");
}

TEST(AnswerPageTest, MapsInAListAreATableUnderTheirKeys) {
  EXPECT_EQ(page("*3\n"
                 "%2\n+kind\n+earn\n+amount\n$4\n6.27\n"
                 "%3\n+kind\n+clawback\n+amount\n$6\n-10.00\n+why\n+refund\n"
                 "%1\n+why\n+expiry\n"),
            "kind      amount  why\n"
            "----      ------  ---\n"
            "earn        6.27\n"
            "clawback  -10.00  refund\n"
            "                  expiry\n");
}

TEST(AnswerPageTest, AMapIsTwoColumnsAndAValueMayBeAPage) {
  EXPECT_EQ(page("%4\n+account\n+anna\n+rows\n*2\n*2\n+GBP\n$4\n6.27\n*2\n+points\n:20\n"
                 "+errors\n*2\n+one\n+two\n+none\n*0\n"),
            "account  anna\n"
            "rows     GBP     6.27\n"
            "         points    20\n"
            "errors   one\n"
            "         two\n"
            "none     (none)\n");
}

TEST(AnswerPageTest, AListOfSeveralShapesIsShownInRuns) {
  EXPECT_EQ(page("*5\n%1\n+lot\n:7\n*2\n+a\n:1\n*2\n+bbb\n:22\n+end\n_\n"),
            "lot\n"
            "---\n"
            "  7\n"
            "a     1\n"
            "bbb  22\n"
            "end\n"
            "(nothing)\n");
}

TEST(AnswerPageTest, NothingThatIsSentMovesTheCursor) {
  EXPECT_EQ(page("$11\n\x1b[31mred\x07\xff\t\n"), "\\x1b[31mred\\x07\\xff\\x09\n");
  EXPECT_EQ(page("*1\n*1\n$3\na\x1b"
                 "b\n"),
            "a\\x1bb\n");
}

TEST(AnswerPageTest, ErrorsAreRedAndHeadingsBoldWhereThereAreColours) {
  const Look colours{true, 80};
  EXPECT_EQ(text_of(page_of(made_answer("-NO a\n"), colours)), "\x1b[31m(error) NO a\x1b[0m\n");
  EXPECT_EQ(text_of(page_of(made_answer("*1\n%2\n+a\n:1\n+long\n+x\n"), colours)),
            "\x1b[1ma\x1b[0m  \x1b[1mlong\x1b[0m\n-  ----\n1  x\n");
}

}  // namespace
}  // namespace guerdon::cli
