// An engine's folder, proved: every byte of log and snapshots is as it was written, every frame
// follows from the one before, replaying the log from its beginning makes the entries whose digests
// it holds, and at the LSN of each snapshot the state that this holds.
//
// The plans are those in the log. Changes nothing; the engine should not run meanwhile.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "engine/os/disk.h"
#include "engine/runtime/core.h"
#include "engine/wal/log_reader.h"
#include "guerdon/engine.h"

namespace guerdon::runtime {

struct Verified {
  std::vector<uint64_t> snapshots;  // LSNs, the oldest first
  std::vector<std::string> plans;
  Summary summary;
  std::string books;  // audit_text
  int64_t clock = 0;
  Hash state_hash;
  Hash entries_hash;
  wal::TornTail torn;
  bool has_book = false;
  uint64_t book_entries = 0;
};

// `options`: shards, keys and objects, as far as they are looked at. False: *fault; of a difference
// as of damage, its kind is kDamage.
// `book`: the folder of its book, or null. Then each entry is compared with what the log gives, and
// the first that differs is named; it may end before the log, if that was not stopped in order, but
// not before a snapshot that knows of more.
bool verify_folder(os::Disk& disk, os::Disk* book, const Options& options, Verified* verified,
                   OpenFault* fault);

}  // namespace guerdon::runtime
