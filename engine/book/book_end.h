// Where a book ends, and whether what stands behind that is what a crash leaves.
//
// One write is on its way at a time, of at most kBlocksInFlightMax blocks side by side, and a crash
// leaves any part of it. So the first block that is not sound is the end, unless something sound
// stands so far behind it that no write holds both: that block was durable once. Blocks of earlier
// segments are not looked at here: a segment is begun when those before it are durable, so what is
// not sound there is damage, whoever reads it.
#pragma once

#include <cstdint>

#include "engine/book/book_files.h"
#include "engine/book/format.h"

namespace guerdon::book {

struct BookEnd {
  uint64_t blocks = 0;  // that are sound, one behind the other
  BlockHeader last;     // of the last one, if there is one
  // Behind the last block with a byte that is not zero; `blocks` where there is none.
  uint64_t used_blocks = 0;
  // What the last segment has; without a block it is as if it were not there.
  bool has_last_header = false;
  bool has_last_block = false;
};

// Reads all of the last segment. False: files.problem(), and end->blocks is where that is.
// REQUIRES: the files are open.
bool find_end(BookFiles& files, BookEnd* end);

}  // namespace guerdon::book
