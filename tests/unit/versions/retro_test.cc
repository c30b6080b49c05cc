// What a version corrects of what was before it was published; refused.plans has the rules that
// cannot be retro.

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "engine/proofs/explain.h"
#include "engine/versions/changes.h"
#include "tests/unit/syntax/front_end.h"
#include "tests/unit/versions/case.h"

namespace guerdon::plan::retro_cases {
namespace {

const std::string kDeclared =
    "\nunit GBP, 2 decimals\n"
    "\nevent sale\n  order : object\n  account : account\n  amount : GBP\n  channel : text\n"
    "  lines of\n    price : GBP\n"
    "\nmeasure spent per account per month = sum of amount on sale\n\n";

std::string header(int number) {
  if (number == 1) return "plan club\n";
  return "plan club version " + std::to_string(number) + " from 2026-0" + std::to_string(number) +
         "-01\n";
}

// Version 1, or a later one from the first of that month.
std::string version(int number, const std::string& rules, const std::string& settings = "") {
  return header(number) + settings + kDeclared + rules;
}

const std::string kRetro = "  change retro\n";

std::string flat(const std::string& name, const std::string& amount,
                 const std::string& lines = "") {
  return "rule " + name + "\n" + lines + "  on sale\n  credit account " + amount + "\n\n";
}

std::string per_order(const std::string& amount, const std::string& lines = "") {
  return "rule deal per order\n" + lines + "  credit account " + amount + "\n\n";
}

std::string monthly(const std::string& amount, const std::string& lines = "") {
  return "rule monthly per account per month\n" + lines + "  credit account " + amount + "\n\n";
}

// What the last of these corrects, by name; then whether that is all, and which rules are retro.
std::string corrected(const std::vector<std::string>& versions) {
  const Case merged(versions);
  EXPECT_TRUE(merged.plan) << merged.said();
  if (!merged.plan) return merged.said();
  const PlanVersion& last = merged.plan->versions.back();
  std::string text;
  for (const std::string& lineage : last.corrects) text += lineage + " ";
  text += last.corrects_all ? "all" : "some";
  for (const Rule& rule : merged.plan->rules) {
    if (rule.is_retro) text += " " + rule.name + "#" + std::to_string(rule.version);
  }
  return text;
}

std::string refused(const std::vector<std::string>& versions) {
  const Case merged(versions);
  EXPECT_FALSE(merged.plan);
  return codes_of(merged.source, merged.diagnostics);
}

TEST(Retro, OfARuleAtEachEventTheVersionAloneTells) {
  EXPECT_EQ(corrected({version(1, flat("base", "5% of amount")),
                       version(3, flat("base", "6% of amount", kRetro))}),
            "base all");
  EXPECT_EQ(corrected({version(1, flat("base", "5% of amount")),
                       version(3, flat("base", "6% of amount"), kRetro)}),
            "base all");
}

TEST(Retro, ARuleAtEachEventMayBeginAndEndSo) {
  const std::string base = flat("base", "5% of amount");
  EXPECT_EQ(corrected({version(1, base), version(3, base + flat("more", "1.00 GBP", kRetro))}),
            "more all");
  EXPECT_EQ(corrected({version(1, base), version(3, flat("more", "1.00 GBP"), kRetro)}),
            "base more all");
}

TEST(Retro, ARulePerLineOfAnEventMayBe) {
  const auto per_line = [](const std::string& rate, const std::string& lines) {
    return "rule shares per line\n" + lines + "  on sale\n  credit account " + rate + " of price\n";
  };
  EXPECT_EQ(corrected({version(1, per_line("1%", "")), version(3, per_line("2%", kRetro))}),
            "shares all");
}

TEST(Retro, OthersOfTheVersionGoOnAsTheySay) {
  const std::string first = flat("base", "5% of amount") + flat("other", "1.00 GBP");
  EXPECT_EQ(corrected({version(1, first), version(3, flat("base", "6% of amount", kRetro) +
                                                         flat("other", "2.00 GBP"))}),
            "base some");
  EXPECT_EQ(corrected({version(1, first), version(3,
                                                  flat("base", "6% of amount") +
                                                      flat("other", "2.00 GBP", "  change split\n"),
                                                  kRetro)}),
            "base some");
  // One that is left out goes by the plan, and one that is new by its own word or the plan's.
  EXPECT_EQ(corrected({version(1, first), version(3, flat("base", "6% of amount", kRetro))}),
            "base some");
  EXPECT_EQ(corrected({version(1, first), version(3, first + flat("more", "1.00 GBP"))}), "some");
}

TEST(Retro, WhatStaysAsItIsIsNotCorrected) {
  const std::string base = flat("base", "5% of amount");
  EXPECT_EQ(corrected({version(1, base), version(3, base, kRetro)}), "all");
  EXPECT_EQ(corrected({version(1, base), version(3, flat("base", "5% of amount", kRetro))}), "all");
  EXPECT_EQ(corrected({version(1, base),
                       version(3, flat("reward", "5% of amount", "  was base\n" + kRetro))}),
            "all");
}

TEST(Retro, InTheFirstVersionItMeansNothing) {
  const std::string base = flat("base", "5% of amount\n  at most 5.00 per account per month");
  EXPECT_EQ(corrected({version(1, base, kRetro)}), "some");
  EXPECT_EQ(corrected({version(1, flat("base", "5% of amount", kRetro)), version(3, base)}),
            "some");
}

TEST(Retro, LineagesAreThoseOfTheFirstName) {
  EXPECT_EQ(corrected({version(1, flat("base", "5% of amount")),
                       version(3, flat("a", "1% of amount", "  was base\n" + kRetro) +
                                      flat("aa", "1% of amount", kRetro))}),
            "aa base all");
}

TEST(Retro, ARulePerOrderSharesWhatItHasPosted) {
  EXPECT_EQ(corrected({version(1, per_order("1% of amount")),
                       version(3, per_order("2% of amount", kRetro))}),
            "deal all deal#3");
  EXPECT_EQ(corrected({version(1, per_order("1% of amount")),
                       version(2, per_order("2% of amount", kRetro)),
                       version(3, per_order("3% of amount", kRetro))}),
            "deal all deal#2 deal#3");
  // One version of it pays by its own, as each order opened.
  EXPECT_EQ(corrected({version(1, per_order("1% of amount")), version(2, per_order("2% of amount")),
                       version(3, per_order("3% of amount", kRetro))}),
            "deal all deal#3");
}

TEST(Retro, ARulePerOrderMayEndSo) {
  EXPECT_EQ(corrected({version(1, per_order("1% of amount")),
                       version(3, flat("base", "1.00 GBP"), kRetro)}),
            "base deal all");
}

// When it would have opened, nobody knows.
TEST(Retro, ARulePerOrderDoesNotBeginSo) {
  const std::string base = flat("base", "1.00 GBP");
  EXPECT_EQ(refused({version(1, base), version(3, base + per_order("2% of amount", kRetro))}),
            "19:E043");
  // Nor come back.
  EXPECT_EQ(refused({version(1, per_order("1% of amount")), version(2, base),
                     version(3, base + per_order("1% of amount", kRetro))}),
            "19:E043");
}

TEST(Retro, ARulePerOrderAsksWhatTheFirstVersionAsked) {
  const std::string by_channel = "1% of amount\n    times 2 when channel = \"web\"";
  EXPECT_EQ(corrected({version(1, per_order(by_channel)), version(2, per_order("1% of amount")),
                       version(3, per_order(by_channel, kRetro))}),
            "deal all deal#3");
  EXPECT_EQ(
      refused({version(1, per_order("1% of amount")), version(2, per_order(by_channel)),
               version(3, per_order("2% of amount\n    times 3 when channel = \"web\"", kRetro))}),
      "15:E043");
}

TEST(Retro, WhatEventsOfBeforeDoNotHaveIsNotAsked) {
  const auto with = [](std::string text) {
    const std::string before = "  channel : text\n";
    return text.replace(text.find(before), before.size(), before + "  pieces : count\n");
  };
  EXPECT_EQ(refused({version(1, flat("base", "5% of amount")),
                     with(version(3, flat("base", "1.00 GBP per full 1 of pieces", kRetro)))}),
            "16:E043");
  // Of the version before it is there.
  EXPECT_EQ(corrected({version(1, flat("base", "5% of amount")),
                       with(version(2, flat("base", "5% of amount"))),
                       with(version(3, flat("base", "1.00 GBP per full 1 of pieces", kRetro)))}),
            "base all");
}

TEST(Retro, ARulePerMonthSharesWhatItHasPosted) {
  EXPECT_EQ(
      corrected({version(1, monthly("1% of spent")), version(3, monthly("2% of spent", kRetro))}),
      "monthly all monthly#3");
  // A new one has nothing to share.
  EXPECT_EQ(corrected({version(1, flat("base", "1.00 GBP")),
                       version(3, flat("base", "1.00 GBP") + monthly("2% of spent", kRetro))}),
            "monthly all");
  // One that was left out and comes back has.
  EXPECT_EQ(corrected({version(1, monthly("1% of spent")), version(2, flat("base", "1.00 GBP")),
                       version(3, flat("base", "1.00 GBP") + monthly("2% of spent", kRetro))}),
            "monthly all monthly#3");
}

// A measure counts from the publication of its version. That may be behind the version's day where
// all is corrected, else it is not.
TEST(Retro, AMeasureOfAVersionBeforeCountsSinceItsDayOrNot) {
  const std::string measure =
      "measure big per account per month = sum of amount on sale where amount > 1.00\n\n";
  const std::string base = flat("base", "1.00 GBP");
  const std::string reading = measure + base + monthly("2% of big", kRetro);
  EXPECT_EQ(corrected({version(1, base), version(2, measure + base + monthly("1% of big")),
                       version(3, reading)}),
            "monthly all monthly#3");
  EXPECT_EQ(refused({version(1, base), version(2, measure + base), version(3, reading)}),
            "21:E043");
}

TEST(Retro, WhatWasPaidAtAClosedPeriodStays) {
  const std::string at_close = "  on close\n";
  EXPECT_EQ(refused({version(1, monthly("1% of spent", at_close)),
                     version(2, monthly("2% of spent", kRetro + at_close))}),
            "15:E043");
  EXPECT_EQ(refused({version(1, monthly("1% of spent", at_close)),
                     version(2, monthly("1% of spent", kRetro))}),
            "15:E043");
}

// What feeds the measure at events names the account; of what is kept for an order that is not so.
TEST(Retro, AMeasureOfCreditsIsReadWhereTheyAreOfEvents) {
  const auto fed = [](int number, const std::string& feeder, const std::string& amount,
                      const std::string& lines = "") {
    return version(number, "measure gained per account per month = GBP earned by deal\n\n" +
                               feeder + monthly(amount, lines));
  };
  const std::string at_events = flat("deal", "1% of amount");
  EXPECT_EQ(
      corrected({fed(1, at_events, "10% of gained"), fed(3, at_events, "20% of gained", kRetro)}),
      "monthly all monthly#3");
  const std::string at_orders = per_order("1% of amount");
  EXPECT_EQ(
      refused({fed(1, at_orders, "10% of gained"), fed(3, at_orders, "20% of gained", kRetro)}),
      "20:E043");
}

TEST(Retro, TwoVersionsMayCorrectOneAfterTheOther) {
  EXPECT_EQ(
      corrected({version(1, monthly("1% of spent")), version(2, monthly("2% of spent", kRetro)),
                 version(3, monthly("3% of spent", kRetro))}),
      "monthly all monthly#2 monthly#3");
}

TEST(Retro, InWordsEachRuleThatChangesIsNamed) {
  const std::string gone = flat("gone", "1.00 GBP");
  const Case merged({version(1, flat("base", "5% of amount") + flat("stays", "1.00 GBP") + gone),
                     version(3, flat("reward", "6% of amount", "  was base\n" + kRetro) +
                                    flat("stays", "1.00 GBP") + flat("more", "1.00 GBP"))});
  ASSERT_TRUE(merged.plan) << merged.said();
  EXPECT_EQ(changes_in_words(*merged.plan),
            "rule reward: changed, corrects what was since 2026-03-01T00:00:00Z\n"
            "rule more: new from 2026-03-01T00:00:00Z\n"
            "rule gone: ends from 2026-03-01T00:00:00Z\n");
  const std::string said = explain(*merged.plan);
  EXPECT_NE(said.find("Rule reward\n"
                      "  For every sale:\n"
                      "  It goes on from base.\n"
                      "  As version 3 says it.\n"
                      "  It begins at 2026-03-01T00:00:00Z, and corrects what was since then.\n"),
            std::string::npos)
      << said;
  EXPECT_NE(said.find("Rule base\n"
                      "  For every sale:\n"
                      "  As version 1 says it.\n"
                      "  It ends before 2026-03-01T00:00:00Z, and what it paid since then is "
                      "corrected.\n"),
            std::string::npos)
      << said;
  EXPECT_NE(said.find("  It ends before 2026-03-01T00:00:00Z.\n"), std::string::npos) << said;
  EXPECT_NE(said.find("  It begins at 2026-03-01T00:00:00Z.\n"), std::string::npos) << said;
}

TEST(Retro, ThePrintedPlanSaysWhatIsCorrected) {
  const Case merged({version(1, monthly("1% of spent")),
                     version(3, monthly("2% of spent", kRetro) + flat("base", "1.00 GBP"))});
  ASSERT_TRUE(merged.plan) << merged.said();
  const std::string printed = print_checked(*merged.plan);
  EXPECT_NE(printed.find("(version 3 from 2026-03-01T00:00:00Z (corrects monthly))"),
            std::string::npos)
      << printed;
  EXPECT_NE(printed.find("(rule monthly (per account / month) (on sale)\n"
                         "  (change retro) (version 3) (retro) (since 2026-03-01T00:00:00Z)\n"),
            std::string::npos)
      << printed;
}

}  // namespace
}  // namespace guerdon::plan::retro_cases
