// Goes through a book in its order and gives what passes a filter.
//
//   BookScan scan(reader, {.first_lsn = 1'000, .last_lsn = 2'000, .kind = 3});
//   while (scan.next() == Step::kEntry) use(scan.entry());
//   kEnd: that was all; kProblem: scan.problem()
//
// The first block is found by binary search. Blocks of which the header says that nothing in them
// passes are not looked into: by LSN, effective time, kind and wallet. An account's entries stand
// everywhere; walk() is the way to them where its newest position is known.
//
// It goes to the end that the reader knew when the scan began. To go on later, or page by page: a
// scan `from` the position of the last entry that was given.
//
// Memory: a window of kBlocksInFlightMax blocks; nothing goes through the reader's cache.
// Thread-safety: one thread at a time, the reader's.
#pragma once

#include <cstdint>
#include <limits>
#include <optional>
#include <span>
#include <vector>

#include "engine/book/book_entry.h"
#include "engine/book/book_reader.h"
#include "engine/book/format.h"

namespace guerdon::book {

struct BookFilter {
  uint64_t first_lsn = 0;  // both included
  uint64_t last_lsn = std::numeric_limits<uint64_t>::max();
  std::optional<uint64_t> account = {};
  std::optional<uint8_t> kind = {};
  std::optional<uint16_t> wallet = {};
  TimeMs effective_from = std::numeric_limits<TimeMs>::min();
  TimeMs effective_to = std::numeric_limits<TimeMs>::max();  // the first that is left out

  // Whether a block may hold an entry that passes.
  bool may_pass(const BlockHeader& header) const;
  bool passes(const BookEntry& entry) const;
};

class BookScan {
 public:
  enum class Step : uint8_t { kEntry, kEnd, kProblem };

  // `from`: begins behind this position, with the entries of later ones. `to`: where a block begins
  // that is not looked at any more. REQUIRES: the reader is open, and outlives it.
  BookScan(BookReader& reader, const BookFilter& filter, Position from = kNoPosition,
           Position to = std::numeric_limits<Position>::max());

  // After kEnd or kProblem it stays there.
  Step next();
  // The one just given, and the header of its block.
  const PlacedEntry& entry() const { return entry_; }
  const BlockHeader& header() const { return view_.header(); }

  const Problem& problem() const { return problem_; }
  // Blocks that were looked into, and those that their headers ruled out.
  uint64_t blocks_opened() const { return blocks_opened_; }
  uint64_t blocks_skipped() const { return blocks_skipped_; }

 private:
  bool next_block();
  bool read_window();
  Step fail();

  BookReader& reader_;
  const BookFilter filter_;
  const Position from_;
  const uint64_t blocks_;
  const Position end_;  // behind the last entry that the reader knew
  uint64_t block_ = 0;  // the next one
  Step step_ = Step::kEntry;
  PlacedEntry entry_;
  Problem problem_;

  BlockView view_;
  Position at_ = kNoPosition;  // of the next entry in it
  Position view_end_ = kNoPosition;

  std::vector<std::byte> window_;
  uint64_t window_first_ = 0;
  uint64_t window_blocks_ = 0;
  uint64_t blocks_opened_ = 0;
  uint64_t blocks_skipped_ = 0;
};

}  // namespace guerdon::book
