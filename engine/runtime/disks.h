// Where an engine keeps what it keeps.
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "engine/bookkeeping/book_keeper.h"
#include "engine/os/disk.h"

namespace guerdon::runtime {

struct Disks {
  Disks() = default;
  Disks(std::nullptr_t) {}  // NOLINT(google-explicit-constructor): nothing is kept
  template <typename Disk>
  Disks(std::unique_ptr<Disk> log_only) : log(std::move(log_only)) {}  // NOLINT
  Disks(std::unique_ptr<os::Disk> log_disk, std::unique_ptr<os::Disk> book_disk)
      : log(std::move(log_disk)), book(std::move(book_disk)) {}

  std::unique_ptr<os::Disk> log;   // and the snapshots; null: nothing is kept
  std::unique_ptr<os::Disk> book;  // null: no book is. REQUIRES: a log
  uint64_t book_segment_bytes = bookkeeping::BookKeeper::kSegmentBytes;  // of one that is begun
};

// The folder of the book inside that of the log.
inline constexpr std::string_view kBookFolder = "book";

// Those of this folder, made where they are not there. False: *error.
bool open_disks(const std::string& folder, bool has_book, Disks* disks, std::string* error);

}  // namespace guerdon::runtime
