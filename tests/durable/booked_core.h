// Engines that keep a book, on disks that forget: fed with random events, stopped anywhere.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "engine/book/format.h"
#include "engine/runtime/core.h"
#include "tests/law/draw.h"
#include "tests/support/crash_disk.h"

namespace guerdon::booked {

// What must not show in a book.
struct Setting {
  uint32_t shards = 1;
  uint32_t batch = 256;
  uint32_t workers = 0;
};

// Small, so that a book has several.
inline constexpr uint64_t kBookSegmentBytes = 5 * book::kBlockBytes;

// A data folder.
struct Folder {
  std::unique_ptr<support::CrashDisk> log = std::make_unique<support::CrashDisk>();
  std::unique_ptr<support::CrashDisk> book = std::make_unique<support::CrashDisk>();

  Folder copy() const { return {log->copy(), book->copy()}; }
  // The log and its snapshots alone, beside an empty book.
  Folder without_book() const { return {log->copy(), std::make_unique<support::CrashDisk>()}; }
  void remove_snapshots();
};

// The segments of a book: the files that are compared.
using Segments = std::map<std::string, support::CrashDisk::Bytes>;
Segments segments_of(const support::CrashDisk& book);

// Fails the test where it is not opened.
std::unique_ptr<runtime::Core> open(Folder& folder, const std::vector<std::string>& plans,
                                    const Setting& setting, bool has_book = true);

// False: the disk of the log has refused, and not all is fed.
bool feed(runtime::Core& core, const std::vector<reference::Event>& events);

// A folder with a log that has the plans, and nothing else.
Folder begun(const std::vector<std::string>& plans);

}  // namespace guerdon::booked
