// A part of an amount that is split: an effect of its own, whose amount is a share.
#include <algorithm>
#include <utility>

#include "engine/base/assert.h"
#include "engine/money/limits.h"
#include "engine/plan/bounds.h"
#include "engine/plan/check_effects.h"
#include "engine/plan/check_terms.h"

namespace guerdon::plan {
namespace {

// A whole number that is never below 0. Null: told.
TermPtr weight_of(Checking& checking, const tree::Part& part, const Scope& scope) {
  Typed weight = Typer(checking, scope).number(*part.weight);
  if (!weight) return nullptr;
  if (weight.type().kind != TypeKind::kCount) {
    checking.report(kTypesDiffer, weight.span,
                    checking.quoted(weight.span) + " is " + checking.type_phrase(weight.type()) +
                        ", and parts are counted",
                    "write whole numbers, such as `3 parts` and `2 parts`");
    return nullptr;
  }
  const std::optional<Bound> bound = bound_of(checking.plan, *weight.term);
  if (!bound || bound->den != 1 || bound->high > money::kMeasureMax) {
    checking.report(kOverflow, weight.span,
                    "this can be too large, or no whole number: " + checking.quoted(weight.span),
                    "write a smaller number of parts");
    return nullptr;
  }
  if (bound->low >= 0) return std::move(weight.term);
  checking.report(kOutOfRange, weight.span,
                  "nobody gets less than no part, and this can be: " + checking.quoted(weight.span),
                  "keep it within `max(0, ...)`");
  return nullptr;
}

}  // namespace

bool check_parts_of(Checking& checking, const tree::Effect& split) {
  const auto refuse = [&](DiagnosticCode code, Span span, std::string message, std::string advice) {
    checking.report(code, span, std::move(message), std::move(advice));
    return false;
  };
  if (split.parts.size() < 2) {
    return refuse(kTableShape, split.span, "what is split has at least two who share it",
                  "write a `credit` for one");
  }
  if (!split.limits.empty()) {
    return refuse(kNotInThisVersion, split.limits.front().span,
                  "a limit over more than one event is for one account, and several share here",
                  "`at most` without `per` caps what is split; or write a `credit` for each part");
  }
  for (size_t i = 0; i < split.parts.size(); ++i) {
    for (size_t j = 0; j < i; ++j) {
      if (split.parts[i].who.text != split.parts[j].who.text) continue;
      const auto& one = split.parts[i].above;
      const auto& other = split.parts[j].above;
      const bool is_one_place =
          one.has_value() == other.has_value() &&
          (!one || (one->relation.text == other->relation.text && one->level == other->level));
      if (!is_one_place) continue;
      return refuse(kDeclaredTwice, split.parts[i].who.span,
                    backquoted(split.parts[i].who.text) + " has two parts of this", "add them up");
    }
  }
  return true;
}

bool share_out(Checking& checking, const tree::Effect& split, size_t part, const Scope& scope,
               Effect& effect) {
  TermPtr share = make_term(TermKind::kShare, effect.amount->type, split.span);
  if (effect.at_most != nullptr) {
    TermPtr least = make_term(TermKind::kMin, effect.amount->type, effect.amount->span);
    least->args.push_back(std::move(effect.amount));
    least->args.push_back(std::move(effect.at_most));
    effect.amount = std::move(least);
    effect.at_most = nullptr;
  }
  share->rounding = effect.rounding;
  share->column = static_cast<int>(part);
  share->args.push_back(std::move(effect.amount));
  bool is_nothing = true;
  bool sound = true;
  for (const tree::Part& each : split.parts) {
    TermPtr weight = weight_of(checking, each, scope);
    sound = sound && weight != nullptr;
    if (weight == nullptr) continue;
    is_nothing = is_nothing && weight->kind == TermKind::kNumber && weight->value.num == 0;
    share->args.push_back(std::move(weight));
  }
  if (!sound) return false;
  effect.amount = std::move(share);
  effect.span = split.parts[part].span;
  if (!is_nothing) return true;
  checking.report(kDividesByNothing, split.parts.front().span, "these parts add up to nothing",
                  "let somebody have more than 0 of them");
  return false;
}

}  // namespace guerdon::plan
