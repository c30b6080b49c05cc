#include "engine/pipeline/stages.h"

namespace guerdon::pipeline {

void run_stages(const Stages& stages, Job& job) {
  const auto step = [&] {
    if (stages.between_steps) stages.between_steps();
  };
  step();
  stages.admission.admit(job);
  if (stages.admitted && !stages.admitted(job)) job.drop();
  for (size_t s = 0; s < stages.shards.size(); ++s) {
    if (job.routes[s].empty()) continue;
    step();
    stages.shards[s]->execute(job.batch, job.routes[s], job.entries[s], job.answers);
  }
  stages.tail.finish(job);
  stages.completed(job);
}

}  // namespace guerdon::pipeline
