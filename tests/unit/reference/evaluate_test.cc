#include "tests/reference/evaluate.h"

#include <gtest/gtest.h>

// Kleene's three values, and how missing travels. Terms are built by hand.

namespace guerdon::reference {
namespace {

using plan::Term;
using plan::TermKind;
using plan::TermPtr;
using plan::tree::Comparison;
using plan::tree::Moment;

TermPtr term(TermKind kind) {
  auto made = std::make_unique<Term>();
  made->kind = kind;
  return made;
}

template <class... Args>
TermPtr term(TermKind kind, Args... args) {
  TermPtr made = term(kind);
  (made->args.push_back(std::move(args)), ...);
  return made;
}

TermPtr number(int64_t num, int64_t den = 1) {
  TermPtr made = term(TermKind::kNumber);
  made->value = money::make_ratio(num, den);
  return made;
}

TermPtr attribute(int index) {
  TermPtr made = term(TermKind::kAttribute);
  made->index = index;
  return made;
}

// Attributes 0, 1, 2 are true, false, missing; 3 is 7; 4 is missing.
class EvaluateTest : public testing::Test {
 protected:
  std::string show(const TermPtr& made) {
    const Scope scope{
        plan_, attributes_,
        [](int, Moment moment) -> Value { return Rational(moment == Moment::kBefore ? 10 : 17); },
        nullptr};
    const Value value = evaluate(scope, *made);
    if (is_missing(value)) return "?";
    if (const bool* flag = std::get_if<bool>(&value)) return *flag ? "true" : "false";
    return number_of(value).text();
  }

