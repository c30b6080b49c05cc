// A record of the log in words, read back by its LSN: why an entry is there.
//
// The segment that holds it is read from its beginning: at most a file of the log. The process that
// writes may run meanwhile.
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "engine/event/schema.h"
#include "engine/os/disk.h"

namespace guerdon::history {

struct RecordWords {
  // record (event, tick, sweep, pass, plan), at; of an event type, source, id, time, and its
  // attributes under their own names behind them.
  std::vector<std::pair<std::string, std::string>> fields;
  size_t attributes = 0;  // how many of the last are attributes
};

// False: *error, a sentence: it is not there any more, or not yet, or the disk refuses.
bool read_record(os::Disk& log, const event::Schema& schema, uint64_t lsn, RecordWords* words,
                 std::string* error);

}  // namespace guerdon::history
