#pragma once

#include <atomic>
#include <cstddef>
#include <utility>

#include <concurrentqueue/concurrentqueue.h>
#include <concurrentqueue/lightweightsemaphore.h>

#include "engine/base/assert.h"
#include "engine/os/blocking_queue.h"
#include "engine/os/thread.h"

namespace guerdon::os {

// A bounded many-to-one hop over moodycamel's queue, with the interface of BlockingQueue.
//
// Order: first-in first-out for each producer, nothing more between producers; a producer is a
// Producer object (moodycamel's token), used by one thread at a time.
// Bound: moodycamel's own is rounded up to blocks and its enqueue allocates without one, so room is
// counted by credits: at most capacity() values are inside, whatever happens. push() without a
// credit waits, asleep: there is no spinning, since with few processors the one who would free the
// credit may be the one who is kept from running.
//
// Storage is made by the constructor for max_producers producers, and try_enqueue does not
// allocate. Where it fails all the same (blocks come free whole, a token's index has a fixed first
// size), enqueue adds a block: the credits bound how often that can be.
//
// Closing: as BlockingQueue. A value whose push() returned true is always given to some pop().
//
// TSan does not model the fences of moodycamel and reports races that are none, so builds under it
// use BlockingQueue: see BatchQueue below.
template <class T>
class ConcurrentQueue {
 public:
  // REQUIRES: capacity > 0, max_producers > 0.
  explicit ConcurrentQueue(size_t capacity, size_t max_producers = 1)
      : capacity_(capacity),
        credits_(static_cast<ssize_t>(capacity), kSpins),
        values_(0, kSpins),
        queue_(capacity + kBlock, max_producers, 0) {
    GUERDON_ASSERT(capacity > 0 && max_producers > 0);
  }
  ConcurrentQueue(const ConcurrentQueue&) = delete;
  ConcurrentQueue& operator=(const ConcurrentQueue&) = delete;

  // A producing thread's handle. The queue must outlive it.
  class Producer {
   public:
    explicit Producer(ConcurrentQueue& queue) : queue_(&queue), token_(queue.queue_) {}

    // Waits for room. False where the queue is closed; the value is then lost to the caller.
    bool push(T value) {
      queue_->credits_.wait();
      return queue_->put(token_, value);
    }
    // Does not wait: false where there is no room or the queue is closed; the value is untouched.
    bool try_push(T& value) { return queue_->credits_.tryWait() && queue_->put(token_, value); }

   private:
    ConcurrentQueue* queue_;
    moodycamel::ProducerToken token_;
  };

  // Waits for a value. False where the queue is closed and empty.
  bool pop(T* out) {
    values_.wait();
    return take(out);
  }

  // Does not wait: false where there is nothing.
  bool try_pop(T* out) { return values_.tryWait() && take(out); }

  void close() {
    closed_.store(true);
    values_.signal();   // wakes one consumer; each one that finds nothing wakes the next
    credits_.signal();  // and so for producers
  }

  size_t capacity() const { return capacity_; }

 private:
  static constexpr int kSpins = 0;
  static constexpr size_t kBlock =
      32;  // moodycamel's block; one is kept half used by each producer

  // A credit is held. inside_ rises before closed_ is read, and pop() reads closed_ before inside_
  // (all sequentially consistent): so either this push sees the close and refuses, or a pop after
  // the close sees that a value is on its way and waits for it.
  bool put(moodycamel::ProducerToken& token, T& value) {
    inside_.fetch_add(1);
    if (closed_.load()) {
      inside_.fetch_sub(1);
      credits_.signal();
      return false;
    }
    if (!queue_.try_enqueue(token, std::move(value))) {
      // A refusal has moved nothing out. NOLINTNEXTLINE(bugprone-use-after-move)
      const bool added = queue_.enqueue(token, std::move(value));
      GUERDON_ASSERT(added);
    }
    values_.signal();
    return true;
  }

  // One signal of values_ was taken: there is a value, unless it was the signal of close().
  bool take(T* out) {
    for (;;) {
      if (queue_.try_dequeue(*out)) {
        inside_.fetch_sub(1);
        credits_.signal();
        return true;
      }
      if (closed_.load() && inside_.load() == 0) {
        values_.signal();
        return false;
      }
      yield();
    }
  }

  const size_t capacity_;
  moodycamel::LightweightSemaphore credits_;
  moodycamel::LightweightSemaphore values_;
  std::atomic<size_t> inside_{0};
  std::atomic<bool> closed_{false};
  moodycamel::ConcurrentQueue<T> queue_;
};

#if defined(__SANITIZE_THREAD__)
#define GUERDON_UNDER_TSAN 1
#elif defined(__has_feature)
#if __has_feature(thread_sanitizer)
#define GUERDON_UNDER_TSAN 1
#endif
#endif

// The queue on which batches travel between threads.
#ifdef GUERDON_UNDER_TSAN
template <class T>
using BatchQueue = BlockingQueue<T>;
#else
template <class T>
using BatchQueue = ConcurrentQueue<T>;
#endif

}  // namespace guerdon::os
