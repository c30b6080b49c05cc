// What the index takes of a rule's condition, in words: "sku {tea,cup} & qty {3} & amount >= 501".
#include "engine/compiler/index_key.h"

#include <gtest/gtest.h>

#include <numeric>
#include <string>

#include "tests/unit/program/compiled.h"

namespace guerdon::plan {
namespace {

// A condition of a plan's only rule and what names mean there.
struct Condition {
  explicit Condition(const std::string& when, const std::string& declarations = "")
      : plan(checked(shop(declarations + "rule r\n  on sale\n  when " + when +
                          "\n  credit account 1 point\n"))) {
    names.plan = &plan;
    names.slots.resize(plan.attributes.size());
    std::iota(names.slots.begin(), names.slots.end(), 0);
    for (const Table& table : plan.tables) {
      names.tables.push_back(static_cast<uint32_t>(program.tables.size()));
      program.tables.emplace_back(table, program.symbols);
    }
  }

  IndexKey key() { return index_key(plan.rules.front().when.get(), names, program); }

  std::string in_words() {
    const IndexKey found = key();
    std::string words;
    for (const Equality& equality : found.equalities) {
      words += (words.empty() ? "" : " & ") + name_of(equality.slot) + " {";
      for (size_t i = 0; i < equality.values.size(); ++i) {
        words += (i > 0 ? "," : "") + value_of(equality.slot, equality.values[i]);
      }
      words += "}";
    }
    if (found.threshold.slot != kNoSlot) {
      words += (words.empty() ? "" : " & ") + name_of(found.threshold.slot) +
               (found.threshold.low ? " >= " : " <= ") + std::to_string(found.threshold.bound);
    }
    return words;
  }

  std::string name_of(uint8_t slot) const { return plan.attributes[slot].name; }
  std::string value_of(uint8_t slot, int64_t value) const {
    const bool is_text = plan.attributes[slot].type.kind == TypeKind::kText;
    return is_text ? std::string(program.symbols.text(static_cast<Symbol>(value)))
                   : std::to_string(value);
  }

