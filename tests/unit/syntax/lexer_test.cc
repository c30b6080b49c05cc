#include "engine/syntax/lexer.h"

#include <gtest/gtest.h>

#include "tests/unit/syntax/front_end.h"

namespace guerdon::plan {
namespace {

std::string kinds(std::string text) {
  const FrontEnd front(std::move(text));
  std::string out;
  for (const Token& token : front.tokens) {
    if (!out.empty()) out += ' ';
    out += token_kind_name(token.kind);
  }
  return out;
}

TEST(Lexer, EmptyTextsHaveAnEnd) {
  EXPECT_EQ(kinds(""), "end");
  EXPECT_EQ(kinds("\n\n  \n"), "end");
  EXPECT_EQ(kinds("# only this"), "comment end");
}

TEST(Lexer, BlocksOpenAndClose) {
  EXPECT_EQ(kinds("a\n b\n  c\nd"),
            "word newline indent word newline indent word newline dedent dedent word newline end");
  EXPECT_EQ(kinds("a\n b\n"), "word newline indent word newline dedent end");
}

TEST(Lexer, CommentsAndEmptyLinesHaveNoPartInLayout) {
  EXPECT_EQ(kinds("a\n\n      # far\n b # c\n# near\n b"),
            "word newline comment indent word comment newline comment word newline dedent end");
}

TEST(Lexer, NumbersAreReadExactly) {
  struct Case {
    const char* text;
    int64_t mantissa;
    int decimals;
  };
  const Case cases[] = {{"0", 0, 0},
                        {"0.05", 5, 2},
                        {"100_000.00", 10000000, 2},
                        {"1_000", 1000, 0},
                        {"999999999999999999", 999999999999999999, 0},
                        {"999_999_999.999999999", 999999999999999999, 9},
                        {"0.000000000", 0, 9}};
  for (const Case& each : cases) {
    ASSERT_EQ(kinds(each.text), "number newline end") << each.text;
    EXPECT_EQ(read_number(each.text).mantissa, each.mantissa) << each.text;
    EXPECT_EQ(read_number(each.text).decimals, each.decimals) << each.text;
  }
}

TEST(Lexer, TextsAreUnescaped) {
  EXPECT_EQ(read_text(R"("a \" b \\ c")"), R"(a " b \ c)");
  EXPECT_EQ(read_text(R"("")"), "");
}

TEST(Lexer, ALineMayHave160CharactersWhateverItsIndentation) {
  const std::string letters(63, 'a');
  const std::string line = "let " + letters + " = " + letters + " + 1 # " + std::string(20, 'x');
  EXPECT_TRUE(FrontEnd(line).ok()) << FrontEnd(line).said();
  EXPECT_EQ(FrontEnd(line + "x").codes(), "1:E009");
  // Characters, not bytes.
  const std::string accents = "# " + std::string(158, 'x');
  std::string wide = "# ";
  for (int i = 0; i < 158; ++i) wide += "é";
  EXPECT_TRUE(FrontEnd(accents).ok());
  EXPECT_TRUE(FrontEnd(wide).ok());
  EXPECT_EQ(FrontEnd(wide + "é").codes(), "1:E009");
  EXPECT_TRUE(FrontEnd("rule a\n" + std::string(500, ' ') + "credit b 5").ok());
}

TEST(Lexer, BlocksNestFourDeep) {
  EXPECT_EQ(FrontEnd("a\n b\n  c\n   d\n    e\n").codes(), "1:E003");
  EXPECT_EQ(FrontEnd("a\n b\n  c\n   d\n    e\n     f\n     g\n      h\n").codes(),
            "1:E003 6:E009");
}

TEST(Lexer, ABlockThatStandsWrongIsToldOnce) {
  EXPECT_EQ(FrontEnd("rule a\n    credit b 1\n  let x = 1\n  let y = 1\n    let z = 1\n").codes(),
            "3:E002");
}

TEST(Lexer, ReservedWordsAreNoNames) {
  EXPECT_TRUE(is_reserved("of"));
  EXPECT_TRUE(is_reserved("above"));
  EXPECT_TRUE(is_reserved("where"));
  EXPECT_FALSE(is_reserved("rule"));
  EXPECT_FALSE(is_reserved("month"));
  EXPECT_FALSE(is_reserved(""));
  for (const std::string_view words : tree::kCellWords) {
    if (words.empty()) continue;
    // A cell may begin with a name as well.
    EXPECT_TRUE(is_reserved(words.substr(0, words.find(' ')))) << words;
  }
}

TEST(Lexer, LinesAreCalledByTheirFirstWords) {
  const FrontEnd front("rule base\n credit account 5\n \"FR\" : 5\n (5)\n");
  const auto label = [&](std::string_view first) {
    for (size_t at = 0; at < front.tokens.size(); ++at) {
      if (front.source.slice(front.tokens[at].span) == first) {
        return line_label(front.source, front.tokens, at);
      }
    }
    return std::string("not found");
  };
  EXPECT_EQ(label("rule"), "`rule base` (line 1)");
  EXPECT_EQ(label("credit"), "`credit` (line 2)");
  EXPECT_EQ(label("\"FR\""), "`\"FR\"` (line 3)");
  EXPECT_EQ(label("("), "line 4");
}

}  // namespace
}  // namespace guerdon::plan
