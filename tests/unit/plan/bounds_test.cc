// Bounds against brute force: terms over small ranges are evaluated for every value, by the
// reference interpreter, and the smallest and largest value compared with the bound.

#include "engine/plan/bounds.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "engine/money/limits.h"
#include "tests/generate/random_events.h"
#include "tests/generate/random_plan.h"
#include "tests/reference/evaluate.h"
#include "tests/unit/plan/loaded.h"

namespace guerdon::plan {
namespace {

using enum DiagnosticCode;

using reference::Rational;
using reference::Value;

// Small ranges: n is 0 to 5, d is -4 to 3, m is -2 to 6 (a measure).
constexpr const char* kSmall = R"(
let n = min(qty, 5)
let d = max(min(delta, 3), -4)
let m = max(min(moved before, 6), -2)

measure moved per account = sum of delta on sale

table steps by basis : low, high
  up to 2 : 10%, 300%
  up to 4 : 20%, none
  above 4 : 50%, 3/7

table signed_steps by basis
  from 0 : -50%
  from 2 : 100%
  from 4 : none

table named by stars
  1 : 1/2
  2 : -2/3
  3 : none
)";

struct Range {
  Rational low;
  Rational high;
  bool any = false;

  void add(const Rational& value) {
    if (!any || value < low) low = value;
    if (!any || high < value) high = value;
    any = true;
  }
};

// Every value that the first credit of the plan's rule can have.
Range brute_force(const Plan& plan, const Term& term) {
  Range range;
  std::vector<Value> attributes(plan.attributes.size());
  const auto set = [&](std::string_view name, int64_t value) {
    for (size_t i = 0; i < plan.attributes.size(); ++i) {
      if (plan.attributes[i].name == name) attributes[i] = Rational(value);
    }
  };
  for (int64_t qty = 0; qty <= 6; ++qty) {
    for (int64_t delta = -5; delta <= 4; ++delta) {
      for (int64_t moved = -3; moved <= 7; ++moved) {
        set("qty", qty);
        set("delta", delta);
        const reference::Scope scope{
            plan, attributes, [&](int, tree::Moment) { return Value(Rational(moved)); }, nullptr};
        const Value value = reference::evaluate(scope, term);
        if (!reference::is_missing(value)) range.add(reference::number_of(value));
      }
    }
  }
  return range;
}

struct Case {
  const char* term;
  bool tight;  // the bound is reached on both sides
};

class BruteForce : public testing::TestWithParam<Case> {};

TEST_P(BruteForce, EveryValueIsWithin) {
  const std::string term = GetParam().term;
  const Loaded loaded(shop(std::string(kSmall) + "\nrule r\n  on sale\n  credit account (" + term +
                           ") * 1 point\n  at most 100 points\n"));
  ASSERT_TRUE(loaded.plan) << loaded.said();
  const Plan& plan = *loaded.plan;
  const Term& amount = *plan.rules[0].effects[0].amount;
  const std::optional<Bound> bound = bound_of(plan, amount);
  ASSERT_TRUE(bound);
  const Range range = brute_force(plan, amount);
  ASSERT_TRUE(range.any);
  const Rational low(bound->low, bound->den);
  const Rational high(bound->high, bound->den);
  EXPECT_FALSE(range.low < low) << range.low.text() << " is below " << low.text();
  EXPECT_FALSE(high < range.high) << range.high.text() << " is above " << high.text();
  if (GetParam().tight) {
    EXPECT_EQ(range.low.text(), low.text());
    EXPECT_EQ(range.high.text(), high.text());
  }
}

INSTANTIATE_TEST_SUITE_P(
    Terms, BruteForce,
    testing::Values(Case{"n", true}, Case{"-d", true}, Case{"n + d", true}, Case{"n - d", true},
                    Case{"n * d", true}, Case{"d * m", true}, Case{"(3/7) of d", true},
                    Case{"(3/7) of d + (2/5) of n", true}, Case{"min(n, d, m)", true},
                    Case{"max(n, d, m)", true}, Case{"max((1/3) of d, (1/7) of m)", true},
                    Case{"2 per full 3 of d", true}, Case{"d per full 2 of m", true},
                    Case{"(2/3) per full 2 of n * 5", true}, Case{"d * d", false},
                    Case{"steps.low for n", false}, Case{"steps.high for n", false},
                    Case{"signed_steps for n", true}, Case{"signed_steps for d", true},
                    Case{"named for n", true}, Case{"named for n otherwise (1/5) of d", true},
                    Case{"steps.low for each part of n", false},
                    Case{"steps.low for each part of d on top of m", false},
                    Case{"signed_steps for each part of n", false},
                    Case{"signed_steps for each part of d on top of m", false},
                    Case{"steps.high for each part of m on top of n", false}));

// What a credit by rows can be is what its rows can be.
TEST(Bounds, OfChoicesAreThoseOfTheirRows) {
  const Loaded loaded(shop(R"(
rule r
  on sale
  credit account by qty
    up to 5   : 1/3 of fee
    otherwise : -3.00
)"));
  ASSERT_TRUE(loaded.plan) << loaded.said();
  const std::optional<Bound> bound =
      bound_of(*loaded.plan, *loaded.plan->rules[0].effects[0].amount);
  ASSERT_TRUE(bound);
  EXPECT_EQ(bound->den, 3);
  EXPECT_EQ(bound->low, -900);
  EXPECT_EQ(bound->high, money::kAmountMax);
}

// Every number in a plan, and what is inside of it, stands over its denominator within its bound.
void expect_within(const Plan& plan, const Term& term, const reference::Scope& scope) {
  for (const TermPtr& arg : term.args) {
    if (arg != nullptr) expect_within(plan, *arg, scope);
  }
  if (!term.type.is_number() || term.kind == TermKind::kAverage) return;
  const std::optional<Bound> bound = bound_of(plan, term);
  ASSERT_TRUE(bound) << print_term(plan, term);
  const Value value = reference::evaluate(scope, term);
  if (reference::is_missing(value)) return;
  const Rational scaled = reference::number_of(value) * Rational(bound->den);
  EXPECT_TRUE(scaled.is_whole()) << print_term(plan, term);
  EXPECT_FALSE(scaled < Rational(bound->low)) << print_term(plan, term);
  EXPECT_FALSE(Rational(bound->high) < scaled) << print_term(plan, term);
}

Value random_value(generate::Rng& rng, const Attribute& attribute) {
  if (rng.chance(10)) return reference::Missing{};
  const int64_t sent =
      attribute.type.kind == TypeKind::kAmount ? money::kAmountMax : money::kCountMax;
  const int64_t most = attribute.ask >= 0 ? attribute.most : sent;
  switch (attribute.type.kind) {
    case TypeKind::kBool:
      return rng.chance(50);
    case TypeKind::kText:
    case TypeKind::kAccount:
      return std::string(1, static_cast<char>('a' + rng.below(4)));
    default:
      break;
  }
  const int64_t low = attribute.is_signed ? -most : 0;
  if (rng.chance(20)) return Rational(rng.chance(50) ? low : most);
  return Rational(rng.chance(50) ? rng.between(low, most)
                                 : rng.between(0, std::min<int64_t>(100, most)));
}

TEST(Bounds, HoldForRandomPlansAndValues) {
  generate::Rng rng(99);
  int loaded_plans = 0;
  for (int draw = 0; draw < 400; ++draw) {
    const Loaded loaded(generate::random_plan(rng, {}));
    if (!loaded.plan) continue;
    ++loaded_plans;
    const Plan& plan = *loaded.plan;
    for (int event = 0; event < 5; ++event) {
      std::vector<Value> attributes;
      for (const Attribute& attribute : plan.attributes) {
        attributes.push_back(random_value(rng, attribute));
        if (attribute.credited >= 0) {
          const int64_t most = plan.credited[static_cast<size_t>(attribute.credited)].most;
          attributes.back() = Rational(rng.chance(50) ? most : rng.between(0, most));
        }
        if (attribute.fold < 0) continue;
        const LineFold& fold = plan.folds[static_cast<size_t>(attribute.fold)];
        if (fold.amount != nullptr) attributes.back() = Rational(rng.between(fold.low, fold.high));
      }
      const reference::Scope scope{
          plan,
          attributes,
          [&](int measure, tree::Moment) -> Value {
            const Measure& of = plan.measures[static_cast<size_t>(measure)];
            if (of.is_distinct()) return Rational(rng.between(0, of.values_max));
            const bool grows = of.is_never_negative;
            const bool is_of_samples = of.name.ends_with(".samples");  // as many never come
            if (rng.chance(20)) return Rational(is_of_samples ? 1LL << 56 : money::kMeasureMax);
            if (rng.chance(20) && !grows) return Rational(-money::kMeasureMax);
            return Rational(rng.between(grows ? 0 : -1'000'000, 1'000'000'000'000));
          },
          [&](const Term& held) -> Value {
            const HolderAttribute& known = plan.holder[static_cast<size_t>(held.index)];
            return random_value(rng, {known.name,
                                      known.wire,
                                      known.type,
                                      known.is_signed,
                                      false,
                                      false,
                                      -1,
                                      -1,
                                      -1,
                                      -1,
                                      0,
                                      {}});
          },
          rng.between(0, 2'000'000'000'000),
          [&](const Term& fact) -> Value {
            if (fact.kind == TermKind::kCame) return rng.chance(50);
            return random_value(rng, plan.attributes[static_cast<size_t>(fact.index)]);
          }};
      for (const Rule& rule : plan.rules) {
        if (rule.when != nullptr) expect_within(plan, *rule.when, scope);
        for (const Effect& effect : rule.effects) expect_within(plan, *effect.amount, scope);
      }
    }
  }
  EXPECT_GT(loaded_plans, 300);
}

TEST(Bounds, ThePostingIsRoundedOutwardAndCapped) {
  const auto bound_with = [](const std::string& credit) {
    const Loaded loaded(shop("rule r\n  on sale\n  credit account " + credit + "\n"));
    EXPECT_TRUE(loaded.plan) << loaded.said();
    return *posting_bound(*loaded.plan, loaded.plan->rules[0].effects[0]);
  };
  const Bound third = bound_with("(1/3) of change");
  EXPECT_EQ(third.low, -(money::kAmountMax / 3 + 1));
  EXPECT_EQ(third.high, money::kAmountMax / 3 + 1);
  const Bound capped = bound_with("amount * qty\n  at most 5.00");
  EXPECT_EQ(capped.low, 0);
  EXPECT_EQ(capped.high, 500);
}

TEST(Bounds, MeasuresThatOnlyGrowAreNotBelowZero) {
  const auto low_of = [](const std::string& flows) {
    const Loaded loaded(shop("measure m per account = " + flows +
                             "\nrule r\n  on sale\n  credit account 1 point * (m before)\n"
                             "  at most 5 points\n"));
    EXPECT_TRUE(loaded.plan) << loaded.said();
    return loaded.plan ? bound_of(*loaded.plan, *loaded.plan->rules[0].effects[0].amount)->low : 1;
  };
  EXPECT_EQ(low_of("number of sale"), 0);
  EXPECT_EQ(low_of("sum of qty on sale"), 0);
  EXPECT_EQ(low_of("sum of delta on sale"), -money::kMeasureMax);
  EXPECT_EQ(low_of("sum of qty on sale less 1 on sale"), -money::kMeasureMax);
  EXPECT_EQ(low_of("number of sale less sale"), -money::kMeasureMax);
}

TEST(Bounds, TheLargestThatFitsIsTakenAndTheNextRefused) {
  // 4,611,686,018,427,387,904 points are 2^62.
  const auto credit = [](const std::string& amount) {
    return Loaded(shop("rule r\n  on sale\n  credit account " + amount + "\n"));
  };
  EXPECT_TRUE(credit("461_168_601_842_738_790 points * 10 + 4 points").plan);
  EXPECT_TRUE(credit("461_168_601_842_738_790 points * 10 + 5 points").has(kOverflow));
  EXPECT_TRUE(credit("amount * 4611").plan);
  EXPECT_TRUE(credit("amount * 4612").has(kOverflow));
}

TEST(Bounds, DenominatorsBeyond64BitsAreRefused) {
  const Loaded loaded(shop(R"(
rule r
  on sale
  when (1/999_999_937) of amount + (1/999_999_929) of amount + (1/999_999_893) of amount > 0.01
  credit account 1 point
)"));
  EXPECT_TRUE(loaded.has(kOverflow)) << loaded.said();
}

}  // namespace
}  // namespace guerdon::plan
