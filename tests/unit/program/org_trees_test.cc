#include <gtest/gtest.h>

#include <string>

#include "engine/base/timestamp.h"
#include "engine/program/rates.h"
#include "tests/unit/program/compiled.h"

namespace guerdon::plan {
namespace {

constexpr std::string_view kTreePlan =
    "plan teams\n"
    "unit points, 0 decimals\n"
    "relation manager\n"
    "event sale\n"
    "  account : account\n"
    "  amount : points\n"
    "rule r\n"
    "  on sale\n"
    "  credit account's manager 1% of amount\n";

class OrgTreesTest : public testing::Test {
 protected:
  using Fault = OrgTrees::Fault;

  static TimeMs day(int number) { return number * base::kMsPerDay; }
  static OrgEdge edge(std::string_view child, std::string_view parent) {
    OrgEdge made;
    made.child = child;
    made.parent = parent;
    return made;
  }
  static OrgEdge dated(std::string_view child, std::string_view parent, int from, int until = -1) {
    OrgEdge made = edge(child, parent);
    made.is_dated = true;
    made.from = day(from);
    if (until >= 0) made.until = day(until);
    return made;
  }
  Fault say(const OrgEdge& made) {
    const Fault fault = trees_.fault_of(made);
    if (fault == Fault::kNone) trees_.set(made);
    return fault;
  }
  std::string above(std::string_view account, int level, int when, bool passes = false) {
    return std::string(trees_.above(0, account, level, passes, day(when)).value_or("nobody"));
  }

  const Program program_ = compiled(std::string(kTreePlan));
  OrgTrees trees_{program_};
};

TEST_F(OrgTreesTest, LevelsAreThoseOfTheInstant) {
  EXPECT_EQ(above("a", 1, 1), "nobody");
  EXPECT_EQ(say(edge("a", "m")), Fault::kNone);
  EXPECT_EQ(say(edge("m", "d")), Fault::kNone);
  EXPECT_EQ(say(dated("a", "n", 15)), Fault::kNone);
  EXPECT_EQ(above("a", 1, 14), "m");
  EXPECT_EQ(above("a", 2, 14), "d");
  EXPECT_EQ(above("a", 3, 14), "nobody");
  EXPECT_EQ(above("a", 1, 15), "n");
  EXPECT_EQ(above("a", 2, 15), "nobody");
}

TEST_F(OrgTreesTest, AVacantPostIsNobodyOrPassedBy) {
  say(edge("a", "m"));
  say(edge("m", "d"));
  say(edge("d", "c"));
  OrgEdge vacant = dated("m", "d", 10, 20);
  vacant.is_vacant = true;
  EXPECT_EQ(say(vacant), Fault::kNone);
  EXPECT_EQ(above("a", 1, 9), "m");
  EXPECT_EQ(above("a", 1, 10), "nobody");
  EXPECT_EQ(above("a", 2, 10), "d");
  EXPECT_EQ(above("a", 1, 10, true), "d");
  EXPECT_EQ(above("a", 2, 10, true), "c");
  EXPECT_EQ(above("a", 1, 20, true), "m");
}

TEST_F(OrgTreesTest, ASecondParentForGoodIsRefused) {
  say(edge("a", "m"));
  EXPECT_EQ(say(edge("a", "n")), Fault::kSecondParent);
  EXPECT_EQ(say(edge("a", "m")), Fault::kNone) << "the same again";
  EXPECT_EQ(say(dated("a", "n", 5, 8)), Fault::kNone);
  EXPECT_EQ(say(edge("a", "m")), Fault::kSecondParent) << "n stands there for a time";
}

TEST_F(OrgTreesTest, ACircleIsRefusedAtAnyInstant) {
  say(dated("a", "b", 10, 20));
  say(dated("b", "c", 15, 30));
  EXPECT_EQ(say(dated("c", "a", 19, 25)), Fault::kCycle);
  EXPECT_EQ(say(dated("c", "a", 20, 25)), Fault::kNone) << "a is below nobody then";
  EXPECT_EQ(say(dated("a", "b", 5, 21)), Fault::kCycle);
  EXPECT_EQ(say(dated("a", "b", 5, 20)), Fault::kNone);
  EXPECT_EQ(say(edge("x", "x")), Fault::kCycle);
  EXPECT_EQ(say(dated("x", "y", 3, 3)), Fault::kBackwards);
}

// One who has as many stretches as there may be is not stuck: what takes their place makes room.
TEST_F(OrgTreesTest, FullIsWhatWouldHaveTooMany) {
  const int most = static_cast<int>(kOrgStretchesMax);
  for (int i = 0; i < most; ++i) {
    EXPECT_EQ(say(dated("z", "p" + std::to_string(i), i)), Fault::kNone) << i;
  }
  EXPECT_EQ(say(dated("z", "more", most)), Fault::kFull);
  EXPECT_EQ(say(dated("z", "more", 5, 6)), Fault::kNone) << "in place of one";
  EXPECT_EQ(above("z", 1, 5), "more");
  EXPECT_EQ(say(dated("z", "last", 2)), Fault::kNone) << "in place of nearly all";
  EXPECT_EQ(say(dated("z", "more", most)), Fault::kNone);
  EXPECT_EQ(above("z", 1, most), "more");
}

// What was said later of its time stands beside one that holds from its first instant on.
TEST_F(OrgTreesTest, SaidIsWhatHoldsFromItsFirstInstant) {
  say(edge("a", "m"));
  say(dated("a", "n", 15));
  EXPECT_TRUE(trees_.says(edge("a", "m")));
  EXPECT_FALSE(trees_.says(edge("a", "n")));
  EXPECT_TRUE(trees_.says(dated("a", "m", 3, 15)));
  EXPECT_FALSE(trees_.says(dated("a", "m", 3, 16))) << "one that ends, up to there";
  EXPECT_FALSE(trees_.says(edge("b", "m")));
}

TEST_F(OrgTreesTest, OnlyWhatHoldsIsContent) {
  EXPECT_EQ(trees_.content_hash(), base::Hash128());
  say(dated("a", "b", 1));
  say(dated("a", "c", 5));
  OrgTrees other(program_);
  other.set(dated("a", "c", 1));
  other.set(dated("a", "b", 1, 5));
  EXPECT_EQ(trees_.content_hash(), other.content_hash()) << "however it came about";
  other.set(dated("a", "b", 5));
  EXPECT_NE(trees_.content_hash(), other.content_hash());
}

}  // namespace
}  // namespace guerdon::plan
