#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "engine/os/disk.h"

// A folder of small files into which others may put what they like: links, pipes, what grows while
// it is read. Nothing here follows a link, waits for who writes a pipe, or opens a device.
//
// What a process keeps for itself and must not lose goes through Disk (disk.h).

namespace guerdon::os {

class Folder {
 public:
  enum class Kind : uint8_t { kFile, kFolder, kLink, kOther };
  // What has a name, itself.
  struct Item {
    Kind kind = Kind::kOther;
    uint64_t names = 0;  // hard links
    uint64_t size = 0;
    int64_t changed_ns = 0;  // when it was written last, since 1970
  };

  // Made, for its owner and those of this mode, where it is not there (its parent must be). Null,
  // with a sentence in *error: it cannot be opened, or is a link.
  static std::unique_ptr<Folder> open(const std::string& path, unsigned mode, std::string* error);
  ~Folder();
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;

  const std::string& path() const { return path_; }
  // Empty where only its owner, who is this user or root, may change what is in it; else who else.
  std::string who_else_writes() const;
  bool is_on_device_of(const Folder& other) const;
  // As long as it is open. False: another process has it.
  bool lock();

  // Up to `max` names, from where the last call left off; *is_end: those were the last, and the
  // next call begins anew.
  DiskStatus next(size_t max, std::vector<std::string>* names, bool* is_end);
  DiskStatus look(std::string_view name, Item* item) const;
  // As read() with no bound of bytes, and nothing is read.
  DiskStatus try_to_read(std::string_view name) const;
  // The whole file. EFBIG: it has more than `max` bytes. EINVAL: it is no regular file. EMLINK: it
  // has a name elsewhere, too. ELOOP: it is a link. EISDIR: it is a folder.
  DiskStatus read(std::string_view name, size_t max, std::string* bytes) const;
  // Durable, from one moment to the next; takes the place of a file of this name.
  DiskStatus write(std::string_view name, std::string_view bytes, unsigned mode) const;
  // Durable. Without `replaces` it is an error (EEXIST) where something has that name.
  DiskStatus move(std::string_view name, const Folder& to, std::string_view new_name,
                  bool replaces) const;
  // Durable. A file, a link or the like, or an empty folder.
  DiskStatus remove(std::string_view name) const;

 private:
  struct Listing;
  Folder(int fd, std::string path);
  DiskStatus open_file(std::string_view name, int* fd, Item* item) const;

  const int fd_;
  const std::string path_;
  std::unique_ptr<Listing> listing_;  // null: the next begins anew
};

}  // namespace guerdon::os
