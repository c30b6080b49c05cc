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
  ThreadedAssembly(Stages stages, uint32_t workers, uint32_t feeds)
      : stages_(std::move(stages)),
        free_(jobs_of(feeds), 2),
        to_admission_(jobs_of(feeds), feeds),
        to_tail_(jobs_of(feeds), workers),
        feed_free_(free_) {
    for (uint32_t slot = 0; slot < jobs_of(feeds); ++slot) {
      feed_free_.push(&jobs_.emplace_back(slot, static_cast<uint32_t>(stages_.shards.size())));
    }
    for (uint32_t f = 0; f < feeds; ++f) feed_admission_.emplace_back(to_admission_);
    for (uint32_t w = 0; w < workers; ++w) to_worker_.emplace_back(jobs_of(feeds), 1);
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

  Job& take(uint32_t) override {
    Job* job = nullptr;
    const bool open = free_.pop(&job);
    GUERDON_ASSERT(open);
    job->clear();
    return *job;
  }

  Job* try_take(uint32_t) override {
    Job* job = nullptr;
    if (free_.try_pop(&job)) job->clear();
    return job;
  }

  void submit(Job& job, uint32_t feed) override { feed_admission_[feed].push(&job); }

  uint32_t jobs() const override { return static_cast<uint32_t>(jobs_.size()); }

  // Complete is when every job is back.
  void drain() override {
    std::vector<Job*> back(jobs_.size());
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
      admit(stages_, *job);
      // Set before the first worker can see the job: the queue orders it.
      job->workers_left.store(static_cast<uint32_t>(to_worker_.size()), std::memory_order_relaxed);
      job->is_complete.store(false, std::memory_order_relaxed);  // as above
      const bool is_barrier = job->is_barrier;  // when it is complete it may be another's
      for (JobQueue::Producer& producer : producers) producer.push(job);
      // Acquires what the tail released: all stages have seen the job, and none is at work.
      if (is_barrier) job->is_complete.wait(false, std::memory_order_acquire);
    }
    for (JobQueue& queue : to_worker_) queue.close();
  }

  void work_all(uint32_t worker) {
    JobQueue::Producer producer(to_tail_);
    const auto workers = static_cast<uint32_t>(to_worker_.size());
    for (Job* job = nullptr; to_worker_[worker].pop(&job);) {
      step();
      execute(stages_, *job, worker, workers);
      // Release what this worker wrote; the last one acquires what all did.
      if (job->workers_left.fetch_sub(1, std::memory_order_acq_rel) == 1) {
        if (workers > 1) settle(stages_, *job);
        producer.push(job);
      }
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
        finish(stages_, *at->second);
        if (at->second->is_barrier) {
          at->second->is_complete.store(true, std::memory_order_release);
          at->second->is_complete.notify_one();
        }
        producer.push(at->second);
        if (stages_.freed) stages_.freed();
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
  std::deque<JobQueue::Producer> feed_admission_;  // by feed
  std::vector<os::Thread> threads_;                // last: ends before what it uses
};

}  // namespace

std::unique_ptr<Assembly> make_threaded(Stages stages, uint32_t workers, uint32_t feeds) {
  GUERDON_ASSERT(workers > 0 && feeds > 0);
  return std::make_unique<ThreadedAssembly>(std::move(stages), workers, feeds);
}

}  // namespace guerdon::pipeline
