#include "tools/guerdon/simulate/log_copy.h"

#include <stdlib.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <system_error>
#include <vector>

namespace guerdon::tools {

namespace {

namespace fs = std::filesystem;

// In their order, so that behind one that is not the last nothing is written any more: they are
// listed before the first is copied, and only the newest grows.
std::vector<fs::path> segments_in(const std::string& folder, std::error_code* failed) {
  std::vector<fs::path> segments;
  for (fs::directory_iterator each(folder, *failed); !*failed && each != fs::directory_iterator();
       each.increment(*failed)) {
    const std::string name = each->path().filename().string();
    if (name.starts_with("wal-") && name.ends_with(".seg")) segments.push_back(each->path());
  }
  std::sort(segments.begin(), segments.end());
  return segments;
}

}  // namespace

LogCopy::~LogCopy() {
  std::error_code ignored;
  if (!folder_.empty()) fs::remove_all(folder_, ignored);
}

bool LogCopy::take(const std::string& folder, std::string* error) {
  std::error_code failed;
  const std::vector<fs::path> segments = segments_in(folder, &failed);
  if (failed) {
    *error = "cannot read the folder " + folder + ": " + failed.message();
    return false;
  }
  if (segments.empty()) {
    *error = "there is no log in " + folder;
    return false;
  }
  std::string made = (fs::temp_directory_path(failed) / "guerdon-simulate-XXXXXX").string();
  if (failed || ::mkdtemp(made.data()) == nullptr) {
    *error = "cannot make a folder for a copy of the log: " +
             (failed ? failed.message() : std::string(std::strerror(errno)));
    return false;
  }
  folder_ = std::move(made);
  for (const fs::path& segment : segments) {
    fs::copy_file(segment, fs::path(folder_) / segment.filename(), failed);
    if (!failed) continue;
    *error = "cannot copy " + segment.string() + " to " + folder_ + ": " + failed.message() +
             "; the copy takes as much room as the log, in the folder that TMPDIR names";
    return false;
  }
  return true;
}

}  // namespace guerdon::tools
