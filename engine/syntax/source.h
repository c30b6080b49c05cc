// The text of a plan and the places in it.
//
// A `SourceText` owns the bytes of one plan file under the name that diagnostics print. A `Span` is
// a half-open range of byte offsets into it; it is what every token, tree node and diagnostic
// carries, so that a mistake found in the last stage still points at what the plan owner wrote.
//
// Lines and columns are counted from 1; a column counts code points, not bytes, so that a caret
// stands under the letter it means. A line ends with LF or CR LF; neither belongs to the line.
//
// Thread-safety: immutable after construction.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace guerdon::plan {

// The longest plan that is read. The lexer refuses a longer one; a reader of files may stop there.
inline constexpr size_t kPlanBytesMax = size_t{1} << 20;

struct Span {
  uint32_t begin = 0;
  uint32_t end = 0;  // exclusive

  bool operator==(const Span&) const = default;
};

// The smallest span that holds both.
Span join(Span a, Span b);

struct Position {
  int line = 1;
  int column = 1;
};

// What stands at one place of a text: a code point, or bytes that are no UTF-8.
struct CodePoint {
  char32_t value = 0;
  uint32_t bytes = 0;  // a lead byte and the continuation bytes that follow it; at least 1
  bool valid = false;  // well-formed: not overlong, no surrogate, not above U+10FFFF
};

// REQUIRES: offset < text.size().
CodePoint code_point_at(std::string_view text, size_t offset);

// A character that cannot be printed or that makes a line look like another than it is. A tab is
// none.
bool is_hidden(char32_t c);

class SourceText {
 public:
  // REQUIRES: text shorter than 4 GiB, since spans have 32 bits.
  SourceText(std::string name, std::string text);

  const std::string& name() const { return name_; }
  std::string_view text() const { return text_; }
  std::string_view slice(Span span) const {
    return std::string_view(text_).substr(span.begin, span.end - span.begin);
  }
  Position position(uint32_t offset) const;
  // An empty text has one line; so has what follows the last line end.
  int lines() const { return static_cast<int>(line_starts_.size()); }
  // The text of line `line` without its line end. REQUIRES: 1 <= line <= lines().
  std::string_view line(int line) const;
  uint32_t line_start(int line) const { return line_starts_[static_cast<size_t>(line - 1)]; }

 private:
  std::string name_;
  std::string text_;
  std::vector<uint32_t> line_starts_;
};

}  // namespace guerdon::plan
