// How a REVERSE gets what it takes back, before it goes into a job.
//
//   const AskedReversal asked = look_up(core, batch, record);     // all stages are at rest
//   find_reversal(program, log disk, book reader, asked, &bytes)  // any thread, later
//   event::give_reversal(schema, bytes, record, batch);           // and into a job
//
// What changes between the first and the last, admission finds.
#pragma once

#include <optional>
#include <string>

#include "engine/book/book_reader.h"
#include "engine/event/batch.h"
#include "engine/history/reversal_builder.h"
#include "engine/runtime/core.h"

namespace guerdon::runtime {

struct AskedReversal {
  history::Reversed event;
  bool is_found = false;          // the event is
  bool is_known = false;          // the id of the REVERSE itself is: it is answered by that
  bool may_be_forgotten = false;  // ids have been
};

// REQUIRES: all stages are at rest; the record is a REVERSE, with its identity, as it was read.
AskedReversal look_up(const Core& core, const event::Batch& batch, const event::Record& record);

// Writes *bytes; they stay empty where nothing is needed. A fault: the answer.
std::optional<history::Fault> find_reversal(const plan::Program& program, os::Disk& log,
                                            book::BookReader& book, const AskedReversal& asked,
                                            std::string* bytes);

// All of it at once, for the last record of the batch. A fault: the answer. REQUIRES: the assembly
// is drained.
std::optional<history::Fault> complete_reversal(Core& core, event::Batch& batch);

}  // namespace guerdon::runtime
