#include "engine/pipeline/stages.h"

namespace guerdon::pipeline {

namespace {

void step(const Stages& stages) {
  if (stages.between_steps) stages.between_steps();
}

}  // namespace

void admit(const Stages& stages, Job& job) {
  step(stages);
  stages.admission.admit(job);
  if (stages.admitted && !stages.admitted(job)) job.drop();
}

void execute(const Stages& stages, Job& job) {
  for (size_t s = 0; s < stages.shards.size(); ++s) {
    if (job.routes[s].empty()) continue;
    step(stages);
    stages.shards[s]->execute(job.batch, job.routes[s], job.entries[s], job.answers, job.results);
  }
}

void finish(const Stages& stages, Job& job) {
  stages.tail.finish(job);
  stages.completed(job);
}

}  // namespace guerdon::pipeline
