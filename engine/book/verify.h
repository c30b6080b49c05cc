// Proves a whole book: that every byte is what a writer would have written for these entries.
//
// It reads all blocks, and lays down each entry again as the writer does, and compares: so checks,
// headers, places and the ends of blocks are all looked at. That the entries come in their order,
// and that each is linked to its account's entry before it and to no other, it checks by itself.
// What it does not know is whether the entries are the right ones: that is for who derives them
// again (BookWriter::append).
//
// Memory: 17 to 34 bytes an account. Thread-safety: one thread.
#pragma once

#include <cstdint>
#include <string>

#include "engine/book/book_entry.h"
#include "engine/book/format.h"
#include "engine/book/problem.h"
#include "engine/os/disk.h"

namespace guerdon::book {

struct VerifyReport {
  BookShape shape;
  uint64_t segments = 0;
  uint64_t blocks = 0;
  uint64_t entries = 0;
  uint64_t accounts = 0;
  uint64_t first_lsn = 0;
  uint64_t last_lsn = 0;
  uint64_t bytes = 0;       // that entries and their blocks' headers use
  uint64_t torn_bytes = 0;  // behind the end: what a crash left, not part of the book
  Problem problem;          // the first that was found

  bool is_sound() const { return problem.is_none(); }
};

// The disk is only read; a writer may run meanwhile, and then the end is where it stood.
VerifyReport verify(os::Disk& disk);

}  // namespace guerdon::book
