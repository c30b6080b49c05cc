// What all accounts share.
#include <algorithm>

#include "engine/base/assert.h"
#include "engine/compiler/plan_compiler.h"
#include "engine/plan/bounds.h"

namespace guerdon::plan {

namespace {

// No ask of the effect is above it.
base::Int128 most_asked(const Plan& plan, const Effect& effect) {
  const std::optional<Bound> bound = posting_bound(plan, effect);
  GUERDON_ASSERT(bound);  // else the checker has refused it
  base::Int128 most = std::max<base::Int128>(bound->high, 0);
  for (const Limit& limit : effect.limits) {
    if (!limit.counts) most = std::min<base::Int128>(most, limit.most);
  }
  return most;
}

// The most that one GRANT asks for.
int64_t most_of_grant(const Plan& plan, const std::string& budget) {
  int64_t most = 0;
  for (const Unit& unit : plan.units) {
    if (!unit.badge || !unit.badge->credit || unit.badge->credit->budget != budget) continue;
    most = std::max(most, unit.badge->credit->amount);
  }
  return most;
}

}  // namespace

void Compiler::declare_budgets(const Plan& plan) {
  budget_.clear();
  for (const Budget& budget : plan.budgets) {
    const auto at =
        std::find_if(program_.budgets.begin(), program_.budgets.end(), [&](const BudgetKind& kind) {
          return kind.plan == static_cast<uint32_t>(plan_index_) && kind.name == budget.name;
        });
    budget_.push_back(static_cast<uint32_t>(at - program_.budgets.begin()));
    if (at == program_.budgets.end()) program_.budgets.emplace_back();
    BudgetKind& kind = program_.budgets[budget_.back()];
    kind.plan = static_cast<uint32_t>(plan_index_);
    kind.name = budget.name;
    kind.wallet = wallet_number(budget.unit);
    kind.clock = clock_number(plan, budget.period);
    kind.amounts = budget.amounts;
    kind.most_of_visit = most_of_grant(plan, budget.name);
  }
}

// Nothing: it has no name.
std::optional<uint32_t> Compiler::budget_named(const Plan& plan, const std::string& name) const {
  if (name.empty()) return std::nullopt;
  const auto at = std::find_if(plan.budgets.begin(), plan.budgets.end(),
                               [&](const Budget& budget) { return budget.name == name; });
  GUERDON_ASSERT(at != plan.budgets.end());  // else the checker has refused it
  return budget_[static_cast<size_t>(at - plan.budgets.begin())];
}

uint32_t Compiler::asked_budget(const Plan& plan, const Effect& effect) {
  const uint32_t number = budget_[static_cast<size_t>(effect.budget)];
  int64_t& most = program_.budgets[number].most_of_visit;
  most = static_cast<int64_t>(
      std::min<base::Int128>(most + most_asked(plan, effect), money::kBalanceMax));
  return number;
}

void Compiler::pay_from_budget(const Plan& plan, const Rule& rule, const Effect& effect,
                               const std::string& label, Clause& clause) {
  clause.budget = asked_budget(plan, effect);
  if (clause.subject == kNowhere) return;
  const CellPlace granted =
      place_cell(subject_number(plan, subject_of(rule, effect)), label + " granted");
  GUERDON_ASSERT(granted.subject == clause.subject);  // they came together
  clause.granted = granted.cell;
}

}  // namespace guerdon::plan
