#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

// A folder on a disk, as an interface: what must survive a crash is written through it, and tests
// put a disk in its place that loses what was not synced, or fails.

namespace guerdon::os {

// Offsets, sizes and addresses of what is written durably are multiples of this (direct access to
// the device asks for it).
inline constexpr size_t kDiskBlock = 4'096;

// The end of the name of a file that is not whole yet: one that has it was left by who stopped.
inline constexpr std::string_view kUnfinished = ".tmp";

// How a call went. Nothing is ever tried twice below this interface, but for interrupted calls.
struct [[nodiscard]] DiskStatus {
  int error = 0;  // errno; 0: done

  bool ok() const { return error == 0; }
  // No room left, on the device or for this user.
  bool is_full() const;
  // It is full, or the process or the system has no handles or no memory left: what is on the
  // device is not in question, and the same call may succeed later. REQUIRES: it was a call that
  // makes a file.
  bool may_pass() const;
  // "No space left on device"; empty when done.
  std::string sentence() const;
};

class DiskFile {
 public:
  virtual ~DiskFile() = default;

  // All bytes at this offset, on the device when it returns. The file does not grow. After an error
  // nothing is known: part of it may be there, now or later.
  // REQUIRES: offset, size and address are multiples of kDiskBlock; it ends within the file.
  virtual DiskStatus write_durably(uint64_t offset, std::span<const std::byte> bytes) = 0;

  // Has what was written to this file by anybody, so also before a crash, on the device.
  virtual DiskStatus sync() = 0;

  // Up to out.size() bytes from the offset, *got of them: fewer only at the end of the file.
  virtual DiskStatus read(uint64_t offset, std::span<std::byte> out, size_t* got) = 0;

  virtual uint64_t size() const = 0;
};

// A file of a size that is not known before: written from front to back, under an unfinished name
// (the name with ".tmp" behind it) until it is finished. Destroyed before that, it is removed; a
// crash may leave it behind, under the unfinished name.
class NewFile {
 public:
  virtual ~NewFile() = default;

  // Behind what is there; on the device only after read_back() or finish(). After an error there is
  // nothing left to do but to abandon it.
  // REQUIRES: size and address are multiples of kDiskBlock; it is not finished.
  virtual DiskStatus append(std::span<const std::byte> bytes) = 0;

  // Has what was appended on the device, and opens it to be read from there.
  virtual DiskStatus read_back(std::unique_ptr<DiskFile>* file) = 0;

  // Has it on the device and under its name, durably, from one moment to the next: a crash leaves
  // it whole or not at all. Takes the place of a file of this name. REQUIRES: not finished.
  virtual DiskStatus finish() = 0;
};

// Thread-safety: calls on different files may run side by side.
class Disk {
 public:
  virtual ~Disk() = default;

  // The files of the folder, by name in order of bytes.
  virtual DiskStatus list(std::vector<std::string>* names) = 0;

  virtual DiskStatus open(std::string_view name, std::unique_ptr<DiskFile>* file) = 0;

  // A new file of `size` bytes, all zero and all on the device, by this name from one moment to the
  // next: a crash leaves it whole or not at all. Takes the place of a file of this name.
  virtual DiskStatus create_zeroed(std::string_view name, uint64_t size,
                                   std::unique_ptr<DiskFile>* file) = 0;
  // The same with this content.
  virtual DiskStatus create_with(std::string_view name, std::span<const std::byte> content) = 0;
  // The same, piece by piece. The disk must outlive the file.
  virtual DiskStatus begin(std::string_view name, std::unique_ptr<NewFile>* file) = 0;

  // A file gets another name, durably; it is an error where there is a file of that name. Open
  // files go on under the new one.
  virtual DiskStatus rename(std::string_view from, std::string_view to) = 0;
  // Durably.
  virtual DiskStatus remove(std::string_view name) = 0;
};

// The folder at this path, made if it is not there (its parent must be), and locked: null with a
// sentence in *error where another process has it, or it cannot be used.
std::unique_ptr<Disk> open_disk(const std::string& path, std::string* error);

// The folder at this path for looking only: nothing is made, changed or locked, no right to write
// is needed, and each call that would change something says EROFS. Null with a sentence in *error.
//
// It may belong to a process that writes meanwhile. Then a file that was listed may be gone
// (ENOENT) or newer than the list; files have their whole size from the beginning; and bytes that
// are being written may be read as they were, as they will be, or in part, and an earlier write
// later than the one behind it. So what looks wrong is to be read again before it is believed.
std::unique_ptr<Disk> open_disk_to_read(const std::string& path, std::string* error);

// A buffer that may be written durably: kDiskBlock-aligned, grows by need, keeps its bytes.
class DiskBuffer {
 public:
  DiskBuffer() = default;
  ~DiskBuffer();
  DiskBuffer(const DiskBuffer&) = delete;
  DiskBuffer& operator=(const DiskBuffer&) = delete;

  std::byte* data() { return bytes_; }
  const std::byte* data() const { return bytes_; }
  size_t size() const { return size_; }
  // New bytes are zero.
  void resize(size_t size);
  // New bytes are whatever memory held: no page of them is touched.
  void resize_unset(size_t size);

 private:
  std::byte* bytes_ = nullptr;
  size_t size_ = 0;
  size_t capacity_ = 0;
};

}  // namespace guerdon::os
