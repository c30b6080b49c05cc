// Expressions, by precedence: or, and, not, compare, sum, product, of, unary, primary.
//
// Each function reads one level and returns null once the line has failed.

#include <array>
#include <utility>

#include "engine/syntax/parser_state.h"

namespace guerdon::plan {

using tree::Expr;
using tree::ExprKind;
using tree::ExprPtr;

namespace {

ExprPtr make(ExprKind kind, Span span) {
  auto expr = std::make_unique<Expr>();
  expr->kind = kind;
  expr->span = span;
  return expr;
}

ExprPtr make_pair(ExprKind kind, ExprPtr left, ExprPtr right) {
  auto expr = make(kind, join(left->span, right->span));
  expr->args.push_back(std::move(left));
  expr->args.push_back(std::move(right));
  return expr;
}

struct ComparisonToken {
  TokenKind token;
  tree::Comparison comparison;
};
constexpr std::array kComparisons = {
    ComparisonToken{TokenKind::kEqual, tree::Comparison::kEqual},
    ComparisonToken{TokenKind::kNotEqual, tree::Comparison::kNotEqual},
    ComparisonToken{TokenKind::kLess, tree::Comparison::kLess},
    ComparisonToken{TokenKind::kLessEqual, tree::Comparison::kLessEqual},
    ComparisonToken{TokenKind::kGreater, tree::Comparison::kGreater},
    ComparisonToken{TokenKind::kGreaterEqual, tree::Comparison::kGreaterEqual},
};

const ComparisonToken* comparison_of(TokenKind kind) {
  for (const ComparisonToken& entry : kComparisons) {
    if (entry.token == kind) return &entry;
  }
  return nullptr;
}

bool is_one_of(std::string_view word, std::initializer_list<std::string_view> words) {
  for (const std::string_view each : words) {
    if (word == each) return true;
  }
  return false;
}

}  // namespace

bool is_duration(std::string_view word) {
  return is_one_of(word, {"minute", "minutes", "hour", "hours", "day", "days", "week", "weeks",
                          "month", "months", "quarter", "quarters", "year", "years"});
}

bool is_soft(std::string_view word) {
  return is_one_of(word, {"decimals", "even", "grace", "gross", "level", "levels", "parts",
                          "priority", "running", "times", "versioned", "weight", "converted"});
}

ExprPtr Parser::parse_expr() {
  ExprPtr left = parse_and();
  while (left != nullptr && accept_word("or")) {
    ExprPtr right = parse_and();
    if (right == nullptr) return nullptr;
    left = make_pair(ExprKind::kOr, std::move(left), std::move(right));
  }
  return left;
}

ExprPtr Parser::parse_and() {
  ExprPtr left = parse_not();
  while (left != nullptr && accept_word("and")) {
    ExprPtr right = parse_not();
    if (right == nullptr) return nullptr;
    left = make_pair(ExprKind::kAnd, std::move(left), std::move(right));
  }
  return left;
}

ExprPtr Parser::parse_not() {
  if (!at_word("not")) return parse_compare();
  const Nesting nesting(*this);
  if (!nesting.ok()) return nullptr;
  const Span begin = here();
  next();
  ExprPtr inner = parse_not();
  if (inner == nullptr) return nullptr;
  ExprPtr expr = make(ExprKind::kNot, join(begin, last()));
  expr->args.push_back(std::move(inner));
  return expr;
}

ExprPtr Parser::parse_compare() {
  ExprPtr left = parse_sum();
  if (left == nullptr) return nullptr;
  if (at_word("in")) return parse_in(std::move(left), false);
  if (at_word("not") && at_word("in", 1)) {
    next();
    return parse_in(std::move(left), true);
  }
  const ComparisonToken* found = comparison_of(token().kind);
  if (found == nullptr) return left;
  next();
  ExprPtr right = parse_sum();
  if (right == nullptr) return nullptr;
  if (comparison_of(token().kind) != nullptr) {
    fail(kGrammar, here(), "comparisons do not chain",
         "write two, joined by `and`: `a < b and b < c`");
    return nullptr;
  }
  ExprPtr expr = make_pair(ExprKind::kCompare, std::move(left), std::move(right));
  expr->comparison = found->comparison;
  return expr;
}

ExprPtr Parser::parse_in(ExprPtr left, bool negated) {
  next();
  ExprPtr expr = make(ExprKind::kIn, left->span);
  expr->negated = negated;
  expr->args.push_back(std::move(left));
  do {
    ExprPtr item = parse_unary();
    if (item == nullptr) return nullptr;
    expr->args.push_back(std::move(item));
  } while (accept(TokenKind::kComma));
  expr->span = join(expr->span, last());
  return expr;
}

ExprPtr Parser::parse_sum() {
  ExprPtr left = parse_product();
  while (left != nullptr && (at(TokenKind::kPlus) || at(TokenKind::kMinus))) {
    const ExprKind kind = at(TokenKind::kPlus) ? ExprKind::kAdd : ExprKind::kSubtract;
    next();
    ExprPtr right = parse_product();
    if (right == nullptr) return nullptr;
    left = make_pair(kind, std::move(left), std::move(right));
  }
  return left;
}

ExprPtr Parser::parse_product() {
  ExprPtr left = parse_of();
  while (left != nullptr && (at(TokenKind::kStar) || at(TokenKind::kSlash))) {
    const ExprKind kind = at(TokenKind::kStar) ? ExprKind::kMultiply : ExprKind::kDivide;
    next();
    ExprPtr right = parse_of();
    if (right == nullptr) return nullptr;
    left = make_pair(kind, std::move(left), std::move(right));
  }
  return left;
}

// `of` reads from right to left: 5% of 20% of total.
ExprPtr Parser::parse_of() {
  const Nesting nesting(*this);
  if (!nesting.ok()) return nullptr;
  ExprPtr left = parse_unary();
  if (left == nullptr) return nullptr;
  if (at_word("per") && at_word("full", 1)) return parse_per_full(std::move(left));
  if (!accept_word("of")) return left;
  ExprPtr right = parse_of();
  if (right == nullptr) return nullptr;
  return make_pair(ExprKind::kOf, std::move(left), std::move(right));
}

ExprPtr Parser::parse_per_full(ExprPtr left) {
  next();
  next();
  ExprPtr step = parse_unary();
  if (step == nullptr || !expect_word("of")) return nullptr;
  ExprPtr basis = parse_of();
  if (basis == nullptr) return nullptr;
  ExprPtr expr = make(ExprKind::kPerFull, join(left->span, basis->span));
  expr->args.push_back(std::move(left));
  expr->args.push_back(std::move(step));
  expr->args.push_back(std::move(basis));
  return expr;
}

ExprPtr Parser::parse_unary() {
  if (!at(TokenKind::kMinus)) return parse_primary();
  const Nesting nesting(*this);
  if (!nesting.ok()) return nullptr;
  const Span begin = here();
  next();
  ExprPtr inner = parse_unary();
  if (inner == nullptr) return nullptr;
  ExprPtr expr = make(ExprKind::kNegate, join(begin, last()));
  expr->args.push_back(std::move(inner));
  return expr;
}

// Two bare numbers before `of` are one ratio, `3/2 of amount`, though `of` binds tighter than `/`.
bool Parser::at_fraction() const {
  return at(TokenKind::kNumber) && at(TokenKind::kSlash, 1) && at(TokenKind::kNumber, 2) &&
         (at_word("of", 3) || (at_word("per", 3) && at_word("full", 4)));
}

ExprPtr Parser::parse_fraction() {
  ExprPtr numerator = parse_number();
  next();
  ExprPtr denominator = parse_number();
  return make_pair(ExprKind::kDivide, std::move(numerator), std::move(denominator));
}

ExprPtr Parser::parse_primary() {
  if (at_fraction()) return parse_fraction();
  if (at(TokenKind::kNumber)) return parse_number();
  if (at(TokenKind::kText)) return parse_text();
  if (at(TokenKind::kOpen)) return parse_bracket();
  if (at_word("has")) return parse_has();
  if (at_word("min") && at(TokenKind::kOpen, 1)) return parse_least_or_most(ExprKind::kMin);
  if (at_word("max") && at(TokenKind::kOpen, 1)) return parse_least_or_most(ExprKind::kMax);
  if (at_change()) return parse_change();
  if (at_fold()) return parse_fold();
  return parse_name();
}

bool Parser::at_change() const {
  return at_word("increase") || (at_word("decrease") && at_word("of", 1) && at_word("since", 3)) ||
         (at_word("highest") && at_word("increase", 1));
}

// `highest increase of total since order.taken`
ExprPtr Parser::parse_change() {
  ExprPtr expr = make(ExprKind::kChange, here());
  if (accept_word("highest")) {
    expr->change = tree::Change::kHighestIncrease;
  } else if (at_word("decrease")) {
    expr->change = tree::Change::kDecrease;
  }
  next();
  tree::Name attribute;
  tree::Name since;
  if (!expect_word("of") || !read_name(attribute, "an attribute of the object") ||
      !expect_word("since") || !read_event_name(since)) {
    return nullptr;
  }
  for (const tree::Name& each : {attribute, since}) {
    expr->args.push_back(make(ExprKind::kName, each.span));
    expr->args.back()->text = each.text;
  }
  expr->span = join(expr->span, last());
  return expr;
}

ExprPtr Parser::parse_bracket() {
  const Span begin = here();
  next();
  ExprPtr inner = parse_expr();
  if (inner == nullptr) return nullptr;
  if (!at(TokenKind::kClose)) {
    fail_expected("`)`", "the bracket in column " +
                             std::to_string(source_.position(begin.begin).column) + " is open");
    return nullptr;
  }
  next();
  inner->span = join(begin, last());
  return inner;
}

ExprPtr Parser::parse_has() {
  const Span begin = here();
  next();
  tree::Name name;
  if (!read_name(name, "the name of an attribute")) return nullptr;
  ExprPtr asked = make(ExprKind::kName, name.span);
  asked->text = name.text;
  if (at(TokenKind::kOwns)) asked = parse_held(std::move(asked));
  if (asked == nullptr) return nullptr;
  ExprPtr expr = make(ExprKind::kHas, join(begin, asked->span));
  expr->args.push_back(std::move(asked));
  return expr;
}

// `min(fee for city, 60.00 - paid before)`: the look-up has taken the comma for one between its
// keys.
std::string Parser::advice_of_swallowed(const tree::Expr& only) const {
  const tree::Expr* first = &only;
  while (first->kind != ExprKind::kLookup && !first->args.empty() &&
         first->args[0]->span.begin == only.span.begin) {
    first = first->args[0].get();
  }
  const bool is_open =
      first->kind == ExprKind::kLookup && !source_.slice(only.span).starts_with('(');
  if (!is_open || first->args.size() < 2 || first->otherwise) return "";
  const Span look_up{only.span.begin, first->args[first->args.size() - 2]->span.end};
  const Span rest{first->args.back()->span.begin, only.span.end};
  return "put the look-up in brackets, else the comma begins another key of it: `(" +
         std::string(source_.slice(look_up)) + "), " + std::string(source_.slice(rest)) + "`";
}

ExprPtr Parser::parse_least_or_most(ExprKind kind) {
  ExprPtr expr = make(kind, here());
  next();
  next();
  do {
    ExprPtr arg = parse_expr();
    if (arg == nullptr) return nullptr;
    expr->args.push_back(std::move(arg));
  } while (accept(TokenKind::kComma));
  const bool several = expr->args.size() >= 2;
  if (!expect(TokenKind::kClose, several ? "`,` or `)`" : "`,` and a second value")) return nullptr;
  expr->span = join(expr->span, last());
  if (!several) {
    fail(kGrammar, expr->span, "min and max compare two values or more",
         advice_of_swallowed(*expr->args[0]));
    return nullptr;
  }
  return expr;
}

// A name, a look-up in a table, or each part of a basis at its own row.
ExprPtr Parser::parse_name() {
  if (at(TokenKind::kDate)) {
    fail(kNotInThisVersion, here(), "a date here is not part of this version of the language",
         "a plan holds for all events it is given; round a subtraction write spaces");
    return nullptr;
  }
  if (!at(TokenKind::kWord)) {
    fail_expected("a value");
    return nullptr;
  }
  if (is_reserved(text())) {
    const LaterWord* later = later_word(LaterPlace::kOperand, text());
    if (later != nullptr) {
      fail_later(*later, here());
    } else {
      fail_expected("a value", found() + " joins phrases, so it can name nothing");
    }
    return nullptr;
  }
  ExprPtr name = make(ExprKind::kName, here());
  const size_t point = text().find('.');
  name->text = std::string(text().substr(0, point));
  if (point != std::string_view::npos) name->column = std::string(text().substr(point + 1));
  if (name->column.find('.') != std::string::npos) {
    fail(kGrammar, here(), found() + " has more than one point",
         "a table and a column: `goal.pieces`");
    return nullptr;
  }
  next();
  if (at(TokenKind::kOwns)) return parse_held(std::move(name));
  if (at_word("for")) return parse_lookup(std::move(name));
  read_moment(*name);
  return name;
}

// `before` or `after`, if one is there.
void Parser::read_moment(tree::Expr& name) {
  if (!at_word("before") && !at_word("after")) return;
  name.moment = at_word("before") ? tree::Moment::kBefore : tree::Moment::kAfter;
  next();
  name.span = join(name.span, last());
}

// `customer's region`, or his level, `customer's status after`: the name before it is read.
ExprPtr Parser::parse_held(ExprPtr owner) {
  next();
  tree::Name attribute;
  if (!read_name(attribute, "what `holder` declares of an account")) return nullptr;
  if (at(TokenKind::kOwns)) {
    fail(kNotInThisVersion, here(), "a second `'s` is not part of this version of the language",
         "declare that account as an attribute of the event");
    return nullptr;
  }
  owner->kind = ExprKind::kHeld;
  owner->owner = std::exchange(owner->text, attribute.text);
  owner->span = join(owner->span, attribute.span);
  read_moment(*owner);
  return owner;
}

ExprPtr Parser::parse_lookup(ExprPtr table) {
  const Nesting nesting(*this);
  if (!nesting.ok()) return nullptr;
  next();
  if (accept_word("each")) return parse_each_part(std::move(table));
  table->kind = ExprKind::kLookup;
  do {
    ExprPtr key = parse_unary();
    if (key == nullptr) return nullptr;
    table->args.push_back(std::move(key));
  } while (accept(TokenKind::kComma));
  if (accept_word("otherwise")) {
    ExprPtr other = parse_unary();
    if (other == nullptr) return nullptr;
    table->args.push_back(std::move(other));
    table->otherwise = true;
  }
  table->span = join(table->span, last());
  return table;
}

ExprPtr Parser::parse_each_part(ExprPtr table) {
  table->kind = ExprKind::kEachPart;
  if (!read_parts(table->args)) return nullptr;
  table->span = join(table->span, last());
  return table;
}

bool Parser::read_parts(std::vector<ExprPtr>& args) {
  if (!expect_word("part") || !expect_word("of")) return false;
  args.push_back(parse_unary());
  if (args.back() == nullptr) return false;
  if (!at_word("on") || !at_word("top", 1)) return true;
  next();
  next();
  if (!expect_word("of")) return false;
  args.push_back(parse_unary());
  return args.back() != nullptr;
}

// ---- literals ----

ExprPtr Parser::parse_literal() {
  if (at(TokenKind::kText)) return parse_text();
  if (at(TokenKind::kNumber)) return parse_number();
  if (at(TokenKind::kMinus) && at(TokenKind::kNumber, 1)) return parse_unary();
  fail_expected("a number or a text", at(TokenKind::kWord) ? "a text stands in double quotes" : "");
  return nullptr;
}

ExprPtr Parser::parse_text() {
  ExprPtr expr = make(ExprKind::kText, here());
  expr->text = read_text(text());
  next();
  return expr;
}

ExprPtr Parser::parse_number() {
  ExprPtr expr = make(ExprKind::kNumber, here());
  expr->number = read_number(text());
  next();
  if (!read_suffix(expr->number)) return nullptr;
  expr->span = join(expr->span, last());
  return expr;
}

bool Parser::read_suffix(tree::Number& number) {
  if (accept(TokenKind::kPercent)) {
    number.suffix = tree::NumberSuffix::kPercent;
    return true;
  }
  if (accept_word("bp")) {
    number.suffix = tree::NumberSuffix::kBasisPoints;
    return true;
  }
  if (!at(TokenKind::kWord) || is_reserved(text()) || is_soft(text())) return true;
  if (is_duration(text())) {
    if (number.decimals > 0) {
      return fail(kGrammar, last(), "a duration is a whole number of " + std::string(text()),
                  "write it in a smaller step: `36 hours`");
    }
    number.suffix = tree::NumberSuffix::kDuration;
    number.unit = std::string(text());
    next();
    return true;
  }
  if (text().find('.') != std::string_view::npos) {
    return fail_expected("a unit", "the name of a unit has no point");
  }
  number.suffix = tree::NumberSuffix::kUnit;
  number.unit = std::string(text());
  next();
  return true;
}

}  // namespace guerdon::plan
