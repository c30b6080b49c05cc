#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>

// Parts of the harness in processes of their own, so that an engine that stops at an assertion, or
// hangs, is a finding, too, with the draw at which it did.

namespace guerdon::law {

// A draw takes a tenth of a second; with a sanitizer, on a machine where others want the processors
// more, a hundred times that. One that takes so long will never end.
inline constexpr unsigned kDrawSeconds = 600;

// In memory that parent and child share. The child writes, the parent reads once it has ended,
// which orders everything.
struct Progress {
  static constexpr size_t kWordsMax = 1'000;

  std::atomic<uint64_t> draws{0};  // begun
  std::atomic<uint64_t> seed{0};   // of the last one that was begun
  std::atomic<uint64_t> events{0};
  std::atomic<uint64_t> entries{0};
  std::atomic<uint64_t> refused{0};
  std::atomic<uint64_t> requests{0};
  std::atomic<uint64_t> corrections{0};
  std::atomic<uint64_t> versions{0};  // that were drawn: taken, of these those that correct ...
  std::atomic<uint64_t> correcting{0};
  std::atomic<uint64_t> left_out{0};  // ... and refused, of these those by E043
  std::atomic<uint64_t> not_retro{0};
  unsigned seconds = kDrawSeconds;  // between two calls of `begin`: more is a hang
  char words[kWordsMax] = {};       // what was found; empty: nothing

  // In the child, at each draw, and at each step of what takes many: the time limit counts anew.
  void begin(uint64_t seed_of_draw);
  void say(const std::string& found);
};

enum class Ended : uint8_t {
  kWell,     // the body returned true
  kFound,    // it returned false
  kStopped,  // the process ended by itself: an assertion, a crash, a sanitizer
  kHung,     // it was ended because it had taken too long
};

struct Ending {
  Ended how = Ended::kWell;
  std::string words;  // of kStopped and kHung: how it ended

  bool is_ok() const { return how == Ended::kWell; }
  // There is no difference to report, but there would have been more to see.
  bool is_cut_short() const { return how == Ended::kStopped || how == Ended::kHung; }
};

// Calls body(i, progress[i]) for i = 0 .. bodies - 1, each in a child process, at most `at_once` at
// a time. `finished` is told of each in the order in which they end. No child lives longer than
// its parent, however that ends. REQUIRES: one thread, no other children.
using Body = std::function<bool(size_t, Progress&)>;
using Finished = std::function<void(size_t, const Ending&, const Progress&)>;
void run_isolated(size_t bodies, size_t at_once, const Body& body, const Finished& finished,
                  unsigned seconds = kDrawSeconds);

}  // namespace guerdon::law
