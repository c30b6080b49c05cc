// The inside of `plan fmt`: one line. Only format.cc uses it.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/syntax/lexer.h"
#include "engine/syntax/source.h"

namespace guerdon::plan {

struct FormatLine {
  size_t depth = 0;
  std::vector<Token> tokens;    // empty: a line of comment alone
  std::optional<Span> comment;  // behind the tokens, or alone
  bool blank_before = false;    // as it was written

  // What write_line makes: the text before the colon of a row, and the rest.
  std::string left;
  std::string right;
  bool as_written = false;  // too long to be laid out

  bool is_comment() const { return tokens.empty(); }
  bool has_colon() const { return !right.empty(); }
  std::string text() const { return left + right; }
};

// Makes the line's text, without indentation. `declaration` is the first word of the declaration
// that it is part of; `grouped`: write `_` into long numbers.
void write_line(const SourceText& source, FormatLine& line, std::string_view declaration,
                bool grouped);

// Whether a number of the line is written with `_`.
bool has_grouped_number(const SourceText& source, const FormatLine& line);

// Puts the colons of neighbouring rows below each other, unless a row would get too long.
void align_colons(const std::vector<FormatLine*>& rows);

}  // namespace guerdon::plan
