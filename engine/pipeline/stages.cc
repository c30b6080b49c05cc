#include "engine/pipeline/stages.h"

#include <optional>
#include <utility>
#include <vector>

#include "engine/base/assert.h"

namespace guerdon::pipeline {

namespace {

void step(const Stages& stages) {
  if (stages.between_steps) stages.between_steps();
}

shard::Shard::Work work_of(Job& job, size_t shard, shard::BudgetDesk* budgets = nullptr) {
  return {job.batch,   job.routes[shard], job.entries[shard], &job.answers,
          job.results, &job.handovers,    &job.lots[shard],   budgets};
}

// Each shard's place in `stands` is its own thread's.
void execute_in_rounds(const Stages& stages, Job& job, size_t first, size_t stride,
                       shard::BudgetDesk* budgets = nullptr) {
  std::vector<size_t> mine;
  for (size_t s = first; s < stages.shards.size(); s += stride) {
    job.stands[s] = 0;
    if (!job.routes[s].empty()) mine.push_back(s);
  }
  run_in_rounds(job.handovers, std::move(mine), [&](size_t s) {
    step(stages);
    const size_t before = job.stands[s];
    job.stands[s] = stages.shards[s]->execute(work_of(job, s, budgets), before);
    if (job.stands[s] == job.routes[s].size()) return Stand::kDone;
    return job.stands[s] == before ? Stand::kStuck : Stand::kMoved;
  });
}

// Where visits ask budgets: what is left is known once the jobs before are settled. What each of
// them may ask is asked only where a pool may not have enough for the most that any one could.
void execute_asking(const Stages& stages, Job& job, size_t first, size_t stride) {
  GUERDON_ASSERT(stages.budgets != nullptr);
  stages.budgets->wait_for(job.asks);
  if (first >= stages.shards.size()) return;  // a worker without shards
  std::optional<std::vector<shard::AskBound>> bounds;
  if (!stages.budgets->is_free(job.asks)) {
    bounds = stages.shards[first]->bound_asks(job.batch, job.routes, job.asks);
  }
  shard::BudgetDesk desk(*stages.budgets, job.asks, job.handovers, std::move(bounds));
  if (!desk.is_one_stretch() || job.handovers.any()) {
    execute_in_rounds(stages, job, first, stride, &desk);
  } else {
    for (size_t s = first; s < stages.shards.size(); s += stride) {
      if (job.routes[s].empty()) continue;
      step(stages);
      stages.shards[s]->execute(work_of(job, s, &desk));
    }
  }
  if (stride == 1) settle(stages, job);
}

}  // namespace

void admit(const Stages& stages, Job& job) {
  step(stages);
  stages.admission.admit(job);
  if (stages.admitted && !stages.admitted(job)) job.drop();
}

void execute(const Stages& stages, Job& job, size_t first, size_t stride) {
  if (job.asks.any()) [[unlikely]]
    return execute_asking(stages, job, first, stride);
  if (job.handovers.any()) [[unlikely]]
    return execute_in_rounds(stages, job, first, stride);
  for (size_t s = first; s < stages.shards.size(); s += stride) {
    if (job.routes[s].empty()) continue;
    step(stages);
    stages.shards[s]->execute(work_of(job, s));
  }
}

void settle(const Stages& stages, const Job& job) {
  if (job.asks.any()) stages.budgets->settle(job.asks);
}

void finish(const Stages& stages, Job& job) {
  stages.tail.finish(job);
  stages.completed(job);
}

}  // namespace guerdon::pipeline
