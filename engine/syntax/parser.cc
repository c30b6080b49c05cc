#include "engine/syntax/parser.h"

#include <algorithm>
#include <utility>

#include "engine/base/assert.h"
#include "engine/syntax/parser_state.h"

namespace guerdon::plan {

Parser::Parser(const SourceText& source, const std::vector<Token>& tokens, Diagnostics& diagnostics)
    : source_(source), diagnostics_(diagnostics) {
  tokens_.reserve(tokens.size());
  std::copy_if(tokens.begin(), tokens.end(), std::back_inserter(tokens_),
               [](const Token& token) { return token.kind != TokenKind::kComment; });
  GUERDON_ASSERT(!tokens_.empty() && tokens_.back().kind == TokenKind::kEnd);
}

// ---- tokens ----

const Token& Parser::token(size_t ahead) const {
  return tokens_[std::min(at_ + ahead, tokens_.size() - 1)];
}

bool Parser::at_word(std::string_view word, size_t ahead) const {
  return at(TokenKind::kWord, ahead) && text(ahead) == word;
}

bool Parser::at_line_end() const { return at(TokenKind::kNewline) || at(TokenKind::kEnd); }

void Parser::next() {
  last_ = here();
  if (!at(TokenKind::kEnd)) ++at_;
}

bool Parser::accept(TokenKind kind) {
  if (!at(kind)) return false;
  next();
  return true;
}

bool Parser::accept_word(std::string_view word) {
  if (!at_word(word)) return false;
  next();
  return true;
}

bool Parser::expect(TokenKind kind, std::string_view what) {
  return accept(kind) || fail_expected(what);
}

bool Parser::expect_word(std::string_view word) {
  return accept_word(word) || fail_expected("`" + std::string(word) + "`");
}

// ---- messages ----

bool Parser::fail(DiagnosticCode code, Span span, std::string message, std::string advice) {
  if (!failed_) diagnostics_.report(code, span, std::move(message), std::move(advice));
  failed_ = true;
  return false;
}

std::string Parser::found() const {
  return at_line_end() ? "the end of the line" : backquoted(text());
}

bool Parser::fail_expected(std::string_view what, std::string advice) {
  // Of a line that ends too early the place behind its last word is meant, not behind its comment.
  const Span place = at_line_end() && at_ > line_ ? Span{last_.end, last_.end} : here();
  return fail(kGrammar, place, "expected " + std::string(what) + ", found " + found(),
              std::move(advice));
}

bool Parser::fail_later(const LaterWord& later, Span span) {
  const std::string shown(later.shown);
  const bool phrase = !shown.starts_with("a ") && !shown.starts_with('`');
  return fail(kNotInThisVersion, span,
              (phrase ? "`" + shown + "`" : shown) + " is not part of this version of the language",
              std::string(later.advice));
}

// ---- lines and blocks ----

void Parser::begin_line() {
  line_ = at_;
  failed_ = false;
  for (size_t ahead = 0; !failed_; ++ahead) {
    const TokenKind kind = token(ahead).kind;
    if (kind == TokenKind::kNewline || kind == TokenKind::kEnd) break;
    failed_ = kind == TokenKind::kBad;
  }
}

void Parser::end_line() {
  if (!failed_ && at(TokenKind::kWord)) {
    if (const LaterWord* later = later_word(LaterPlace::kTail, text())) fail_later(*later, here());
  }
  if (!failed_ && !at_line_end()) fail_expected("the end of the line");
  while (!at_line_end()) next();
  line_end_ = last();
  accept(TokenKind::kNewline);
}

void Parser::refuse_block() {
  if (!block_follows()) return;
  size_t end = 1;
  while (!at(TokenKind::kNewline, end) && !at(TokenKind::kEnd, end)) ++end;
  const Span line{token(1).span.begin, token(end - 1).span.end};
  const int above = source_.position(tokens_[line_].span.begin).column - 1;
  const int width = source_.position(line.begin).column - 1;
  std::string advice = "move it to column " + std::to_string(above + 1);
  if (headers_.empty()) {
    advice += "; nothing stands under " + line_label(source_, tokens_, line_);
  } else {
    advice += " to belong to " + line_label(source_, tokens_, headers_.back());
  }
  fail(kMisplacedLine, line,
       "this line is indented " + std::to_string(width) + (width == 1 ? " space" : " spaces") +
           ", its neighbours " + std::to_string(above),
       std::move(advice));
  skip_block();
}

void Parser::skip_block() {
  if (!block_follows()) return;
  size_t open = 0;
  do {
    if (at(TokenKind::kIndent)) ++open;
    if (at(TokenKind::kDedent)) --open;
    next();
  } while (open > 0 && !at(TokenKind::kEnd));
}

Parser::Nesting::Nesting(Parser& parser) : parser_(parser) {
  ok_ = ++parser_.nesting_ <= kNestingMax;
  if (!ok_) {
    parser_.fail(kTextLimit, parser_.here(),
                 "this expression nests more than " + std::to_string(kNestingMax) + " deep",
                 "name a part of it with `let`");
  }
}

// ---- declarations ----

std::vector<std::string> Parser::comments_above(int line) const {
  std::vector<std::string> comments;
  while (line > 1 && source_.line(line - 1).starts_with('#')) {
    std::string_view comment = source_.line(line - 1).substr(1);
    if (comment.starts_with(' ')) comment.remove_prefix(1);
    const size_t last = comment.find_last_not_of(" \t\r");
    comments.emplace_back(comment.substr(0, last == std::string_view::npos ? 0 : last + 1));
    --line;
  }
  std::reverse(comments.begin(), comments.end());
  return comments;
}

tree::Plan Parser::parse_plan() {
  tree::Plan plan;
  while (!at(TokenKind::kEnd)) {
    begin_line();
    tree::Declaration declaration;
    declaration.span = here();
    for (size_t ahead = 0; !at(TokenKind::kNewline, ahead) && !at(TokenKind::kEnd, ahead);
         ++ahead) {
      declaration.span = join(declaration.span, token(ahead).span);
    }
    declaration.comments = comments_above(source_.position(here().begin).line);
    std::optional<tree::Declared> what = parse_declaration();
    if (!what) {
      end_line();
      skip_block();
      continue;
    }
    declaration.what = std::move(*what);
    plan.declarations.push_back(std::move(declaration));
  }
  GUERDON_ASSERT(nesting_ == 0 && headers_.empty());
  return plan;
}

std::optional<tree::Declared> Parser::parse_declaration() {
  if (accept_word("plan")) return parse_plan_header();
  if (accept_word("param")) return parse_param();
  if (accept_word("unit")) return parse_unit();
  if (accept_word("event")) return parse_event();
  if (accept_word("holder")) return parse_holder();
  if (accept_word("relation")) return parse_relation();
  if (accept_word("list")) return parse_list();
  if (accept_word("let")) return parse_let();
  if (accept_word("table")) return parse_table();
  if (accept_word("measure")) return parse_measure();
  if (accept_word("group")) return parse_group();
  if (accept_word("budget")) return parse_budget();
  if (accept_word("rule")) return parse_rule();
  if (accept_word("target")) return parse_target();
  if (accept_word("challenge")) return parse_challenge();
  if (accept_word("ladder")) return parse_ladder();
  if (accept_word("streak")) return parse_streak();
  if (accept_word("badge")) return parse_badge();
  if (accept_word("wallet")) return parse_wallet();
  if (accept_word("item")) return parse_item();
  if (accept_word("exchange")) return parse_exchange();
  refuse_declaration();
  return std::nullopt;
}

void Parser::refuse_declaration() {
  static const std::vector<std::string> kKnown = {
      "plan",      "param",  "unit",    "event", "holder", "relation", "list",
      "table",     "let",    "measure", "group", "budget", "rule",     "target",
      "challenge", "ladder", "streak",  "badge", "wallet", "item",     "exchange"};
  static const std::string kBegins =
      "a declaration begins with plan, param, unit, event, holder, relation, list, let, table, "
      "measure, group, budget, rule, target, challenge, ladder, streak, badge, wallet, item or "
      "exchange";
  if (!at(TokenKind::kWord)) {
    fail(kNotADeclaration, here(), found() + " does not begin a declaration", kBegins);
    return;
  }
  if (const LaterWord* later = later_word(LaterPlace::kDeclaration, text())) {
    fail_later(*later, here());
    return;
  }
  fail(kNotADeclaration, here(), found() + " does not begin a declaration",
       did_you_mean(text(), kKnown, kBegins));
}

tree::Plan parse(const SourceText& source, const std::vector<Token>& tokens,
                 Diagnostics& diagnostics) {
  return Parser(source, tokens, diagnostics).parse_plan();
}

}  // namespace guerdon::plan
