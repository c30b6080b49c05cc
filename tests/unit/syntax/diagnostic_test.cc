#include "engine/syntax/diagnostic.h"

#include <gtest/gtest.h>

#include <iterator>
#include <set>
#include <sstream>
#include <string>

#include "tests/unit/syntax/front_end.h"

namespace guerdon::plan {
namespace {

using enum DiagnosticCode;

Span span_of(const SourceText& source, std::string_view word, size_t from = 0) {
  const size_t at = source.text().find(word, from);
  return {static_cast<uint32_t>(at), static_cast<uint32_t>(at + word.size())};
}

TEST(Render, ShowsPlaceLineCaretsAndAdvice) {
  const std::string lines(10, '\n');
  const SourceText source("cashback.plan", lines + "  when amount >= 500.005\n");
  const Diagnostic diagnostic{kTooManyDecimals, span_of(source, "500.005"),
                              "500.005 has more decimals than GBP, which has 2",
                              "write at most 2 decimals"};
  EXPECT_EQ(render(source, diagnostic),
            "cashback.plan:11:18: error E012: 500.005 has more decimals than GBP, which has 2\n"
            " 11 |   when amount >= 500.005\n"
            "    |                  ^^^^^^^\n"
            "    = write at most 2 decimals\n");
}

TEST(Render, AWarningHasItsLetterAndAdviceMayHaveSeveralLines) {
  const SourceText source("a.plan", "table t\n");
  const Diagnostic diagnostic{kNoOtherwise, {0, 5}, "it has no `otherwise`", "first\nsecond"};
  EXPECT_EQ(render(source, diagnostic),
            "a.plan:1:1: warning W033: it has no `otherwise`\n"
            "  1 | table t\n"
            "    | ^^^^^\n"
            "    = first\n"
            "      second\n");
}

TEST(Render, OfTwoLinesTheLastGetsTheCarets) {
  const SourceText source("a.plan", "    below 400.00 : 30\n    above 400.00 : 40\n");
  const Span span = join(span_of(source, "below"), span_of(source, "400.00", 24));
  EXPECT_EQ(render(source, {kHole, span, "rows leave a hole", ""}),
            "a.plan:1:5: error E030: rows leave a hole\n"
            "  1 |     below 400.00 : 30\n"
            "  2 |     above 400.00 : 40\n"
            "    |     ^^^^^^^^^^^^\n");
}

TEST(Render, ATabIsAnArrowAndColumnsAreCodePoints) {
  const SourceText source("a.plan", "é\té x\n");
  EXPECT_EQ(render(source, {kTab, {2, 3}, "tab", ""}),
            "a.plan:1:2: error E001: tab\n  1 | é→é x\n    |  ^\n");
  EXPECT_EQ(render(source, {kStrangeCharacter, span_of(source, "x"), "x", ""}),
            "a.plan:1:5: error E006: x\n  1 | é→é x\n    |     ^\n");
}

TEST(Render, WhatDoesNotPrintIsShownAsOneCharacter) {
  const SourceText source("a.plan", std::string("a\0b\xFF\xE2\x80\xAE z\n", 10));
  EXPECT_EQ(render(source, {kStrangeCharacter, span_of(source, "z"), "m", ""}),
            "a.plan:1:7: error E006: m\n  1 | a�b�� z\n    |       ^\n");
}

TEST(Render, TheEndOfALineAndOfTheFileHaveACaret) {
  const SourceText source("a.plan", "let x =\nend");
  EXPECT_EQ(render(source, {kGrammar, {7, 7}, "m", ""}),
            "a.plan:1:8: error E008: m\n  1 | let x =\n    |        ^\n");
  EXPECT_EQ(render(source, {kGrammar, {11, 11}, "m", ""}),
            "a.plan:2:4: error E008: m\n  2 | end\n    |    ^\n");
  EXPECT_EQ(render(SourceText("a.plan", ""), {kGrammar, {0, 0}, "m", ""}),
            "a.plan:1:1: error E008: m\n  1 |\n    | ^\n");
}

TEST(Render, OfALongLineAPartIsShown) {
  const SourceText source("a.plan", std::string(5000, 'a') + "!" + std::string(5000, 'b'));
  const std::string said = render(source, {kTextLimit, {5000, 5001}, "m", ""});
  EXPECT_LT(said.size(), 700U);
  EXPECT_NE(said.find("a!b"), std::string::npos);
  // The caret stands under it.
  const size_t line = said.find("| ") + 2;
  const size_t carets = said.find("| ", line) + 2;
  const size_t mark = said.find('!') - line - 2;  // the ellipsis has 3 bytes and one column
  EXPECT_EQ(said.find('^') - carets, mark);
}

TEST(Render, AllOfThemInTheOrderOfTheirPlaces) {
  const SourceText source("a.plan", "one\ntwo\n");
  Diagnostics diagnostics;
  diagnostics.report(kGrammar, {4, 7}, "second");
  diagnostics.report(kNoOtherwise, {0, 3}, "first");
  EXPECT_EQ(render(source, diagnostics),
            "a.plan:1:1: warning W033: first\n  1 | one\n    | ^^^\n\n"
            "a.plan:2:1: error E008: second\n  2 | two\n    | ^^^\n");
}

TEST(Diagnostics, FiftyAreKeptAndTheRestCounted) {
  const SourceText source("a.plan", "x\n");
  Diagnostics diagnostics;
  EXPECT_FALSE(diagnostics.has_errors());
  diagnostics.report(kNoOtherwise, {0, 1}, "w");
  EXPECT_FALSE(diagnostics.has_errors());
  for (int i = 0; i < 60; ++i) diagnostics.report(kGrammar, {0, 1}, "e");
  EXPECT_TRUE(diagnostics.has_errors());
  EXPECT_EQ(diagnostics.errors(), 60);
  EXPECT_EQ(diagnostics.list().size(), 50U);
  EXPECT_EQ(diagnostics.left_out(), 11);
  EXPECT_TRUE(render(source, diagnostics)
                  .ends_with("\na.plan: 11 more messages are not shown; mend these first\n"));
}

// The first cell of each row of the page's tables.
std::set<std::string> codes_of_the_page() {
  std::set<std::string> codes;
  std::istringstream lines(read_file("docs/plan-language-diagnostics.md"));
  for (std::string line; std::getline(lines, line);) {
    const bool is_row = line.starts_with("| E") || line.starts_with("| W");
    if (is_row) codes.insert(line.substr(2, line.find(' ', 2) - 2));
  }
  return codes;
}

TEST(DiagnosticsPage, HasTheCodesOfTheListAndNoOthers) {
  std::set<std::string> codes;
  for (const DiagnosticCode code : kDiagnosticCodes) codes.insert(code_text(code));
  EXPECT_EQ(codes.size(), std::size(kDiagnosticCodes));
  EXPECT_EQ(codes_of_the_page(), codes);
}

TEST(Nearest, FindsWhatWasMeant) {
  const std::vector<std::string> known = {"rule", "table", "measure", "amount", "account"};
  EXPECT_EQ(nearest("rul", known), "rule");
  EXPECT_EQ(nearest("amout", known), "amount");
  EXPECT_EQ(nearest("amuont", known), "amount");  // neighbours changed places
  EXPECT_EQ(nearest("mesure", known), "measure");
  EXPECT_EQ(nearest("accounts", known), "account");
  EXPECT_EQ(nearest("rule", known), "rule");
  EXPECT_EQ(nearest("price", known), "");
  EXPECT_EQ(nearest("x", known), "");
  EXPECT_EQ(nearest("", known), "");
  EXPECT_EQ(nearest("rule", {}), "");
  EXPECT_EQ(nearest("aa", {"ab", "ac"}), "ab");  // the first of equals
}

}  // namespace
}  // namespace guerdon::plan
