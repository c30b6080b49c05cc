#pragma once

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <mutex>
#include <utility>

#include "engine/base/assert.h"

namespace guerdon::os {

// A bounded first-in first-out queue between threads, by mutex and condition variables: the plain
// twin of ConcurrentQueue (concurrent_queue.h), with the same interface, and the one that TSan
// builds use. Any number of producers and consumers.
//
//   BlockingQueue<Batch*> queue(8);
//   BlockingQueue<Batch*>::Producer producer(queue);   // one a producing thread
//   producer.push(batch);                              // ... and on the other side
//   while (queue.pop(&batch)) use(batch);
//
// Bound: at most capacity() values are inside; push() then blocks, which is the back-pressure.
// Closing: after close() push() refuses and pop() gives what is left, then false, for ever.
template <class T>
class BlockingQueue {
 public:
  // The number of producers is not limited here; the parameter is ConcurrentQueue's.
  // REQUIRES: capacity > 0, max_producers > 0.
  explicit BlockingQueue(size_t capacity, size_t max_producers = 1) : capacity_(capacity) {
    GUERDON_ASSERT(capacity > 0 && max_producers > 0);
  }
  BlockingQueue(const BlockingQueue&) = delete;
  BlockingQueue& operator=(const BlockingQueue&) = delete;

  // A producing thread's handle. The queue must outlive it.
  class Producer {
   public:
    explicit Producer(BlockingQueue& queue) : queue_(&queue) {}
    // Waits for room. False where the queue is closed; the value is then lost to the caller.
    bool push(T value) { return queue_->push(std::move(value)); }
    // Does not wait: false where there is no room or the queue is closed; the value is untouched.
    bool try_push(T& value) { return queue_->try_push(value); }

   private:
    BlockingQueue* queue_;
  };

  // Waits for a value. False where the queue is closed and empty.
  bool pop(T* out) {
    std::unique_lock lock(mutex_);
    filled_.wait(lock, [&] { return closed_ || !values_.empty(); });
    return take(lock, out);
  }

  // Does not wait: false where there is nothing.
  bool try_pop(T* out) {
    std::unique_lock lock(mutex_);
    return take(lock, out);
  }

  void close() {
    {
      const std::lock_guard lock(mutex_);
      closed_ = true;
    }
    room_.notify_all();
    filled_.notify_all();
  }

  size_t capacity() const { return capacity_; }

 private:
  bool push(T value) {
    std::unique_lock lock(mutex_);
    room_.wait(lock, [&] { return closed_ || values_.size() < capacity_; });
    if (closed_) return false;
    values_.push_back(std::move(value));
    lock.unlock();
    filled_.notify_one();
    return true;
  }

  bool try_push(T& value) {
    {
      const std::lock_guard lock(mutex_);
      if (closed_ || values_.size() >= capacity_) return false;
      values_.push_back(std::move(value));
    }
    filled_.notify_one();
    return true;
  }

  bool take(std::unique_lock<std::mutex>& lock, T* out) {
    if (values_.empty()) return false;
    *out = std::move(values_.front());
    values_.pop_front();
    lock.unlock();
    room_.notify_one();
    return true;
  }

  const size_t capacity_;
  std::mutex mutex_;  // guards all below
  std::condition_variable room_;
  std::condition_variable filled_;
  std::deque<T> values_;
  bool closed_ = false;
};

}  // namespace guerdon::os
