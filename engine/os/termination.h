#pragma once

#include <functional>
#include <string>

#include "engine/os/poller.h"
#include "engine/os/thread.h"

namespace guerdon::os {

// Asks a program to stop: SIGTERM and SIGINT, told once on a thread of its own. A second SIGINT
// ends the process as if nobody listened; SIGTERM may come several times, from whoever runs it.
//
//   Termination termination;                       // before any other thread is made
//   termination.tell([&] { server.stop(); });
class Termination {
 public:
  // From here on the signals wait to be told. One at a time in a process.
  Termination();
  ~Termination();
  Termination(const Termination&) = delete;
  Termination& operator=(const Termination&) = delete;

  // `told` must stay good until this object is gone.
  void tell(std::function<void()> told);

 private:
  void listen(const std::function<void()>& told);

  int fd_ = -1;
  Waker ending_;
  Thread thread_;
};

// Says why on standard error and ends the process at once, as a failed assertion does: for who may
// not go on, and may not tidy up either.
[[noreturn]] void end_process(const std::string& sentence);

}  // namespace guerdon::os
