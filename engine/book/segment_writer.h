// Puts blocks to their places and takes them away: the one that changes a book's files.
//
// Blocks go to the device in pieces of at most kBlocksInFlightMax, one piece after the other, and a
// segment is made when those before it are durable. They are taken away from the back. So whatever
// call is the last one, what is left is a beginning of the book, and behind it what book_end.h
// knows from damage.
//
// Thread-safety: one thread at a time.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "engine/book/book_end.h"
#include "engine/book/book_files.h"
#include "engine/book/format.h"
#include "engine/book/problem.h"
#include "engine/book/tail_guard.h"
#include "engine/os/disk.h"

namespace guerdon::book {

enum class Append : uint8_t {
  kDone,
  kFull,    // no room, or no handle or memory: nothing is lost, and the same may succeed later
  kFailed,  // final
};

class SegmentWriter {
 public:
  // Both must outlive it.
  SegmentWriter(os::Disk& disk, BookFiles& files) : disk_(disk), files_(files), guard_(disk) {}

  // Finds the end, and sees to it that nothing stands behind: what a crash left there is taken
  // away, and a last block that it tore comes from its copy. False: problem(); where that is
  // damage, nothing was changed. REQUIRES: the files are open.
  bool settle(BookEnd* end);

  // Puts blocks down side by side, from this one on. `is_rewritten`: the first one stands there
  // already, with a beginning of these entries. *written: so many of them are on the device, also
  // when not all are. REQUIRES: they have their headers; the book ends there.
  Append write(uint64_t block, std::span<const std::byte> blocks, bool is_rewritten,
               size_t* written);

  // Makes this block the last one, with these bytes; empty: takes it away, too. `used_blocks`: as
  // far as the book goes. REQUIRES: it stands there, with a beginning that is that of `bytes`; they
  // are empty for block 0 alone.
  Append cut(uint64_t block, std::span<const std::byte> bytes, uint64_t used_blocks);

  const Problem& problem() const { return problem_; }

 private:
  bool sync_last();
  bool mend_tail(const BookEnd& end, bool* is_mended);
  bool drop_copy();
  bool clear_all();
  bool clear_behind(const BookEnd& end);
  bool remove_segments(uint64_t kept);
  bool zero(uint64_t from, uint64_t to);
  bool open_segment(uint64_t segment);
  Append make_segment(uint64_t segment, std::span<const std::byte> first_block);
  Append keep_copy(os::DiskStatus status, bool may_pass);
  bool write_piece(uint64_t block, std::span<const std::byte> blocks);
  bool fail(std::string_view what, const std::string& file, os::DiskStatus status);
  bool fail_by_size(const std::string& file);
  bool take_problem();

  os::Disk& disk_;
  BookFiles& files_;
  TailGuard guard_;
  std::unique_ptr<os::DiskFile> file_;  // of segment_
  uint64_t segment_ = 0;
  Problem problem_;
};

}  // namespace guerdon::book
