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

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "engine/book/book_reader.h"
#include "engine/event/batch.h"
#include "engine/history/correction_builder.h"
#include "engine/runtime/core.h"

namespace guerdon::runtime {

class Corrections {
 public:
  static constexpr size_t kAtOnce = 64;  // events

  // The core must outlive it.
  explicit Corrections(Core& core) : core_(core) {}

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
  history::CorrectionBuilder::Version version_;
  std::optional<book::BookReader> book_;
  std::optional<history::CorrectionBuilder> builder_;
  std::vector<std::string> next_;  // bytes of events
  bool is_last_ = false;
};

// All of it at once. False: *error. REQUIRES: the assembly is drained.
bool correct_all(Core& core, std::string* error);

}  // namespace guerdon::runtime
