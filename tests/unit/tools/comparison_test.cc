#include "tools/guerdon/simulate/comparison.h"

#include <gtest/gtest.h>

namespace guerdon::tools {
namespace {

using Accounts = std::map<std::string, base::Int128>;

const WalletName kMoney = {"shop", "GBP"};

UnitSums sums_of(int scale, const Accounts& accounts) {
  UnitSums sums{.scale = scale};
  for (const auto& [account, amount] : accounts) {
    (amount > 0 ? sums.credited : sums.taken) += amount;
  }
  sums.accounts = accounts;
  return sums;
}

UnitComparison compare_one(const UnitSums& before, const UnitSums& after, size_t top = 10) {
  const std::vector<UnitComparison> units = compare({{kMoney, before}}, {{kMoney, after}}, top);
  EXPECT_EQ(units.size(), 1U);
  return units.front();
}

std::vector<std::string> names_of(const std::vector<AccountChange>& changes) {
  std::vector<std::string> names;
  for (const AccountChange& change : changes) names.push_back(change.account);
  return names;
}

using Names = std::vector<std::string>;

TEST(ChangeTest, PercentHasOneDecimalAndAHalfGoesAwayFromZero) {
  EXPECT_EQ((Change{200, 300}.percent()), "50.0");
  EXPECT_EQ((Change{2000, 2001}.percent()), "0.1");   // 0.05 %
  EXPECT_EQ((Change{2000, 1999}.percent()), "-0.1");  // -0.05 %
  EXPECT_EQ((Change{2001, 2002}.percent()), "0.0");   // 0.04997... %
  EXPECT_EQ((Change{3, 5}.percent()), "66.7");
  EXPECT_EQ((Change{7, 0}.percent()), "-100.0");
}

TEST(ChangeTest, PercentIsOfWhatWasWhateverItsSign) {
  EXPECT_EQ((Change{-100, -150}.percent()), "-50.0");  // half as much is taken again
  EXPECT_EQ((Change{-100, 100}.percent()), "200.0");
  EXPECT_EQ((Change{0, 5}.percent()), std::nullopt);
  EXPECT_EQ((Change{0, 0}.percent()), std::nullopt);
}

TEST(ChangeTest, PercentIsExactFarBeyondInt64) {
  // A 2000th is 0.05 %, half of a tenth; a 2000th less 1 of 10^30 is below that.
  constexpr base::Int128 kWhole = base::Int128{1'000'000'000'000'000} * 1'000'000'000'000'000;
  EXPECT_EQ((Change{kWhole, kWhole + kWhole / 2000}.percent()), "0.1");
  EXPECT_EQ((Change{kWhole, kWhole + kWhole / 2000 - 1}.percent()), "0.0");
}

TEST(ComparisonTest, AccountsAreCountedByWhatTheyGet) {
  // more: a (5 to 9) and d (nothing to 1); less: b (5 to -2) and e (3 to nothing); the same: c, f.
  const UnitComparison unit =
      compare_one(sums_of(2, {{"a", 5}, {"b", 5}, {"c", 7}, {"e", 3}, {"f", 0}}),
                  sums_of(2, {{"a", 9}, {"b", -2}, {"c", 7}, {"d", 1}, {"f", 0}}));
  EXPECT_EQ(unit.more, 2U);
  EXPECT_EQ(unit.less, 2U);
  EXPECT_EQ(unit.same, 2U);
  EXPECT_EQ(unit.paid.before, 4);  // a, b, c, e
  EXPECT_EQ(unit.paid.after, 3);   // a, c, d
  EXPECT_EQ(unit.charged.before, 0);
  EXPECT_EQ(unit.charged.after, 1);  // b
  EXPECT_EQ(unit.credited.before, 20);
  EXPECT_EQ(unit.credited.after, 17);
  EXPECT_EQ(unit.taken.after, -2);
  EXPECT_EQ(unit.in_all.difference(), -5);  // 20 to 15
}

TEST(ComparisonTest, TheBiggestStandFirstAndEqualOnesByName) {
  const Accounts before = {{"a", 10}, {"b", 10}, {"c", 10}, {"d", 10}, {"e", 10}, {"f", 10}};
  const Accounts after = {{"a", 12}, {"b", 15}, {"c", 12}, {"d", 9}, {"e", 1}, {"f", 10}};
  const UnitComparison all = compare_one(sums_of(0, before), sums_of(0, after));
  EXPECT_EQ(names_of(all.up), (Names{"b", "a", "c"}));
  EXPECT_EQ(names_of(all.down), (Names{"e", "d"}));
  const UnitComparison two = compare_one(sums_of(0, before), sums_of(0, after), 2);
  EXPECT_EQ(names_of(two.up), (Names{"b", "a"}));
  EXPECT_EQ(names_of(two.down), (Names{"e", "d"}));
  EXPECT_EQ(two.more, 3U);  // what is not shown is counted
}

TEST(ComparisonTest, OtherDecimalsOnTheTwoSidesAreTheSameMoney) {
  // 1.50 before and 1.505 after: 0.005 more.
  UnitSums before = sums_of(2, {{"a", 150}});
  before.rules["cashback"] = {1, 150};
  UnitSums after = sums_of(3, {{"a", 1505}});
  after.rules["cashback"] = {2, 1505};
  const UnitComparison unit = compare_one(before, after);
  EXPECT_EQ(unit.scale, 3);
  EXPECT_EQ(unit.in_all.before, 1500);
  EXPECT_EQ(unit.in_all.difference(), 5);
  ASSERT_EQ(unit.rules.size(), 1U);
  EXPECT_EQ(unit.rules.front().amount.difference(), 5);
  EXPECT_EQ(unit.rules.front().entries.difference(), 1);  // entries have no decimals
}

TEST(ComparisonTest, WhatOnlyOneSideHasIsNothingOnTheOther) {
  const WalletName points = {"shop", "points"};
  UnitSums gone = sums_of(0, {{"a", 6}});
  gone.rules["visit"] = {3, 6};
  const std::vector<UnitComparison> units =
      compare({{points, gone}}, {{kMoney, sums_of(2, {{"b", 100}})}}, 10);
  ASSERT_EQ(units.size(), 2U);  // GBP before points
  EXPECT_EQ(units[0].wallet, kMoney);
  EXPECT_EQ(units[0].scale, 2);
  EXPECT_EQ(units[0].in_all.before, 0);
  EXPECT_EQ(units[0].in_all.after, 100);
  EXPECT_EQ(units[1].in_all.before, 6);
  EXPECT_EQ(units[1].in_all.after, 0);
  ASSERT_EQ(units[1].rules.size(), 1U);
  EXPECT_EQ(units[1].rules[0].entries.before, 3);
  EXPECT_EQ(units[1].rules[0].entries.after, 0);
  EXPECT_EQ(names_of(units[1].down), (Names{"a"}));
}

}  // namespace
}  // namespace guerdon::tools
