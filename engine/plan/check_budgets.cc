// What all accounts share: budgets, and who may pay from them.
#include <algorithm>
#include <utility>

#include "engine/money/limits.h"
#include "engine/plan/check_state.h"
#include "engine/plan/check_subjects.h"
#include "engine/plan/check_terms.h"

namespace guerdon::plan {
namespace {

// A fixed amount with a unit. False: told.
bool take_most(Checking& checking, const tree::Budget& written, Budget& budget) {
  if (written.amount == nullptr) return false;  // told by the parser
  const Scope constants;
  Typer typer(checking, constants);
  const Typed most = typer.value(*written.amount);
  if (!most) return false;
  if (most.bare || most.type().kind != TypeKind::kAmount) {
    checking.report(kNoUnit, written.amount->span, "this amount has no unit",
                    "write it: `budget " + written.name.text + " = 10_000.00 GBP per month`");
    return false;
  }
  if (most.term->kind != TermKind::kNumber) {
    checking.report(kNotConstant, written.amount->span, "a budget is a fixed amount",
                    "write a number or a `param` that changes on no day; a version of the plan may "
                    "bring another amount");
    return false;
  }
  const money::Ratio value = most.term->value;
  budget.unit = most.type().unit;
  budget.amounts.push_back(
      {calendar::kTimeBeginning, value.num, written.pays_nothing.value_or(false)});
  if (value.num > 0 && value.den == 1 && value.num <= money::kAmountMax) return true;
  checking.report(kOutOfRange, written.amount->span,
                  "a budget is above 0, in whole minor units, and at most " +
                      std::to_string(money::kAmountMax) + " of them",
                  "leave out who pays from it if it is never to pay");
  return false;
}

// False: told.
bool take_budget_period(Checking& checking, const tree::Budget& written, Budget& budget) {
  if (written.per.is_event()) return true;
  if (!written.per.names.empty()) {
    checking.report(
        kBadSubject, written.per.span,
        "a budget is for all accounts together, and this is per " + written.per.names.front().text,
        "write `per month`, or nothing for good; what one account may have is `at most "
        "... per account per month` below its `credit`");
    return false;
  }
  const std::optional<calendar::PeriodRule> period = check_period(checking, written.per);
  if (period) budget.period = *period;
  return period.has_value();
}

// The budget that an effect names; below 0: told.
int budget_named(Checking& checking, const tree::Name& name) {
  const Binding* const binding = checking.binding(name.text);
  if (binding == nullptr) {
    checking.report(kUnknownName, name.span, backquoted(name.text) + " is not a budget known here",
                    "declare it: `budget " + name.text + " = 10_000.00 GBP per month`");
    return -1;
  }
  if (binding->kind != BindingKind::kBudget) {
    checking.report(kWrongKind, name.span, backquoted(name.text) + " is not a budget",
                    "declare one: `budget NAME = AMOUNT per month`, and name it here");
    return -1;
  }
  for (size_t b = 0; b < checking.plan.budgets.size(); ++b) {
    if (checking.plan.budgets[b].name == name.text) return static_cast<int>(b);
  }
  return -1;  // it has a mistake of its own
}

// What is wrong, and what to write instead.
using WhyNot = std::optional<std::pair<std::string, std::string>>;

bool is_declared_as_rule(const Checking& checking, const tree::Rule& rule) {
  return std::any_of(checking.tree.declarations.begin(), checking.tree.declarations.end(),
                     [&](const tree::Declaration& declaration) {
                       return std::get_if<tree::Rule>(&declaration.what) == &rule;
                     });
}

// Each subject has one pool: that of its period, or of that in which the order's rule opened.
WhyNot why_no_pool(const Budget& budget, const Subject& subject) {
  const bool is_for_good = budget.period == calendar::PeriodKind::kLifetime;
  if (is_for_good || subject.is_object() || budget.period == subject.period) return std::nullopt;
  return std::pair("what is owed here goes up and down in another period than that of budget " +
                       budget.name + ", which is per " + calendar::period_kind_name(budget.period),
                   "write one period behind both, or a budget without one");
}

// What is owed asks the budget at events alone, and for itself.
WhyNot why_not_owed(const Checking& checking, const tree::Effect& written,
                    const tree::Rule& written_rule, const Rule& rule, const Budget& budget) {
  if (!is_declared_as_rule(checking, written_rule)) {
    return std::pair("what a target, a ladder or a streak pays is paid from no budget",
                     "pay it in a rule of its own with `per`, or at each event in one with `on`");
  }
  if (written_rule.on_close || written.at_close) {
    return std::pair("what is paid when a period is closed is paid from no budget: no event asks",
                     "leave out `on close`, so that the budget is asked event by event");
  }
  if (!written.limits.empty()) {
    return std::pair(
        "what a rule with `per` owes has a budget or a limit over more than its own "
        "subject, and not both",
        "leave one of the two out; `at most 50.00` without a period may stay");
  }
  if (written_rule.group) {
    return std::pair("a rule with `per` that a budget pays is in no group",
                     "leave out `in group`, or pay from no budget");
  }
  return why_no_pool(budget, rule.subject);
}

// Why an effect pays from no budget, and what to write instead; nothing: it may.
WhyNot why_no_budget(const Checking& checking, const tree::Effect& written,
                     const tree::Rule& written_rule, const Rule& rule, const Budget& budget) {
  if (written.verb != tree::Verb::kCredit || written.is_grant || written.is_split) {
    return std::pair("only what is credited is paid from a budget, each account by itself",
                     "write `credit`, for each account one; what is taken, granted or split has "
                     "no budget");
  }
  if (written_rule.take_back) {
    return std::pair("what a budget has granted is not taken back, or kept, by `take back`",
                     "leave out `take back`: what a rule with `per` owes falls by itself, and "
                     "REVERSE gives back to the budget what an event got");
  }
  if (rule.subject.is_event()) return std::nullopt;
  return why_not_owed(checking, written, written_rule, rule, budget);
}

// Whether what is credited in that unit may come from the budget. False: told.
bool fits_budget(Checking& checking, const tree::Name& name, int budget, int unit) {
  const WalletRules& wallet = checking.plan.wallets[static_cast<size_t>(unit)];
  if (wallet.shortfall == Shortfall::kOweTheRest) {
    checking.report(kAtOdds, name.span,
                    "what is credited to somebody who owes pays that first, and no entry says what "
                    "the budget granted",
                    "let the wallet be `short` in another way, or pay from no budget");
    return false;
  }
  if (wallet.shortfall == Shortfall::kGoDownTo) {
    checking.report(
        kAtOdds, name.span,
        "what was granted and is spent stays granted, and a wallet that goes down below 0 "
        "gives REVERSE all of it back",
        "let the wallet be `short` in another way, as `short take what is left`, or pay "
        "from no budget");
    return false;
  }
  const int of = checking.plan.budgets[static_cast<size_t>(budget)].unit;
  if (of == unit) return true;
  checking.report(kTypesDiffer, name.span,
                  "this credits " + checking.unit(unit).name + ", and budget " + name.text +
                      " is of " + checking.unit(of).name,
                  "a budget is of one unit: declare one of each");
  return false;
}

}  // namespace

void check_budgets(Checking& checking) {
  for (const tree::Declaration& declaration : checking.tree.declarations) {
    const auto* written = std::get_if<tree::Budget>(&declaration.what);
    if (written == nullptr) continue;
    Budget budget;
    budget.name = written->name.text;
    budget.span = written->name.span;
    const bool has_period = take_budget_period(checking, *written, budget);
    if (!take_most(checking, *written, budget) || !has_period) continue;
    checking.plan.budgets.push_back(std::move(budget));
  }
}

bool join_budget(Checking& checking, const tree::Effect& written, const tree::Rule& written_rule,
                 const Rule& rule, Effect& effect) {
  if (!written.budget) return true;
  const tree::Name& name = *written.budget;
  effect.budget = budget_named(checking, name);
  if (effect.budget < 0) return false;
  const Budget& budget = checking.plan.budgets[static_cast<size_t>(effect.budget)];
  if (auto why = why_no_budget(checking, written, written_rule, rule, budget)) {
    checking.report(kNotInThisVersion, name.span, std::move(why->first), std::move(why->second));
    return false;
  }
  return fits_budget(checking, name, effect.budget, effect.unit);
}

void check_told_budgets(Checking& checking) {
  for (const Target& target : checking.plan.targets) {
    if (target.told < 0) continue;
    for (const int number : rules_of_goal(checking.plan, target)) {
      for (const Effect& effect : checking.plan.rules[static_cast<size_t>(number)].effects) {
        if (effect.budget < 0) continue;
        checking.report(kNotInThisVersion, effect.span,
                        "what TARGET changes is paid from no budget: no event asks",
                        "pay it in a rule that does not read the goal of target " + target.name +
                            ", or at each event in one with `on`");
      }
    }
  }
}

bool join_budget_of_badge(Checking& checking, const tree::Name& name, int unit) {
  const int budget = budget_named(checking, name);
  return budget >= 0 && fits_budget(checking, name, budget, unit);
}

}  // namespace guerdon::plan
