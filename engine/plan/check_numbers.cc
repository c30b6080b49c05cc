// Numbers: literals, what a bare one becomes, arithmetic and its folding.
#include <algorithm>
#include <string>
#include <utility>

#include "engine/base/assert.h"
#include "engine/money/decimal.h"
#include "engine/money/limits.h"
#include "engine/money/ratio.h"
#include "engine/plan/check_terms.h"

namespace guerdon::plan {
namespace {

using money::Ratio;
using tree::ExprKind;
using tree::NumberSuffix;

bool is_constant(const Typed& typed) { return typed.term->kind == TermKind::kNumber; }

bool all_constant(const std::vector<Typed>& sides) {
  return std::all_of(sides.begin(), sides.end(), is_constant);
}

// A unit whose name ends in -s may drop it after the number 1: `1 point`.
int unit_index(const Checking& checking, const tree::Number& number) {
  const auto find = [&](const std::string& name) {
    const Binding* binding = checking.binding(name);
    return binding != nullptr && binding->kind == BindingKind::kUnit ? binding->index : -1;
  };
  const int exact = find(number.unit);
  if (exact >= 0 || number.mantissa != 1 || number.decimals != 0) return exact;
  return find(number.unit + "s");
}

std::string decimals_phrase(int scale) {
  if (scale == 0) return "none";
  return std::to_string(scale);
}

std::string decimals_advice(int scale) {
  if (scale == 0) return "write no decimals";
  return "write at most " + std::to_string(scale) + (scale == 1 ? " decimal" : " decimals");
}

std::string_view verb_of(ExprKind kind) {
  switch (kind) {
    case ExprKind::kAdd:
      return "added";
    case ExprKind::kSubtract:
      return "subtracted";
    default:
      return "weighed against each other";
  }
}

std::optional<Ratio> combined(ExprKind kind, Ratio a, Ratio b) {
  switch (kind) {
    case ExprKind::kAdd:
      return money::add(a, b);
    case ExprKind::kSubtract:
      return money::subtract(a, b);
    case ExprKind::kMin:
      return money::compare(a, b) <= 0 ? a : b;
    default:
      GUERDON_ASSERT(kind == ExprKind::kMax);
      return money::compare(a, b) >= 0 ? a : b;
  }
}

TermKind term_kind(ExprKind kind) {
  switch (kind) {
    case ExprKind::kAdd:
      return TermKind::kAdd;
    case ExprKind::kSubtract:
      return TermKind::kSubtract;
    case ExprKind::kMin:
      return TermKind::kMin;
    default:
      GUERDON_ASSERT(kind == ExprKind::kMax);
      return TermKind::kMax;
  }
}

// ratio * amount is an amount, ratio * count a count, and so on: the wider of the two.
Type product_type(Type a, Type b) {
  if (a.kind == TypeKind::kAmount) return a;
  if (b.kind == TypeKind::kAmount) return b;
  return a.kind == TypeKind::kCount ? a : b;
}

}  // namespace

bool is_whole(const Typed& bare) { return bare.decimals == 0 && bare.term->value.den == 1; }

// ---- literals -----------------------------------------------------------------------------------

Typed Typer::constant(Span span, Type type, std::optional<Ratio> value, bool bare, int decimals) {
  if (!value) {
    checking_.report(kTooLarge, span, "this number is larger, or finer, than can be kept exactly",
                     "write a rounder one");
    return {};
  }
  Typed typed{make_term(TermKind::kNumber, type, span), bare, decimals, span};
  typed.term->value = *value;
  if (bare) typed.term->type = is_whole(typed) ? kCountType : kRatioType;
  return typed;
}

Typed Typer::literal(const tree::Expr& written) {
  const tree::Number& number = written.number;
  GUERDON_ASSERT(number.mantissa >= 0 && number.decimals >= 0 && number.decimals <= 9);
  const int64_t whole = money::power_of_ten(number.decimals);
  switch (number.suffix) {
    case NumberSuffix::kNone:
      return constant(written.span, kCountType, money::make_ratio(number.mantissa, whole), true,
                      number.decimals);
    case NumberSuffix::kPercent:
      return constant(written.span, kRatioType, money::make_ratio(number.mantissa, whole * 100),
                      false, 0);
    case NumberSuffix::kBasisPoints:
      return constant(written.span, kRatioType, money::make_ratio(number.mantissa, whole * 10'000),
                      false, 0);
    case NumberSuffix::kUnit:
      return unit_literal(written);
    case NumberSuffix::kDuration:
      return duration_literal(written);
  }
  GUERDON_UNREACHABLE();
}

Typed Typer::duration_literal(const tree::Expr& written) {
  const tree::Number& number = written.number;
  calendar::Duration duration;
  for (const calendar::Step step : calendar::kSteps) {
    const std::string_view name = calendar::step_name(step);
    if (number.unit.starts_with(name)) duration.step = step;  // one or several of them
  }
  const int64_t most = calendar::count_max(duration.step);
  if (number.mantissa < 1 || number.mantissa > most) {
    checking_.report(kOutOfRange, written.span,
                     "a duration has 1 to " + std::to_string(most) + " " +
                         std::string(calendar::step_name(duration.step)) + "s",
                     "a century at most; what is to last for ever is left out");
    return {};
  }
  duration.count = static_cast<int32_t>(number.mantissa);
  Typed typed{make_term(TermKind::kDuration, kDurationType, written.span), false, 0, {}};
  typed.term->duration = duration;
  return typed;
}

Typed Typer::unit_literal(const tree::Expr& written) {
  const tree::Number& number = written.number;
  const int unit = unit_index(checking_, number);
  if (unit < 0) {
    const std::vector<std::string> known = checking_.unit_names();
    checking_.report(
        kUnknownName, written.span, backquoted(number.unit) + " is not a unit known here",
        did_you_mean(number.unit, known, "declare it: `unit " + number.unit + ", 2 decimals`"));
    return {};
  }
  Typed typed = constant(written.span, kCountType,
                         money::make_ratio(number.mantissa, money::power_of_ten(number.decimals)),
                         true, number.decimals);
  typed.span = written.span;
  if (settle(typed, {TypeKind::kAmount, unit}) != Fit::kFits) return {};
  return typed;
}

Typed Typer::text(const tree::Expr& written) {
  if (written.text.empty() || written.text.size() > kTextBytesMax) {
    checking_.report(kOutOfRange, written.span,
                     written.text.empty() ? "no value is an empty text"
                                          : "a text has at most " + std::to_string(kTextBytesMax) +
                                                " bytes, so no value is equal to this",
                     written.text.empty() ? "ask `has NAME` whether there is a value" : "");
    return {};
  }
  Typed typed{make_term(TermKind::kText, kTextType, written.span), false, 0, {}};
  typed.term->text = written.text;
  return typed;
}

// ---- bare numbers -------------------------------------------------------------------------------

Fit Typer::settle(Typed& typed, Type want) {
  GUERDON_ASSERT(typed);
  if (!typed.bare) return typed.type() == want ? Fit::kFits : Fit::kDiffers;
  if (!want.is_number()) return Fit::kDiffers;
  Term& term = *typed.term;
  if (want.kind != TypeKind::kRatio) {
    const bool is_amount = want.kind == TypeKind::kAmount;
    const int scale = is_amount ? checking_.unit(want.unit).scale : 0;
    if (typed.decimals > scale) {
      const std::string number = std::string(checking_.source.slice(term.span));
      checking_.report(kTooManyDecimals, term.span,
                       is_amount
                           ? number + " has more decimals than " + checking_.unit(want.unit).name +
                                 ", which has " + decimals_phrase(scale)
                           : number + " has decimals, and a count is whole",
                       decimals_advice(scale));
      return Fit::kTold;
    }
    const std::optional<Ratio> minor = money::multiply(term.value, {money::power_of_ten(scale), 1});
    if (!minor || minor->num > money::kMeasureMax || minor->num < -money::kMeasureMax) {
      checking_.report(kTooLarge, term.span, "no amount can be as large as this");
      return Fit::kTold;
    }
    term.value = *minor;
  }
  term.type = want;
  typed.bare = false;
  return Fit::kFits;
}

void Typer::settle_alone(Typed& typed) {
  GUERDON_ASSERT(typed);
  typed.bare = false;  // its term has its own type already
}

Fit Typer::unify(std::vector<Typed>& sides, size_t* first, size_t* other) {
  const auto typed =
      std::find_if(sides.begin(), sides.end(), [](const Typed& side) { return !side.bare; });
  if (typed == sides.end()) return Fit::kFits;
  *first = static_cast<size_t>(typed - sides.begin());
  const Type want = typed->type();
  for (size_t i = 0; i < sides.size(); ++i) {
    const Fit fit = settle(sides[i], want);
    if (fit == Fit::kFits) continue;
    *other = i;
    if (*other < *first) std::swap(*first, *other);
    return fit;
  }
  return Fit::kFits;
}

// ---- arithmetic ---------------------------------------------------------------------------------

// False: one is a text, a flag ...; told.
bool Typer::all_numbers(const std::vector<Typed>& sides, std::string_view what) {
  for (const Typed& side : sides) {
    if (side.type().is_number()) continue;
    checking_.report(kTypesDiffer, side.span,
                     checking_.quoted(side.span) + " is " + checking_.type_phrase(side.type()) +
                         " and cannot be " + std::string(what));
    return false;
  }
  return true;
}

Typed Typer::negation(const tree::Expr& written) {
  std::vector<Typed> sides;
  sides.push_back(visit(*written.args[0]));
  if (!sides[0] || !all_numbers(sides, "taken negative")) return {};
  Typed& side = sides[0];
  if (is_constant(side)) {
    side.term->value = money::negate(side.term->value);
    side.term->span = written.span;
    return std::move(side);
  }
  Typed typed{make_term(TermKind::kNegate, side.type(), written.span), false, 0, {}};
  typed.term->args.push_back(std::move(side.term));
  return typed;
}

// + - and min, max: all sides of one type.
Typed Typer::of_one_type(const tree::Expr& written) {
  std::vector<Typed> sides;
  bool sound = true;
  for (const tree::ExprPtr& arg : written.args) {
    sides.push_back(visit(*arg));
    sound = sound && sides.back();
  }
  if (!sound) return {};
  const std::string_view verb = verb_of(written.kind);
  size_t first = 0;
  size_t other = 0;
  const Fit fit = unify(sides, &first, &other);
  if (fit == Fit::kTold || !all_numbers(sides, verb)) return {};
  if (fit == Fit::kDiffers) {
    checking_.report(
        kTypesDiffer, written.span,
        checking_.quoted(sides[first].span) + " is " + checking_.type_phrase(sides[first].type()) +
            ", " + checking_.quoted(sides[other].span) + " " +
            checking_.type_phrase(sides[other].type()) + "; they cannot be " + std::string(verb),
        "both sides must be of one unit");
    return {};
  }
  if (all_constant(sides)) {
    std::optional<Ratio> value = sides[0].term->value;
    int decimals = sides[0].decimals;
    for (size_t i = 1; i < sides.size() && value; ++i) {
      value = combined(written.kind, *value, sides[i].term->value);
      decimals = std::max(decimals, sides[i].decimals);
    }
    const bool bare = sides[0].bare;
    return constant(written.span, sides[0].type(), value, bare, decimals);
  }
  Typed typed{make_term(term_kind(written.kind), sides[0].type(), written.span), false, 0, {}};
  for (Typed& side : sides) typed.term->args.push_back(std::move(side.term));
  return typed;
}

bool Typer::may_multiply(const tree::Expr& written, const Typed& a, const Typed& b) {
  const bool left_is_amount = a.type().kind == TypeKind::kAmount;
  if (written.kind == ExprKind::kOf && left_is_amount) {
    checking_.report(kTypesDiffer, written.span,
                     checking_.quoted(a.span) + " is " + checking_.type_phrase(a.type()) +
                         "; only a ratio can be taken `of` something",
                     "write `5% of amount`, or `points * qty` for so many each");
    return false;
  }
  if (left_is_amount && b.type().kind == TypeKind::kAmount) {
    checking_.report(kTypesDiffer, written.span,
                     checking_.quoted(a.span) + " and " + checking_.quoted(b.span) +
                         " are both amounts; they cannot be multiplied",
                     "multiply an amount by a count or a ratio");
    return false;
  }
  return true;
}

Typed Typer::product(const tree::Expr& written) {
  GUERDON_ASSERT(written.args.size() == 2);
  Typed a = visit(*written.args[0]);
  Typed b = visit(*written.args[1]);
  if (!a || !b) return {};
  return product_of(written, std::move(a), std::move(b));
}

Typed Typer::product_of(const tree::Expr& written, Typed a, Typed b) {
  std::vector<Typed> sides;
  sides.push_back(std::move(a));
  sides.push_back(std::move(b));
  if (!all_numbers(sides, "multiplied") || !may_multiply(written, sides[0], sides[1])) return {};
  const Type type = product_type(sides[0].type(), sides[1].type());
  if (all_constant(sides)) {
    const std::optional<Ratio> value = money::multiply(sides[0].term->value, sides[1].term->value);
    // `50% of 1000.00` has as much of a unit as 1000.00 has.
    const auto may_be_bare = [](const Typed& side) {
      return side.bare || side.type().kind == TypeKind::kRatio;
    };
    const bool bare =
        (sides[0].bare || sides[1].bare) && may_be_bare(sides[0]) && may_be_bare(sides[1]);
    const int decimals = sides[0].decimals + sides[1].decimals;
    return constant(written.span, bare ? kCountType : type, value, bare, bare ? decimals : 0);
  }
  Typed typed{make_term(TermKind::kMultiply, type, written.span), false, 0, {}};
  for (Typed& side : sides) typed.term->args.push_back(std::move(side.term));
  return typed;
}

// Only constants are divided: 3/2, or one amount by another of its unit; the result is a ratio.
Typed Typer::quotient(const tree::Expr& written) {
  GUERDON_ASSERT(written.args.size() == 2);
  Typed a = visit(*written.args[0]);
  Typed b = visit(*written.args[1]);
  if (!a || !b) return {};
  const bool constants = is_constant(a) && is_constant(b);
  if (constants && b.term->value.num == 0) {
    checking_.report(kDividesByNothing, written.span, "this divides by nothing");
    return {};
  }
  const bool a_is_amount = a.type().kind == TypeKind::kAmount;
  const bool b_is_amount = b.type().kind == TypeKind::kAmount;
  const bool is_ratio = a_is_amount == b_is_amount && (!a_is_amount || a.type() == b.type());
  if (!constants || !is_ratio) {
    checking_.report(kNotInThisVersion, written.span,
                     "only fixed numbers are divided in this version, such as 3/2",
                     "write the fraction first, in brackets: `(1/3) of ...`");
    return {};
  }
  return constant(written.span, kRatioType, money::divide(a.term->value, b.term->value), false, 0);
}

Typed Typer::per_full(const tree::Expr& written) {
  GUERDON_ASSERT(written.args.size() == 3);
  Typed award = visit(*written.args[0]);
  std::vector<Typed> sides;
  sides.push_back(visit(*written.args[1]));
  sides.push_back(visit(*written.args[2]));
  if (!award || !sides[0] || !sides[1]) return {};
  if (!is_constant(sides[0])) {
    checking_.report(kNotConstant, sides[0].span, "what is filled must be a fixed amount or count",
                     "write it, as in `per full 10.00 of spent`");
    return {};
  }
  if (sides[0].term->value.num <= 0) {
    const std::string step(checking_.source.slice(sides[0].span));
    checking_.report(kDividesByNothing, sides[0].span,
                     sides[0].term->value.num == 0 ? "`per full " + step + "` divides by nothing"
                                                   : "`per full " + step + "` is below nothing",
                     "write an amount above 0");
    return {};
  }
  size_t first = 0;
  size_t other = 0;
  const Fit fit = unify(sides, &first, &other);
  if (fit == Fit::kTold || !all_numbers(sides, "counted in full")) return {};
  if (fit == Fit::kDiffers) {
    checking_.report(kTypesDiffer, written.span,
                     checking_.quoted(sides[0].span) + " is " +
                         checking_.type_phrase(sides[0].type()) + ", " +
                         checking_.quoted(sides[1].span) + " " +
                         checking_.type_phrase(sides[1].type()) + "; one does not fill the other");
    return {};
  }
  if (!award.type().is_number()) {
    checking_.report(kTypesDiffer, award.span,
                     checking_.quoted(award.span) + " is " + checking_.type_phrase(award.type()) +
                         ", nothing to be given");
    return {};
  }
  Typed typed{make_term(TermKind::kPerFull, award.type(), written.span), false, 0, {}};
  typed.term->args.push_back(std::move(award.term));
  for (Typed& side : sides) typed.term->args.push_back(std::move(side.term));
  return typed;
}

}  // namespace guerdon::plan
