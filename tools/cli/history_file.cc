#include "tools/cli/history_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <system_error>

#include "engine/os/environment.h"

namespace guerdon::cli {
namespace {

namespace fs = std::filesystem;

// -1 where it cannot be opened. Also a file that was there is the user's alone from here on.
int open_private(const std::string& path, int flags) {
  const int fd = ::open(path.c_str(), flags | O_CLOEXEC | O_CREAT, S_IRUSR | S_IWUSR);
  if (fd >= 0) (void)::fchmod(fd, S_IRUSR | S_IWUSR);
  return fd;
}

// In one write, so that lines of several shells do not mix. False with errno.
bool write_all(int fd, std::string_view text) {
  const ssize_t written = ::write(fd, text.data(), text.size());
  return written == static_cast<ssize_t>(text.size());
}

bool make_folder(const std::string& path, std::string* error) {
  const fs::path folder = fs::path(path).parent_path();
  std::error_code failed;
  const bool is_new = fs::create_directories(folder, failed);
  if (is_new) fs::permissions(folder, fs::perms::owner_all, failed);
  if (failed) *error = "cannot make " + folder.string() + ": " + failed.message();
  return !failed;
}

std::vector<std::string> read_lines(const std::string& path) {
  std::vector<std::string> lines;
  std::ifstream file(path, std::ios::binary);
  for (std::string line; std::getline(file, line);) lines.push_back(line);
  return lines;
}

// Beside it, then renamed: a shell that reads it finds the old or the new one.
void rewrite(const std::string& path, const std::vector<std::string>& lines) {
  std::string text;
  for (const std::string& line : lines) text.append(line).append("\n");
  const std::string beside = path + "." + std::to_string(::getpid()) + ".new";
  const int fd = open_private(beside, O_WRONLY | O_TRUNC);
  if (fd < 0) return;
  const bool is_written = write_all(fd, text);
  ::close(fd);
  std::error_code failed;
  if (is_written) fs::rename(beside, path, failed);
  if (!is_written || failed) fs::remove(beside, failed);
}

}  // namespace

std::string history_path() {
  std::string folder = os::environment("XDG_STATE_HOME", "");
  if (!folder.starts_with('/')) {  // the specification: another is to be passed over
    const std::string home = os::environment("HOME", "");
    if (home.empty()) return "";
    folder = home + "/.local/state";
  }
  return folder + "/guerdon/cli_history";
}

bool HistoryFile::load(std::vector<std::string>* lines, std::string* error) {
  if (path_.empty()) return true;
  const int fd = make_folder(path_, error) ? open_private(path_, O_WRONLY | O_APPEND) : -1;
  if (fd < 0) {
    if (error->empty()) *error = "cannot open " + path_ + ": " + std::strerror(errno);
    path_.clear();
    return false;
  }
  ::close(fd);
  *lines = read_lines(path_);
  if (!lines->empty()) last_ = lines->back();
  if (lines->size() <= kHistoryLinesMax) return true;
  const bool is_long = lines->size() > 2 * kHistoryLinesMax;
  lines->erase(lines->begin(), lines->end() - kHistoryLinesMax);
  if (is_long) rewrite(path_, *lines);
  return true;
}

void HistoryFile::append(std::string_view line) {
  if (path_.empty() || line.empty() || line.starts_with(' ') || line == last_) return;
  last_ = line;
  const int fd = open_private(path_, O_WRONLY | O_APPEND);
  if (fd < 0) return;
  (void)write_all(fd, std::string(line) + "\n");
  ::close(fd);
}

}  // namespace guerdon::cli
