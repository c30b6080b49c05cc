#pragma once

#include <csignal>

namespace guerdon::cli {

// As long as it is there, Ctrl-C (SIGINT) ends no process but interrupts what is waited for. One at
// a time in a process.
class Interrupt {
 public:
  Interrupt();
  ~Interrupt();
  Interrupt(const Interrupt&) = delete;
  Interrupt& operator=(const Interrupt&) = delete;

  // Whether it came since the last call.
  static bool take();
  // The same, and it is not forgotten.
  static bool has_come();

 private:
  struct sigaction before_ = {};
};

}  // namespace guerdon::cli
