// `sum of qty over lines where category = "coffee"`, `number of lines`, `highest of price over all
// lines`.

#include <algorithm>
#include <array>

#include "engine/syntax/parser_state.h"

namespace guerdon::plan {

using tree::ExprKind;
using tree::ExprPtr;
using tree::Fold;

namespace {

struct Begin {
  std::string_view word;
  Fold fold;
};
constexpr std::array kBegins = {Begin{"number", Fold::kNumber}, Begin{"sum", Fold::kSum},
                                Begin{"highest", Fold::kHighest}, Begin{"lowest", Fold::kLowest}};

}  // namespace

bool Parser::at_lines(size_t ahead) const {
  return at_word("lines", ahead) || (at_word("all", ahead) && at_word("lines", ahead + 1));
}

// `average of` is for a later version.
bool Parser::at_fold() const {
  return at_word("of", 1) && std::any_of(kBegins.begin(), kBegins.end(),
                                         [&](const Begin& each) { return at_word(each.word); });
}

// What is made of events is a measure.
ExprPtr Parser::parse_fold() {
  const Span begin = here();
  const Begin* const fold = std::find_if(kBegins.begin(), kBegins.end(),
                                         [&](const Begin& each) { return at_word(each.word); });
  next();
  next();
  tree::Name name;
  const bool counts = fold->fold == Fold::kNumber;
  if (!counts && !read_name(name, "what each line has")) return nullptr;
  if (counts ? !at_lines(0) : !at_word("over")) {
    fail_later(*later_word(LaterPlace::kOperand, fold->word), begin);
    return nullptr;
  }
  if (counts) return parse_over_lines(fold->fold, nullptr, begin);
  auto value = std::make_unique<tree::Expr>();
  value->kind = ExprKind::kName;
  value->span = name.span;
  value->text = name.text;
  return parse_over_lines(fold->fold, std::move(value), begin);
}

// From `over` on, or from `lines` on where they are counted.
ExprPtr Parser::parse_over_lines(Fold fold, ExprPtr value, Span begin) {
  const Nesting nesting(*this);
  if (!nesting.ok()) return nullptr;
  if (fold != Fold::kNumber) expect_word("over");
  auto expr = std::make_unique<tree::Expr>();
  expr->kind = ExprKind::kOverLines;
  expr->fold = fold;
  expr->all_lines = accept_word("all");
  if (!accept_word("lines")) {
    fail_expected("`lines` or `all lines`");
    return nullptr;
  }
  if (value != nullptr) expr->args.push_back(std::move(value));
  if (accept_word("where")) {
    ExprPtr where = parse_expr();
    if (where == nullptr) return nullptr;
    expr->args.push_back(std::move(where));
  }
  expr->span = join(begin, last());
  return expr;
}

}  // namespace guerdon::plan
