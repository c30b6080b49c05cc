// Which thread runs which stage. The stages know nothing of it.
//
//   fused      one thread: feed -> admission -> shards -> tail, for each job to the end
//   halved     the caller feeds, admits and finishes, a thread has the shards: where feeding is
//              work, too, as when a log is read
//   threaded   the callers feed; admission, the workers (each with its shards) and the tail have a
//              thread each; jobs travel by pointer over bounded queues
//
// There are so many jobs and no more: one where all is fused, twice kJobsUnderWay where it is
// halved, else kJobsUnderWay and one for each further feed. A feed waits for one to come back, and
// that is all the back-pressure there has to be: no queue can hold more than there are jobs.
//
// Thread-safety: one thread a feed, each with its number. After `drain` no stage is running, and
// its state may be read.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <vector>

#include "engine/pipeline/job.h"
#include "engine/pipeline/stages.h"

namespace guerdon::pipeline {

// Jobs there are where the stages have threads of their own and one feeds them.
inline constexpr uint32_t kJobsUnderWay = 8;
constexpr uint32_t jobs_of(uint32_t feeds) { return kJobsUnderWay + feeds - 1; }

class Assembly {
 public:
  virtual ~Assembly() = default;

  // An empty job to fill. Waits for one. The caller gives it to `submit`. The jobs of one feed are
  // admitted in their order.
  virtual Job& take(uint32_t feed = 0) = 0;
  // The same, and does not wait: null where none is free. Stages::freed tells when one is again.
  virtual Job* try_take(uint32_t feed = 0) { return &take(feed); }
  virtual void submit(Job& job, uint32_t feed = 0) = 0;
  // Waits until every submitted job is complete. REQUIRES: no feed has a job or takes one.
  virtual void drain() = 0;
  // Jobs there are: their slots are 0 to jobs() - 1.
  virtual uint32_t jobs() const = 0;
};

std::unique_ptr<Assembly> make_fused(Stages stages);
// One feed.
std::unique_ptr<Assembly> make_halved(Stages stages);
// REQUIRES: workers > 0, feeds > 0.
std::unique_ptr<Assembly> make_threaded(Stages stages, uint32_t workers, uint32_t feeds = 1);

}  // namespace guerdon::pipeline
