#include "engine/plan/check_terms.h"

#include <utility>

#include "engine/base/assert.h"

namespace guerdon::plan {
using tree::ExprKind;

TermPtr make_term(TermKind kind, Type type, Span span) {
  auto term = std::make_unique<Term>();
  term->kind = kind;
  term->type = type;
  term->span = span;
  return term;
}

void add_event(const Checking& checking, int event, Scope& scope) {
  const auto index = static_cast<size_t>(event);
  scope.visible |= checking.event_attributes[index];
  scope.events.set(index);
}

TermPtr Typer::condition(const tree::Expr& written) {
  Typed typed = value(written);
  if (!typed) return nullptr;
  if (typed.type().kind == TypeKind::kBool) return std::move(typed.term);
  checking_.report(
      kWrongKind, written.span,
      checking_.quoted(written.span) + " is " +
          (typed.bare ? std::string("a number") : checking_.type_phrase(typed.type())) +
          ", not a condition",
      "compare it with something: `=`, `!=`, `<`, `<=`, `>`, `>=` or `in`");
  return nullptr;
}

void Typer::begin() {
  may_be_average_ = false;
  nodes_ = 0;
  depth_ = 0;
  constant_ = scope_.reader == Reader::kConstant;
  global_ = false;
}

Typed Typer::value(const tree::Expr& written) {
  begin();
  return visit(written);
}

Typed Typer::asked_with(const tree::Expr& written) {
  begin();
  may_be_average_ = true;
  return visit(written);
}

Typed Typer::number(const tree::Expr& written) {
  Typed typed = value(written);
  if (!typed) return typed;
  if (typed.bare) settle_alone(typed);
  if (typed.type().is_number()) return typed;
  checking_.report(kWrongKind, written.span,
                   checking_.quoted(written.span) + " is " + checking_.type_phrase(typed.type()) +
                       ", not a number");
  return {};
}

void Typer::unread(const tree::Expr& written) {
  begin();
  may_be_average_ = true;
  visit(written);
}

bool Typer::spend_node(Span span) {
  const bool substituted = !expanding_.empty();
  const Span place = substituted ? expanding_.front()->name->span : span;
  if (substituted && !checking_.spend_substituted(place)) return false;
  if (checking_.is_exhausted()) return false;
  if (++nodes_ <= kExpressionNodesMax) return true;
  checking_.report(kTooMany, place,
                   "this grows to more than " + std::to_string(kExpressionNodesMax) +
                       " parts when names are replaced by their meaning",
                   "let a name stand for less; a table says many cases in one look-up");
  return false;
}

Typed Typer::visit(const tree::Expr& written) {
  if (!spend_node(written.span)) return {};
  if (depth_ == kTermDepthMax) {
    checking_.report(kTooMany, written.span,
                     "this is nested more than " + std::to_string(kTermDepthMax) + " deep",
                     "write it flatter, or count part of it in a measure");
    return {};
  }
  ++depth_;
  const bool may_be_average = may_be_average_;
  may_be_average_ = may_be_average && written.kind == ExprKind::kName;  // a `let` hands it on
  Typed typed = dispatch(written);
  may_be_average_ = false;
  --depth_;
  if (typed && typed.term->kind == TermKind::kAverage && !may_be_average) {
    checking_.report(kWrongKind, written.span,
                     checking_.quoted(written.span) +
                         " is an average: it is compared, or asks a table, and no number is "
                         "computed of it",
                     "compare it with something, `" +
                         std::string(checking_.source.slice(written.span)) +
                         " >= ...`; or let a `sum of` and a `number of` say what is paid");
    return {};
  }
  typed.span = written.span;
  GUERDON_ASSERT(!typed || !typed.bare || typed.term->kind == TermKind::kNumber);
  return typed;
}

Typed Typer::dispatch(const tree::Expr& written) {
  switch (written.kind) {
    case ExprKind::kNumber:
      return literal(written);
    case ExprKind::kText:
      return text(written);
    case ExprKind::kName:
      return name(written);
    case ExprKind::kHeld:
      return held(written);
    case ExprKind::kHas:
      return has(written);
    case ExprKind::kNegate:
      return negation(written);
    case ExprKind::kNot:
      return inversion(written);
    case ExprKind::kAnd:
    case ExprKind::kOr:
      return junction(written);
    case ExprKind::kCompare:
      return comparison(written);
    case ExprKind::kIn:
      return membership(written);
    case ExprKind::kAdd:
    case ExprKind::kSubtract:
    case ExprKind::kMin:
    case ExprKind::kMax:
      return of_one_type(written);
    case ExprKind::kMultiply:
    case ExprKind::kOf:
      return product(written);
    case ExprKind::kDivide:
      return quotient(written);
    case ExprKind::kPerFull:
      return per_full(written);
    case ExprKind::kLookup:
      return lookup(written);
    case ExprKind::kEachPart:
      return parts(written);
    case ExprKind::kChange:
      return change(written);
    case ExprKind::kOverLines:
      return over_lines(written);
  }
  GUERDON_UNREACHABLE();
}

}  // namespace guerdon::plan
