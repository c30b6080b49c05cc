// What merge() makes of versions that go together; refused_test.cc has those that do not.

#include "engine/versions/merge.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>

#include "engine/proofs/explain.h"
#include "tests/unit/syntax/front_end.h"
#include "tests/unit/versions/case.h"

namespace guerdon::plan {
namespace {

const std::string kDeclared =
    "\nunit GBP, 2 decimals\n"
    "\nevent sale\n  order : object\n  account : account\n  amount : GBP\n  sku : text\n"
    "\nevent refund\n  account : account\n  amount : GBP\n  sku : text\n"
    "\nmeasure spent per account per month = sum of amount on sale\n"
    "measure spent_in_all per account = sum of amount on sale\n";

// Version 1, or a later one from the first of that month.
std::string version(int number, const std::string& rules, const std::string& settings = "") {
  std::string text = "plan club";
  if (number > 1) {
    text += " version " + std::to_string(number) + " from 2026-0" + std::to_string(number) + "-01";
  }
  return text + "\n" + settings + kDeclared + "\n" + rules;
}

std::string flat(const std::string& name, const std::string& amount,
                 const std::string& lines = "") {
  return "rule " + name + "\n" + lines + "  on sale\n  credit account " + amount + "\n\n";
}

std::string monthly(const std::string& amount, const std::string& lines = "") {
  return "rule monthly per account per month\n" + lines + "  credit account " + amount + "\n\n";
}

std::string rules_of_versions(const std::vector<std::string>& versions) {
  const Case merged(versions);
  EXPECT_TRUE(merged.plan) << merged.said();
  return merged.plan ? rules_in(*merged.plan) : "";
}

std::string in_the_plan(const std::vector<std::string>& versions) {
  const Case merged(versions);
  EXPECT_TRUE(merged.plan) << merged.said();
  return merged.plan ? print_checked(*merged.plan) : "";
}

// The printed form of a plan but for its first line.
std::string body(const std::string& printed) { return printed.substr(printed.find('\n') + 1); }

// ---- rules ------------------------------------------------------------------------------------

TEST(Versions, WhatSaysTheSameStaysAsItIs) {
  const std::string rules = flat("base", "5% of amount") + monthly("1% of spent");
  const Case first({version(1, rules)});
  const Case merged({version(1, rules), version(2, rules)});
  EXPECT_EQ(body(print_checked(*merged.plan)), body(print_checked(*first.plan)));
  EXPECT_EQ(merged.plan->version, 2);
  EXPECT_EQ(merged.plan->text, version(2, rules));
  ASSERT_EQ(merged.plan->versions.size(), 2u);
  EXPECT_EQ(merged.plan->versions[0].text, version(1, rules));
  EXPECT_EQ(merged.plan->versions[1].number, 2);
  EXPECT_EQ(merged.plan->versions[1].from, merged.plan->from);
}

TEST(Versions, ARuleThatChangedStandsOnceForEachVersion) {
  const std::string other = flat("other", "1.00 GBP");
  EXPECT_EQ(rules_of_versions({version(1, flat("base", "5% of amount") + other),
                               version(2, flat("base", "6% of amount") + other),
                               version(4, other + flat("base", "7% of amount"))}),
            "base 1 until 2026-02-01\n"
            "other 1\n"
            "base 2 from 2026-02-01 until 2026-04-01\n"
            "base 4 from 2026-04-01\n");
}

TEST(Versions, ARuleBeginsAndEndsWithAVersion) {
  EXPECT_EQ(rules_of_versions({version(1, flat("base", "5% of amount")),
                               version(2, flat("other", "5% of amount"))}),
            "base 1 until 2026-02-01\n"
            "other 2 from 2026-02-01\n");
}

TEST(Versions, ARuleThatWasLeftOutGoesOnWhenItComesBack) {
  const std::string rule = flat("base", "5% of amount");
  EXPECT_EQ(rules_of_versions(
                {version(1, rule), version(2, flat("other", "1.00 GBP")), version(3, rule)}),
            "base 1 until 2026-02-01\n"
            "other 2 from 2026-02-01 until 2026-03-01\n"
            "base 3 from 2026-03-01\n");
}

TEST(Versions, ARenamedRuleKeepsItsLineage) {
  EXPECT_EQ(rules_of_versions({version(1, flat("base", "5% of amount")),
                               version(2, flat("cashback", "5% of amount", "  was base\n"))}),
            "cashback 1 of base\n");
  EXPECT_EQ(rules_of_versions({version(1, flat("base", "5% of amount")),
                               version(2, flat("cashback", "6% of amount", "  was base\n")),
                               version(3, flat("reward", "6% of amount", "  was cashback\n")),
                               version(4, flat("reward", "7% of amount", "  was base\n"))}),
            "base 1 until 2026-02-01\n"
            "reward 2 from 2026-02-01 until 2026-04-01 of base\n"
            "reward 4 from 2026-04-01 of base\n");
}

TEST(Versions, HowARuleChangesIsNoPartOfIt) {
  EXPECT_EQ(rules_of_versions({version(1, monthly("1% of spent")),
                               version(2, monthly("1% of spent", "  change pin\n"))}),
            "monthly 1\n");
}

// A param, a let, a list, a table, a measure: whatever a rule reads is a part of it.
TEST(Versions, ARuleChangesWithWhatItReads) {
  const std::string rate = "rule base\n  on sale\n  credit account rate of amount\n";
  const auto with_param = [&](int number, const std::string& value) {
    return version(number, "param rate = " + value + "\n\n" + rate);
  };
  EXPECT_EQ(rules_of_versions({with_param(1, "5%"), with_param(2, "5%"), with_param(3, "6%")}),
            "base 1 until 2026-03-01\nbase 3 from 2026-03-01\n");
  const auto with_table = [&](int number, const std::string& value) {
    return version(number, "table rates by sku\n  \"a\" : 5%\n  otherwise : " + value +
                               "\n\nrule base\n  on sale\n  credit account rates for sku of "
                               "amount\n");
  };
  EXPECT_EQ(rules_of_versions({with_table(1, "1%"), with_table(2, "1%"), with_table(3, "2%")}),
            "base 1 until 2026-03-01\nbase 3 from 2026-03-01\n");
}

// ---- the day on which a rule changes ----------------------------------------------------------

std::string in_mid_month(const std::string& rules, const std::string& settings = "") {
  return "plan club version 2 from 2026-02-10\n" + settings + kDeclared + "\n" + rules;
}

TEST(Versions, APeriodThatIsPinnedEndsOnItsVersion) {
  const std::string before = version(1, monthly("1% of spent"));
  const std::string pinned = "monthly 1 until 2026-02-10\nmonthly 2 from 2026-02-10\n";
  EXPECT_EQ(rules_of_versions({before, in_mid_month(monthly("2% of spent", "  change pin\n"))}),
            pinned);
  EXPECT_EQ(rules_of_versions({before, in_mid_month(monthly("2% of spent"), "  change pin\n")}),
            pinned);
  EXPECT_EQ(rules_of_versions({before, in_mid_month(flat("other", "1.00 GBP"), "  change pin\n")}),
            "monthly 1 until 2026-02-10\nother 2 from 2026-02-10\n");
}

TEST(Versions, AnObjectIsPinnedOnWhateverDay) {
  const auto per_order = [](const std::string& amount) {
    return "rule deal per order\n  credit account " + amount + "\n";
  };
  EXPECT_EQ(rules_of_versions(
                {version(1, per_order("1% of amount")), in_mid_month(per_order("2% of amount"))}),
            "deal 1 until 2026-02-10\ndeal 2 from 2026-02-10\n");
  const std::string by_plan = in_mid_month(
      "rule deal per order\n  change pin\n  credit account 2% of amount\n", "  change split\n");
  EXPECT_EQ(rules_of_versions({version(1, per_order("1% of amount")), by_plan}),
            "deal 1 until 2026-02-10\ndeal 2 from 2026-02-10\n");
}

TEST(Versions, AtAnEventBothWordsSayTheSame) {
  for (const std::string word : {"pin", "split"}) {
    EXPECT_EQ(
        rules_of_versions({version(1, flat("base", "1.00 GBP")),
                           in_mid_month(flat("base", "2.00 GBP", "  change " + word + "\n"))}),
        "base 1 until 2026-02-10\nbase 2 from 2026-02-10\n");
  }
}

TEST(Versions, WhatIsOwedForLifeBeginsAndEnds) {
  const std::string life = "rule life per account\n  credit account 1% of spent_in_all\n";
  EXPECT_EQ(rules_of_versions({version(1, flat("base", "1.00 GBP")), in_mid_month(life)}),
            "base 1 until 2026-02-10\nlife 2 from 2026-02-10\n");
  EXPECT_EQ(rules_of_versions({version(1, life), in_mid_month(flat("base", "1.00 GBP"))}),
            "life 1 until 2026-02-10\nbase 2 from 2026-02-10\n");
}

// ---- what rules read --------------------------------------------------------------------------

TEST(Versions, WhatIsNewIsAppendedAndWhatIsLeftOutStays) {
  const std::string first =
      "plan club\n\nunit GBP, 2 decimals\n\nevent visit\n  account : account\n\n"
      "event sale\n  account : account\n  amount : GBP\n\n" +
      flat("base", "5% of amount");
  const std::string second =
      "plan club version 2 from 2026-02-01\n\nunit GBP, 2 decimals\n\n"
      "event gift\n  account : account\n  worth : GBP\n\n"
      "event sale\n  account : account\n  qty : count\n  amount : GBP\n\n"
      "holder\n  city : text\n\n"
      "measure pieces per account = sum of qty on sale\n\n" +
      flat("base", "5% of amount") +
      "rule gifts\n  on gift\n  when account's city = \"Bath\"\n  credit account 1.00 GBP\n";
  EXPECT_EQ(body(in_the_plan({first, second})),
            "(unit GBP \"GBP\" 2)\n"
            "(attribute account \"account\" account)\n"
            "(attribute amount \"amount\" GBP)\n"
            "(attribute worth \"worth\" GBP)\n"
            "(attribute qty \"qty\" count)\n"
            "(holder city \"city\" text)\n"
            "(event visit \"visit\" (account))\n"
            "(event sale \"sale\" (account amount qty))\n"
            "(event gift \"gift\" (account worth) (version 2))\n"
            "(measure pieces (per account) count (version 2)\n  (add qty (on sale)))\n"
            "(rule base (per event) (on sale)\n"
            "  (credit account GBP (* 1/20 amount) toward_zero earn))\n"
            "(rule gifts (per event) (on gift)\n"
            "  (version 2) (since 2026-02-01T00:00:00Z)\n"
            "  (when (= account's city \"Bath\"))\n"
            "  (credit account GBP GBP:1.00 toward_zero earn))\n");
}

// What is made of the lines of an order is a part of the rule, and pinned with it.
TEST(Versions, ARulePerLineChangesAsItsOrderDoes) {
  const auto per_line = [](const std::string& head, const std::string& rate) {
    return "plan club" + head +
           "\n\nunit GBP, 2 decimals\n\nevent sale\n  order : object\n  account : account\n"
           "  lines of\n    price : GBP\n\n"
           "rule shares per order per line\n  credit account " +
           rate + " of price\n";
  };
  const Case merged({per_line("", "1%"), per_line(" version 2 from 2026-02-10", "2%"),
                     per_line(" version 3 from 2026-03-10", "2%")});
  ASSERT_TRUE(merged.plan) << merged.said();
  EXPECT_EQ(rules_in(*merged.plan), "shares 1 until 2026-02-10\nshares 2 from 2026-02-10\n");
  EXPECT_EQ(merged.plan->folds.size(), 2u);
  const auto paid = [&](size_t rule) { return merged.plan->rules[rule].effects[0].amount->index; };
  const std::vector<int>& had = merged.plan->events[0].attributes;
  EXPECT_NE(paid(0), paid(1));
  EXPECT_EQ(std::count(had.begin(), had.end(), paid(0)), 1);
  EXPECT_EQ(std::count(had.begin(), had.end(), paid(1)), 1);
}

TEST(Versions, AMeasureThatChangedCountsBesideTheOther) {
  const auto with_measure = [](int number, const std::string& where) {
    return version(number,
                   "measure big per account per month = sum of amount on sale where amount > " +
                       where + "\n\n" +
                       "rule monthly per account per month\n"
                       "  credit account 1% of big\n");
  };
  const Case merged({with_measure(1, "1.00"), with_measure(2, "2.00"), with_measure(3, "2.00"),
                     with_measure(4, "1.00")});
  ASSERT_TRUE(merged.plan) << merged.said();
  EXPECT_EQ(rules_in(*merged.plan),
            "monthly 1 until 2026-02-01\n"
            "monthly 2 from 2026-02-01 until 2026-04-01\n"
            "monthly 4 from 2026-04-01\n");
  // The third says what the second does, and the fourth what the first did: these count on.
  ASSERT_EQ(merged.plan->measures.size(), 4u);
  EXPECT_EQ(merged.plan->measures[3].name, "big");
  EXPECT_EQ(merged.plan->measures[3].version, 2);
  const auto read = [&](size_t rule) {
    return print_term(*merged.plan, *merged.plan->rules[rule].effects[0].amount);
  };
  EXPECT_EQ(read(0), "(* 1/100 big@after)");
  EXPECT_EQ(read(1), "(* 1/100 big#2@after)");
  EXPECT_EQ(read(2), "(* 1/100 big@after)");
}

TEST(Versions, WhatAMeasureEarnsIsOfAllVersionsOfARule) {
  const auto with_earned = [](int number, const std::string& rate) {
    return version(number, "measure earned_so_far per account per month = GBP earned by base\n\n" +
                               flat("base", rate + " of amount") +
                               "rule bonus\n  on sale\n  when earned_so_far before > 5.00\n"
                               "  credit account 1.00 GBP\n");
  };
  const Case merged({with_earned(1, "5%"), with_earned(2, "6%")});
  ASSERT_TRUE(merged.plan) << merged.said();
  EXPECT_EQ(rules_in(*merged.plan), "base 1 until 2026-02-01\nbonus 1\nbase 2 from 2026-02-01\n");
  ASSERT_EQ(merged.plan->measures.size(), 3u);
  EXPECT_EQ(merged.plan->measures[2].earned_by, (std::vector<int>{0, 2}));
  EXPECT_EQ(merged.plan->rules[1].layer, 1);
  EXPECT_EQ(merged.plan->rules[2].layer, 0);
}

TEST(Versions, LayersAreFoundOverAllVersions) {
  const std::string measure = "measure gained per account = GBP earned by base\n\n";
  const std::string reading =
      "rule higher\n  on sale\n  when gained before > 5.00\n  credit account 1.00 GBP\n\n";
  const std::string deeper =
      "measure at_higher per account = GBP earned by higher\n\n"
      "rule crown\n  on sale\n  when at_higher before > 5.00\n  credit account 1.00 GBP\n";
  const Case merged({version(1, measure + flat("base", "1.00 GBP") + reading),
                     version(2, measure + flat("base", "2.00 GBP") + reading + deeper)});
  ASSERT_TRUE(merged.plan) << merged.said();
  std::string layers;
  for (const Rule& rule : merged.plan->rules) {
    layers += rule.name + " " + std::to_string(rule.layer) + "\n";
  }
  EXPECT_EQ(layers, "base 0\nhigher 1\nbase 0\ncrown 2\n");
}

// The reader of a measure runs wherever any version of what feeds it credits.
TEST(Versions, AnEntitlementRunsWhereAnyVersionMovesItsMeasure) {
  const auto fed = [](int number, const std::string& events) {
    return version(number,
                   "measure gained per account per month = GBP earned by base\n\n"
                   "rule base\n  on " +
                       events +
                       "\n  credit account 1.00 GBP\n\n"
                       "rule more per account per month\n  credit account 10% of gained\n");
  };
  const Case merged({fed(1, "refund"), fed(2, "sale")});
  ASSERT_TRUE(merged.plan) << merged.said();
  EXPECT_EQ(rules_in(*merged.plan), "base 1 until 2026-02-01\nmore 1\nbase 2 from 2026-02-01\n");
  EXPECT_EQ(merged.plan->rules[1].events, (std::vector<int>{0, 1}));
}

TEST(Versions, ARulePerOrderRunsForEventsOfLaterVersions) {
  const std::string rule = "rule deal per order\n  credit account 1% of amount\n";
  const Case merged(
      {version(1, rule), version(2, "event parcel\n  order : object\n  amount : GBP\n\n" + rule)});
  ASSERT_TRUE(merged.plan) << merged.said();
  EXPECT_EQ(rules_in(*merged.plan), "deal 1\n");
  EXPECT_EQ(merged.plan->rules[0].events, (std::vector<int>{0, 2}));
}

// ---- groups -----------------------------------------------------------------------------------

std::string grouped(const std::string& name, const std::string& amount,
                    const std::string& group = "offers") {
  return flat(name, amount, "  in group " + group + "\n");
}

TEST(Versions, AGroupThatSaysTheSameStays) {
  const std::string rules =
      "group offers : best\n\n" + grouped("a", "1.00 GBP") + grouped("b", "2.00 GBP");
  const Case merged({version(1, rules), version(2, rules + flat("c", "1.00 GBP"))});
  ASSERT_TRUE(merged.plan) << merged.said();
  EXPECT_EQ(rules_in(*merged.plan), "a 1\nb 1\nc 2 from 2026-02-01\n");
  EXPECT_EQ(merged.plan->groups.size(), 1u);
}

TEST(Versions, RulesOfAGroupChangeTogether) {
  const std::string a = grouped("a", "1.00 GBP");
  const std::string b = grouped("b", "2.00 GBP");
  const std::string best = "group offers : best\n\n";
  const std::string both_change =
      "a 1 until 2026-02-01\nb 1 until 2026-02-01\na 2 from 2026-02-01\nb 2 from 2026-02-01\n";
  // A rule of it changed; the group did; its names did; one left it; one came.
  EXPECT_EQ(rules_of_versions(
                {version(1, best + a + b), version(2, best + a + grouped("b", "3.00 GBP"))}),
            both_change);
  EXPECT_EQ(
      rules_of_versions({version(1, best + a + b), version(2, "group offers : first\n\n" + a + b)}),
      both_change);
  EXPECT_EQ(
      rules_of_versions({version(1, best + a + b), version(2, best + a + flat("b", "2.00 GBP"))}),
      both_change);
  EXPECT_EQ(rules_of_versions({version(1, best + a + b), version(2, best + a)}),
            "a 1 until 2026-02-01\nb 1 until 2026-02-01\na 2 from 2026-02-01\n");
  EXPECT_EQ(rules_of_versions({version(1, best + a), version(2, best + a + b)}),
            "a 1 until 2026-02-01\na 2 from 2026-02-01\nb 2 from 2026-02-01\n");
  const Case merged({version(1, best + a + b), version(2, best + a + grouped("b", "3.00 GBP"))});
  ASSERT_EQ(merged.plan->groups.size(), 2u);
  EXPECT_EQ(merged.plan->groups[1].version, 2);
  EXPECT_EQ(merged.plan->rules[0].group, 0);
  EXPECT_EQ(merged.plan->rules[2].group, 1);
  EXPECT_EQ(merged.plan->rules[3].group, 1);
}

// ---- in words ---------------------------------------------------------------------------------

TEST(Versions, ThePlanInSentencesSaysWhenEachVersionActs) {
  const Case merged({version(1, flat("base", "1.00 GBP")),
                     version(2, flat("cashback", "2.00 GBP", "  was base\n"))});
  ASSERT_TRUE(merged.plan) << merged.said();
  const std::string said = explain(*merged.plan);
  EXPECT_TRUE(said.starts_with("Plan club, version 2, from 2026-02-01T00:00:00Z. ")) << said;
  EXPECT_NE(said.find("Rule base\n"
                      "  For every sale:\n"
                      "  As version 1 says it.\n"
                      "  It ends before 2026-02-01T00:00:00Z.\n"),
            std::string::npos)
      << said;
  EXPECT_NE(said.find("Rule cashback\n"
                      "  For every sale:\n"
                      "  It goes on from base.\n"
                      "  As version 2 says it.\n"
                      "  It begins at 2026-02-01T00:00:00Z.\n"),
            std::string::npos)
      << said;
}

// ---- more than two ----------------------------------------------------------------------------

// Tables that are named by others, what is made of lines, and what is asked of files: a version
// that says the same finds each of them again, also behind one that did not.
TEST(Versions, AllThatARuleCanReadIsFoundAgain) {
  for (const std::filesystem::path& path : plans_in("tests/golden/plan/checked")) {
    const std::string text = read_file(path);
    const size_t end = text.find('\n', text.find("plan "));
    if (text.substr(0, end).find(" version ") != std::string::npos) continue;
    const std::string next = text.substr(0, end) + " version 2 from 2026-01-01" + text.substr(end);
    const Case first({text});
    const Case merged({text, next});
    ASSERT_TRUE(merged.plan) << path << merged.said();
    EXPECT_EQ(merged.plan->rules.size(), first.plan->rules.size()) << path;
    EXPECT_EQ(body(print_checked(*merged.plan)), body(print_checked(*first.plan))) << path;
  }
}

TEST(Versions, SixteenGoTogether) {
  std::vector<std::string> versions = {version(1, flat("base", "1.00 GBP"))};
  for (size_t number = 2; number <= kVersionsMax + 1; ++number) {
    const std::string day = (number < 10 ? "0" : "") + std::to_string(number);
    versions.push_back("plan club version " + std::to_string(number) + " from 2026-01-" + day +
                       "\n" + kDeclared + "\n" + flat("base", std::to_string(number) + ".00 GBP"));
  }
  const std::vector<std::string> most(versions.begin(), versions.end() - 1);
  const Case merged(most);
  ASSERT_TRUE(merged.plan) << merged.said();
  EXPECT_EQ(merged.plan->rules.size(), kVersionsMax);
  EXPECT_EQ(merged.plan->versions.size(), kVersionsMax);
  const Case one_more(versions);
  EXPECT_FALSE(one_more.plan);
  EXPECT_EQ(codes_of(one_more.source, one_more.diagnostics), "1:E068");
}

}  // namespace
}  // namespace guerdon::plan
