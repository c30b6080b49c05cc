// `differential`: each level gets what is more than any below it gets, and never less than nothing.
#include <algorithm>
#include <utility>

#include "engine/plan/check_effects.h"

namespace guerdon::plan {
namespace {

bool reads_event_alone(const Term& term) {
  bool sound = true;
  visit_terms(term, [&](const Term& each) {
    sound = sound && each.kind != TermKind::kHeld && each.kind != TermKind::kHasHeld &&
            each.kind != TermKind::kMeasure;
  });
  return sound;
}

// What stands there for a level, or for who is named: of this unit. Null: told, or another unit.
TermPtr amount_below(Checking& checking, const tree::Expr& written, const Scope& amounts,
                     const Type& type) {
  Typed amount = Typer(checking, amounts).value(written);
  if (!amount || amount.bare || !(amount.type() == type)) return nullptr;
  return std::move(amount.term);
}

// What the rule credits to who is named, each with its cap. False: told.
bool add_own_credits(Checking& checking, const tree::Effect& written, const tree::Rule& rule,
                     const Scope& amounts, const Type& type, std::vector<TermPtr>& below) {
  for (const tree::Effect& own : rule.effects) {
    const bool is_plain = own.verb == Verb::kCredit && !own.above && !own.is_split &&
                          !own.is_grant && own.amount != nullptr;
    if (!is_plain || own.who.text != written.who.text) continue;
    TermPtr amount = amount_below(checking, *own.amount, amounts, type);
    if (amount == nullptr) continue;
    if (!own.limits.empty() || !own.times.empty()) {
      checking.report(kNotInThisVersion, own.span,
                      "who stands above gets the difference to this, and multipliers or limits "
                      "over more than the event of it are not part of this version",
                      "multiply the amount itself, and cap it by `at most` alone");
      return false;
    }
    if (own.at_most != nullptr) {
      TermPtr cap = amount_below(checking, *own.at_most, amounts, type);
      if (cap == nullptr) return false;
      TermPtr least = make_term(TermKind::kMin, type, own.span);
      least->args.push_back(std::move(amount));
      least->args.push_back(std::move(cap));
      amount = std::move(least);
    }
    below.push_back(std::move(amount));
  }
  return true;
}

}  // namespace

bool less_below(Checking& checking, const tree::Effect& written, size_t at,
                const tree::Rule& written_rule, const Scope& amounts, Effect& effect) {
  const tree::Above& above = *written.above;
  const Type type = effect.amount->type;
  std::vector<TermPtr> below;
  if (!add_own_credits(checking, written, written_rule, amounts, type, below)) return false;
  for (size_t level = 0; level < at; ++level) {
    const tree::Expr& row = above.rows.empty() ? *written.amount : *above.rows[level].amount;
    TermPtr amount = amount_below(checking, row, amounts, type);
    if (amount == nullptr) {
      checking.report(kValuesDiffer, row.span, "levels of a difference are amounts of one unit",
                      "write them in " + checking.unit(effect.unit).name);
      return false;
    }
    below.push_back(std::move(amount));
  }
  const auto reads_account = [](const TermPtr& term) { return !reads_event_alone(*term); };
  if (written.by || reads_account(effect.amount) ||
      std::any_of(below.begin(), below.end(), reads_account)) {
    checking.report(kNotInThisVersion, written.span,
                    "a difference to what others get by what is known of them, or by their "
                    "measures, is not part of this version of the language",
                    "write what each level gets below it: `level 1 : 2% of value`");
    return false;
  }
  if (below.empty()) return true;
  const Span span = effect.amount->span;
  TermPtr most = std::move(below.front());
  if (below.size() > 1) {
    TermPtr all = make_term(TermKind::kMax, type, span);
    all->args.push_back(std::move(most));
    std::move(below.begin() + 1, below.end(), std::back_inserter(all->args));
    most = std::move(all);
  }
  TermPtr difference = make_term(TermKind::kSubtract, type, span);
  difference->args.push_back(std::move(effect.amount));
  difference->args.push_back(std::move(most));
  TermPtr owed = make_term(TermKind::kMax, type, span);
  owed->args.push_back(make_term(TermKind::kNumber, type, span));
  owed->args.push_back(std::move(difference));
  effect.amount = std::move(owed);
  return true;
}

}  // namespace guerdon::plan
