// Texts that nobody means well with: refused or read, in bounded time and memory, without a crash.

#include <gtest/gtest.h>

#include "tests/unit/syntax/front_end.h"

namespace guerdon::plan {
namespace {

using enum DiagnosticCode;

std::string repeated(const std::string& part, size_t bytes) {
  std::string text;
  while (text.size() + part.size() <= bytes) text += part;
  return text;
}

// Whatever it is, it is refused, and said so in few words.
void expect_refused(const std::string& text, DiagnosticCode code) {
  const FrontEnd front(text);
  ASSERT_FALSE(front.ok());
  EXPECT_EQ(front.diagnostics.list().front().code, code) << front.said();
  EXPECT_LT(front.said().size(), 100'000U);
}

TEST(Hostile, AFileMayHaveOneMebibyte) {
  const std::string most = "#" + repeated("\n", kPlanBytesMax - 1);
  EXPECT_TRUE(FrontEnd(most).ok());
  expect_refused(most + "\n", kTextLimit);
  expect_refused(repeated("param a = 1\n", 4 * kPlanBytesMax), kTextLimit);
}

TEST(Hostile, OneLineOfAMebibyte) {
  for (const char* part :
       {"(", "a", "1", "\"", "#", "-", "a.", "not ", "a of ", "t for ", " ", "é"}) {
    const FrontEnd front(repeated(part, kPlanBytesMax));
    EXPECT_LT(front.said().size(), 100'000U) << part;
    const FrontEnd in_rule("rule r\n  credit a " + repeated(part, kPlanBytesMax - 100));
    EXPECT_LT(in_rule.said().size(), 100'000U) << part;
  }
  expect_refused(repeated("(", kPlanBytesMax), kTextLimit);
}

TEST(Hostile, AMebibyteOfShortLines) {
  for (const char* part :
       {"(\n", "rule\n", "a\n b\n", "\"\n", "\xFF\n", "\t\n", "# c\n", "let x = (\n"}) {
    const FrontEnd front(repeated(part, kPlanBytesMax));
    EXPECT_LE(front.diagnostics.list().size(), 50U) << part;
    EXPECT_LT(front.said().size(), 100'000U) << part;
  }
}

TEST(Hostile, BlocksInBlocks) {
  std::string text;
  for (size_t depth = 0; text.size() + depth + 8 < kPlanBytesMax; ++depth) {
    text += std::string(depth, ' ') + "rule r\n";
  }
  const FrontEnd front(text);
  EXPECT_EQ(front.codes(), "2:E004 6:E009");
}

TEST(Hostile, BracketsInBrackets) {
  for (size_t depth : {size_t{65}, size_t{150}, size_t{10'000}}) {
    const FrontEnd front("let x = " + std::string(depth, '(') + "1" + std::string(depth, ')'));
    EXPECT_EQ(front.codes(), "1:E009");
  }
  for (const char* part :
       {"- ", "not ", "a of ", "t for ", "1 per full 1 of ", "t for a otherwise "}) {
    const FrontEnd front("let x = " + repeated(part, 150) + "1");
    EXPECT_EQ(front.ok(), front.said().empty()) << part;
  }
}

TEST(Hostile, AHundredThousandRules) {
  const FrontEnd front(repeated("rule r\n  credit a 1\n", kPlanBytesMax));
  ASSERT_TRUE(front.ok());
  EXPECT_GT(front.tree.declarations.size(), 50'000U);
  const FrontEnd again(front.formatted().substr(0, kPlanBytesMax - 100));
  EXPECT_LE(again.diagnostics.errors(), 1);
  expect_refused(repeated("rule r\n", 100'000 * 7), kGrammar);
}

TEST(Hostile, ManyColumnsKeysNamesAndRows) {
  EXPECT_TRUE(FrontEnd("list l = " + repeated("1, ", 140) + "1").ok());
  EXPECT_TRUE(FrontEnd("table t by k\n" + repeated(" 1 : 1\n", kPlanBytesMax - 100)).ok());
  EXPECT_TRUE(FrontEnd("event e\n" + repeated(" a : text\n", kPlanBytesMax - 100)).ok());
}

TEST(Hostile, BytesThatAreNoText) {
  expect_refused(std::string(1000, '\0'), kStrangeCharacter);
  expect_refused(repeated("\xFF", kPlanBytesMax), kStrangeCharacter);
  expect_refused(repeated("\x80", kPlanBytesMax), kStrangeCharacter);
  expect_refused("plan p\r  zone UTC\r", kStrangeCharacter);
  expect_refused("plan p\n  zone UTC\r", kStrangeCharacter);
  expect_refused("\xEF\xBB\xBFplan p\n", kStrangeCharacter);
  expect_refused("plan \xEF\xBB\xBFp\n", kStrangeCharacter);
  std::string every;
  for (int i = 0; i < 256; ++i) every += static_cast<char>(i);
  const FrontEnd front(repeated(every, 10'000));
  EXPECT_FALSE(front.ok());
  EXPECT_FALSE(front.said().empty());
}

TEST(Hostile, HugeNumbers) {
  expect_refused("let x = " + std::string(100, '9'), kTextLimit);
  expect_refused("let x = 0." + std::string(100, '0'), kTextLimit);
  expect_refused("let x = " + repeated("1.", 100) + "1", kMalformed);
  expect_refused("unit x, 1000000000000000000 decimals", kTextLimit);
  EXPECT_TRUE(FrontEnd("unit x, 999999999999999999 decimals").ok());
}

TEST(Hostile, ManyMistakesAreFiftyMessages) {
  const FrontEnd front(repeated("let x = 5 5\n", kPlanBytesMax));
  EXPECT_EQ(front.diagnostics.list().size(), 50U);
  EXPECT_GT(front.diagnostics.left_out(), 50'000);
}

}  // namespace
}  // namespace guerdon::plan
