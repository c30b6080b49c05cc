#include "engine/syntax/format_line.h"

#include <algorithm>

#include "engine/base/assert.h"

namespace guerdon::plan {
namespace {

size_t columns(std::string_view text) {
  size_t count = 0;
  for (size_t at = 0; at < text.size(); ++count) at += code_point_at(text, at).bytes;
  return count;
}

bool fits(const std::string& text) { return columns(text) <= size_t{kLineColumnsMax}; }

// 100000.00 -> 100_000.00, from five digits on.
std::string group_digits(std::string_view number) {
  const size_t whole = std::min(number.find('.'), number.size());
  if (whole < 5 || number.find('_') != std::string_view::npos) return std::string(number);
  std::string out(number);
  for (size_t at = whole - 3; at > 0 && at < whole; at -= std::min<size_t>(at, 3)) {
    out.insert(at, "_");
  }
  return out;
}

// Writes tokens of one line with the spaces that belong between them.
class Spacer {
 public:
  Spacer(const SourceText& source, const std::vector<Token>& tokens, bool grouped)
      : source_(source), tokens_(tokens), grouped_(grouped) {}

  std::string write(size_t begin, size_t end) const {
    std::string out;
    for (size_t at = begin; at < end; ++at) {
      if (at > begin && space_before(at)) out += ' ';
      out +=
          grouped_ && is(at, TokenKind::kNumber) ? group_digits(text(at)) : std::string(text(at));
    }
    return out;
  }

 private:
  bool is(size_t at, TokenKind kind) const {
    return at < tokens_.size() && tokens_[at].kind == kind;
  }
  std::string_view text(size_t at) const { return source_.slice(tokens_[at].span); }

  bool ends_operand(size_t at) const {
    if (!is(at, TokenKind::kWord)) {
      return is(at, TokenKind::kNumber) || is(at, TokenKind::kText) || is(at, TokenKind::kClose) ||
             is(at, TokenKind::kPercent);
    }
    return !is_reserved(text(at)) || text(at) == "before" || text(at) == "after";
  }

  bool is_sign(size_t at) const {
    return is(at, TokenKind::kMinus) && (at == 0 || !ends_operand(at - 1));
  }

  // The line of a fraction, 3/2: between two numbers that have no unit, and that the parser takes
  // for one value.
  bool is_fraction(size_t at) const {
    if (!is(at, TokenKind::kSlash) || at == 0) return false;
    if (!is(at - 1, TokenKind::kNumber) || !is(at + 1, TokenKind::kNumber)) return false;
    if (is(at + 2, TokenKind::kWord) && (text(at + 2) == "of" || text(at + 2) == "per"))
      return true;
    const bool goes_on = at >= 2 && (is(at - 2, TokenKind::kSlash) || is(at - 2, TokenKind::kStar));
    const bool has_unit =
        is(at + 2, TokenKind::kPercent) || (is(at + 2, TokenKind::kWord) && ends_operand(at + 2));
    return !goes_on && !has_unit;
  }

  bool space_before(size_t at) const {
    if (is(at, TokenKind::kComma) || is(at, TokenKind::kClose) || is(at, TokenKind::kPercent) ||
        is(at, TokenKind::kOwns)) {
      return false;
    }
    if (is(at - 1, TokenKind::kOpen) || is_sign(at - 1)) return false;
    if (is(at, TokenKind::kOpen) && is(at - 1, TokenKind::kWord)) {
      return text(at - 1) != "min" && text(at - 1) != "max";
    }
    return !is_fraction(at) && !is_fraction(at - 1);
  }

  const SourceText& source_;
  const std::vector<Token>& tokens_;
  bool grouped_;
};

// `credit ... as KIND rounded up` -> `credit ... rounded up as KIND`.
std::vector<Token> order_options(const SourceText& source, std::vector<Token> tokens) {
  const auto find = [&](std::string_view word) {
    return std::find_if(tokens.begin(), tokens.end(), [&](const Token& token) {
      return token.kind == TokenKind::kWord && source.slice(token.span) == word;
    });
  };
  const auto as = find("as");
  const auto rounded = find("rounded");
  if (as < rounded && rounded != tokens.end()) std::rotate(as, rounded, tokens.end());
  return tokens;
}

std::string as_written(const SourceText& source, const FormatLine& line) {
  const Span end = line.comment ? *line.comment : line.tokens.back().span;
  return std::string(source.slice(join(line.tokens.front().span, end)));
}

}  // namespace

bool has_grouped_number(const SourceText& source, const FormatLine& line) {
  return std::any_of(line.tokens.begin(), line.tokens.end(), [&](const Token& token) {
    return token.kind == TokenKind::kNumber &&
           source.slice(token.span).find('_') != std::string_view::npos;
  });
}

void write_line(const SourceText& source, FormatLine& line, std::string_view declaration,
                bool grouped) {
  if (line.is_comment()) {
    line.left = std::string(source.slice(*line.comment));
    return;
  }
  const std::string_view word = source.slice(line.tokens.front().span);
  if (line.depth == 1 && declaration == "plan" && word == "zone") {
    // A zone is one word of many tokens.
    GUERDON_ASSERT(line.tokens.size() > 1);
    const Span zone = join(line.tokens[1].span, line.tokens.back().span);
    line.left = "zone " + std::string(source.slice(zone));
  } else if (line.depth == 1 && declaration == "challenge" && word == "ranks") {
    // So is `1-1-3`.
    GUERDON_ASSERT(line.tokens.size() > 1);
    const Span ranks = join(line.tokens[1].span, line.tokens.back().span);
    line.left = "ranks " + std::string(source.slice(ranks));
  } else {
    const bool verb = word == "split" || std::find(tree::kVerbWords.begin(), tree::kVerbWords.end(),
                                                   word) != tree::kVerbWords.end();
    const bool effect =
        line.depth == 1 &&
        (((declaration == "rule" || declaration == "streak") && verb) ||
         (declaration == "target" && word == "at") || (declaration == "ladder" && word == "at") ||
         (declaration == "challenge" && (word == "rank" || word == "everyone")));
    const std::vector<Token> tokens = effect ? order_options(source, line.tokens) : line.tokens;
    const Spacer spacer(source, tokens, grouped);
    const auto colon = std::find_if(tokens.begin(), tokens.end(), [](const Token& token) {
      return token.kind == TokenKind::kColon;
    });
    const auto at = static_cast<size_t>(colon - tokens.begin());
    line.left = spacer.write(0, at);
    if (colon != tokens.end()) {
      line.left += ' ';
      line.right = spacer.write(at, tokens.size());
    }
  }
  if (line.comment) {
    std::string& tail = line.right.empty() ? line.left : line.right;
    tail.append("  ").append(source.slice(*line.comment));
  }
  if (!fits(line.text())) {
    line.left = as_written(source, line);
    line.right.clear();
    line.as_written = true;
  }
}

void align_colons(const std::vector<FormatLine*>& rows) {
  size_t width = 0;
  for (const FormatLine* row : rows) width = std::max(width, columns(row->left));
  const bool all_fit = std::all_of(rows.begin(), rows.end(), [width](const FormatLine* row) {
    return width + columns(row->right) <= size_t{kLineColumnsMax};
  });
  if (!all_fit) return;
  for (FormatLine* row : rows) row->left.append(width - columns(row->left), ' ');
}

}  // namespace guerdon::plan
