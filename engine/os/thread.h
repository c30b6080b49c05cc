#pragma once

#include <thread>
#include <utility>

namespace guerdon::os {

// A thread that is joined, never detached: by join(), or at the latest by the destructor.
// Movable; assigning to one that still runs joins it first.
class Thread {
 public:
  Thread() = default;
  template <class Body>
  explicit Thread(Body body) : thread_(std::move(body)) {}
  ~Thread() { join(); }
  Thread(Thread&& other) noexcept = default;
  Thread& operator=(Thread&& other) noexcept {
    if (this == &other) return *this;
    join();
    thread_ = std::move(other.thread_);
    return *this;
  }

  // Waits for the body to return; does nothing where there is none. What the body wrote is then
  // visible to the caller.
  void join() {
    if (thread_.joinable()) thread_.join();
  }

 private:
  std::thread thread_;
};

// Lets another ready thread run.
void yield();

// This thread has a small share of a processor that others want, too, until it ends: for work that
// nobody waits for. It must hold no lock for long that they take.
void give_way();

// Processors this process may run on, at least 1.
unsigned cpu_count();

}  // namespace guerdon::os
