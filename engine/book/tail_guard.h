// A copy of the last block, for as long as that is not full.
//
// The last block is written again where it stands, and a crash in such a write may leave garbage of
// it: also of entries that were durable before. So it is written to this file first, and only then
// to its place; one of the two is whole at any time. Who opens the book and finds the block torn
// takes the copy. The file is no part of the book: readers do not look at it.
//
// Source: the doublewrite buffer of InnoDB.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string_view>

#include "engine/book/format.h"
#include "engine/os/disk.h"

namespace guerdon::book {

class TailGuard {
 public:
  static constexpr std::string_view kName = "book-tail.copy";

  // The disk must outlive it.
  explicit TailGuard(os::Disk& disk) : disk_(disk) {}

  // Has the copy on the device. *may_pass: nothing was written (DiskStatus::may_pass).
  os::DiskStatus keep(std::span<const std::byte> block, bool* may_pass);
  // The same in a file that is made anew: every earlier change of the folder is then durable, too.
  os::DiskStatus keep_anew(std::span<const std::byte> block, bool* may_pass);

  // The copy, where there is a sound one of this log. REQUIRES: kBlockBytes.
  os::DiskStatus find(const LogId& log, std::span<std::byte> block, BlockHeader* header,
                      bool* is_found);

  // There is no copy from then on.
  os::DiskStatus drop();

 private:
  os::Disk& disk_;
  std::unique_ptr<os::DiskFile> file_;
};

}  // namespace guerdon::book
