#include "tools/cli/interrupt.h"

#include <atomic>

namespace guerdon::cli {
namespace {

// Written by the handler, on whatever thread it runs; it orders nothing else.
std::atomic<bool> is_interrupted{false};
static_assert(std::atomic<bool>::is_always_lock_free, "a signal's handler may not wait");

void note(int /*signal*/) { is_interrupted.store(true, std::memory_order_relaxed); }

}  // namespace

Interrupt::Interrupt() {
  take();
  struct sigaction action = {};
  action.sa_handler = &note;  // without SA_RESTART: reading the terminal ends, too
  sigemptyset(&action.sa_mask);
  ::sigaction(SIGINT, &action, &before_);
}

Interrupt::~Interrupt() { ::sigaction(SIGINT, &before_, nullptr); }

bool Interrupt::take() { return is_interrupted.exchange(false, std::memory_order_relaxed); }

bool Interrupt::has_come() { return is_interrupted.load(std::memory_order_relaxed); }

}  // namespace guerdon::cli
