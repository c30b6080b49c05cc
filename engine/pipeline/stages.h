// The stages, and what is told of jobs on their way through them.
#pragma once

#include <functional>
#include <memory>
#include <vector>

#include "engine/pipeline/admission.h"
#include "engine/pipeline/job.h"
#include "engine/pipeline/tail.h"
#include "engine/shard/shard.h"

namespace guerdon::pipeline {

struct Stages {
  Admission& admission;
  std::vector<std::unique_ptr<shard::Shard>>& shards;
  Tail& tail;
  // Asked of each job when it is admitted, in order, on the thread that does; may be empty. False:
  // nothing of the job is applied.
  std::function<bool(const Job&)> admitted;
  // Told of each job when it is complete, in order, before it is used again. Of a barrier: while no
  // stage is at work on anything.
  std::function<void(const Job&)> completed;
  std::function<void()> between_steps;  // may be empty
};

// The stages of a job, in their order, on this thread: each takes jobs in the order in which they
// are to be admitted.
void admit(const Stages& stages, Job& job);
void execute(const Stages& stages, Job& job);  // on all shards
void finish(const Stages& stages, Job& job);

}  // namespace guerdon::pipeline
