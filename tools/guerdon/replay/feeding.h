// What is done with an engine before and while traces are fed to it, by whoever replays them.
//
// `command` is what sentences begin with: replay, or plan simulate.
#pragma once

#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "engine/os/clock.h"
#include "guerdon/engine.h"
#include "tools/guerdon/exit_status.h"
#include "tools/guerdon/progress_bar.h"
#include "tools/guerdon/replay/reference_check.h"
#include "tools/guerdon/replay/refusal_list.h"

namespace guerdon::tools {

// Null: a plan or an option is wrong, which was said on standard error. Warnings go there, too,
// where they are wanted.
std::unique_ptr<Engine> open_engine(const Options& options, const std::vector<PlanText>& plans,
                                    bool warns);

// As so many commands before the first event. A file with a mistake is refused whole: kNo.
ExitStatus take_references(const char* command, const std::vector<ReferenceFile>& files,
                           Engine* engine);

class Feeding {
 public:
  // `heading`: a line in front of the first refused row that is told; empty: none. The clock must
  // outlive it, and it the engine that is fed.
  Feeding(const char* command, const os::Clock& clock, std::string heading = "")
      : command_(command), clock_(clock), refusals_(std::move(heading)) {}

  // The traces, one after the other. Progress and refused rows go to standard error.
  ExitStatus feed(const std::vector<std::string>& traces, Engine* engine);

  // Null while none is fed. For who shows something else on it.
  ProgressBar* bar() { return bar_ ? &*bar_ : nullptr; }

 private:
  bool feed_one(const std::string& trace, Engine* engine, std::string* error);

  const char* const command_;
  const os::Clock& clock_;
  std::optional<ProgressBar> bar_;
  RefusalList refusals_;
  // Refusals are told by another thread than progress where the engine has threads; both print.
  std::mutex printing_;
};

}  // namespace guerdon::tools
