// Expressions, and the words that all printed forms share.
#include <algorithm>
#include <string>
#include <string_view>

#include "engine/base/assert.h"
#include "engine/base/civil.h"
#include "engine/syntax/tree_printer.h"

namespace guerdon::plan {

using tree::Expr;
using tree::ExprKind;
using tree::ExprPtr;
using tree::Moment;
using tree::Number;
using tree::NumberSuffix;

std::string quote(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') out += '\\';
    out += c;
  }
  return out + "\"";
}

std::string hyphenated(std::string_view words) {
  std::string word(words);
  std::replace(word.begin(), word.end(), ' ', '-');
  return word;
}

std::string_view comparison_sign(tree::Comparison comparison) {
  switch (comparison) {
    case tree::Comparison::kEqual:
      return "=";
    case tree::Comparison::kNotEqual:
      return "!=";
    case tree::Comparison::kLess:
      return "<";
    case tree::Comparison::kLessEqual:
      return "<=";
    case tree::Comparison::kGreater:
      return ">";
    case tree::Comparison::kGreaterEqual:
      return ">=";
  }
  GUERDON_UNREACHABLE();
}

std::string print_number(const Number& number) {
  std::string digits = std::to_string(number.mantissa);
  const auto decimals = static_cast<size_t>(number.decimals);
  if (decimals > 0) {
    if (digits.size() <= decimals) digits.insert(0, decimals + 1 - digits.size(), '0');
    digits.insert(digits.size() - decimals, ".");
  }
  switch (number.suffix) {
    case NumberSuffix::kNone:
      return digits;
    case NumberSuffix::kPercent:
      return digits + "%";
    case NumberSuffix::kBasisPoints:
      return digits + "bp";
    case NumberSuffix::kUnit:
      return "(unit " + digits + " " + number.unit + ")";
    case NumberSuffix::kDuration:
      return "(duration " + digits + " " + number.unit + ")";
  }
  GUERDON_UNREACHABLE();
}

namespace {

// The word after the bracket; what has none is printed without brackets.
std::string_view head_of(const Expr& expr) {
  switch (expr.kind) {
    case ExprKind::kNumber:
    case ExprKind::kText:
    case ExprKind::kName:
      return "";
    case ExprKind::kHeld:
      return "held";
    case ExprKind::kHas:
      return "has";
    case ExprKind::kNegate:
      return "negate";
    case ExprKind::kNot:
      return "not";
    case ExprKind::kAnd:
      return "and";
    case ExprKind::kOr:
      return "or";
    case ExprKind::kCompare:
      return comparison_sign(expr.comparison);
    case ExprKind::kIn:
      return expr.negated ? "not-in" : "in";
    case ExprKind::kAdd:
      return "+";
    case ExprKind::kSubtract:
      return "-";
    case ExprKind::kMultiply:
      return "*";
    case ExprKind::kDivide:
      return "/";
    case ExprKind::kOf:
      return "of";
    case ExprKind::kPerFull:
      return "per-full";
    case ExprKind::kMin:
      return "min";
    case ExprKind::kMax:
      return "max";
    case ExprKind::kLookup:
      return expr.otherwise ? "lookup-otherwise" : "lookup";
    case ExprKind::kEachPart:
      return "each-part";
    case ExprKind::kChange:
      return change_words(expr.change);
    case ExprKind::kOverLines:
      return "over-lines";
  }
  GUERDON_UNREACHABLE();
}

std::string with_column(const Expr& expr) {
  return expr.column.empty() ? expr.text : expr.text + "." + expr.column;
}

std::string print_name(const Expr& expr) {
  switch (expr.moment) {
    case Moment::kNone:
      return with_column(expr);
    case Moment::kBefore:
      return "(before " + with_column(expr) + ")";
    case Moment::kAfter:
      return "(after " + with_column(expr) + ")";
    case Moment::kLast:
      break;
  }
  GUERDON_UNREACHABLE();
}

void append_expr(std::string& out, const Expr& expr) {
  if (expr.kind == ExprKind::kNumber) {
    out += print_number(expr.number);
  } else if (expr.kind == ExprKind::kText) {
    out += quote(expr.text);
  } else if (expr.kind == ExprKind::kName) {
    out += print_name(expr);
  } else {
    out.append("(").append(head_of(expr));
    if (expr.kind == ExprKind::kOverLines) {
      out += (expr.all_lines ? " all " : " ") + hyphenated(fold_words(expr.fold));
    }
    if (!expr.owner.empty()) out += " " + expr.owner;
    if (!expr.text.empty()) out += " " + print_name(expr);
    for (const ExprPtr& arg : expr.args) {
      out += " ";
      append_expr(out, *arg);
    }
    out += ")";
  }
}

// A tree with mistakes may lack an expression.
}  // namespace

std::string print_expr(const tree::Expr& expr) {
  std::string out;
  append_expr(out, expr);
  return out;
}

}  // namespace guerdon::plan
