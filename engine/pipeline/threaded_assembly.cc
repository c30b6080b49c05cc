#include <atomic>
#include <deque>
#include <map>
#include <utility>

#include "engine/base/assert.h"
#include "engine/os/concurrent_queue.h"
#include "engine/os/thread.h"
#include "engine/pipeline/assembly.h"

namespace guerdon::pipeline {

namespace {

using JobQueue = os::BatchQueue<Job*>;

class ThreadedAssembly final : public Assembly {
 public:
  ThreadedAssembly(Stages stages, uint32_t workers)
      : stages_(std::move(stages)),
        free_(kJobsUnderWay, 2),
        to_admission_(kJobsUnderWay, 1),
        to_tail_(kJobsUnderWay, workers),
        feed_free_(free_),
        feed_admission_(to_admission_) {
    for (size_t i = 0; i < kJobsUnderWay; ++i) {
      Job& job = jobs_.emplace_back(static_cast<uint32_t>(stages_.shards.size()));
      feed_free_.push(&job);
    }
    for (uint32_t w = 0; w < workers; ++w) to_worker_.emplace_back(kJobsUnderWay, 1);
    workers_running_.store(workers, std::memory_order_relaxed);  // before any thread starts
    threads_.emplace_back([this] { admit_all(); });
    for (uint32_t w = 0; w < workers; ++w) threads_.emplace_back([this, w] { work_all(w); });
    threads_.emplace_back([this] { finish_all(); });
  }

  ~ThreadedAssembly() override {
    drain();
    to_admission_.close();  // each stage closes the next when it ends
    threads_.clear();       // joins
  }

  Job& take() override {
    Job* job = nullptr;
    const bool open = free_.pop(&job);
    GUERDON_ASSERT(open);
    job->clear();
    return *job;
  }

  void submit(Job& job) override { feed_admission_.push(&job); }

  // Complete is when every job is back.
  void drain() override {
    std::vector<Job*> back(kJobsUnderWay);
    for (Job*& job : back) free_.pop(&job);
    for (Job* job : back) feed_free_.push(job);
  }

 private:
  void step() const {
    if (stages_.between_steps) stages_.between_steps();
  }

  void admit_all() {
    std::vector<JobQueue::Producer> producers;
    for (JobQueue& queue : to_worker_) producers.emplace_back(queue);
    for (Job* job = nullptr; to_admission_.pop(&job);) {
      step();
      stages_.admission.admit(*job);
      if (stages_.admitted && !stages_.admitted(*job)) job->drop();
      // Set before the first worker can see the job: the queue orders it.
      job->workers_left.store(static_cast<uint32_t>(to_worker_.size()), std::memory_order_relaxed);
      for (JobQueue::Producer& producer : producers) producer.push(job);
    }
    for (JobQueue& queue : to_worker_) queue.close();
  }

  void work_all(uint32_t worker) {
    JobQueue::Producer producer(to_tail_);
    const auto workers = static_cast<uint32_t>(to_worker_.size());
    for (Job* job = nullptr; to_worker_[worker].pop(&job);) {
      for (size_t s = worker; s < stages_.shards.size(); s += workers) {
        step();
        if (!job->routes[s].empty()) {
          stages_.shards[s]->execute(job->batch, job->routes[s], job->entries[s]);
        }
      }
      // Release what this worker wrote; the last one acquires what all did.
      if (job->workers_left.fetch_sub(1, std::memory_order_acq_rel) == 1) producer.push(job);
    }
    if (workers_running_.fetch_sub(1, std::memory_order_acq_rel) == 1) to_tail_.close();
  }

  // Jobs may overtake each other on the many-to-one queue; the tail wants them in order.
  void finish_all() {
    JobQueue::Producer producer(free_);
    std::map<uint64_t, Job*> early;
    uint64_t next = 0;
    for (Job* job = nullptr; to_tail_.pop(&job);) {
      early.emplace(job->number, job);
      for (auto at = early.begin(); at != early.end() && at->first == next;
           at = early.erase(at), ++next) {
        step();
        stages_.tail.finish(*at->second);
        stages_.completed(*at->second);
        producer.push(at->second);
      }
    }
  }

  Stages stages_;
  std::deque<Job> jobs_;
  JobQueue free_;
  JobQueue to_admission_;
  std::deque<JobQueue> to_worker_;
  JobQueue to_tail_;
  std::atomic<uint32_t> workers_running_{0};
  JobQueue::Producer feed_free_;
  JobQueue::Producer feed_admission_;
  std::vector<os::Thread> threads_;  // last: ends before what it uses
};

}  // namespace

std::unique_ptr<Assembly> make_threaded(Stages stages, uint32_t workers) {
  GUERDON_ASSERT(workers > 0);
  return std::make_unique<ThreadedAssembly>(std::move(stages), workers);
}

}  // namespace guerdon::pipeline
