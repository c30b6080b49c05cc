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

class HalvedAssembly final : public Assembly {
 public:
  explicit HalvedAssembly(Stages stages)
      : stages_(std::move(stages)),
        free_(kJobsUnderWay, 2),
        to_stages_(kJobsUnderWay, 1),
        feed_free_(free_),
        feed_stages_(to_stages_) {
    for (uint32_t slot = 0; slot < kJobsUnderWay; ++slot) {
      feed_free_.push(&jobs_.emplace_back(slot, static_cast<uint32_t>(stages_.shards.size())));
    }
    thread_ = os::Thread([this] { run_all(); });
  }

  ~HalvedAssembly() override {
    drain();
    to_stages_.close();
    thread_.join();
  }

  Job& take(uint32_t) override {
    Job* job = nullptr;
    const bool is_open = free_.pop(&job);
    GUERDON_ASSERT(is_open);
    job->clear();
    return *job;
  }

  void submit(Job& job, uint32_t) override { feed_stages_.push(&job); }

  // Complete is when every job is back.
  void drain() override {
    std::vector<Job*> back(jobs_.size());
    for (Job*& job : back) free_.pop(&job);
    for (Job* job : back) feed_free_.push(job);
  }

  uint32_t jobs() const override { return static_cast<uint32_t>(jobs_.size()); }

 private:
  void run_all() {
    JobQueue::Producer producer(free_);
    for (Job* job = nullptr; to_stages_.pop(&job);) {
      run_stages(stages_, *job);
      producer.push(job);
    }
  }

  const Stages stages_;
  std::deque<Job> jobs_;
  JobQueue free_;
  JobQueue to_stages_;
  JobQueue::Producer feed_free_;
  JobQueue::Producer feed_stages_;
  os::Thread thread_;  // last: it uses all of the above
};

}  // namespace

std::unique_ptr<Assembly> make_halved(Stages stages) {
  return std::make_unique<HalvedAssembly>(std::move(stages));
}

}  // namespace guerdon::pipeline
