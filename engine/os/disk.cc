#include "engine/os/disk.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <new>
#include <utility>

#include "engine/base/assert.h"

namespace guerdon::os {
namespace {

constexpr std::align_val_t kAlignment{kDiskBlock};

bool is_aligned(const std::byte* p) { return reinterpret_cast<uintptr_t>(p) % kDiskBlock == 0; }

DiskStatus status_of(bool done) { return {done ? 0 : errno}; }

// A file descriptor that is closed in the end.
class Descriptor {
 public:
  explicit Descriptor(int fd) : fd_(fd) {}
  ~Descriptor() {
    if (fd_ >= 0) ::close(fd_);
  }
  Descriptor(Descriptor&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  Descriptor& operator=(Descriptor&& other) noexcept {
    std::swap(fd_, other.fd_);
    return *this;
  }
  int get() const { return fd_; }
  bool is_open() const { return fd_ >= 0; }

 private:
  int fd_;
};

DiskStatus write_all(int fd, uint64_t offset, std::span<const std::byte> bytes) {
  while (!bytes.empty()) {
    const ssize_t n = ::pwrite(fd, bytes.data(), bytes.size(), static_cast<off_t>(offset));
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return {errno};
    if (n == 0) return {EIO};  // a device that takes nothing and says nothing
    offset += static_cast<uint64_t>(n);
    bytes = bytes.subspan(static_cast<size_t>(n));
  }
  return {};
}

// Fewer bytes only at the end of the file.
DiskStatus read_all(int fd, uint64_t offset, std::span<std::byte> out, size_t* got) {
  while (*got < out.size()) {
    const ssize_t n =
        ::pread(fd, out.data() + *got, out.size() - *got, static_cast<off_t>(offset + *got));
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return {errno};
    *got += static_cast<size_t>(n);
    if (static_cast<size_t>(n) % kDiskBlock != 0 || n == 0) break;  // the end of the file
  }
  return {};
}

class PosixFile final : public DiskFile {
 public:
  // `access`: O_RDWR, or O_RDONLY where nothing may be changed. `is_direct`: every write is durable
  // when it returns; else a sync follows it.
  PosixFile(Descriptor fd, int access, bool is_direct, uint64_t size)
      : fd_(std::move(fd)), access_(access), is_direct_(is_direct), size_(size) {}

  DiskStatus write_durably(uint64_t offset, std::span<const std::byte> bytes) override {
    if (access_ == O_RDONLY) return {EROFS};
    GUERDON_ASSERT(offset % kDiskBlock == 0 && bytes.size() % kDiskBlock == 0);
    GUERDON_ASSERT(is_aligned(bytes.data()) && offset + bytes.size() <= size_);
    const DiskStatus written = write_all(fd_.get(), offset, bytes);
    if (!written.ok() || is_direct_) return written;
    return status_of(::fdatasync(fd_.get()) == 0);
  }

  DiskStatus sync() override {
    return access_ == O_RDONLY ? DiskStatus{EROFS} : status_of(::fdatasync(fd_.get()) == 0);
  }

  // Where the file system takes direct access: from the device, not from pages that a failed sync
  // may have left in memory.
  DiskStatus read(uint64_t offset, std::span<std::byte> out, size_t* got) override {
    const bool is_in_blocks =
        offset % kDiskBlock == 0 && out.size() % kDiskBlock == 0 && is_aligned(out.data());
    *got = 0;
    const DiskStatus status = is_in_blocks ? read_all(fd_.get(), offset, out, got)
                                           : read_through_blocks(offset, out, got);
    const uint64_t left = offset < size_ ? size_ - offset : 0;
    // Fewer bytes than there must be would be taken for the end of what was written.
    if (status.ok() && *got < std::min<uint64_t>(out.size(), left)) return {EIO};
    return status;
  }

  uint64_t size() const override { return size_; }

