// Conditions: and, or, not, comparisons, `in`.
#include <algorithm>
#include <string>
#include <utility>

#include "engine/base/assert.h"
#include "engine/plan/check_tables.h"
#include "engine/plan/check_terms.h"

namespace guerdon::plan {
namespace {

using tree::Comparison;
using tree::ExprKind;

bool is_ordered(Type type) { return type.is_number() || type.kind == TypeKind::kLevel; }

bool is_equality(Comparison comparison) {
  return comparison == Comparison::kEqual || comparison == Comparison::kNotEqual;
}

// Bare numbers beside bare numbers: all counts, or all ratios if one has decimals.
void settle_together(std::vector<Typed>& sides) {
  const bool whole = std::all_of(sides.begin(), sides.end(), is_whole);
  for (Typed& side : sides) {
    side.term->type = whole ? kCountType : kRatioType;
    Typer::settle_alone(side);
  }
}

// What a level is compared with.
std::string advice_beside(const Checking& checking, const std::vector<Typed>& sides) {
  for (const Typed& side : sides) {
    if (side.type().kind != TypeKind::kLevel) continue;
    return "compare it with one of its levels: " + level_names(checking, side.type().unit);
  }
  return "";
}

TermPtr negated(TermPtr term, Span span) {
  TermPtr inverse = make_term(TermKind::kNot, kConditionType, span);
  inverse->args.push_back(std::move(term));
  return inverse;
}

}  // namespace

// `a and b and c` is one term of three.
Typed Typer::junction(const tree::Expr& written) {
  const TermKind kind = written.kind == ExprKind::kAnd ? TermKind::kAnd : TermKind::kOr;
  Typed typed{make_term(kind, kConditionType, written.span), false, 0, {}};
  bool sound = true;
  for (const tree::ExprPtr& arg : written.args) {
    Typed side = visit(*arg);
    if (side && side.type().kind != TypeKind::kBool) {
      checking_.report(kWrongKind, arg->span, checking_.quoted(arg->span) + " is no condition",
                       "compare it with something: `" +
                           std::string(kind == TermKind::kAnd ? "and" : "or") +
                           "` joins conditions");
      side.term = nullptr;
    }
    sound = sound && side;
    if (!sound) continue;
    std::vector<TermPtr>& args = typed.term->args;
    if (side.term->kind == kind) {
      std::move(side.term->args.begin(), side.term->args.end(), std::back_inserter(args));
    } else {
      args.push_back(std::move(side.term));
    }
  }
  return sound ? std::move(typed) : Typed{};
}

Typed Typer::inversion(const tree::Expr& written) {
  GUERDON_ASSERT(written.args.size() == 1);
  Typed side = visit(*written.args[0]);
  if (!side) return {};
  if (side.type().kind != TypeKind::kBool) {
    checking_.report(kWrongKind, side.span, checking_.quoted(side.span) + " is no condition",
                     "`not` turns a condition round: `not (amount > 5.00)`");
    return {};
  }
  return {negated(std::move(side.term), written.span), false, 0, {}};
}

bool Typer::may_compare(const tree::Expr& written, const std::vector<Typed>& sides) {
  const Type type = sides[0].type();
  if (type.kind == TypeKind::kBool) {
    checking_.report(kNotComparable, written.span,
                     checking_.quoted(sides[0].span) + " is a condition; it is not compared",
                     "write it alone, or with `not` before it");
    return false;
  }
  if (type.kind == TypeKind::kDuration) {
    checking_.report(
        kNotComparable, written.span,
        checking_.quoted(sides[0].span) + " is a duration; nothing is compared with it",
        "durations stand in the lines of a `wallet`");
    return false;
  }
  if (is_ordered(type) || is_equality(written.comparison)) return true;
  checking_.report(kNotComparable, written.span,
                   checking_.quoted(sides[0].span) + " is " + checking_.type_phrase(type) +
                       "; it has no greater and less",
                   "compare it with `=` or `!=`, or look it up in a table");
  return false;
}

Typed Typer::comparison(const tree::Expr& written) {
  GUERDON_ASSERT(written.args.size() == 2);
  std::vector<Typed> sides;
  // A level is named beside what has one.
  const bool is_swapped = is_free_name(*written.args[0]) && !is_free_name(*written.args[1]);
  may_be_average_ = true;
  sides.push_back(visit(*written.args[is_swapped ? 1 : 0]));
  may_be_average_ = true;
  sides.push_back(beside(*written.args[is_swapped ? 0 : 1], sides[0]));
  may_be_average_ = false;
  if (is_swapped) std::swap(sides[0], sides[1]);
  if (!sides[0] || !sides[1]) return {};
  size_t first = 0;
  size_t other = 0;
  const Fit fit = unify(sides, &first, &other);
  if (fit == Fit::kTold) return {};
  if (fit == Fit::kDiffers) {
    const auto phrase = [&](const Typed& side) {
      return side.bare ? std::string("a number") : checking_.type_phrase(side.type());
    };
    checking_.report(kNotComparable, written.span,
                     checking_.quoted(sides[0].span) + " is " + phrase(sides[0]) + ", " +
                         checking_.quoted(sides[1].span) + " " + phrase(sides[1]) +
                         "; they cannot be compared",
                     advice_beside(checking_, sides));
    return {};
  }
  if (sides[0].bare) settle_together(sides);
  if (!may_compare(written, sides)) return {};
  Typed typed{make_term(TermKind::kCompare, kConditionType, written.span), false, 0, {}};
  typed.term->comparison = written.comparison;
  const bool has_literal =
      sides[0].term->kind == TermKind::kText || sides[1].term->kind == TermKind::kText;
  const bool are_both_sent =
      sides[0].term->kind == TermKind::kAttribute && sides[1].term->kind == TermKind::kAttribute;
  if (scope_.reader == Reader::kLine && are_both_sent && sides[0].type().kind == TypeKind::kText) {
    checking_.report(kNotInThisVersion, written.span,
                     "two texts of a line cannot be compared in this version",
                     "compare each with texts that stand here, or in a list");
    return {};
  }
  for (Typed& side : sides) {
    settle_level(*side.term);
    const bool is_named = !has_literal && side.term->kind == TermKind::kAttribute &&
                          side.type().kind == TypeKind::kText;
    if (is_named) {
      checking_.plan.attributes[static_cast<size_t>(side.term->index)].identity = true;
    }
    typed.term->args.push_back(std::move(side.term));
  }
  return typed;
}

// ---- in -----------------------------------------------------------------------------------------

Typed Typer::membership(const tree::Expr& written) {
  GUERDON_ASSERT(written.args.size() >= 2);
  const tree::Expr& only = *written.args[1];
  const Binding* binding = only.kind == ExprKind::kName ? checking_.binding(only.text) : nullptr;
  if (binding != nullptr && binding->kind == BindingKind::kTable && written.args.size() == 2) {
    return in_table(written, binding->index);
  }
  Typed key = visit(*written.args[0]);
  if (!key) return {};
  if (key.bare) settle_alone(key);
  const TypeKind kind = key.type().kind;
  if (!key.type().is_number() && kind != TypeKind::kText && kind != TypeKind::kLevel) {
    checking_.report(kNotComparable, key.span,
                     checking_.quoted(key.span) + " is " + checking_.type_phrase(key.type()) +
                         "; `in` looks for a text or a number");
    return {};
  }
  Typed typed{make_term(TermKind::kIn, kConditionType, written.span), false, 0, {}};
  typed.term->args.push_back(std::move(key.term));
  bool sound = true;
  for (size_t i = 1; i < written.args.size(); ++i) {
    sound = add_members(*written.args[i], *typed.term) && sound;
  }
  if (!sound) return {};
  for (const TermPtr& arg : typed.term->args) settle_level(*arg);
  if (written.negated) typed.term = negated(std::move(typed.term), written.span);
  return typed;
}

// A list stands for its values.
bool Typer::add_members(const tree::Expr& written, Term& in) {
  const Binding* binding =
      written.kind == ExprKind::kName ? checking_.binding(written.text) : nullptr;
  if (binding == nullptr || binding->kind != BindingKind::kList) return add_member(written, in);
  const tree::List& list = *checking_.lists[static_cast<size_t>(binding->index)];
  bool sound = true;
  for (const tree::ExprPtr& value : list.values) {
    if (!checking_.spend_substituted(list.name.span)) return false;
    sound = add_member(*value, in) && sound;
  }
  return sound;
}

bool Typer::add_member(const tree::Expr& written, Term& in) {
  const bool constant_before = std::exchange(constant_, true);
  const bool is_level = in.args[0]->type.kind == TypeKind::kLevel && is_free_name(written);
  Typed member = is_level ? level_named(written, in.args[0]->type.unit) : visit(written);
  constant_ = constant_before;
  if (!member) return false;
  const Type want = in.args[0]->type;
  const Fit fit = settle(member, want);
  if (fit == Fit::kTold) return false;
  const bool is_literal =
      member.term->kind == TermKind::kNumber || member.term->kind == TermKind::kText;
  if (fit == Fit::kDiffers || !is_literal) {
    checking_.report(kNotComparable, written.span,
                     checking_.quoted(written.span) + " is " +
                         checking_.type_phrase(member.type()) + ", and " +
                         checking_.quoted(in.args[0]->span) + " " + checking_.type_phrase(want));
    return false;
  }
  in.args.push_back(std::move(member.term));
  return true;
}

Typed Typer::in_table(const tree::Expr& written, int table) {
  std::vector<Typed> keys;
  keys.push_back(visit(*written.args[0]));
  if (!keys[0] || !prepare_table(checking_, table, keys)) return {};
  if (!check_keys(table, written.args[1]->span, keys)) return {};
  if (checking_.table(table).is_from_file) {
    checking_.report(kTableShape, written.args[1]->span,
                     "the rows of table " + backquoted(checking_.table(table).name) +
                         " come from a file, and nothing is `in` it",
                     "look the key up and compare what it has: `... for KEY > 0`");
    return {};
  }
  if (checking_.table(table).keys.size() != 1 ||
      checking_.table(table).keys[0].kind == KeyKind::kRange) {
    checking_.report(kTableShape, written.args[1]->span,
                     backquoted(checking_.table(table).name) +
                         " does not list single values, so nothing is `in` it",
                     "`in` asks a table with one key of texts or whole numbers");
    return {};
  }
  const bool is_dated = !checking_.table(table).later.empty();
  if (is_dated && !may_read_dated(written.args[1]->span, backquoted(written.args[1]->text))) {
    return {};
  }
  checking_.table_state(table).tested = true;
  Typed typed{make_term(TermKind::kInTable, kConditionType, written.span), false, 0, {}};
  typed.term->index = table;
  typed.term->args.push_back(std::move(keys[0].term));
  if (written.negated) typed.term = negated(std::move(typed.term), written.span);
  return typed;
}

}  // namespace guerdon::plan
