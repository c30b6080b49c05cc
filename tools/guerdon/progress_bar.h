// One line on a terminal that shows how far a replay is; nothing at all where standard error is no
// terminal.
#pragma once

#include <cstdint>
#include <string>

#include "engine/os/clock.h"
#include "guerdon/engine.h"

namespace guerdon::tools {

class ProgressBar {
 public:
  // The clock must outlive it.
  explicit ProgressBar(const os::Clock& clock);
  ~ProgressBar() { clear(); }
  ProgressBar(const ProgressBar&) = delete;
  ProgressBar& operator=(const ProgressBar&) = delete;

  // Draws, at most ten times a second.
  void show(const ReplayProgress& progress);
  // The engine's time instead, where a replay is paced.
  void show(int64_t event_time);
  // Takes the line away, so that something else may be printed.
  void clear();

 private:
  bool is_due();
  void draw(const std::string& line);

  const os::Clock& clock_;
  const bool on_terminal_;
  const int64_t began_ns_;
  int64_t drawn_ns_ = 0;
  bool is_drawn_ = false;
};

}  // namespace guerdon::tools
