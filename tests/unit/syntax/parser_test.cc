#include "engine/syntax/parser.h"

#include <gtest/gtest.h>

#include "engine/syntax/tree_printer.h"
#include "tests/unit/syntax/front_end.h"

namespace guerdon::plan {
namespace {

// The printed form of one expression.
std::string parsed(const std::string& expr) {
  const FrontEnd front("let x = " + expr);
  if (!front.ok()) return front.said();
  return print_expr(*std::get<tree::Let>(front.tree.declarations[0].what).value);
}

TEST(Parser, Precedence) {
  EXPECT_EQ(parsed("a or b and c"), "(or a (and b c))");
  EXPECT_EQ(parsed("a and b and c"), "(and (and a b) c)");
  EXPECT_EQ(parsed("not a and b"), "(and (not a) b)");
  EXPECT_EQ(parsed("not a = b"), "(not (= a b))");
  EXPECT_EQ(parsed("a + b < c * d"), "(< (+ a b) (* c d))");
  EXPECT_EQ(parsed("a - b - c"), "(- (- a b) c)");
  EXPECT_EQ(parsed("a / b * c"), "(* (/ a b) c)");
  EXPECT_EQ(parsed("5% of a * b"), "(* (of 5% a) b)");
  EXPECT_EQ(parsed("5% of 20% of a"), "(of 5% (of 20% a))");
  EXPECT_EQ(parsed("-a of b"), "(of (negate a) b)");
  EXPECT_EQ(parsed("(a or b) and c"), "(and (or a b) c)");
  EXPECT_EQ(parsed("- - 5"), "(negate (negate 5))");
}

TEST(Parser, LookUps) {
  EXPECT_EQ(parsed("t for a, b of c"), "(of (lookup t a b) c)");
  EXPECT_EQ(parsed("t for a before of c"), "(of (lookup t (before a)) c)");
  EXPECT_EQ(parsed("t.x for a otherwise 3 of c"), "(of (lookup-otherwise t.x a 3) c)");
  EXPECT_EQ(parsed("p for a, b otherwise c for d otherwise 0.5%"),
            "(lookup-otherwise p a b (lookup-otherwise c d 0.5%))");
  EXPECT_EQ(parsed("t for each part of a on top of b before"), "(each-part t a (before b))");
  EXPECT_EQ(parsed("min(t for a, b)").find("(lookup"), std::string::npos);  // two keys, one value
  EXPECT_EQ(parsed("min((t for a), b)"), "(min (lookup t a) b)");
}

TEST(Parser, NumbersAndTheirSuffixes) {
  EXPECT_EQ(parsed("100_000.00"), "100000.00");
  EXPECT_EQ(parsed("0.05"), "0.05");
  EXPECT_EQ(parsed("5 %"), "5%");
  EXPECT_EQ(parsed("175 bp"), "175bp");
  EXPECT_EQ(parsed("1 point"), "(unit 1 point)");
  EXPECT_EQ(parsed("90 days"), "(duration 90 days)");
  EXPECT_EQ(parsed("1 month"), "(duration 1 month)");
  EXPECT_EQ(parsed("3/2 of a"), "(of (/ 3 2) a)");
  EXPECT_EQ(parsed("-3/2 of a"), "(of (negate (/ 3 2)) a)");
  EXPECT_EQ(parsed("2 * 3/2 of 1/2 of a"), "(* 2 (of (/ 3 2) (of (/ 1 2) a)))");
  EXPECT_EQ(parsed("3/2 per full 10 of a"), "(per-full (/ 3 2) 10 a)");
  EXPECT_EQ(parsed("a / 3 / 2"), "(/ (/ a 3) 2)");
  EXPECT_EQ(parsed("3 / 2% of a"), "(/ 3 (of 2% a))");
  EXPECT_EQ(parsed("3 points per full 10.00 of a"), "(per-full (unit 3 points) 10.00 a)");
}

TEST(Parser, CommentsRightAboveBelongToADeclaration) {
  const FrontEnd front("# far\n\n# one\n#two \nparam a = 1  # behind\nparam b = 2\n");
  ASSERT_TRUE(front.ok());
  EXPECT_EQ(front.tree.declarations[0].comments, (std::vector<std::string>{"one", "two"}));
  EXPECT_TRUE(front.tree.declarations[1].comments.empty());
}

TEST(Parser, SpansHoldWhatWasWritten) {
  const FrontEnd front("rule r\n  credit account  5% of (a + b) as k\n  at most 3\n");
  ASSERT_TRUE(front.ok()) << front.said();
  const auto& rule = std::get<tree::Rule>(front.tree.declarations[0].what);
  const auto slice = [&](Span span) { return std::string(front.source.slice(span)); };
  EXPECT_EQ(slice(front.tree.declarations[0].span), "rule r");
  EXPECT_EQ(slice(rule.effects[0].span), "credit account  5% of (a + b) as k");
  EXPECT_EQ(slice(rule.effects[0].amount->span), "5% of (a + b)");
  EXPECT_EQ(slice(rule.effects[0].amount->args[1]->span), "(a + b)");
  EXPECT_EQ(slice(rule.effects[0].at_most->span), "3");
}

TEST(Parser, AfterAMistakeItGoesOnAtTheNextLine) {
  const FrontEnd front(
      "param a = \nparam b = 2\nrule r per\n  on 5\n  credit account 5 points\nparam c = 3\n");
  EXPECT_EQ(front.codes(), "1:E008 3:E008 4:E008");
  EXPECT_EQ(front.tree.declarations.size(), 4U);
}

TEST(Parser, ABlockUnderWhatIsUnknownIsPassedOver) {
  EXPECT_EQ(FrontEnd("use t per account\n  goal 5\n    x ( y\nparam a = 1\n").codes(), "1:E005");
  EXPECT_EQ(FrontEnd("rul t\n  on x y z\nparam a\n").codes(), "1:E003 3:E008");
}

TEST(Parser, NestingUpTo64IsRead) {
  const std::string open(63, '(');
  const std::string close(63, ')');
  EXPECT_TRUE(FrontEnd("let x = " + open + "1" + close).ok());
  EXPECT_EQ(FrontEnd("let x = (" + open + "1" + close + ")").codes(), "1:E009");
}

TEST(Parser, WordsThatBeginLinesAreFreeElsewhere) {
  const FrontEnd front(
      "event credit\n  rule, on_, let, table : account\n  credit, round : text\n"
      "rule when_\n  on credit, refund\n  credit rule 5 points as credit\n");
  EXPECT_TRUE(front.ok()) << front.said();
}

TEST(Parser, WordsOfWalletsAreFreeElsewhere) {
  const FrontEnd front(
      "plan debit\n  program penalties\nevent burn\n  wallet, debit, expire, hold, earning : "
      "account\n"
      "rule open\n  on burn\n  debit debit hold\n  burn wallet short\n");
  EXPECT_TRUE(front.ok()) << front.said();
}

// What a name reads as in a wallet: `lifetime after` is no measure after the event there, and
// `total for` no look-up.
TEST(Parser, ANameInAWalletEndsBeforeAfterBeforeAndFor) {
  const FrontEnd front(
      "wallet w\n  mature lifetime after earning\n  warn lifetime before expiry\n"
      "  hold at most share of total for lifetime\n");
  ASSERT_TRUE(front.ok()) << front.said();
  EXPECT_EQ(front.printed(),
            "(wallet w\n  (mature lifetime)\n  (warn lifetime)\n"
            "  (hold (at-most share of total) (for lifetime)))\n");
}

}  // namespace
}  // namespace guerdon::plan
