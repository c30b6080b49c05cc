#include "engine/syntax/lexer.h"

#include <algorithm>
#include <array>
#include <cstdio>
#include <utility>

#include "engine/base/assert.h"
#include "engine/syntax/lexer_line.h"

namespace guerdon::plan {
namespace {

constexpr auto kReserved = std::to_array<std::string_view>(
    {"above",    "after",     "and",  "any",    "as",   "at",      "average", "before",  "below",
     "by",       "distinct",  "each", "for",    "from", "full",    "has",     "highest", "in",
     "increase", "into",      "less", "lowest", "none", "not",     "number",  "of",      "on",
     "or",       "otherwise", "over", "part",   "per",  "rounded", "since",   "sum",     "to",
     "top",      "until",     "up",   "when",   "where"});
static_assert(std::is_sorted(kReserved.begin(), kReserved.end()));

std::string spaces(int count) {
  return std::to_string(count) + (count == 1 ? " space" : " spaces");
}

// A line without its comment and the spaces before it.
Span without_comment(std::string_view text, Span line) {
  bool quoted = false;
  uint32_t end = line.begin;
  for (uint32_t at = line.begin; at < line.end; ++at) {
    if (text[at] == '\\' && quoted) ++at;
    if (at < line.end && text[at] == '"') quoted = !quoted;
    if (at < line.end && text[at] == '#' && !quoted) break;
    if (at < line.end && text[at] != ' ') end = at + 1;
  }
  return {line.begin, end};
}

// One open block: where its lines stand and which line it belongs to.
struct Level {
  int width = 0;
  size_t header = 0;  // the first token of the line it stands under; of level 0: unused
};

class Lexer {
 public:
  Lexer(const SourceText& source, Diagnostics& diagnostics)
      : source_(source), diagnostics_(diagnostics) {}

  std::vector<Token> run() {
    const auto end = static_cast<uint32_t>(source_.text().size());
    if (source_.text().size() > kPlanBytesMax) {
      diagnostics_.report(kTextLimit, {0, 0}, "this plan is longer than 1 MiB",
                          "split it into several plans; they are run together");
      return {{TokenKind::kEnd, {end, end}}};
    }
    for (int line = 1; line <= source_.lines(); ++line) lex_line(line);
    while (levels_.size() > 1) close_level(end);
    tokens_.push_back({TokenKind::kEnd, {end, end}});
    return std::move(tokens_);
  }

 private:
  void lex_line(int number);
  bool check_bytes(Span line);
  bool check_tabs(Span line);
  bool check_length(Span line);
  void lay_out(Span line, int width);
  void refuse_width(Span line, int width, size_t upper);
  void close_level(uint32_t at) {
    levels_.pop_back();
    tokens_.push_back({TokenKind::kDedent, {at, at}});
  }

