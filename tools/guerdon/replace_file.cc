#include "tools/guerdon/replace_file.h"

#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <filesystem>
#include <system_error>

namespace guerdon::tools {

namespace {

namespace fs = std::filesystem;

std::error_code last_error() { return {errno, std::generic_category()}; }

// `mode` as fopen() takes it.
std::error_code write_to(const std::string& path, const char* mode, const std::string& text) {
  std::FILE* file = std::fopen(path.c_str(), mode);
  if (file == nullptr) return last_error();
  std::error_code failed;
  if (std::fwrite(text.data(), 1, text.size(), file) != text.size()) failed = last_error();
  if (std::fclose(file) != 0 && !failed) failed = last_error();
  return failed;
}

std::error_code write_beside(const std::string& path, const std::string& text, fs::perms perms) {
  const std::string beside = path + "." + std::to_string(getpid()) + ".new";
  std::error_code failed = write_to(beside, "wbx", text);
  if (failed == std::errc::file_exists) return failed;  // somebody else's
  if (!failed && perms != fs::perms::unknown) fs::permissions(beside, perms, failed);
  if (!failed) fs::rename(beside, path, failed);
  std::error_code ignored;
  if (failed) fs::remove(beside, ignored);
  return failed;
}

std::error_code write_to_output(const std::string& text) {
  const bool written = std::fwrite(text.data(), 1, text.size(), stdout) == text.size();
  return written && std::fflush(stdout) == 0 ? std::error_code() : last_error();
}

std::error_code replace(const std::string& path, const std::string& text) {
  std::error_code unknown;
  // Standard output may be a file: one put in its place would be another.
  if (path == "/dev/stdout") return write_to_output(text);
  const fs::file_status old = fs::status(path, unknown);
  if (!fs::exists(old)) {
    // Where a link leads nowhere yet, the file that it names is made.
    const fs::path file = fs::weakly_canonical(path, unknown);
    return write_beside(unknown ? path : file.string(), text, fs::perms::unknown);
  }
  if (!fs::is_regular_file(old)) return write_to(path, "wb", text);
  std::error_code failed;
  const fs::path file = fs::canonical(path, failed);
  return failed ? failed : write_beside(file.string(), text, old.permissions());
}

}  // namespace

bool replace_file(const std::string& path, const std::string& text, std::string* error) {
  const std::error_code failed = replace(path, text);
  if (!failed) return true;
  *error = "cannot write " + path + ": " + failed.message();
  return false;
}

}  // namespace guerdon::tools
