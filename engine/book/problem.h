// What is wrong with a book, and where.
#pragma once

#include <cstdint>
#include <string>

namespace guerdon::book {

enum class Fault : uint8_t {
  kNone,
  kDisk,        // the disk refused a call
  kForeign,     // no book, or that of another log
  kOlder,       // written by an older version; it can be derived again
  kNewer,       // written by a newer version; nothing is wrong with it
  kDamage,      // not as it was written
  kDifference,  // an entry that is derived again is not the one that stands there
  kMissing,     // sound, but it ends before the state it is to belong to
  kPosition,    // who asks has a position where no entry of this account stands
};

struct Problem {
  Fault fault = Fault::kNone;
  std::string file;
  uint64_t offset = 0;
  // Entries of these LSNs, both included, cannot be answered for. 0: not known, as where nothing
  // that is sound stands on that side.
  uint64_t first_lsn = 0;
  uint64_t last_lsn = 0;
  std::string what;  // a sentence without its place

  bool is_none() const { return fault == Fault::kNone; }
  // "book-00000000.seg at 32768, LSN 1001 to 1200: a block is damaged"
  std::string sentence() const;
};

}  // namespace guerdon::book
