#include "engine/program/symbols.h"

#include <gtest/gtest.h>

#include <map>
#include <string>

#include "engine/base/hash.h"
#include "tests/generate/rng.h"

namespace guerdon::plan {
namespace {

TEST(SymbolsTest, TextsAreNumberedFromTwoInTheOrderInWhichTheyCome) {
  Symbols symbols;
  EXPECT_EQ(symbols.intern("tea"), 2u);
  EXPECT_EQ(symbols.intern("cup"), 3u);
  EXPECT_EQ(symbols.intern("tea"), 2u);
  EXPECT_EQ(symbols.intern("a"), 4u);
  EXPECT_EQ(symbols.size(), 3u);
  EXPECT_EQ(symbols.text(2), "tea");
  EXPECT_EQ(symbols.text(4), "a");
}

TEST(SymbolsTest, ATextThatNobodyNamedIsTheOtherOne) {
  Symbols symbols;
  symbols.intern("tea");
  EXPECT_EQ(symbols.find("tea", base::hash64("tea")), 2u);
  EXPECT_EQ(symbols.find("Tea", base::hash64("Tea")), kOtherSymbol);
  EXPECT_EQ(symbols.find("", base::hash64("")), kOtherSymbol);
  EXPECT_EQ(symbols.size(), 1u);
}

TEST(SymbolsTest, TheEmptyTextIsATextLikeAnyOther) {
  Symbols symbols;
  EXPECT_EQ(symbols.intern(""), 2u);
  EXPECT_EQ(symbols.intern("x"), 3u);
  EXPECT_EQ(symbols.find("", base::hash64("")), 2u);
  EXPECT_EQ(symbols.text(2), "");
}

TEST(SymbolsTest, TwoTextsWithOneHashStayTwo) {
  Symbols symbols;
  const uint64_t forged = 0x1234;
  EXPECT_EQ(symbols.intern("tea", forged), 2u);
  EXPECT_EQ(symbols.intern("cup", forged), 3u);
  EXPECT_EQ(symbols.find("tea", forged), 2u);
  EXPECT_EQ(symbols.find("cup", forged), 3u);
  EXPECT_EQ(symbols.find("pot", forged), kOtherSymbol);
}

TEST(SymbolsTest, OneTextUnderTwoHashesIsFoundOnlyUnderItsOwn) {
  Symbols symbols;
  symbols.intern("tea", 7);
  EXPECT_EQ(symbols.find("tea", 8), kOtherSymbol);
}

// All hashes end alike, so that every probe runs through what came before, over many growths and
// round the end of the slots.
TEST(SymbolsTest, ClusteredHashesAreFoundAfterEveryGrowth) {
  Symbols symbols;
  const auto hash = [](int i) { return static_cast<uint64_t>(i) << 32 | 0xffff'fff0u; };
  for (int i = 0; i < 700; ++i) {
    ASSERT_EQ(symbols.intern("t" + std::to_string(i), hash(i)), static_cast<Symbol>(i + 2));
  }
  for (int i = 0; i < 700; ++i) {
    ASSERT_EQ(symbols.find("t" + std::to_string(i), hash(i)), static_cast<Symbol>(i + 2));
  }
}

TEST(SymbolsTest, IsAMapFromTextToNumberHoweverFarItGrows) {
  Symbols symbols;
  std::map<std::string, Symbol> twin;
  generate::Rng rng(1);
  for (int i = 0; i < 50'000; ++i) {
    const std::string text(static_cast<size_t>(rng.below(4)), 'x');
    const std::string name = text + std::to_string(rng.below(30'000));
    const auto [at, fresh] = twin.try_emplace(name, static_cast<Symbol>(twin.size() + 2));
    ASSERT_EQ(symbols.intern(name), at->second);
  }
  ASSERT_EQ(symbols.size(), twin.size());
  for (const auto& [name, symbol] : twin) {
    ASSERT_EQ(symbols.text(symbol), name);
    ASSERT_EQ(symbols.find(name, base::hash64(name)), symbol);
  }
}

TEST(SymbolsTest, ACopyGoesItsOwnWay) {
  Symbols plans;
  plans.intern("tea");
  Symbols admission = plans;
  EXPECT_EQ(admission.intern("cup"), 3u);
  EXPECT_EQ(plans.find("cup", base::hash64("cup")), kOtherSymbol);
}

TEST(SymbolsDeathTest, ANumberThatWasNeverGivenHasNoText) {
  Symbols symbols;
  symbols.intern("tea");
  EXPECT_DEATH(symbols.text(kMissingSymbol), "assertion");
  EXPECT_DEATH(symbols.text(kOtherSymbol), "assertion");
  EXPECT_DEATH(symbols.text(3), "assertion");
}

}  // namespace
}  // namespace guerdon::plan
