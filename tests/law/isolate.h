#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

// Parts of the harness in processes of their own, so that an engine that stops at an assertion is a
// finding, too, with the draw at which it did.

namespace guerdon::law {

// In memory that parent and child share. The child writes, the parent reads once it has ended,
// which orders everything.
struct Progress {
  static constexpr size_t kWordsMax = 1'000;

  std::atomic<uint64_t> draws{0};  // begun
  std::atomic<uint64_t> seed{0};   // of the last one that was begun
  std::atomic<uint64_t> events{0};
  std::atomic<uint64_t> entries{0};
  std::atomic<uint64_t> refused{0};
  char words[kWordsMax] = {};  // what was found; empty: nothing

  void say(const std::string& found);
};

struct Ending {
  bool is_ok = false;      // the body returned true
  bool is_broken = false;  // the process ended by itself: an assertion, a crash
};

// Calls body(i, progress[i]) for i = 0 .. bodies - 1, each in a child process, at most `at_once` at
// a time. `finished` is told of each in the order in which they end.
using Body = std::function<bool(size_t, Progress&)>;
using Finished = std::function<void(size_t, const Ending&, const Progress&)>;
void run_isolated(size_t bodies, size_t at_once, const Body& body, const Finished& finished);

}  // namespace guerdon::law
