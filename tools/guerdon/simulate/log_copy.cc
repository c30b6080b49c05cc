#include "tools/guerdon/simulate/log_copy.h"

#include <stdlib.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <system_error>
#include <vector>

#include "engine/os/disk.h"
#include "tools/guerdon/tenant_folders.h"

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

// What is written while it is copied: the end of the log is read before what stands in front of it,
// so that of two records the copy never has the later one alone. Blocks are the disk's own.
bool copy_backwards(const fs::path& from, const fs::path& to) {
  std::ifstream in;
  std::ofstream out(to, std::ios::binary);
  in.rdbuf()->pubsetbuf(nullptr, 0);  // nothing is read ahead
  in.open(from, std::ios::binary | std::ios::ate);
  const auto size = static_cast<int64_t>(in.tellg());
  std::vector<char> block(os::kDiskBlock);
  const auto bytes = static_cast<int64_t>(block.size());
  for (int64_t at = (size - 1) / bytes * bytes; at >= 0 && in && out; at -= bytes) {
    const int64_t count = std::min(bytes, size - at);
    in.seekg(at).read(block.data(), count);
    out.seekp(at).write(block.data(), count);
  }
  out.close();
  return in.good() && out.good();
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
    *error = refuse_tenants(folder);
    if (error->empty()) *error = "there is no log in " + folder;
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
    const fs::path to = fs::path(folder_) / segment.filename();
    const bool grows = segment == segments.back();
    const bool is_done = grows ? copy_backwards(segment, to) : fs::copy_file(segment, to, failed);
    if (is_done) continue;
    *error = "cannot copy " + segment.string() + " to " + folder_ +
             "; there has to be room for several times the log in the folder that TMPDIR names";
    return false;
  }
  return true;
}

}  // namespace guerdon::tools
