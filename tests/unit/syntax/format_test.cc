#include "engine/syntax/format.h"

#include <gtest/gtest.h>

#include "tests/unit/syntax/front_end.h"

namespace guerdon::plan {
namespace {

std::string formatted(std::string text) {
  const FrontEnd front(std::move(text));
  return front.ok() ? front.formatted() : front.said();
}

TEST(Format, NothingAndComments) {
  EXPECT_EQ(formatted(""), "");
  EXPECT_EQ(formatted("\n\n"), "");
  EXPECT_EQ(formatted("\n # a  \n\n\n#b"), "# a\n\n#b\n");
}

TEST(Format, SpacesWhereTheyBelong) {
  EXPECT_EQ(formatted("let x=a+b*-c/( 3/2 )-5   %"), "let x = a + b * -c / (3/2) - 5%\n");
  EXPECT_EQ(formatted("let x = min (a,b)>=max( c , -d )"), "let x = min(a, b) >= max(c, -d)\n");
  EXPECT_EQ(formatted("let x = a before -5"), "let x = a before - 5\n");
  EXPECT_EQ(formatted("let x = 3/2 of a"), "let x = 3/2 of a\n");
  EXPECT_EQ(formatted("let x = 3/2 GBP"), "let x = 3 / 2 GBP\n");
  EXPECT_EQ(formatted("let x = a / 3 / 2 * 3 / 2 of b"), "let x = a / 3 / 2 * 3/2 of b\n");
  EXPECT_EQ(formatted("let x = 3/2%"), "let x = 3 / 2%\n");
  EXPECT_EQ(formatted("plan p\n zone Etc/GMT+3"), "plan p\n  zone Etc/GMT+3\n");
}

TEST(Format, OneEmptyLineBetweenDeclarations) {
  EXPECT_EQ(formatted("param a = 1\nlet b = 2"), "param a = 1\n\nlet b = 2\n");
  EXPECT_EQ(formatted("param a = 1\nparam b = 2\n\n\nparam c = 3"),
            "param a = 1\nparam b = 2\n\nparam c = 3\n");
  EXPECT_EQ(formatted("plan a\n zone UTC\nplan b\n zone UTC"),
            "plan a\n  zone UTC\n\nplan b\n  zone UTC\n");
}

TEST(Format, CommentsStayWithWhatTheySpeakOf) {
  EXPECT_EQ(
      formatted("# r\nrule r # one\n # c\n credit a 5# five\n # last\n# s\nrule s\n credit a 5"),
      "# r\nrule r  # one\n  # c\n  credit a 5  # five\n  # last\n\n# s\nrule s\n  credit a 5\n");
  EXPECT_EQ(formatted("rule r\n# low\n  credit a 5"), "rule r\n  # low\n  credit a 5\n");
}

TEST(Format, RowsHaveTheirColonsBelowEachOther) {
  EXPECT_EQ(formatted("table t by k\n \"é\":1\n\n # c\n 1000 : 2"),
            "table t by k\n  \"é\"  : 1\n  # c\n  1000 : 2\n");
  EXPECT_EQ(formatted("event e\n account:account\n a:text"),
            "event e\n  account : account\n  a : text\n");
  EXPECT_EQ(formatted("rule r\n credit a by b\n  1:1\n  1000:1\n credit a by b\n  1:1"),
            "rule r\n  credit a by b\n    1    : 1\n    1000 : 1\n  credit a by b\n    1 : 1\n");
}

TEST(Format, OptionsOfACreditHaveOneOrder) {
  EXPECT_EQ(formatted("rule r\n credit a 5 as k rounded half up"),
            "rule r\n  credit a 5 rounded half up as k\n");
  EXPECT_EQ(formatted("rule r\n credit a 5 rounded down as k"),
            "rule r\n  credit a 5 rounded down as k\n");
  EXPECT_EQ(formatted("rule r\n debit a 5 as k rounded up\n burn a 5 as k rounded up"),
            "rule r\n  debit a 5 rounded up as k\n  burn a 5 rounded up as k\n");
}

TEST(Format, LinesOfAWallet) {
  EXPECT_EQ(
      formatted("wallet points\n expire  90 days   after earning\n hold at most 30 % of x for 1 "
                "hour\n short go down to - 5.00"),
      "wallet points\n  expire 90 days after earning\n  hold at most 30% of x for 1 hour\n"
      "  short go down to -5.00\n");
}

TEST(Format, LongNumbersAreGroupedIfOneIs) {
  EXPECT_EQ(formatted("let x = 1_000 + 10000 + 1234567.89 + 9999 + 100000"),
            "let x = 1_000 + 10_000 + 1_234_567.89 + 9999 + 100_000\n");
  EXPECT_EQ(formatted("let x = 10000"), "let x = 10000\n");
}

}  // namespace
}  // namespace guerdon::plan
