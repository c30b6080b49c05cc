// Reads a book, also while somebody writes it.
//
//   BookReader book(disk);
//   if (!book.open()) ... book.problem() ...
//   WalkPage page;
//   Position at = newest;                                   // of the account: who writes knows it
//   while (at != kNoPosition && book.walk(account, at, 100, &page)) { use(page.entries); at =
//   page.next; }
//
// A position never changes and what stands there neither, so a walk can be interrupted, and gone on
// with days later: entries that came meanwhile are all newer than where it began.
//
// History is on the disk: what is kept in memory are the blocks that were read last, a fixed number
// (`cached_blocks`), and the handles of some segments.
//
// A block that is being written may be read half (os/disk.h, open_disk_to_read); so what does not
// look sound is read again, some times, before it is called damage.
//
// Thread-safety: one thread at a time; readers of their own may run side by side, and beside the
// writer.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "engine/book/block.h"
#include "engine/book/block_cache.h"
#include "engine/book/book_end.h"
#include "engine/book/book_entry.h"
#include "engine/book/book_files.h"
#include "engine/book/format.h"
#include "engine/book/problem.h"
#include "engine/os/disk.h"

namespace guerdon::book {

struct WalkPage {
  std::vector<PlacedEntry> entries;  // the newest first
  Position next = kNoPosition;       // where to go on; kNoPosition: that was the account's first
};

class BookReader {
 public:
  static constexpr size_t kCachedBlocks = 256;  // 4 MiB

  // The disk must outlive it.
  explicit BookReader(os::Disk& disk, size_t cached_blocks = kCachedBlocks);

  // Finds the book's end. A folder without one is an empty book. False: problem().
  bool open();
  // Sees what was written since. False: problem().
  bool refresh();

  // As of open() or the last refresh().
  uint64_t blocks() const { return end_.blocks; }
  uint64_t entries() const {
    return end_.blocks == 0 ? 0 : end_.last.entries_before + end_.last.entries;
  }
  uint64_t last_lsn() const { return end_.last.last_lsn; }  // 0 without entries
  // Behind the last entry.
  Position end() const {
    return end_.blocks == 0 ? 0 : (end_.blocks - 1) * kBlockBytes + end_.last.used;
  }

  // The account's entries from the one at `from` back, at most `limit`. False: problem(), which is
  // kPosition where `from` is not a position of this account. It needs no refresh().
  // REQUIRES: open; from != kNoPosition; limit > 0.
  bool walk(uint64_t account, Position from, size_t limit, WalkPage* page);

  // The first block with an entry of this LSN or a later one; blocks() where there is none.
  // A binary search: it reads about log2(blocks()) blocks.
  bool find(uint64_t lsn, uint64_t* block);

  const BookShape& shape() const { return files_.shape(); }
  const Problem& problem() const { return problem_; }
  // Blocks that were read from the disk: what walks cost.
  uint64_t blocks_read() const { return blocks_read_; }

 private:
  friend class BookScan;  // reads blocks past the cache

  // The block of this position, as it is now; null where none stands there. False: problem().
  bool block_with(Position position, const BlockView** block);
  bool go_on();
  // Whether that is the account's, `from` being what was asked for; false: problem().
  bool step(uint64_t account, Position from, Position at, PlacedEntry* placed);
  bool fail(Position from, Position at, std::string what);
  bool take_problem();

  BookFiles files_;
  BlockCache cache_;
  BookEnd end_;
  uint64_t blocks_read_ = 0;
  Problem problem_;
};

}  // namespace guerdon::book
