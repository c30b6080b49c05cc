// Which thread runs which stage. The stages know nothing of it.
//
//   fused      one thread: feed -> admission -> shards -> tail, for each job to the end
//   threaded   the caller feeds; admission, the workers (each with its shards) and the tail have a
//              thread each; jobs travel by pointer over bounded queues
//
// There are so many jobs and no more: one where all is fused, eight where there are threads. The
// feed waits for one to come back, and that is all the back-pressure there has to be: no queue can
// hold more than there are jobs.
//
// Thread-safety: one caller. After `drain` no stage is running, and its state may be read.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <vector>

#include "engine/pipeline/admission.h"
#include "engine/pipeline/job.h"
#include "engine/pipeline/tail.h"
#include "engine/shard/shard.h"

namespace guerdon::pipeline {

// Jobs there are where the stages have threads of their own.
inline constexpr size_t kJobsUnderWay = 8;

struct Stages {
  Admission& admission;
  std::vector<std::unique_ptr<shard::Shard>>& shards;
  Tail& tail;
  // Asked of each job when it is admitted, in order, on the thread that does; may be empty. False:
  // nothing of the job is applied.
  std::function<bool(const Job&)> admitted;
  // Told of each job when it is complete, in order, before it is used again.
  std::function<void(const Job&)> completed;
  std::function<void()> between_steps;  // may be empty
};

class Assembly {
 public:
  virtual ~Assembly() = default;

  // An empty job to fill. Waits for one. The caller gives it to `submit`.
  virtual Job& take() = 0;
  virtual void submit(Job& job) = 0;
  // Waits until every submitted job is complete.
  virtual void drain() = 0;
};

std::unique_ptr<Assembly> make_fused(Stages stages);
// REQUIRES: workers > 0.
std::unique_ptr<Assembly> make_threaded(Stages stages, uint32_t workers);

}  // namespace guerdon::pipeline
