#include "tools/guerdon/progress_bar.h"

#include <algorithm>
#include <cstdio>

#include "engine/base/int128.h"
#include "engine/base/timestamp.h"
#include "engine/os/environment.h"

namespace guerdon::tools {

namespace {

constexpr int kStandardError = 2;
constexpr int64_t kNsPerSecond = 1'000'000'000;
constexpr int64_t kDrawEveryNs = kNsPerSecond / 10;
constexpr size_t kBarWidth = 30;

}  // namespace

ProgressBar::ProgressBar(const os::Clock& clock)
    : clock_(clock),
      on_terminal_(os::is_terminal(kStandardError)),
      began_ns_(clock.monotonic_ns()) {}

bool ProgressBar::is_due() {
  if (!on_terminal_) return false;
  const int64_t now = clock_.monotonic_ns();
  if (is_drawn_ && now - drawn_ns_ < kDrawEveryNs) return false;
  drawn_ns_ = now;
  return true;
}

void ProgressBar::draw(const std::string& line) {
  is_drawn_ = true;
  std::fprintf(stderr, "\r\x1b[K%s", line.c_str());
  std::fflush(stderr);
}

void ProgressBar::show(const ReplayProgress& progress) {
  if (!is_due()) return;
  std::string line;
  if (progress.bytes_total > 0) {
    const base::Int128 read = std::min(progress.bytes_read, progress.bytes_total);
    const auto full = static_cast<size_t>(read * kBarWidth / progress.bytes_total);
    const auto percent = static_cast<int>(read * 100 / progress.bytes_total);
    line = "[" + std::string(full, '=') + std::string(kBarWidth - full, ' ') + "] " +
           std::to_string(percent) + " %  ";
  }
  const int64_t elapsed = std::max<int64_t>(drawn_ns_ - began_ns_, 1);
  const base::Int128 rate = base::Int128{progress.events} * kNsPerSecond / elapsed;
  draw(line + std::to_string(progress.events) + " events, " + base::to_string(rate) + " a second");
}

void ProgressBar::show(int64_t event_time) {
  if (is_due()) draw("at " + base::format_timestamp(event_time));
}

void ProgressBar::clear() {
  if (!is_drawn_) return;
  is_drawn_ = false;
  std::fputs("\r\x1b[K", stderr);
}

}  // namespace guerdon::tools
