// What the visits of a job may ask budgets for, as far as their events tell.
#include <algorithm>
#include <vector>

#include "engine/base/assert.h"
#include "engine/event/reversal.h"
#include "engine/shard/shard.h"

namespace guerdon::shard {

std::vector<AskBound> Shard::bound_asks(const event::Batch& batch,
                                        std::span<const std::vector<Visit>> routes,
                                        const BudgetAsks& asks) {
  std::vector<AskBound> bounds;
  bounds.reserve(asks.order().size());
  for (uint32_t turn = 0; turn < asks.order().size(); ++turn) {
    const BudgetAsks::Place& place = asks.order()[turn];
    const Visit& visit = routes[place.shard][place.visit];
    if (visit.is_of_past()) {
      bound_back(batch, visit, turn, &bounds);
    } else if (visit.role == Visit::kReceives) {
      bound_grant(batch, visit, turn, &bounds);
    } else {
      bound_asks_of(batch, visit, turn, &bounds);
    }
  }
  return bounds;
}

// What is owed hangs on what is kept: how much is asked or goes back, and of which pool.
void Shard::bound_asks_of(const event::Batch& batch, const Visit& visit, uint32_t turn,
                          std::vector<AskBound>* bounds) {
  const event::LogItem& item = batch.log[visit.item];
  const event::Record& record = batch.records[item.record];
  const plan::EventView event{batch.values.data() + record.values, record.present,
                              record.occurred_at, item.at};
  const std::vector<plan::RoleProgram>& roles = program_->events[record.type].roles;
  const plan::RoleProgram& role = roles[visit.is_former() ? visit.former_role() : visit.role];
  if (owes_from_budgets(*program_, role))
    return bounds->push_back({.turn = turn, .is_alone = true});
  for (const plan::RoleAsk& ask : role.asks) {
    if ((record.present & ask.needs) != ask.needs) continue;
    const plan::AskRange range = machine_.may_ask(ask, event);
    if (range.most == 0) continue;
    const uint32_t budget = program_->clauses[ask.clause].budget;
    const plan::BudgetKind& kind = program_->budgets[budget];
    const plan::BudgetAmount& amount = plan::amount_at(kind.amounts, record.occurred_at);
    bounds->push_back({.turn = turn,
                       .budget = budget,
                       .period = machine_.pool_of(kind, record.occurred_at),
                       .limit = amount.most,
                       .pays_nothing = amount.pays_nothing,
                       .least = range.least,
                       .most = range.most});
  }
}

// Of what is taken back no more comes back than was granted.
void Shard::bound_back(const event::Batch& batch, const Visit& visit, uint32_t turn,
                       std::vector<AskBound>* bounds) {
  const event::Record& command = batch.records[batch.log[visit.item].record];
  const event::Reversal* const reversal = event::find_reversal(batch, command);
  GUERDON_ASSERT(reversal != nullptr);
  const uint32_t number = visit.role & ~Visit::kOfPast;
  if (owes_from_budgets(*program_, program_->events[reversal->event.type].roles[number])) {
    return bounds->push_back({.turn = turn, .is_alone = true});
  }
  for (const event::Deed& deed : reversal->deeds) {
    const bool is_its =
        deed.role == number && deed.what == event::Deed::What::kGranted && deed.amount > 0;
    if (!is_its) continue;
    const uint32_t budget = program_->clauses[deed.number].budget;
    const base::TimeMs occurred_at = reversal->event.occurred_at;
    bounds->push_back({.turn = turn,
                       .budget = budget,
                       .period = machine_.pool_of(program_->budgets[budget], occurred_at),
                       .back = deed.amount});
  }
}

// What comes with a badge, or nothing: now, as all of a GRANT.
void Shard::bound_grant(const event::Batch& batch, const Visit& visit, uint32_t turn,
                        std::vector<AskBound>* bounds) {
  const event::LogItem& item = batch.log[visit.item];
  const event::CommandView command(batch, batch.records[item.record]);
  for (const plan::BadgeKind& badge : program_->badges) {
    if (badge.wallet != command[event::CommandField::kBadge] || !badge.budget) continue;
    const plan::BudgetKind& kind = program_->budgets[*badge.budget];
    bounds->push_back({.turn = turn,
                       .budget = *badge.budget,
                       .period = machine_.pool_of(kind, item.at),
                       .limit = plan::amount_at(kind.amounts, item.at).most,
                       .pays_nothing = true,
                       .least = badge.credit.amount,
                       .most = badge.credit.amount});
  }
}

}  // namespace guerdon::shard
