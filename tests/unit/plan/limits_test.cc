// Hostile plans: what is short to write and large to mean, and what is simply too much.

#include "engine/plan/limits.h"

#include <gtest/gtest.h>

#include "tests/unit/plan/loaded.h"

namespace guerdon::plan {
namespace {

using enum DiagnosticCode;

std::string name(const char* stem, int i) { return stem + std::to_string(i); }

// let a1 = a0 + a0, let a2 = a1 + a1 ...: 2^60 terms.
std::string doubling_lets(int count, const std::string& first) {
  std::string text = "let a0 = " + first + "\n";
  for (int i = 1; i <= count; ++i) {
    text += "let " + name("a", i) + " = " + name("a", i - 1) + " + " + name("a", i - 1) + "\n";
  }
  return text;
}

std::string rule_reading(const std::string& term, const std::string& rule = "r") {
  return "rule " + rule + "\n  on sale\n  when " + term + " > 5.00\n  credit account 1 point\n\n";
}

TEST(Limits, DoublingLetsAreRefused) {
  const Loaded loaded(shop(doubling_lets(60, "amount") + rule_reading("a60")));
  EXPECT_TRUE(loaded.has(kTooMany)) << loaded.said();
}

TEST(Limits, DoublingParamsAreRefused) {
  std::string text = "param a0 = 1\n";
  for (int i = 1; i <= 60; ++i) {
    text += "param " + name("a", i) + " = " + name("a", i - 1) + " + " + name("a", i - 1) + "\n";
  }
  const Loaded loaded(shop(text));
  EXPECT_TRUE(loaded.has(kTooMany)) << loaded.said();
}

TEST(Limits, TheSumOverManyRulesIsBounded) {
  std::string text = shop(doubling_lets(12, "amount"));  // 8,191 nodes a use
  for (int i = 0; i < 1'000; ++i) text += rule_reading("a12", name("r", i));
  const Loaded loaded(text);
  EXPECT_TRUE(loaded.has(kTooMany)) << loaded.said();
  EXPECT_EQ(loaded.diagnostics.errors(), 1) << loaded.said();
}

TEST(Limits, TheSumOverListsIsBounded) {
  std::string list = "list l = 1";
  while (list.size() < 150) list += ",1";
  std::string text = shop(list + "\n");
  for (int i = 0; text.size() < kPlanBytesMax - 300; ++i) {
    text += "rule " + name("r", i) + "\n  on sale\n  when qty in l";
    for (int use = 0; use < 10; ++use) text += " or qty in l";
    text += "\n  credit account 1 point\n";
  }
  const Loaded loaded(text);
  EXPECT_TRUE(loaded.has(kTooMany)) << loaded.said();
  EXPECT_EQ(loaded.diagnostics.errors(), 1) << loaded.said();
}

TEST(Limits, WhatStaysBelowIsTaken) {
  const Loaded loaded(shop(doubling_lets(12, "amount") + rule_reading("a12")));
  EXPECT_TRUE(loaded.plan) << loaded.said();
}

TEST(Limits, DeepLetsAreRefused) {
  std::string text = "let a0 = amount\n";
  for (int i = 1; i <= 100; ++i) text += "let " + name("a", i) + " = -" + name("a", i - 1) + "\n";
  const Loaded loaded(shop(text + rule_reading("a100")));
  EXPECT_TRUE(loaded.has(kTooMany)) << loaded.said();
}

TEST(Limits, LongCirclesAreToldOnce) {
  std::string text = "let a0 = a40\n";
  for (int i = 1; i <= 40; ++i) text += "let " + name("a", i) + " = " + name("a", i - 1) + "\n";
  const Loaded loaded(shop(text + rule_reading("a7") + rule_reading("a9", "s")));
  EXPECT_TRUE(loaded.has(kCircle)) << loaded.said();
  EXPECT_EQ(loaded.diagnostics.errors(), 1) << loaded.said();
}

TEST(Limits, ManyUnits) {
  std::string text = "plan p\n";
  for (int i = 0; i < kUnitsMax; ++i) text += "unit " + name("u", i) + ", 0 decimals\n";
  EXPECT_TRUE(Loaded(text).plan);
  EXPECT_TRUE(Loaded(text + "unit more, 0 decimals\n").has(kTooMany));
}

TEST(Limits, ManyEvents) {
  std::string text = "plan p\n";
  for (int i = 0; i < kEventsMax; ++i) {
    text += "event " + name("e", i) + "\n  account : account\n";
  }
  EXPECT_TRUE(Loaded(text).plan);
  EXPECT_TRUE(Loaded(text + "event more\n  account : account\n").has(kTooMany));
}

TEST(Limits, ManyAttributes) {
  std::string text = "plan p\nevent e\n";
  for (int i = 0; i < kAttributesPerEventMax; ++i) text += "  " + name("a", i) + " : text\n";
  EXPECT_TRUE(Loaded(text).plan);
  EXPECT_TRUE(Loaded(text + "  more : text\n").has(kTooMany));
  std::string events = "plan p\n";
  for (int e = 0; e <= kAttributesMax / 32; ++e) {
    events += "event " + name("e", e) + "\n";
    for (int i = 0; i < 32; ++i) events += "  " + name("a", e * 32 + i) + " : text\n";
  }
  EXPECT_TRUE(Loaded(events).has(kTooMany));
}

TEST(Limits, ManyMeasuresAndEffects) {
  std::string text = shop("");
  for (int i = 0; i < kMeasuresMax; ++i) {
    text += "measure " + name("m", i) + " per account = number of sale\n";
  }
  EXPECT_TRUE(Loaded(text).plan);
  EXPECT_TRUE(Loaded(text + "measure more per account = number of sale\n").has(kTooMany));
  std::string rule = shop("rule r\n  on sale\n");
  for (int i = 0; i < kEffectsPerRuleMax; ++i) rule += "  credit account 1 point\n";
  EXPECT_TRUE(Loaded(rule).plan);
  EXPECT_TRUE(Loaded(rule + "  credit account 1 point\n").has(kTooMany));
}

TEST(Limits, ManyDays) {
  const auto day = [](int i) { return "  from " + std::to_string(2'000 + i) + "-01-01"; };
  std::string param = shop("param p = 1%\n");
  std::string table = "table t by sku\n  \"A\" : 1%\n";
  for (int i = 0; i < kDaysMax; ++i) {
    param += day(i) + " : 2%\n";
    table += day(i) + "\n    \"A\" : 2%\n";
  }
  EXPECT_TRUE(Loaded(param + table).plan) << Loaded(param + table).said();
  EXPECT_TRUE(Loaded(param + day(kDaysMax) + " : 2%\n").has(kTooMany));
  EXPECT_TRUE(Loaded(shop(table + day(kDaysMax) + "\n    \"A\" : 2%\n")).has(kTooMany));
}

TEST(Limits, ManyRowsOnManyDays) {
  std::string text = shop("table t by sku\n");
  for (int i = 0; i < 16'000; ++i) text += "  \"" + name("s", i) + "\" : 1%\n";
  for (int i = 0; i < kDaysMax; ++i) {
    text += "  from " + std::to_string(2'000 + i) + "-01-01\n    \"s0\" : 2%\n";
  }
  const Loaded loaded(text);
  EXPECT_TRUE(loaded.has(kTooMany)) << loaded.said();
}

// As many as a file of the largest size can hold; none of the passes is quadratic in them.
TEST(Limits, RulesAndRowsThatFillAFile) {
  std::string text = shop("table t by sku\n");
  const size_t limit = kPlanBytesMax - 100;
  for (int i = 0; text.size() < limit / 2; ++i) {
    text += "  \"" + std::to_string(i) + "\" : 1%\n";
  }
  text += "  otherwise : 0\n\n";
  for (int i = 0; text.size() < limit; ++i) {
    text += "rule " + name("r", i) + "\n  on sale\n  credit account (t for sku) of amount\n";
  }
  const Loaded loaded(text);
  ASSERT_TRUE(loaded.plan) << loaded.said().substr(0, 1'000);
  EXPECT_GT(loaded.plan->rules.size(), 5'000u);
  EXPECT_GT(loaded.plan->tables[0].rows.size(), 20'000u);
}

// Half of the rows name the first key, half the second; only pairs that have a row of their own
// are looked at.
TEST(Limits, TiesAreFoundWithoutLookingAtEveryPair) {
  std::string text = shop("table t by sku, city\n");
  for (int i = 0; text.size() < kPlanBytesMax - 100; ++i) {
    const std::string key = "\"" + std::to_string(i) + "\"";
    text += "  " + key + ", any : 1%\n  any, " + key + " : 2%\n";
  }
  EXPECT_TRUE(Loaded(text).has(kTwoRowsFit));
}

TEST(Limits, ManyMistakesCostNoMoreThanFew) {
  std::string text = shop("");
  for (int i = 0; text.size() < kPlanBytesMax - 100; ++i) {
    text += "rule " + name("r", i) + "\n  on sale\n  credit account nobody\n";
  }
  const Loaded loaded(text);
  EXPECT_EQ(loaded.diagnostics.list().size(), size_t{Diagnostics::kDiagnosticsMax});
  EXPECT_GT(loaded.diagnostics.left_out(), 10'000);
}

}  // namespace
}  // namespace guerdon::plan
