// Text -> tokens: the first stage of the plan compiler.
//
//   lex("rule base\n  on purchase  # each\n")  ->
//   word `rule` · word `base` · newline · indent · word `on` · word `purchase` · comment · newline
//   · dedent · end
//
// Layout: a line that stands further right than the one before opens a block (kIndent before its
// first token); a line further left closes blocks (kDedent each) and must stand where an open block
// stands. Empty lines and lines of comment alone have no part in this and make no kNewline. At the
// end all blocks are closed and one kEnd follows; it is there even if nothing else is.
//
// Every line is sound or it is broken: in the place of what cannot be read stands one kBad, and one
// error has been reported for it. The parser passes over such a line without a second message.
//
// Limits: a file 1 MiB, a line 160 characters after its indentation, blocks in blocks 4 deep, a
// name 63 bytes, a number 18 digits of which 9 decimals. Time and memory are linear in the text.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/civil.h"
#include "engine/syntax/diagnostic.h"
#include "engine/syntax/source.h"
#include "engine/syntax/tree.h"

namespace guerdon::plan {

// Each kind of token and how it is printed.
#define GUERDON_PLAN_TOKENS(X)      \
  X(kWord, "word")                  \
  X(kNumber, "number")              \
  X(kDate, "date")                  \
  X(kText, "text")                  \
  X(kComma, "comma")                \
  X(kColon, "colon")                \
  X(kEqual, "equal")                \
  X(kNotEqual, "not-equal")         \
  X(kLess, "less")                  \
  X(kLessEqual, "less-equal")       \
  X(kGreater, "greater")            \
  X(kGreaterEqual, "greater-equal") \
  X(kPlus, "plus")                  \
  X(kMinus, "minus")                \
  X(kStar, "star")                  \
  X(kSlash, "slash")                \
  X(kPercent, "percent")            \
  X(kOwns, "owns")                  \
  X(kOpen, "open")                  \
  X(kClose, "close")                \
  X(kComment, "comment")            \
  X(kBad, "bad")                    \
  X(kNewline, "newline")            \
  X(kIndent, "indent")              \
  X(kDedent, "dedent")              \
  X(kEnd, "end")

enum class TokenKind : uint8_t {
#define GUERDON_PLAN_TOKEN_KIND(kind, name) kind,
  GUERDON_PLAN_TOKENS(GUERDON_PLAN_TOKEN_KIND)
#undef GUERDON_PLAN_TOKEN_KIND
};

std::string_view token_kind_name(TokenKind kind);

// Where it stands is what it is: the text of a token is source.slice(span). Layout tokens are
// empty.
struct Token {
  TokenKind kind = TokenKind::kEnd;
  Span span;
};

inline constexpr int kLineColumnsMax = 160;  // code points, indentation not counted
inline constexpr int kDepthMax = 4;
inline constexpr int kNameBytesMax = 63;
inline constexpr int kNumberDigitsMax = 18;
inline constexpr int kNumberDecimalsMax = 9;

std::vector<Token> lex(const SourceText& source, Diagnostics& diagnostics);

// One token a line: place, kind, text. `3:5 word credit`.
std::string print_tokens(const SourceText& source, const std::vector<Token>& tokens);

// Words that join phrases; they can name nothing.
bool is_reserved(std::string_view word);

// The day of a kDate, which is one that there is. REQUIRES: the text of a kDate.
base::CivilDay read_date(std::string_view text);

// The digits of a kNumber: mantissa and decimals. REQUIRES: the text of a kNumber.
tree::Number read_number(std::string_view digits);

// The value of a kText: without quotes, escapes done. REQUIRES: the text of a kText.
std::string read_text(std::string_view quoted);

// What a message calls the line that begins at `first`: "`rule base` (line 9)".
std::string line_label(const SourceText& source, const std::vector<Token>& tokens, size_t first);

}  // namespace guerdon::plan
