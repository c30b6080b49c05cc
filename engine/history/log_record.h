// A record of the log in words, read back by its LSN: why an entry is there.
//
// The segment that holds it is read from its beginning: at most a file of the log. The process that
// writes may run meanwhile.
#pragma once

#include <cstdint>
#include <string>

#include "engine/event/record_words.h"
#include "engine/event/schema.h"
#include "engine/os/disk.h"

namespace guerdon::history {

// In front of its fields: record (event, command, tick, sweep, settle, pass, plan) and at.
// False: *error, a sentence: it is not there any more, or not yet, or the disk refuses.
bool read_record(os::Disk& log, const event::Schema& schema, uint64_t lsn,
                 event::RecordWords* words, std::string* error);

}  // namespace guerdon::history
