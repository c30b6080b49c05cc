#include "engine/os/folder.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <utility>

namespace guerdon::os {
namespace {

DiskStatus failed() { return {errno}; }
DiskStatus done_if(bool done) { return {done ? 0 : errno}; }

// Closed in the end.
class Handle {
 public:
  explicit Handle(int fd) : fd_(fd) {}
  ~Handle() {
    if (fd_ >= 0) ::close(fd_);
  }
  Handle(const Handle&) = delete;
  Handle& operator=(const Handle&) = delete;
  int get() const { return fd_; }
  bool is_open() const { return fd_ >= 0; }

 private:
  const int fd_;
};

Folder::Item item_of(const struct stat& status) {
  Folder::Item item;
  if (S_ISREG(status.st_mode)) item.kind = Folder::Kind::kFile;
  if (S_ISDIR(status.st_mode)) item.kind = Folder::Kind::kFolder;
  if (S_ISLNK(status.st_mode)) item.kind = Folder::Kind::kLink;
  item.names = status.st_nlink;
  item.size = static_cast<uint64_t>(status.st_size);
  item.changed_ns = int64_t{status.st_mtim.tv_sec} * 1'000'000'000 + status.st_mtim.tv_nsec;
  return item;
}

// What was written so far is on the disk, but for what names it. True, too, where the file system
// knows no such thing.
bool push_out(int fd) {
  constexpr unsigned kAndWait =
      SYNC_FILE_RANGE_WAIT_BEFORE | SYNC_FILE_RANGE_WRITE | SYNC_FILE_RANGE_WAIT_AFTER;
  return ::sync_file_range(fd, 0, 0, kAndWait) == 0 || errno == EINVAL || errno == ENOSYS ||
         errno == ESPIPE;
}

// Of a large file each piece is on the disk before the next is handed over: to sync all of it at
// once would hold up who writes to the same disk, such as the log.
bool write_bytes(int fd, std::string_view bytes) {
  constexpr size_t kPiece = size_t{256} << 10;
  const bool is_large = bytes.size() > kPiece;
  while (!bytes.empty()) {
    const ssize_t n = ::write(fd, bytes.data(), std::min(bytes.size(), kPiece));
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return false;
    bytes.remove_prefix(static_cast<size_t>(n));
    if (is_large && !push_out(fd)) return false;
  }
  return true;
}

}  // namespace

struct Folder::Listing {
  explicit Listing(DIR* opened) : folder(opened) {}
  ~Listing() { ::closedir(folder); }
  Listing(const Listing&) = delete;
  Listing& operator=(const Listing&) = delete;
  DIR* const folder;
};

Folder::Folder(int fd, std::string path) : fd_(fd), path_(std::move(path)) {}
Folder::~Folder() { ::close(fd_); }

std::unique_ptr<Folder> Folder::open(const std::string& path, unsigned mode, std::string* error) {
  if (::mkdir(path.c_str(), mode) != 0 && errno != EEXIST) {
    *error = "cannot make the folder " + path + ": " + std::strerror(errno);
    return nullptr;
  }
  const int fd = ::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
  if (fd >= 0) return std::unique_ptr<Folder>(new Folder(fd, path));
  *error = "cannot open the folder " + path + ": " + std::strerror(errno);
  return nullptr;
}

std::string Folder::who_else_writes() const {
  struct stat status;
  if (::fstat(fd_, &status) != 0) return "who can tell";
  if (status.st_uid != ::geteuid() && status.st_uid != 0) return "another user, who owns it";
  if ((status.st_mode & S_IWOTH) != 0) return "everybody";
  return (status.st_mode & S_IWGRP) != 0 ? "its group" : "";
}

bool Folder::is_on_device_of(const Folder& other) const {
  struct stat own;
  struct stat its;
  return ::fstat(fd_, &own) == 0 && ::fstat(other.fd_, &its) == 0 && own.st_dev == its.st_dev;
}

bool Folder::lock() { return ::flock(fd_, LOCK_EX | LOCK_NB) == 0; }

DiskStatus Folder::next(size_t max, std::vector<std::string>* names, bool* is_end) {
  names->clear();
  *is_end = false;
  if (listing_ == nullptr) {
    const int fd = ::openat(fd_, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0) return failed();
    DIR* const folder = ::fdopendir(fd);
    if (folder == nullptr) {
      const DiskStatus status = failed();
      ::close(fd);
      return status;
    }
    listing_ = std::make_unique<Listing>(folder);
  }
  while (names->size() < max) {
    errno = 0;  // the only way to tell the end from an error
    const dirent* const entry = ::readdir(listing_->folder);
    if (entry == nullptr) {
      const DiskStatus status = failed();
      listing_.reset();
      *is_end = true;
      return status;
    }
    const std::string_view name = entry->d_name;
    if (name != "." && name != "..") names->emplace_back(name);
  }
  return {};
}

DiskStatus Folder::look(std::string_view name, Item* item) const {
  struct stat status;
  if (::fstatat(fd_, std::string(name).c_str(), &status, AT_SYMLINK_NOFOLLOW) != 0) return failed();
  *item = item_of(status);
  return {};
}

// Looked at before it is opened, since to open a device may do something; and after, since it may
// be another by then.
DiskStatus Folder::open_file(std::string_view name, int* fd, Item* item) const {
  const DiskStatus looked = look(name, item);
  if (!looked.ok()) return looked;
  if (item->kind == Kind::kLink) return {ELOOP};
  if (item->kind == Kind::kFolder) return {EISDIR};
  if (item->kind != Kind::kFile) return {EINVAL};
  *fd = ::openat(fd_, std::string(name).c_str(),
                 O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
  struct stat status;
  if (*fd < 0 || ::fstat(*fd, &status) != 0) return failed();
  *item = item_of(status);
  if (item->kind != Kind::kFile) return {EINVAL};
  return {item->names > 1 ? EMLINK : 0};
}

DiskStatus Folder::try_to_read(std::string_view name) const {
  int fd = -1;
  Item item;
  const DiskStatus status = open_file(name, &fd, &item);
  const Handle closed(fd);
  return status;
}

DiskStatus Folder::read(std::string_view name, size_t max, std::string* bytes) const {
  bytes->clear();
  int fd = -1;
  Item item;
  const DiskStatus opened = open_file(name, &fd, &item);
  const Handle file(fd);
  if (!opened.ok()) return opened;
  char buffer[16'384];
  bytes->reserve(std::min<uint64_t>(item.size, max));
  for (;;) {
    if (bytes->size() > max || item.size > max) return {EFBIG};
    const ssize_t n = ::read(file.get(), buffer, sizeof buffer);
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return failed();
    if (n == 0) return {};
    bytes->append(buffer, static_cast<size_t>(n));
  }
}

DiskStatus Folder::write(std::string_view name, std::string_view bytes, unsigned mode) const {
  const std::string whole(name);
  const std::string unfinished = whole + std::string(kUnfinished);
  const Handle file(::openat(fd_, unfinished.c_str(),
                             O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC,
                             mode_t{0600}));
  if (!file.is_open()) return failed();
  const bool is_named = write_bytes(file.get(), bytes) && ::fchmod(file.get(), mode) == 0 &&
                        ::fsync(file.get()) == 0 &&
                        ::renameat(fd_, unfinished.c_str(), fd_, whole.c_str()) == 0;
  if (is_named) return done_if(::fsync(fd_) == 0);
  const DiskStatus status = failed();  // the first error is the one to tell
  (void)::unlinkat(fd_, unfinished.c_str(), 0);
  return status;
}

DiskStatus Folder::move(std::string_view name, const Folder& to, std::string_view new_name,
                        bool replaces) const {
  const bool is_moved =
      ::renameat2(fd_, std::string(name).c_str(), to.fd_, std::string(new_name).c_str(),
                  replaces ? 0 : RENAME_NOREPLACE) == 0;
  return done_if(is_moved && ::fsync(to.fd_) == 0);
}

DiskStatus Folder::remove(std::string_view name) const {
  const std::string text(name);
  bool is_removed = ::unlinkat(fd_, text.c_str(), 0) == 0;
  if (!is_removed && (errno == EISDIR || errno == EPERM)) {
    is_removed = ::unlinkat(fd_, text.c_str(), AT_REMOVEDIR) == 0;
  }
  return done_if(is_removed && ::fsync(fd_) == 0);
}

}  // namespace guerdon::os
