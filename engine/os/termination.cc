#include "engine/os/termination.h"

#include <pthread.h>
#include <signal.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <utility>

#include "engine/base/assert.h"

namespace guerdon::os {

namespace {

sigset_t our_signals() {
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGTERM);
  sigaddset(&set, SIGINT);
  return set;
}

void let_pass(int how, const sigset_t& set) {
  const int done = pthread_sigmask(how, &set, nullptr);
  GUERDON_ASSERT(done == 0);
}

}  // namespace

// Threads inherit the mask, so that no thread is interrupted and the signal waits in the handle.
Termination::Termination() {
  const sigset_t set = our_signals();
  let_pass(SIG_BLOCK, set);
  fd_ = ::signalfd(-1, &set, SFD_NONBLOCK | SFD_CLOEXEC);
  GUERDON_ASSERT(fd_ >= 0 && ending_.is_open());
}

Termination::~Termination() {
  ending_.wake();
  thread_.join();
  ::close(fd_);
  let_pass(SIG_UNBLOCK, our_signals());
}

void Termination::tell(std::function<void()> told) {
  thread_ = Thread([this, told = std::move(told)] { listen(told); });
}

void Termination::listen(const std::function<void()>& told) {
  constexpr uint64_t kSignal = 1;
  constexpr uint64_t kEnding = 2;
  Poller poller;
  GUERDON_ASSERT(poller.is_open());
  const bool is_added =
      poller.add(fd_, kSignal, {true, false}) && poller.add(ending_.fd(), kEnding, {true, false});
  GUERDON_ASSERT(is_added);
  for (;;) {
    for (const Ready& ready : poller.wait(-1)) {
      if (ready.token == kEnding) return;
      signalfd_siginfo info;
      if (::read(fd_, &info, sizeof info) != sizeof info) continue;
      told();
      sigset_t impatient;
      sigemptyset(&impatient);
      sigaddset(&impatient, SIGINT);
      let_pass(SIG_UNBLOCK, impatient);  // on this thread, where the next one ends the process
    }
  }
}

void end_process(const std::string& sentence) {
  std::fprintf(stderr, "guerdon: %s\n", sentence.c_str());
  std::abort();
}

}  // namespace guerdon::os
