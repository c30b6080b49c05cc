#include <deque>
#include <utility>
#include <vector>

#include "engine/base/assert.h"
#include "engine/os/concurrent_queue.h"
#include "engine/os/thread.h"
#include "engine/pipeline/assembly.h"

namespace guerdon::pipeline {

namespace {

using JobQueue = os::BatchQueue<Job*>;

constexpr uint32_t kJobs = 2 * kJobsUnderWay;

// Jobs that change sides at once. Both sides are about as fast, so at nearly every hand-over one of
// them would be asleep, and to wake it costs as much as dozens of records do. No side waits while
// it keeps jobs back that the other one needs: what it has is sent first.
constexpr size_t kJobsInGroup = 4;
static_assert(2 * kJobsInGroup < kJobs);

// The producer's end of a queue, in groups.
class GroupSender {
 public:
  explicit GroupSender(JobQueue& queue) : queue_(queue) { group_.reserve(kJobsInGroup); }

  void add(Job* job) {
    group_.push_back(job);
    if (group_.size() == kJobsInGroup) send();
  }
  void send() {
    for (Job* job : group_) queue_.push(job);
    group_.clear();
  }

 private:
  JobQueue::Producer queue_;
  std::vector<Job*> group_;
};

// From the other side, which is to have all that is kept back for it before this one waits. False:
// there is none any more.
bool receive(JobQueue& queue, GroupSender& kept_back, Job** job) {
  if (queue.try_pop(job)) return true;
  kept_back.send();
  return queue.pop(job);
}

class HalvedAssembly final : public Assembly {
 public:
  explicit HalvedAssembly(Stages stages)
      : stages_(std::move(stages)), admitted_(kJobs), executed_(kJobs), to_shards_(admitted_) {
    for (uint32_t slot = 0; slot < kJobs; ++slot) {
      idle_.push_back(&jobs_.emplace_back(slot, static_cast<uint32_t>(stages_.shards.size())));
    }
    thread_ = os::Thread([this] { execute_all(); });
  }

  ~HalvedAssembly() override {
    drain();
    admitted_.close();
    thread_.join();
  }

  Job& take(uint32_t) override {
    if (idle_.empty()) finish_next();
    Job* const job = idle_.back();
    idle_.pop_back();
    job->clear();
    return *job;
  }

  // Nothing is admitted behind a barrier before that is complete.
  void submit(Job& job, uint32_t) override {
    admit(stages_, job);
    ++under_way_;
    to_shards_.add(&job);
    if (job.is_barrier) drain();
  }

  void drain() override {
    to_shards_.send();
    while (under_way_ != 0) finish_next();
  }

  uint32_t jobs() const override { return kJobs; }

 private:
  void finish_next() {
    Job* job = nullptr;
    const bool is_open = receive(executed_, to_shards_, &job);
    GUERDON_ASSERT(is_open);
    finish(stages_, *job);
    --under_way_;
    idle_.push_back(job);
  }

  void execute_all() {
    GroupSender to_caller(executed_);
    for (Job* job = nullptr; receive(admitted_, to_caller, &job);) {
      execute(stages_, *job);
      to_caller.add(job);
    }
  }

  const Stages stages_;
  std::deque<Job> jobs_;
  JobQueue admitted_;
  JobQueue executed_;
  // ---- the caller's own
  GroupSender to_shards_;
  std::vector<Job*> idle_;
  size_t under_way_ = 0;
  os::Thread thread_;  // last: it uses all of the above
};

}  // namespace

std::unique_ptr<Assembly> make_halved(Stages stages) {
  return std::make_unique<HalvedAssembly>(std::move(stages));
}

}  // namespace guerdon::pipeline
