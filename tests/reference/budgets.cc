// What all accounts share: one sum a pool, asked in the order in which this runs.
#include <algorithm>

#include "engine/base/assert.h"
#include "tests/reference/engine.h"

namespace guerdon::reference {

// By the last version that had begun then, whichever asks; the first says what held ever.
Engine::PoolLeft Engine::left_of(size_t p, const plan::Budget& budget, TimeMs time) {
  const std::string& name = budget.name;
  const int32_t period = calendar::period_at(plans_[p].calendar, budget.period, time).index;
  const plan::BudgetAmount* holds = nullptr;
  for (const size_t version : family_of(p).plans) {
    for (const plan::Budget& each : plans_[version].budgets) {
      if (each.name != name) continue;
      if (holds == nullptr || plans_[version].from <= time) holds = &each.amounts.front();
    }
  }
  GUERDON_ASSERT(holds != nullptr);
  PoolLeft found{Pool(family_number_[p], name, period), 0, holds->pays_nothing};
  found.left = std::max<Int128>(holds->most - granted_[found.pool], 0);
  return found;
}

Granted Engine::grant(size_t p, int budget, TimeMs time, Int128 asked) {
  GUERDON_ASSERT(asked > 0);
  const PoolLeft found = left_of(p, plans_[p].budgets.at(static_cast<size_t>(budget)), time);
  Int128 part = asked;
  if (asked > found.left) part = found.pays_nothing ? Int128{0} : found.left;
  granted_[found.pool] += part;
  return {found.pool, part};
}

// The pool that pays what comes with a badge.
Engine::PoolLeft Engine::left_for(const plan::Plan& plan, const std::string& budget, TimeMs time) {
  const auto named = [&](const plan::Budget& each) { return each.name == budget; };
  const auto of = std::find_if(plan.budgets.begin(), plan.budgets.end(), named);
  GUERDON_ASSERT(of != plan.budgets.end());
  return left_of(static_cast<size_t>(&plan - plans_.data()), *of, time);
}

}  // namespace guerdon::reference
