// Answers what is asked of the book, on a thread of its own: history lies on the disk, and nobody
// who pays waits for that.
//
//   BookDesk desk(keeper);
//   if (!desk.push([](BookDesk::Reading reading) { ... reading.book->walk(...) ... })) ...
//
// Each task sees all entries that the keeper had taken when it was pushed: the book is brought to
// the disk first (BookKeeper::settle), which costs two small durable writes where there was
// anything new.
//
// Bound: kWaitingMax tasks. Thread-safety: any thread.
#pragma once

#include <atomic>
#include <cstddef>
#include <functional>
#include <string>

#include "engine/book/book_reader.h"
#include "engine/bookkeeping/book_keeper.h"
#include "engine/os/blocking_queue.h"
#include "engine/os/thread.h"

namespace guerdon::bookkeeping {

class BookDesk {
 public:
  static constexpr size_t kWaitingMax = 1'024;

  struct Reading {
    book::BookReader* book = nullptr;  // null: problem
    std::string problem;               // a sentence
  };
  using Task = std::function<void(const Reading& reading)>;

  // The keeper must outlive it.
  explicit BookDesk(BookKeeper& keeper);
  ~BookDesk() { stop(); }

  // False: there are kWaitingMax already, and the task is not taken.
  bool push(Task task);
  // Tasks are told that an end is near: what can be asked again then is to be left.
  void end_soon() { is_ending_.store(true, std::memory_order_relaxed); }
  bool is_ending() const { return is_ending_.load(std::memory_order_relaxed); }
  // Waits until all that was pushed is done. REQUIRES: not on the desk's thread.
  void drain();
  // The same, and from then on nothing is taken. The keeper is not used any more.
  void stop();

  BookKeeper& keeper() { return keeper_; }

 private:
  void run();
  Reading reading();

  BookKeeper& keeper_;
  book::BookReader reader_;
  bool is_open_ = false;
  std::atomic<bool> is_ending_{false};  // alone: nothing is published by it
  os::BlockingQueue<Task> tasks_;
  os::Thread thread_;  // last: it uses all of the above
};

}  // namespace guerdon::bookkeeping