 private:
  // Through a buffer of whole blocks, since direct reads want them.
  DiskStatus read_through_blocks(uint64_t offset, std::span<std::byte> out, size_t* got) {
    const uint64_t begin = offset / kDiskBlock * kDiskBlock;
    const size_t skipped = static_cast<size_t>(offset - begin);
    blocks_.resize((skipped + out.size() + kDiskBlock - 1) / kDiskBlock * kDiskBlock);
    size_t read = 0;
    const DiskStatus status = read_all(fd_.get(), begin, {blocks_.data(), blocks_.size()}, &read);
    *got = read <= skipped ? 0 : std::min(out.size(), read - skipped);
    std::copy_n(blocks_.data() + skipped, *got, out.data());
    return status;
  }

  Descriptor fd_;
  int access_;
  bool is_direct_;
  uint64_t size_;
  DiskBuffer blocks_;  // of read_through_blocks()
};

Descriptor open_at(int folder, std::string_view name, int flags) {
  constexpr mode_t kMode = 0600;
  return Descriptor(
      ::openat(folder, std::string(name).c_str(), flags | O_CLOEXEC | O_NOFOLLOW, kMode));
}

std::string unfinished_name(std::string_view name) {
  return std::string(name) + std::string(kUnfinished);
}

// Direct and synchronous where the file system takes that; else every write is followed by a sync.
// Not waiting: what has this name may be a pipe.
DiskStatus open_file(int folder, std::string_view name, int access,
                     std::unique_ptr<DiskFile>* file) {
  bool is_direct = true;
  Descriptor fd = open_at(folder, name, access | O_NONBLOCK | O_DSYNC | O_DIRECT);
  if (!fd.is_open() && errno == EINVAL) {
    is_direct = false;
    fd = open_at(folder, name, access | O_NONBLOCK);
    if (fd.is_open() && ::fdatasync(fd.get()) != 0) return {errno};
    if (fd.is_open()) (void)::posix_fadvise(fd.get(), 0, 0, POSIX_FADV_DONTNEED);
  }
  struct stat status;
  if (!fd.is_open() || ::fstat(fd.get(), &status) != 0) return {errno};
  if (!S_ISREG(status.st_mode)) return {EINVAL};
  *file = std::make_unique<PosixFile>(std::move(fd), access, is_direct,
                                      static_cast<uint64_t>(status.st_size));
  return {};
}

// What was written under an unfinished name is synced before it gets its own; then the folder is.
DiskStatus give_name(int folder, int fd, std::string_view name) {
  if (::fsync(fd) != 0) return {errno};
  const bool is_named =
      ::renameat(folder, unfinished_name(name).c_str(), folder, std::string(name).c_str()) == 0;
  return status_of(is_named && ::fsync(folder) == 0);
}

class PosixNewFile final : public NewFile {
 public:
  PosixNewFile(int folder, Descriptor fd, std::string_view name)
      : folder_(folder), fd_(std::move(fd)), name_(name) {}
  ~PosixNewFile() override {
    if (!is_finished_) (void)::unlinkat(folder_, unfinished_name(name_).c_str(), 0);
  }

  DiskStatus append(std::span<const std::byte> bytes) override {
    GUERDON_ASSERT(!is_finished_ && bytes.size() % kDiskBlock == 0 && is_aligned(bytes.data()));
    const DiskStatus status = write_all(fd_.get(), size_, bytes);
    if (status.ok()) size_ += bytes.size();
    return status;
  }

  DiskStatus read_back(std::unique_ptr<DiskFile>* file) override {
    if (::fsync(fd_.get()) != 0) return {errno};
    return open_file(folder_, unfinished_name(name_), O_RDONLY, file);
  }

  // Where only the folder could not be synced, it has its name and is not removed under the other.
  DiskStatus finish() override {
    GUERDON_ASSERT(!is_finished_);
    const DiskStatus status = give_name(folder_, fd_.get(), name_);
    is_finished_ = status.ok();
    return status;
  }

 private:
  const int folder_;  // the disk's
  Descriptor fd_;
  const std::string name_;
  uint64_t size_ = 0;
  bool is_finished_ = false;
};

class PosixDisk final : public Disk {
 public:
  // `access`: O_RDWR, or O_RDONLY where nothing may be changed.
  PosixDisk(Descriptor folder, int access) : folder_(std::move(folder)), access_(access) {}

