#include "engine/runtime/rehearsal.h"

#include <algorithm>
#include <tuple>

#include "engine/base/assert.h"

namespace guerdon::runtime {

Rehearsed rehearse(const plan::Program& program, const pipeline::Admission& admission,
                   const pipeline::Tail& tail,
                   std::span<const std::unique_ptr<shard::Shard>> shards,
                   const shard::Budgets& budgets, event::Batch& batch,
                   std::optional<base::TimeMs> now) {
  Rehearsed made;
  admission.rehearse(batch, now);
  event::Record& record = batch.records[0];
  if (record.outcome == event::Outcome::kDuplicate) tail.answer_again(record);
  made.outcome = batch.records[0].outcome;
  made.lsn = batch.records[0].lsn;
  if (batch.log.empty()) return made;
  shard::Shard beside(program, admission, 0, 1, event::kSlotsMax);
  std::vector<std::vector<shard::Visit>> routes(1);
  std::vector<shard::Visit>& visits = routes.front();
  std::vector<uint32_t> asked;
  const event::Record& event = batch.records[0];
  shard::BudgetAsks asks(1);
  shard::visits_of(program, batch, 0, [&](const shard::Visit& visit, uint64_t hash) {
    shard::budgets_of(program, event, visit, &asked);
    if (!asked.empty()) asks.add(1, 0, visits.size(), event.occurred_at, asked);
    visits.push_back(visit);
    const std::pair<uint64_t, std::string> name(hash, batch.view(batch.texts[visit.account]));
    if (std::find(made.names.begin(), made.names.end(), name) != made.names.end()) return;
    made.names.push_back(name);
    const uint32_t home = shard::shard_of(hash, static_cast<uint32_t>(shards.size()));
    beside.copy(*shards[home], hash, name.second, admission.clock());
  });
  event::Handovers handovers;
  const size_t count = shard::handovers_of_event(program, event);
  if (count > 0) handovers.reserve(0, count);
  shard::BudgetDesk desk(budgets, asks, handovers, beside.bound_asks(batch, routes, asks));
  const size_t done = beside.execute({.batch = batch,
                                      .visits = visits,
                                      .entries = made.entries,
                                      .handovers = &handovers,
                                      .lots = &made.lots,
                                      .budgets = asks.any() ? &desk : nullptr});
  GUERDON_ASSERT(done == visits.size());
  std::stable_sort(made.entries.begin(), made.entries.end(), [](const auto& a, const auto& b) {
    return std::tie(a.account, a.n) < std::tie(b.account, b.n);
  });
  return made;
}

}  // namespace guerdon::runtime
