// Writes a book: one entry behind the other, in the order (LSN, account, n).
//
//   BookWriter book(disk, {log, segment_bytes});
//   if (!book.open({state.lsn, state.entries})) ... book.problem() ...
//   ... the log behind that LSN is applied again; its entries are appended, also those that stand
//       there already: each is compared, and a difference is a failure ...
//   if (book.cut() != Append::kDone) ...      // what nobody derived again is not in the log
//   for (...) book.append(entry, &account.newest);
//   book.flush();
//
// Positions. append() is given the account's newest position and lays the link to it down; what it
// leaves there is the position of this entry. So the caller keeps one number an account, and
// several entries of one account in one batch need no care.
//
// Bytes. They follow from the entries alone: not from when flush() was called, how often the book
// was opened, or where it was cut. The last block is written again as long as it is not full. So
// that no crash in such a write takes what was durable before, a copy of the block goes to a file
// of its own first (tail_guard.h).
//
// Durability: what was appended is durable when a later flush() is kDone, and only then. A crash
// leaves what was durable, and of the rest a part or nothing; opening finds the end. Whoever saves
// a state flushes the book first: then no state is ever ahead of its book (Fault::kMissing).
//
// Errors. kFull: no room for a segment (or no handle, no memory: DiskStatus::may_pass). Nothing was
// taken and nothing is lost; the same call may succeed later. kFailed: final, and problem() says
// why; another writer may be opened on the folder. Neither is a reason to hold up an event: what is
// missing is derived again from the log.
//
// Memory: a buffer of kBlocksInFlightMax blocks, and after a start one of kBlocksAheadMax; append()
// writes when it is full. Thread-safety: one thread at a time, which may wait for the disk.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "engine/book/block.h"
#include "engine/book/book_end.h"
#include "engine/book/book_entry.h"
#include "engine/book/book_files.h"
#include "engine/book/format.h"
#include "engine/book/problem.h"
#include "engine/book/segment_writer.h"
#include "engine/os/disk.h"

namespace guerdon::book {

// Where a state stands: behind all entries up to this LSN, and so many they are.
struct StatePoint {
  uint64_t lsn = 0;
  uint64_t entries = 0;
};

class BookWriter {
 public:
  // The disk must outlive it. The size of segments is that of the book that is there, if one is.
  // REQUIRES: is_segment_size(shape.segment_bytes).
  BookWriter(os::Disk& disk, const BookShape& shape);

  // Finds the end of the book and mends what a crash left there; then stands behind the state's
  // last entry. False: problem(), and nothing was changed where that is damage. Once.
  bool open(const StatePoint& state);

  // Takes the entry. *newest: of its account; kNoPosition where it has none; then that of this
  // entry. REQUIRES: open; the entry comes behind the one before it; *newest is before position().
  Append append(const BookEntry& entry, Position* newest);

  // Entries stand there that were not appended yet since open().
  bool is_behind() const { return position() < found_end_; }
  // Takes them off the book, for good. REQUIRES: open.
  Append cut();

  // Has all that was appended on the device.
  Append flush();

  // Where the next entry goes, unless it goes to the next block.
  Position position() const { return block_.position(); }
  uint64_t entries() const { return block_.entries(); }
  // Of those, the ones that are durable.
  uint64_t durable_entries() const { return durable_entries_; }
  const BookShape& shape() const { return shape_; }
  const Problem& problem() const { return problem_; }

 private:
  static constexpr uint64_t kBlocksAheadMax = 16;

  std::span<std::byte> slot(uint64_t block);
  bool stand_behind(const StatePoint& state, const BookEnd& end);
  bool check_entries(const StatePoint& state);
  bool read_found(uint64_t block);
  bool read_ahead(uint64_t block);
  bool has_ahead(uint64_t block) const {
    return block >= ahead_first_ && block < ahead_first_ + ahead_blocks_;
  }
  bool is_as_found(Position from) const;
  bool go_to_next_found(const BookEntry& entry);
  Append compare(const BookEntry& entry, Position previous, Position* at);
  Append append_new(const BookEntry& entry, Position previous, Position* at);
  Append write_blocks();
  void drop_front(size_t count);
  void note(Append done);
  void add(const BookEntry& entry, Position previous);
  bool fail(Problem problem);
  bool fail_here(Fault fault, std::string what);
  bool fail_by_difference(Position at, const BookEntry& derived);

  BookShape shape_;
  BookFiles files_;
  SegmentWriter segments_;
  bool is_open_ = false;
  bool has_failed_ = false;
  Problem problem_;

  // The block that is built is the last of those in the buffer, one behind the other.
  os::DiskBuffer buffer_;
  uint64_t first_ = 0;       // the number of the first of them
  bool is_on_disk_ = false;  // that one stands there, with some of its entries
  BlockBuilder block_;
  BookEntry last_;
  uint64_t durable_entries_ = 0;

  // What open() found, and the block of it that is compared.
  Position found_end_ = kNoPosition;
  bool ends_full_ = false;  // and it says that it is full, though nothing follows
  std::vector<std::byte> found_bytes_;
  BlockView found_;
  os::DiskBuffer ahead_;  // the blocks from ahead_first_ on, as they stood there
  uint64_t ahead_first_ = 0;
  uint64_t ahead_blocks_ = 0;
};

}  // namespace guerdon::book
