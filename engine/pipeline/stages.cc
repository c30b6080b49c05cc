#include "engine/pipeline/stages.h"

#include <utility>
#include <vector>

namespace guerdon::pipeline {

namespace {

void step(const Stages& stages) {
  if (stages.between_steps) stages.between_steps();
}

shard::Shard::Work work_of(Job& job, size_t shard) {
  return {job.batch,   job.routes[shard], job.entries[shard], &job.answers,
          job.results, &job.handovers,    &job.lots[shard]};
}

// Each shard's place in `stands` is its own thread's.
void execute_in_rounds(const Stages& stages, Job& job, size_t first, size_t stride) {
  std::vector<size_t> mine;
  for (size_t s = first; s < stages.shards.size(); s += stride) {
    job.stands[s] = 0;
    if (!job.routes[s].empty()) mine.push_back(s);
  }
  run_in_rounds(job.handovers, std::move(mine), [&](size_t s) {
    step(stages);
    const size_t before = job.stands[s];
    job.stands[s] = stages.shards[s]->execute(work_of(job, s), before);
    if (job.stands[s] == job.routes[s].size()) return Stand::kDone;
    return job.stands[s] == before ? Stand::kStuck : Stand::kMoved;
  });
}

}  // namespace

void admit(const Stages& stages, Job& job) {
  step(stages);
  stages.admission.admit(job);
  if (stages.admitted && !stages.admitted(job)) job.drop();
}

void execute(const Stages& stages, Job& job, size_t first, size_t stride) {
  if (job.handovers.any()) [[unlikely]]
    return execute_in_rounds(stages, job, first, stride);
  for (size_t s = first; s < stages.shards.size(); s += stride) {
    if (job.routes[s].empty()) continue;
    step(stages);
    stages.shards[s]->execute(work_of(job, s));
  }
}

void finish(const Stages& stages, Job& job) {
  stages.tail.finish(job);
  stages.completed(job);
}

}  // namespace guerdon::pipeline
