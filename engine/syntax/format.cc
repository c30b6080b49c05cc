#include "engine/syntax/format.h"

#include <algorithm>
#include <string_view>
#include <utility>
#include <vector>

#include "engine/base/assert.h"
#include "engine/syntax/format_line.h"
#include "engine/syntax/lexer.h"

namespace guerdon::plan {
namespace {

// Cuts the tokens of a whole plan into lines and finds the depth of each.
class LineCutter {
 public:
  explicit LineCutter(const SourceText& source) : source_(source) {}

  std::vector<FormatLine> cut(const std::vector<Token>& tokens) {
    for (const Token& token : tokens) take(token);
    place_comments(0, 0);
    return std::move(lines_);
  }

 private:
  void take(const Token& token) {
    switch (token.kind) {
      case TokenKind::kIndent:
        ++depth_;
        break;
      case TokenKind::kDedent:
        --depth_;
        break;
      case TokenKind::kComment:
        if (line_.tokens.empty()) {
          comments_.push_back(token.span);
        } else {
          line_.comment = token.span;
        }
        break;
      case TokenKind::kNewline:
        finish_line();
        break;
      case TokenKind::kEnd:
        break;
      default:
        line_.tokens.push_back(token);
    }
  }

  void finish_line() {
    const Position at = source_.position(line_.tokens.front().span.begin);
    place_comments(depth_, at.column - 1);
    widths_.resize(depth_);
    widths_.push_back(at.column - 1);
    line_.depth = depth_;
    add(std::move(line_), at.line);
    line_ = FormatLine{};
  }

  // The comments above a line at `depth`. One that stands further right than that line, where a
  // block has just ended, is the last word of that block.
  void place_comments(size_t depth, int width) {
    for (const Span comment : comments_) {
      const Position at = source_.position(comment.begin);
      FormatLine line;
      line.comment = comment;
      line.depth = depth;
      if (at.column - 1 > width) {
        for (size_t d = depth + 1; d < widths_.size(); ++d) {
          if (widths_[d] <= at.column - 1) line.depth = d;
        }
      }
      add(std::move(line), at.line);
    }
    comments_.clear();
  }

  void add(FormatLine line, int number) {
    line.blank_before = !lines_.empty() && number > last_number_ + 1;
    last_number_ = number;
    lines_.push_back(std::move(line));
  }

  const SourceText& source_;
  std::vector<FormatLine> lines_;
  FormatLine line_;
  std::vector<Span> comments_;  // that stand above the line that comes
  std::vector<int> widths_;     // of the lines that the last line belongs to, and its own
  size_t depth_ = 0;
  int last_number_ = 0;
};

// Where the declaration ends that begins at or holds line `at`.
size_t end_of_declaration(const std::vector<FormatLine>& lines, size_t at) {
  ++at;
  while (at < lines.size() && lines[at].depth > 0) ++at;
  return at;
}

// Whether an empty line stands before line `at`.
class BlankLines {
 public:
  BlankLines(const SourceText& source, const std::vector<FormatLine>& lines)
      : source_(source), lines_(lines) {}

  bool before(size_t at) {
    const FormatLine& line = lines_[at];
    const size_t declaration = last_declaration_;
    if (!line.is_comment() && line.depth == 0) last_declaration_ = at;
    if (at == 0 || line.depth > 0) return false;
    const FormatLine& above = lines_[at - 1];
    if (above.depth == 0 && above.is_comment()) return line.blank_before;
    size_t next = at;
    while (next < lines_.size() && lines_[next].is_comment()) ++next;
    if (next == lines_.size()) return true;
    const bool one_kind = first_word(declaration) == first_word(next) &&
                          end_of_declaration(lines_, declaration) == declaration + 1 &&
                          end_of_declaration(lines_, next) == next + 1;
    return !one_kind || line.blank_before;
  }

 private:
  std::string_view first_word(size_t at) const {
    return source_.slice(lines_[at].tokens.front().span);
  }

  const SourceText& source_;
  const std::vector<FormatLine>& lines_;
  size_t last_declaration_ = 0;
};

// Rows below each other: lines of one depth with nothing shallower between. Comments do not part
// them.
void align_rows(std::vector<FormatLine>& lines, size_t begin, size_t end) {
  size_t at = begin;
  while (at < end) {
    std::vector<FormatLine*> rows;
    const size_t depth = lines[at].depth;
    for (; at < end && (lines[at].is_comment() || lines[at].depth == depth); ++at) {
      if (!lines[at].is_comment() && lines[at].has_colon()) rows.push_back(&lines[at]);
    }
    align_colons(rows);
  }
}

void lay_out(const SourceText& source, std::vector<FormatLine>& lines, size_t begin, size_t end) {
  const std::string_view word = source.slice(lines[begin].tokens.front().span);
  bool grouped = false;
  for (size_t at = begin; at < end; ++at)
    grouped = grouped || has_grouped_number(source, lines[at]);
  for (size_t at = begin; at < end; ++at) write_line(source, lines[at], word, grouped);
  if (word != "event") align_rows(lines, begin, end);
}

}  // namespace

std::string format_plan(const SourceText& source, const tree::Plan& tree) {
  Diagnostics diagnostics;
  std::vector<FormatLine> lines = LineCutter(source).cut(lex(source, diagnostics));
  GUERDON_ASSERT(!diagnostics.has_errors());
  size_t declarations = 0;
  for (size_t at = 0; at < lines.size();) {
    if (lines[at].is_comment()) {
      write_line(source, lines[at++], "", false);
      continue;
    }
    const size_t end = end_of_declaration(lines, at);
    lay_out(source, lines, at, end);
    ++declarations;
    at = end;
  }
  GUERDON_ASSERT(declarations == tree.declarations.size());
  std::string out;
  BlankLines blank(source, lines);
  for (size_t at = 0; at < lines.size(); ++at) {
    if (blank.before(at)) out += '\n';
    out.append(lines[at].depth * 2, ' ').append(lines[at].text()).append("\n");
  }
  return out;
}

}  // namespace guerdon::plan