  Plan plan;
  Program program;
  Names names;
};

std::string key_of(const std::string& when, const std::string& declarations = "") {
  return Condition(when, declarations).in_words();
}

TEST(IndexKeyTest, EqualitiesOfLiterals) {
  EXPECT_EQ(key_of("sku = \"tea\""), "sku {tea}");
  EXPECT_EQ(key_of("sku in \"tea\", \"cup\""), "sku {tea,cup}");
  EXPECT_EQ(key_of("qty = 3"), "qty {3}");
  EXPECT_EQ(key_of("qty in 3, 1, 2"), "qty {1,2,3}");
  EXPECT_EQ(key_of("amount = 5.00"), "amount {500}");
  EXPECT_EQ(key_of("delta = -2"), "delta {-2}");
}

TEST(IndexKeyTest, ATableAsASetIsItsLiteralKeys) {
  const std::string table = "table bonus by sku\n  \"tea\" : 1%\n  \"cup\" : 2%\n\n";
  EXPECT_EQ(key_of("sku in bonus", table), "sku {tea,cup}");
}

TEST(IndexKeyTest, TheEdgeOfAThresholdIsAWholeNumber) {
  EXPECT_EQ(key_of("amount > 5.00"), "amount >= 501");
  EXPECT_EQ(key_of("amount >= 5.00"), "amount >= 500");
  EXPECT_EQ(key_of("amount < 5.00"), "amount <= 499");
  EXPECT_EQ(key_of("amount <= 5.00"), "amount <= 500");
  EXPECT_EQ(key_of("change > -0.05"), "change >= -4");
}

TEST(IndexKeyTest, OfSeveralThresholdsTheFirstAsWritten) {
  EXPECT_EQ(key_of("amount > 5.00 and amount < 9.00 and qty > 1"), "amount >= 501");
}

TEST(IndexKeyTest, TwoEqualitiesAndAThresholdTogether) {
  EXPECT_EQ(key_of("amount > 5.00 and city = \"Rome\" and sku = \"tea\""),
            "sku {tea} & city {Rome} & amount >= 501");
}

TEST(IndexKeyTest, OfThreeEqualitiesTheTwoWithTheFewestValues) {
  EXPECT_EQ(key_of("sku in \"a\", \"b\", \"c\" and city in \"x\", \"y\" and qty = 1"),
            "city {x,y} & qty {1}");
}

TEST(IndexKeyTest, TwoEqualitiesOfOneAttributeCountOnce) {
  EXPECT_EQ(key_of("sku in \"a\", \"b\" and sku = \"a\""), "sku {a}");
  EXPECT_EQ(key_of("sku in \"a\", \"b\" and sku = \"a\" and city = \"x\""), "sku {a} & city {x}");
}

TEST(IndexKeyTest, ConjunctsAreFoundHoweverTheyNest) {
  EXPECT_EQ(key_of("(qty = 3 and (amount > 5.00)) and (sku = \"tea\" and gift)"),
            "sku {tea} & qty {3} & amount >= 501");
}

TEST(IndexKeyTest, WhatIsNotAConjunctOrNotALiteralIsLeftToTheCode) {
  EXPECT_EQ(key_of("sku = \"tea\" or city = \"Rome\""), "");
  EXPECT_EQ(key_of("not sku = \"tea\""), "");
  EXPECT_EQ(key_of("sku != \"tea\""), "");
  EXPECT_EQ(key_of("sku not in \"tea\", \"cup\""), "");
  EXPECT_EQ(key_of("sku = city"), "");
  EXPECT_EQ(key_of("amount > fee"), "");
  EXPECT_EQ(key_of("amount - fee > 5.00"), "");
  EXPECT_EQ(key_of("has sku and gift"), "");
  EXPECT_EQ(key_of("qty > 5 or qty < 3 and amount > 1.00"), "");
}

// 256 values are written out, 257 are not; of two tables only what fits together.
std::string table_of(const std::string& name, const std::string& key, int rows) {
  std::string table = "table " + name + " by " + key + "\n";
  for (int i = 0; i < rows; ++i) table += "  " + std::to_string(i) + " : 1\n";
  return table + "\n";
}

TEST(IndexKeyTest, ATableBeyondTheFanOutIsLeftToTheCode) {
  ASSERT_EQ(kIndexFanOutMax, 256u);
  Condition full("qty in many", table_of("many", "qty", 256));
  EXPECT_EQ(full.key().equalities.at(0).values.size(), 256u);
  EXPECT_TRUE(Condition("qty in many", table_of("many", "qty", 257)).key().equalities.empty());
}

TEST(IndexKeyTest, TheFanOutOfTwoTablesIsTheirProduct) {
  const std::string tables =
      table_of("few", "qty", 16) + table_of("some", "delta", 16) + table_of("more", "delta", 17);
  EXPECT_EQ(Condition("qty in few and delta in some", tables).key().equalities.size(), 2u);
  const IndexKey one = Condition("qty in few and delta in more", tables).key();
  ASSERT_EQ(one.equalities.size(), 1u);
  EXPECT_EQ(one.equalities[0].values.size(), 16u);
}

TEST(IndexKeyTest, AnAttributeThatTheEventTypeDoesNotHaveIsNoKey) {
  Condition condition("sku = \"tea\" and amount > 5.00 and qty = 1");
  for (size_t a = 0; a < condition.plan.attributes.size(); ++a) {
    if (condition.plan.attributes[a].name != "qty") condition.names.slots[a] = -1;
  }
  EXPECT_EQ(condition.in_words(), "qty {1}");
}

TEST(IndexKeyTest, ARuleWithoutAConditionHasAnEmptyKey) {
  Condition condition("gift");
  const IndexKey key = index_key(nullptr, condition.names, condition.program);
  EXPECT_TRUE(key.equalities.empty());
  EXPECT_EQ(key.threshold.slot, kNoSlot);
}

}  // namespace
}  // namespace guerdon::plan
