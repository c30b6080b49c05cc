// What a REVERSE takes back, looked up for its record (event/reversal.h): the event, what it moved
// and what its rules paid at the event.
//
// The log says what the event was, which roles its object was known by, and, run again for each of
// its accounts, what it did; the book says what became of it in the wallets. So this takes a pass
// over the log for each account, two where events of that name objects, and one more where this one
// does.
//
// Thread-safety: one thread at a time; the engine may run meanwhile.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "engine/base/hash.h"
#include "engine/book/book_reader.h"
#include "engine/history/register_query.h"
#include "engine/os/disk.h"
#include "engine/program/program.h"

namespace guerdon::history {

// The request that an event was, as the table of keys knows it.
struct Reversed {
  base::Hash128 key;
  uint64_t lsn = 0;
  uint64_t last_lsn = 0;  // of the log, when it was asked for
  // Objects have been forgotten, and with them perhaps the roles that an event was given then.
  bool objects_forgotten = false;
};

// Records that are gone through, some half a second a million; beyond that it is not done.
inline constexpr uint64_t kReversalRecordsMax = 100'000'000;

// The event was never sent, or has been forgotten. `may_be_forgotten`: keys have been.
Fault unknown_event(bool may_be_forgotten);

// Writes *bytes, for event::give_reversal. A fault: the code and the sentence of the answer, and
// nothing is to be done. REQUIRES: the log's files go to last_lsn, and what the event made is in
// the book.
std::optional<Fault> build_reversal(const plan::Program& program, os::Disk& log,
                                    book::BookReader& book, const Reversed& reversed,
                                    std::string* bytes, uint64_t records_max = kReversalRecordsMax);

}  // namespace guerdon::history
