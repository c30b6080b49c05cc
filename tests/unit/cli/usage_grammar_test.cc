#include "tools/cli/usage_grammar.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace guerdon::cli {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

std::vector<std::string> after(std::string_view usage, std::vector<std::string> words) {
  return UsageGrammar(usage).after(words);
}

constexpr std::string_view kClient = "CLIENT ID | GETNAME | SETNAME name | SETINFO what value";
constexpr std::string_view kCommand = "COMMAND [COUNT | DOCS [name ...] | INFO [name ...] | LIST]";

TEST(UsageGrammarTest, AChoice) {
  EXPECT_THAT(after(kClient, {"CLIENT"}), ElementsAre("ID", "GETNAME", "SETNAME", "SETINFO"));
  EXPECT_THAT(after(kClient, {"client", "setname"}), ElementsAre("name"));
  EXPECT_THAT(after(kClient, {"CLIENT", "SETINFO", "x"}), ElementsAre("value"));
  EXPECT_THAT(after(kClient, {"CLIENT", "ID"}), IsEmpty());
  EXPECT_THAT(after(kClient, {"CLIENT", "other"}), IsEmpty());
}

TEST(UsageGrammarTest, WhatMayBeLeftOutAndWhatMayComeAgain) {
  EXPECT_THAT(after(kCommand, {"COMMAND"}), ElementsAre("COUNT", "DOCS", "INFO", "LIST"));
  EXPECT_THAT(after(kCommand, {"COMMAND", "DOCS"}), ElementsAre("name"));
  EXPECT_THAT(after(kCommand, {"COMMAND", "DOCS", "PING", "EVENT"}), ElementsAre("name"));
  EXPECT_THAT(after(kCommand, {"COMMAND", "LIST"}), IsEmpty());
  EXPECT_THAT(after("A [b] C", {"A"}), ElementsAre("b", "C"));
  EXPECT_THAT(after("A [b] [C] D ... e", {"A", "x", "D"}), ElementsAre("D", "e"));
}

TEST(UsageGrammarTest, ABracketInABracket) {
  constexpr std::string_view kHello = "HELLO [2 | 3 [SETNAME name]]";
  EXPECT_THAT(after(kHello, {"HELLO"}), ElementsAre("2", "3"));
  EXPECT_THAT(after(kHello, {"HELLO", "2"}), IsEmpty());
  EXPECT_THAT(after(kHello, {"HELLO", "3"}), ElementsAre("SETNAME"));
}

TEST(UsageGrammarTest, Attributes) {
  EXPECT_THAT(UsageGrammar("LOTS account [unit=UNIT] [until=time]").attributes(),
              ElementsAre("unit=", "until="));
  EXPECT_THAT(UsageGrammar("EVENT type id name=value ...").attributes(), IsEmpty());
}

TEST(UsageGrammarTest, ProseIsReadAsWellAsMayBe) {
  constexpr std::string_view kBatch = "BATCH n, then n lines; or BATCH and one bulk";
  EXPECT_THAT(after(kBatch, {"BATCH"}), ElementsAre("n,"));
  for (const std::string_view odd : {"", "[", "]", "A ]", "A [", "A | ", "| B", "...", "A ... ...",
                                     "A ] B | C", "A [[[[[[[[[[[[[[[[[[[[[[b]", "A...b"}) {
    const UsageGrammar grammar(odd);
    const std::vector<std::string> words = {"A", "b"};
    (void)grammar.after(words);
    (void)grammar.attributes();
  }
  EXPECT_THAT(after("A ] B | C", {"A"}), ElementsAre("B", "C"));
}

}  // namespace
}  // namespace guerdon::cli