  plan::Plan plan_;
  std::vector<Value> attributes_ = {true, false, Missing{}, Rational(7), Missing{}};
};

TEST_F(EvaluateTest, KleenesThreeValues) {
  const char* const both[3][3] = {
      {"true", "false", "?"}, {"false", "false", "false"}, {"?", "false", "?"}};
  const char* const either[3][3] = {
      {"true", "true", "true"}, {"true", "false", "?"}, {"true", "?", "?"}};
  const char* const inverse[3] = {"false", "true", "?"};
  for (int a = 0; a < 3; ++a) {
    EXPECT_EQ(show(term(TermKind::kNot, attribute(a))), inverse[a]);
    for (int b = 0; b < 3; ++b) {
      EXPECT_EQ(show(term(TermKind::kAnd, attribute(a), attribute(b))), both[a][b]);
      EXPECT_EQ(show(term(TermKind::kOr, attribute(a), attribute(b))), either[a][b]);
    }
  }
}

TEST_F(EvaluateTest, ArithmeticAndComparisonWithSomethingMissingAreMissing) {
  EXPECT_EQ(show(term(TermKind::kAdd, attribute(3), attribute(4))), "?");
  EXPECT_EQ(show(term(TermKind::kMin, attribute(4), number(1))), "?");
  EXPECT_EQ(show(term(TermKind::kCompare, attribute(4), attribute(4))), "?");
  EXPECT_EQ(show(term(TermKind::kIn, attribute(4), number(1))), "?");
  EXPECT_EQ(show(term(TermKind::kNegate, attribute(4))), "?");
  TermPtr has = term(TermKind::kHas);
  has->index = 4;
  EXPECT_EQ(show(has), "false");
}

TEST_F(EvaluateTest, Numbers) {
  EXPECT_EQ(show(term(TermKind::kMultiply, number(1, 20), attribute(3))), "7/20");
  EXPECT_EQ(show(term(TermKind::kSubtract, number(1), attribute(3))), "-6");
  EXPECT_EQ(show(term(TermKind::kMin, attribute(3), number(9), number(13, 2))), "13/2");
  EXPECT_EQ(show(term(TermKind::kMax, attribute(3), number(9), number(13, 2))), "9");
  EXPECT_EQ(show(term(TermKind::kPerFull, number(3), number(2), attribute(3))), "9");
  EXPECT_EQ(show(term(TermKind::kPerFull, number(3), number(2), number(-7))), "-9");
  EXPECT_EQ(show(term(TermKind::kPerFull, number(3), number(2), number(1))), "0");
}

TEST_F(EvaluateTest, AGoalIsAboveNothing) {
  EXPECT_EQ(show(term(TermKind::kGoal, number(1))), "1");
  EXPECT_EQ(show(term(TermKind::kGoal, number(0))), "?");
  EXPECT_EQ(show(term(TermKind::kGoal, number(-1))), "?");
  EXPECT_EQ(show(term(TermKind::kGoal, attribute(4))), "?");
}

TEST_F(EvaluateTest, PercentOfAGoal) {
  const auto percent = [this](int64_t achieved, int64_t goal) {
    return show(term(TermKind::kPercent, number(achieved), term(TermKind::kGoal, number(goal))));
  };
  EXPECT_EQ(percent(899'999, 1'000'000), "89");
  EXPECT_EQ(percent(900'000, 1'000'000), "90");
  EXPECT_EQ(percent(99'999, 100'000), "99");
  EXPECT_EQ(percent(1, 3), "33");
  EXPECT_EQ(percent(7, 3), "233");
  EXPECT_EQ(percent(0, 3), "0");
  EXPECT_EQ(percent(-7, 3), "0");
  EXPECT_EQ(percent(10'000'000, 1), "1000000000");
  EXPECT_EQ(percent(10'000'001, 1), "1000000000");
  EXPECT_EQ(percent(5, 0), "?");
  EXPECT_EQ(show(term(TermKind::kPercent, attribute(4), number(3))), "?");
}

TEST_F(EvaluateTest, AveragesAreExact) {
  const auto average = [](int64_t sum, int64_t samples) {
    return term(TermKind::kAverage, number(sum), number(samples));
  };
  EXPECT_EQ(show(average(481, 4)), "481/4");
  EXPECT_EQ(show(average(-6, 3)), "-2");
  EXPECT_EQ(show(average(0, 1)), "0");
  EXPECT_EQ(show(average(0, 0)), "?");
  EXPECT_EQ(show(term(TermKind::kAverage, attribute(4), number(1))), "?");
  EXPECT_EQ(show(term(TermKind::kPercent, average(481, 4), number(121))), "99");
  EXPECT_EQ(show(term(TermKind::kPercent, average(484, 4), number(121))), "100");
}

TEST_F(EvaluateTest, PercentOfWhatIsToStaySmall) {
  const auto percent = [this](int64_t achieved, int64_t goal, int64_t samples) {
    return show(term(TermKind::kPercentWithin, number(achieved), number(goal), number(samples)));
  };
  EXPECT_EQ(percent(120, 120, 1), "100");
  EXPECT_EQ(percent(121, 120, 1), "99");
  EXPECT_EQ(percent(240, 120, 1), "50");
  EXPECT_EQ(percent(241, 120, 1), "49");
  EXPECT_EQ(percent(12'001, 120, 1), "0");
  EXPECT_EQ(percent(0, 120, 1), "100");
  EXPECT_EQ(percent(-5, 120, 1), "100");
  EXPECT_EQ(percent(1, 120, 0), "?");
}

TEST_F(EvaluateTest, Comparisons) {
  struct Row {
    Comparison comparison;
    const char *less, *equal, *greater;
  };
  const Row rows[] = {{Comparison::kEqual, "false", "true", "false"},
                      {Comparison::kNotEqual, "true", "false", "true"},
                      {Comparison::kLess, "true", "false", "false"},
                      {Comparison::kLessEqual, "true", "true", "false"},
                      {Comparison::kGreater, "false", "false", "true"},
                      {Comparison::kGreaterEqual, "false", "true", "true"}};
  for (const Row& row : rows) {
    const auto against = [&](int64_t right) {
      TermPtr made = term(TermKind::kCompare, attribute(3), number(right));
      made->comparison = row.comparison;
      return show(made);
    };
    EXPECT_EQ(against(8), row.less);
    EXPECT_EQ(against(7), row.equal);
    EXPECT_EQ(against(6), row.greater);
  }
}

TEST_F(EvaluateTest, MeasuresAreReadBeforeOrAfter) {
  TermPtr read = term(TermKind::kMeasure);
  read->moment = Moment::kBefore;
  EXPECT_EQ(show(read), "10");
  read->moment = Moment::kAfter;
  EXPECT_EQ(show(read), "17");
}

}  // namespace
}  // namespace guerdon::reference
