// How a REVERSE gets what it takes back, before it goes into a job.
//
//   const AskedReversal asked = look_up(core, batch, record);     // all stages are at rest
//   find_reversal(program, log disk, book reader, asked, &bytes)  // any thread, later
//   event::give_reversal(schema, bytes, record, batch);           // and into a job
//
// What changes between the first and the last, admission finds.
//
// Corrects what came before a version of a plan was published and that says `retro`: from where it
// left off, to the end, in as many jobs as that takes.
//
//   Corrections corrections(core);
//   while (corrections.look() &&                       // the next version that is to be corrected
//          corrections.begin(&error))                  // from here any thread, beside the engine
//     while (corrections.read(&error)) {
//       corrections.put(job.batch);                    // a job of its own
//       ...
//     }
//
// What was done is in the log: after a crash the next begin() goes on behind it.
#pragma once

#include <atomic>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "engine/book/book_reader.h"
#include "engine/event/batch.h"
#include "engine/history/correction_builder.h"
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

class Corrections {
 public:
  static constexpr size_t kAtOnce = 64;  // events

  // The core must outlive it. `stop`: once it is true, what is read comes to no end but *error.
  explicit Corrections(Core& core, const std::atomic<bool>* stop = nullptr)
      : core_(core), stop_(stop) {}

  // False: all is corrected. REQUIRES: all stages are at rest.
  bool look();
  // False: *error.
  bool begin(std::string* error);
  // Reads what the next job is to have. False: the version is done, or *error.
  bool read(std::string* error);
  // Once for each read(); the batch is empty.
  void put(event::Batch& batch);

 private:
  Core& core_;
  const std::atomic<bool>* const stop_;
  history::CorrectionBuilder::Version version_;
  std::optional<book::BookReader> book_;
  std::optional<history::CorrectionBuilder> builder_;
  std::vector<std::string> next_;  // bytes of events
  bool is_last_ = false;
};

// All of it at once. False: *error. REQUIRES: the assembly is drained.
bool correct_all(Core& core, std::string* error);

}  // namespace guerdon::runtime
