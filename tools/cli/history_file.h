// The lines that were typed, kept from one run to the next: a line a line, the newest last.
//
// Each is appended when it was typed, so shells that run at the same time do not lose each other's.
// Only the user may read the file (mode 0600); a line that begins with a space is not kept.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace guerdon::cli {

inline constexpr size_t kHistoryLinesMax = 1'000;  // that are kept

// $XDG_STATE_HOME/guerdon/cli_history, or ~/.local/state/guerdon/cli_history; empty where the
// environment says neither.
std::string history_path();

class HistoryFile {
 public:
  // An empty path: nothing is kept.
  explicit HistoryFile(std::string path) : path_(std::move(path)) {}

  // Its last lines, the oldest first; makes it and its folders if they are not there. False with a
  // sentence where it cannot be had; then nothing is kept from here on.
  bool load(std::vector<std::string>* lines, std::string* error);

  // Keeps a line, as well as may be: it was typed, whatever becomes of the file. The same as the
  // line before is not kept again.
  void append(std::string_view line);

 private:
  std::string path_;
  std::string last_;
};

}  // namespace guerdon::cli
