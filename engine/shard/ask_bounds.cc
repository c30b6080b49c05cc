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
    } else {
      bound_asks_of(batch, visit, turn, &bounds);
    }
  }
  return bounds;
}

void Shard::bound_asks_of(const event::Batch& batch, const Visit& visit, uint32_t turn,
                          std::vector<AskBound>* bounds) {
  const event::LogItem& item = batch.log[visit.item];
  const event::Record& record = batch.records[item.record];
  const plan::EventView event{batch.values.data() + record.values, record.present,
                              record.occurred_at, item.at};
  for (const plan::RoleAsk& ask : program_->events[record.type].roles[visit.role].asks) {
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
  for (const event::Deed& deed : reversal->deeds) {
    const bool is_its = deed.role == (visit.role & ~Visit::kOfPast) &&
                        deed.what == event::Deed::What::kGranted && deed.amount > 0;
    if (!is_its) continue;
    const uint32_t budget = program_->clauses[deed.number].budget;
    const base::TimeMs occurred_at = reversal->event.occurred_at;
    bounds->push_back({.turn = turn,
                       .budget = budget,
                       .period = machine_.pool_of(program_->budgets[budget], occurred_at),
                       .back = deed.amount});
  }
}

}  // namespace guerdon::shard
