#include "engine/os/file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <utility>

#include "engine/base/assert.h"
#include "engine/os/byte_source.h"

namespace guerdon::os {

InputFile::InputFile(const std::string& path) : name_(path == "-" ? "standard input" : path) {
  fd_ = path == "-" ? STDIN_FILENO : ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (fd_ < 0) {
    error_ = "cannot open " + name_ + ": " + std::strerror(errno);
    return;
  }
  if (fd_ != STDIN_FILENO) (void)posix_fadvise(fd_, 0, 0, POSIX_FADV_SEQUENTIAL);
}

InputFile::~InputFile() {
  if (fd_ > STDIN_FILENO) ::close(fd_);
}

InputFile::InputFile(InputFile&& other) noexcept
    : fd_(std::exchange(other.fd_, -1)),
      consumed_(other.consumed_),
      name_(std::move(other.name_)),
      error_(std::move(other.error_)) {}

std::ptrdiff_t InputFile::read(char* buffer, size_t n) {
  GUERDON_ASSERT(n > 0);
  if (!error_.empty()) return -1;
  ssize_t got;
  do {
    got = ::read(fd_, buffer, n);
  } while (got < 0 && errno == EINTR);
  if (got < 0) {
    error_ = "cannot read " + name_ + ": " + std::strerror(errno);
    return -1;
  }
  consumed_ += static_cast<uint64_t>(got);
  return got;
}

bool read_file(const std::string& path, size_t size_limit, std::string* out, std::string* error) {
  InputFile file(path);
  out->clear();
  char buffer[16'384];
  std::ptrdiff_t got = file.is_open() ? 0 : -1;
  while (file.is_open() && (got = file.read(buffer, sizeof buffer)) > 0) {
    out->append(buffer, static_cast<size_t>(got));
    if (out->size() > size_limit) {
      *error = file.name() + " has more than the " + std::to_string(size_limit) +
               " bytes that are allowed here";
      return false;
    }
  }
  if (got == 0) return true;
  *error = file.error();
  return false;
}

uint64_t file_size(const std::string& path) {
  struct stat status;
  if (::stat(path.c_str(), &status) != 0 || !S_ISREG(status.st_mode)) return 0;
  return static_cast<uint64_t>(std::max<off_t>(status.st_size, 0));
}

namespace {

// Why secrets may not be read from it; empty: they may.
std::string why_not_private(const struct stat& status) {
  if (!S_ISREG(status.st_mode)) return "it is no regular file";
  if (status.st_uid != ::geteuid() && status.st_uid != 0) return "it belongs to another user";
  constexpr mode_t kOthers = S_IRWXG | S_IRWXO;
  if ((status.st_mode & kOthers) == 0) return "";
  return "others may read or write it, and it has secrets; chmod 600";
}

}  // namespace

bool read_private_file(const std::string& path, size_t bytes_max, std::string* bytes,
                       std::string* error) {
  bytes->clear();
  const int fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
  struct stat status {};
  std::string why;
  if (fd < 0 || ::fstat(fd, &status) != 0) {
    why = errno == ELOOP ? "it is a link" : std::strerror(errno);
  } else {
    why = why_not_private(status);
  }
  char buffer[4'096];
  while (why.empty()) {
    const ssize_t got = ::read(fd, buffer, sizeof buffer);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) why = std::strerror(errno);
    if (got <= 0) break;
    bytes->append(buffer, static_cast<size_t>(got));
    if (bytes->size() > bytes_max) why = "it has more than " + std::to_string(bytes_max) + " bytes";
  }
  if (fd >= 0) ::close(fd);
  if (why.empty()) return true;
  *error = path + " is not used: " + why;
  return false;
}

}  // namespace guerdon::os
