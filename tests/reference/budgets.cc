// What all accounts share: one sum a pool, asked in the order in which this runs.
#include <algorithm>

#include "engine/base/assert.h"
#include "tests/reference/engine.h"

namespace guerdon::reference {

// Nothing: it is none.
std::optional<Pool> Engine::pool_of(size_t p, int budget, int32_t period) const {
  if (budget < 0) return std::nullopt;
  const plan::Budget& of = plans_[p].budgets.at(static_cast<size_t>(budget));
  const bool is_for_good = of.period == calendar::PeriodKind::kLifetime;
  return Pool(family_number_[p], of.name, is_for_good ? 0 : period);
}

// By the last version that had begun then, whichever asks; the first says what held ever.
Engine::PoolLeft Engine::left_of(size_t p, const Pool& pool, TimeMs time) {
  const plan::BudgetAmount* holds = nullptr;
  for (const size_t version : family_of(p).plans) {
    for (const plan::Budget& each : plans_[version].budgets) {
      if (each.name != std::get<std::string>(pool)) continue;
      if (holds == nullptr || plans_[version].from <= time) holds = &each.amounts.front();
    }
  }
  GUERDON_ASSERT(holds != nullptr);
  PoolLeft found{pool, 0, holds->pays_nothing};
  found.left = std::max<Int128>(holds->most - granted_[pool], 0);
  return found;
}

Engine::PoolLeft Engine::left_of(size_t p, const plan::Budget& budget, TimeMs time) {
  const int32_t period = calendar::period_at(plans_[p].calendar, budget.period, time).index;
  return left_of(p, Pool(family_number_[p], budget.name, period), time);
}

Int128 Engine::grant(const PoolLeft& found, Int128 asked) {
  Int128 part = asked;
  if (asked > found.left) part = found.pays_nothing ? Int128{0} : found.left;
  granted_[found.pool] += part;
  return part;
}

// What is owed: `now`, and was posted before. What goes back to the pool the wallet says.
Int128 Engine::through_pool(size_t p, const Pool& pool, TimeMs time, const SubjectKey& key,
                            Int128 posted, Int128 now) {
  Int128& granted = pooled_[key];
  const Int128 part = now > posted ? grant(left_of(p, pool, time), now - posted)
                                   : std::min<Int128>(now - granted, 0);
  granted += part;
  return part;
}

Granted Engine::grant(size_t p, int budget, TimeMs time, Int128 asked) {
  GUERDON_ASSERT(asked > 0);
  const PoolLeft found = left_of(p, plans_[p].budgets.at(static_cast<size_t>(budget)), time);
  return {found.pool, grant(found, asked)};
}

// The pool that pays what comes with a badge.
Engine::PoolLeft Engine::left_for(const plan::Plan& plan, const std::string& budget, TimeMs time) {
  const auto named = [&](const plan::Budget& each) { return each.name == budget; };
  const auto of = std::find_if(plan.budgets.begin(), plan.budgets.end(), named);
  GUERDON_ASSERT(of != plan.budgets.end());
  return left_of(static_cast<size_t>(&plan - plans_.data()), *of, time);
}

}  // namespace guerdon::reference