  DiskStatus list(std::vector<std::string>* names) override;
  DiskStatus open(std::string_view name, std::unique_ptr<DiskFile>* file) override;
  DiskStatus create_zeroed(std::string_view name, uint64_t size,
                           std::unique_ptr<DiskFile>* file) override;
  DiskStatus create_with(std::string_view name, std::span<const std::byte> content) override;
  DiskStatus begin(std::string_view name, std::unique_ptr<NewFile>* file) override;
  DiskStatus rename(std::string_view from, std::string_view to) override;
  DiskStatus remove(std::string_view name) override;

 private:
  DiskStatus sync_folder() const { return status_of(::fsync(folder_.get()) == 0); }
  bool is_read_only() const { return access_ == O_RDONLY; }
  // `flags`: with which it is opened, besides those of every new file.
  template <typename Write>
  DiskStatus create(std::string_view name, int flags, const Write& write);

  Descriptor folder_;
  const int access_;
};

DiskStatus PosixDisk::list(std::vector<std::string>* names) {
  names->clear();
  const int fd = ::openat(folder_.get(), ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (fd < 0) return {errno};
  DIR* const folder = ::fdopendir(fd);
  if (folder == nullptr) {
    const int error = errno;
    ::close(fd);
    return {error};
  }
  int error = 0;
  for (;;) {
    errno = 0;  // the only way to tell the end from an error
    const dirent* const entry = ::readdir(folder);
    error = errno;
    if (entry == nullptr) break;
    const std::string_view name = entry->d_name;
    if (name != "." && name != "..") names->emplace_back(name);
  }
  ::closedir(folder);
  std::sort(names->begin(), names->end());
  return {error};
}

DiskStatus PosixDisk::open(std::string_view name, std::unique_ptr<DiskFile>* file) {
  return open_file(folder_.get(), name, access_, file);
}

template <typename Write>
DiskStatus PosixDisk::create(std::string_view name, int flags, const Write& write) {
  if (is_read_only()) return {EROFS};
  const std::string unfinished = unfinished_name(name);
  const Descriptor fd = open_at(folder_.get(), unfinished, O_WRONLY | O_CREAT | O_TRUNC | flags);
  if (!fd.is_open()) return {errno};
  DiskStatus status = write(fd.get());
  if (status.ok()) status = give_name(folder_.get(), fd.get(), name);
  // The first error is the one to tell.
  if (!status.ok()) (void)::unlinkat(folder_.get(), unfinished.c_str(), 0);
  return status;
}

// Past the memory for pages, where the file system takes that: it is large, and read once.
DiskStatus PosixDisk::begin(std::string_view name, std::unique_ptr<NewFile>* file) {
  if (is_read_only()) return {EROFS};
  constexpr int kFlags = O_WRONLY | O_CREAT | O_TRUNC;
  Descriptor fd = open_at(folder_.get(), unfinished_name(name), kFlags | O_DIRECT);
  if (!fd.is_open() && errno == EINVAL) {
    fd = open_at(folder_.get(), unfinished_name(name), kFlags);
  }
  if (!fd.is_open()) return {errno};
  *file = std::make_unique<PosixNewFile>(folder_.get(), std::move(fd), name);
  return {};
}

// Past the memory for pages, too, where the file system takes that: the zeros are never read, and
// to fill fresh pages with them costs more than to write them all from one buffer.
DiskStatus PosixDisk::create_zeroed(std::string_view name, uint64_t size,
                                    std::unique_ptr<DiskFile>* file) {
  constexpr size_t kPiece = size_t{1} << 20;
  DiskBuffer zeros;
  zeros.resize(std::min<uint64_t>(kPiece, (size + kDiskBlock - 1) / kDiskBlock * kDiskBlock));
  const auto write = [&](int fd) {
    DiskStatus written;
    for (uint64_t at = 0; at < size && written.ok(); at += kPiece) {
      written = write_all(fd, at, {zeros.data(), std::min<uint64_t>(kPiece, size - at)});
    }
    return written;
  };
  DiskStatus status{EINVAL};
  if (size % kDiskBlock == 0) status = create(name, O_DIRECT, write);
  if (status.error == EINVAL) status = create(name, 0, write);
  return status.ok() ? open(name, file) : status;
}

DiskStatus PosixDisk::create_with(std::string_view name, std::span<const std::byte> content) {
  return create(name, 0, [&](int fd) { return write_all(fd, 0, content); });
}

DiskStatus PosixDisk::rename(std::string_view from, std::string_view to) {
  if (is_read_only()) return {EROFS};
  const bool done = ::renameat2(folder_.get(), std::string(from).c_str(), folder_.get(),
                                std::string(to).c_str(), RENAME_NOREPLACE) == 0;
  return done ? sync_folder() : DiskStatus{errno};
}

DiskStatus PosixDisk::remove(std::string_view name) {
  if (is_read_only()) return {EROFS};
  const bool done = ::unlinkat(folder_.get(), std::string(name).c_str(), 0) == 0;
  return done ? sync_folder() : DiskStatus{errno};
}

}  // namespace

bool DiskStatus::is_full() const { return error == ENOSPC || error == EDQUOT; }

bool DiskStatus::may_pass() const {
  return is_full() || error == EMFILE || error == ENFILE || error == ENOMEM;
}

std::string DiskStatus::sentence() const { return ok() ? "" : std::strerror(error); }

// The folder that holds this one, on the device with its names: one that was just made is among
// them.
static DiskStatus sync_parent(int folder) {
  const Descriptor parent(::openat(folder, "..", O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  return status_of(parent.is_open() && ::fsync(parent.get()) == 0);
}

static Descriptor open_folder(const std::string& path, std::string* error) {
  Descriptor folder(::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!folder.is_open()) *error = "cannot open the folder " + path + ": " + std::strerror(errno);
  return folder;
}

std::unique_ptr<Disk> open_disk(const std::string& path, std::string* error) {
  constexpr mode_t kPrivate = 0700;
  if (::mkdir(path.c_str(), kPrivate) != 0 && errno != EEXIST) {
    *error = "cannot make the folder " + path + ": " + std::strerror(errno);
    return nullptr;
  }
  Descriptor folder = open_folder(path, error);
  if (!folder.is_open()) return nullptr;
  if (::flock(folder.get(), LOCK_EX | LOCK_NB) != 0) {
    *error = errno == EWOULDBLOCK ? "another process has the folder " + path + "; stop it first"
                                  : "cannot lock the folder " + path + ": " + std::strerror(errno);
    return nullptr;
  }
  const DiskStatus synced = sync_parent(folder.get());
  if (!synced.ok()) {
    *error = "cannot sync the folder above " + path + ": " + synced.sentence();
    return nullptr;
  }
  return std::make_unique<PosixDisk>(std::move(folder), O_RDWR);
}

std::unique_ptr<Disk> open_disk_to_read(const std::string& path, std::string* error) {
  Descriptor folder = open_folder(path, error);
  if (!folder.is_open()) return nullptr;
  return std::make_unique<PosixDisk>(std::move(folder), O_RDONLY);
}

DiskBuffer::~DiskBuffer() { ::operator delete(bytes_, kAlignment); }

void DiskBuffer::resize(size_t size) {
  const size_t before = size_;
  resize_unset(size);
  if (size > before) std::fill_n(bytes_ + before, size - before, std::byte{});
}

void DiskBuffer::resize_unset(size_t size) {
  if (size > capacity_) {
    const size_t capacity =
        std::max(2 * capacity_, (size + kDiskBlock - 1) / kDiskBlock * kDiskBlock);
    auto* bytes = static_cast<std::byte*>(::operator new(capacity, kAlignment));
    std::copy_n(bytes_, size_, bytes);
    ::operator delete(std::exchange(bytes_, bytes), kAlignment);
    capacity_ = capacity;
  }
  size_ = size;
}

}  // namespace guerdon::os
