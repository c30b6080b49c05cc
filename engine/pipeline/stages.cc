#include "engine/pipeline/stages.h"

#include <utility>
#include <vector>

namespace guerdon::pipeline {

namespace {

void step(const Stages& stages) {
  if (stages.between_steps) stages.between_steps();
}

// Each shard's place in `stands` is its own thread's.
void execute_in_rounds(const Stages& stages, Job& job, size_t first, size_t stride) {
  std::vector<size_t> mine;
  for (size_t s = first; s < stages.shards.size(); s += stride) {
    job.stands[s] = 0;
    if (!job.routes[s].empty()) mine.push_back(s);
  }
  run_in_rounds(job.legs, std::move(mine), [&](size_t s) {
    step(stages);
    const shard::Shard::Work work{job.batch,   job.routes[s], job.entries[s], &job.answers,
                                  job.results, &job.legs,     &job.lots[s]};
    const size_t before = job.stands[s];
    job.stands[s] = stages.shards[s]->execute(work, before);
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
  if (job.legs.any()) [[unlikely]]
    return execute_in_rounds(stages, job, first, stride);
  for (size_t s = first; s < stages.shards.size(); s += stride) {
    if (job.routes[s].empty()) continue;
    step(stages);
    stages.shards[s]->execute(job.batch, job.routes[s], job.entries[s], &job.answers, job.results,
                              &job.lots[s]);
  }
}

void finish(const Stages& stages, Job& job) {
  stages.tail.finish(job);
  stages.completed(job);
}

}  // namespace guerdon::pipeline
