// What all accounts share: one sum a pool, asked in the order in which this runs.
#include <algorithm>

#include "engine/base/assert.h"
#include "tests/reference/engine.h"

namespace guerdon::reference {

// By the last version that had begun then, whichever the rule is of; the first says what held ever.
Granted Engine::grant(size_t p, int budget, TimeMs time, Int128 asked) {
  GUERDON_ASSERT(asked > 0);
  const plan::Budget& of = plans_[p].budgets.at(static_cast<size_t>(budget));
  const std::string& name = of.name;
  const int32_t period = calendar::period_at(plans_[p].calendar, of.period, time).index;
  const Pool pool(family_number_[p], name, period);
  const plan::BudgetAmount* holds = nullptr;
  for (const size_t version : family_of(p).plans) {
    for (const plan::Budget& each : plans_[version].budgets) {
      if (each.name != name) continue;
      if (holds == nullptr || plans_[version].from <= time) holds = &each.amounts.front();
    }
  }
  GUERDON_ASSERT(holds != nullptr);
  Int128& granted = granted_[pool];
  Int128 left = holds->most - granted;
  if (left < 0) left = 0;
  Int128 part = asked;
  if (asked > left) part = holds->pays_nothing ? Int128{0} : left;
  granted += part;
  return {pool, part};
}

}  // namespace guerdon::reference