  const SourceText& source_;
  Diagnostics& diagnostics_;
  std::vector<Token> tokens_;
  std::vector<Level> levels_ = {Level{}};
  bool seen_line_ = false;
  size_t last_line_ = 0;    // the first token of the last line
  int refused_width_ = -1;  // so that a block that stands wrong is told once
  bool too_deep_ = false;   // likewise
};

// Not UTF-8, NUL, control characters: false, and told.
bool Lexer::check_bytes(Span line) {
  const std::string_view text = source_.text();
  for (uint32_t at = line.begin; at < line.end;) {
    const CodePoint point = code_point_at(text, at);
    const Span span{at, std::min(at + point.bytes, line.end)};
    at += point.bytes;
    if (point.valid && !is_hidden(point.value)) continue;
    if (!point.valid) {
      diagnostics_.report(kStrangeCharacter, span, "these bytes are not UTF-8",
                          "save the file as UTF-8");
    } else if (point.value == 0xFEFF && span.begin == 0) {
      diagnostics_.report(kStrangeCharacter, span, "the file begins with a byte order mark",
                          "save the file as UTF-8 without one");
    } else {
      char code[16];
      std::snprintf(code, sizeof code, "U+%04X", static_cast<unsigned>(point.value));
      diagnostics_.report(kStrangeCharacter, span,
                          std::string("a hidden character stands here: ") + code,
                          point.value == '\r' ? "end each line with LF or CR LF" : "delete it");
    }
    return false;
  }
  return true;
}

bool Lexer::check_tabs(Span line) {
  const size_t tab = source_.slice(line).find('\t');
  if (tab == std::string_view::npos) return true;
  const uint32_t at = line.begin + static_cast<uint32_t>(tab);
  diagnostics_.report(kTab, {at, at + 1}, "tabs are not allowed",
                      "indent and separate with spaces");
  return false;
}

bool Lexer::check_length(Span line) {
  int columns = 0;
  uint32_t limit = line.begin;
  for (uint32_t at = line.begin; at < line.end; ++columns) {
    if (columns == kLineColumnsMax) limit = at;
    at += code_point_at(source_.text(), at).bytes;
  }
  if (columns <= kLineColumnsMax) return true;
  diagnostics_.report(kTextLimit, {limit, line.end},
                      "this line has " + std::to_string(columns) +
                          " characters after its indentation; " + std::to_string(kLineColumnsMax) +
                          " are the most",
                      "name a part of it with `let`, or put a comment on a line of its own");
  return false;
}

void Lexer::lex_line(int number) {
  const std::string_view text = source_.line(number);
  const uint32_t begin = source_.line_start(number);
  const Span all{begin, begin + static_cast<uint32_t>(text.size())};
  // A tab counts for a level of two spaces, so that a plan indented with tabs gets one message
  // each.
  uint32_t first = begin;
  int width = 0;
  for (; first < all.end; ++first) {
    const char c = source_.text()[first];
    if (c != ' ' && c != '\t') break;
    width += c == ' ' ? 1 : 2;
  }
  const bool sound = check_bytes(all) && check_tabs(all);
  if (first == all.end) return;
  const Span line{first, all.end};
  const bool comment = source_.text()[first] == '#';
  const bool readable = sound && check_length(line);
  if (!comment) lay_out(line, width);
  if (too_deep_) return;
  if (readable) {
    LineScanner(source_, line, tokens_, diagnostics_).scan();
  } else if (!comment) {
    tokens_.push_back({TokenKind::kBad, line});
  }
  if (!comment) tokens_.push_back({TokenKind::kNewline, {all.end, all.end}});
}

void Lexer::lay_out(Span line, int width) {
  if (width > 0 && !seen_line_) {
    refuse_width(line, width, 0);
    width = 0;
  }
  seen_line_ = true;
  size_t depth = levels_.size() - 1;
  while (depth > 0 && levels_[depth].width > width) --depth;
  const bool opens = depth + 1 == levels_.size() && width > levels_[depth].width;
  if (opens && depth == size_t{kDepthMax}) {
    if (!too_deep_) {
      diagnostics_.report(
          kTextLimit, without_comment(source_.text(), line),
          "this line stands more than " + std::to_string(kDepthMax) + " levels deep",
          "no plan needs so many; move it to the left");
    }
    too_deep_ = true;
    return;
  }
  too_deep_ = false;
  if (opens) {
    levels_.push_back({width, last_line_});
    tokens_.push_back({TokenKind::kIndent, {line.begin, line.begin}});
  } else if (levels_[depth].width != width) {
    if (refused_width_ != width) refuse_width(line, width, depth + 1);
    refused_width_ = width;
    // It most likely belongs to the block it stands next to, not to the margin.
    if (depth == 0) depth = 1;
    while (levels_.size() > depth + 1) close_level(line.begin);
  } else {
    refused_width_ = -1;
    while (levels_.size() > depth + 1) close_level(line.begin);
  }
  last_line_ = tokens_.size();
}

// The line stands between the blocks `upper` - 1 and `upper`, or before any.
void Lexer::refuse_width(Span line, int width, size_t upper) {
  line = without_comment(source_.text(), line);
  const std::string found = "this line is indented " + spaces(width);
  if (upper == 0) {
    diagnostics_.report(kMisplacedLine, line, found + ", but nothing stands above it",
                        "move it to column 1");
    return;
  }
  const auto place = [this](size_t depth) {
    return "column " + std::to_string(levels_[depth].width + 1) + " to belong to " +
           line_label(source_, tokens_, levels_[depth].header);
  };
  const int neighbours = levels_[upper == 1 ? 1 : upper - 1].width;
  const std::string first = upper == 1 ? "column 1 to begin a declaration" : place(upper - 1);
  diagnostics_.report(kMisplacedLine, line,
                      found + ", its neighbours " + std::to_string(neighbours),
                      "move it to " + first + ", or to " + place(upper));
}

}  // namespace

std::vector<Token> lex(const SourceText& source, Diagnostics& diagnostics) {
  return Lexer(source, diagnostics).run();
}

std::string_view token_kind_name(TokenKind kind) {
  static constexpr std::string_view kNames[] = {
#define GUERDON_PLAN_TOKEN_NAME(kind, name) name,
      GUERDON_PLAN_TOKENS(GUERDON_PLAN_TOKEN_NAME)
#undef GUERDON_PLAN_TOKEN_NAME
  };
  return kNames[static_cast<size_t>(kind)];
}

std::string print_tokens(const SourceText& source, const std::vector<Token>& tokens) {
  std::string out;
  for (const Token& token : tokens) {
    const Position at = source.position(token.span.begin);
    out += std::to_string(at.line) + ":" + std::to_string(at.column) + " ";
    out += token_kind_name(token.kind);
    if (token.span.end > token.span.begin) out.append(" ").append(source.slice(token.span));
    out += '\n';
  }
  return out;
}

bool is_reserved(std::string_view word) {
  return std::binary_search(kReserved.begin(), kReserved.end(), word);
}

base::CivilDay read_date(std::string_view text) {
  GUERDON_ASSERT(text.size() == 10);
  const auto part = [&](size_t begin, size_t count) {
    int32_t value = 0;
    for (const char c : text.substr(begin, count)) value = value * 10 + (c - '0');
    return value;
  };
  return {part(0, 4), part(5, 2), part(8, 2)};
}

tree::Number read_number(std::string_view digits) {
  tree::Number number;
  bool after_point = false;
  for (const char c : digits) {
    if (c == '.') after_point = true;
    if (c < '0' || c > '9') continue;
    number.mantissa = number.mantissa * 10 + (c - '0');
    number.decimals += after_point ? 1 : 0;
  }
  return number;
}

std::string read_text(std::string_view quoted) {
  GUERDON_ASSERT(quoted.size() >= 2 && quoted.front() == '"' && quoted.back() == '"');
  std::string text;
  for (size_t i = 1; i + 1 < quoted.size(); ++i) {
    if (quoted[i] == '\\') ++i;
    text += quoted[i];
  }
  return text;
}

std::string line_label(const SourceText& source, const std::vector<Token>& tokens, size_t first) {
  GUERDON_ASSERT(first < tokens.size());
  const auto is_word = [&](size_t at) {
    return at < tokens.size() && tokens[at].kind == TokenKind::kWord;
  };
  Span span = tokens[first].span;
  if (is_word(first)) {
    const std::string_view word = source.slice(span);
    const bool names = word == "plan" || word == "rule" || word == "table" || word == "measure" ||
                       word == "event" || word == "unit" || word == "param" || word == "let" ||
                       word == "list";
    if (names && is_word(first + 1)) span = join(span, tokens[first + 1].span);
  } else if (tokens[first].kind != TokenKind::kNumber && tokens[first].kind != TokenKind::kText) {
    return "line " + std::to_string(source.position(span.begin).line);
  }
  return "`" + std::string(source.slice(span)) + "` (line " +
         std::to_string(source.position(span.begin).line) + ")";
}

}  // namespace guerdon::plan
