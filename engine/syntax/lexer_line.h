// The inside of the lexer: the tokens of one line. Only lexer.cc uses it.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "engine/syntax/lexer.h"

namespace guerdon::plan {

using enum DiagnosticCode;

// Appends the tokens of source bytes [begin, end), one line without indentation and line end, to
// `tokens`. The first mistake is reported; from there on the line is broken: a kBad stands for what
// could not be read, and what follows is still cut into tokens but not complained about.
class LineScanner {
 public:
  LineScanner(const SourceText& source, Span line, std::vector<Token>& tokens,
              Diagnostics& diagnostics)
      : source_(source),
        at_(line.begin),
        end_(line.end),
        tokens_(tokens),
        diagnostics_(diagnostics) {}

  void scan();

 private:
  char peek(uint32_t ahead = 0) const {
    return at_ + ahead < end_ ? source_.text()[at_ + ahead] : '\0';
  }
  std::string_view slice(Span span) const { return source_.slice(span); }

  void scan_one();
  void scan_comment();
  void scan_text();
  void scan_word();
  void scan_number();
  bool scan_date_or_clock(uint32_t digits);
  void scan_date();
  void scan_mark();
  bool scan_wrong_mark();
  void scan_stranger();
  void scan_apostrophe();

  // The complaint about [begin, begin + the run), or true.
  bool check_number(Span span);
  bool check_word(Span span);

  void push(TokenKind kind, uint32_t bytes);
  void bad(DiagnosticCode code, uint32_t bytes, std::string message, std::string advice);

  const SourceText& source_;
  uint32_t at_;
  const uint32_t end_;
  std::vector<Token>& tokens_;
  Diagnostics& diagnostics_;
  bool broken_ = false;
};

}  // namespace guerdon::plan
