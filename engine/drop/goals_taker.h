// Takes the goals of one file beside all else that the engine does: checks every row, then stages
// them, a batch at a time, and commits the file: from then on all its rows hold, and before none.
//
// The rows become STAGE records, which say the file's checksum, then there is one COMMIT, whose id
// is that (runtime/reference_rates.h). So a file that came before, of the same bytes, is not taken
// again. Amid one, the log knows how many rows are staged, and the next start goes on behind these.
//
// Events do not wait for it (docs/decisions/0040-drop-folder.md, "What events notice"): a batch is
// read here and only handed over, the next comes when it is durable, and of the stages' time all
// batches together have at most a quarter.
//
// Thread-safety: one thread, which is no loop's and no stage's; stop() any.
#pragma once

#include <atomic>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "engine/drop/report.h"
#include "engine/event/outcome.h"
#include "engine/os/clock.h"
#include "engine/pipeline/job.h"
#include "engine/runtime/core.h"
#include "engine/runtime/reference_rates.h"

namespace guerdon::drop {

// Lines of a file; more are refused before they are read, since each takes some 100 bytes then.
inline constexpr std::ptrdiff_t kLinesMax = 1'048'576;

// As soon as may be: the job is filled, if records can be taken now, and the step is taken when it
// is complete and all stages are at rest; it may look at the job.
using AtRestOf =
    std::function<void(std::function<void()> step, std::function<void(pipeline::Job&)> filling)>;

class GoalsTaker {
 public:
  // `wall`: what says the engine's time; null: the events do. All of it must outlive the taker.
  GoalsTaker(runtime::Core& core, AtRestOf at_rest, const os::Clock* wall)
      : core_(core), at_rest_(std::move(at_rest)), wall_(wall) {}

  // Whether every row would be taken, or was. False: *fate says what is wrong, or kStopped.
  bool check(std::string_view text, FileFate* fate);
  // Stages and commits: kApplied; or gives up what is staged: kRefused, and *fate says why. Durable
  // when it returns. While the disk is full it waits. REQUIRES: check() was true, now or before a
  // start.
  void apply(std::string_view text, FileFate* fate);
  // Whether its rows hold; if not, what is staged of it is given up. REQUIRES: as apply().
  void give_up(std::string_view text, FileFate* fate);
  // Gives up what is staged, of whichever file. False: it is to stop.
  bool give_up_staged();

  // What is under way comes to its next step and no further.
  void stop();
  bool is_stopping() const { return is_stopping_.load(std::memory_order_relaxed); }

 private:
  using Rows = std::vector<event::TargetRow>;

  // What the log has of a file.
  struct Known {
    bool is_committed = false;
    uint64_t staged = 0;  // rows
    std::string other;    // that is staged in its place
  };
  // What became of a record that was alone in a job.
  struct Answered {
    event::Outcome outcome = event::Outcome::kOk;
    uint64_t lsn = 0;
    std::string refusal;  // a code and a sentence; empty: it is done, now or before
  };

  bool read(std::string_view text, FileFate* fate) const;
  bool check_by_plans(std::string_view text, FileFate* fate);
  Known look_up(const runtime::GoalsOfFile& file);
  bool stage(runtime::GoalsOfFile& file, std::string_view text, uint64_t* rows, FileFate* fate);
  bool commit(runtime::GoalsOfFile& file, uint64_t rows, FileFate* fate);
  bool give_up_file(const std::string& checksum);
  bool take_one(const std::function<void(event::Batch&)>& put, Answered* answered);
  bool take(const std::function<void(pipeline::Job&)>& filling, const std::function<void()>& step);
  void pause(uint64_t lsn);
  void wait_for_step();
  void step_is_done();

  runtime::Core& core_;
  const AtRestOf at_rest_;
  const os::Clock* const wall_;
  const os::SystemClock stopwatch_;
  int64_t took_ns_ = 0;  // of the stages, by the job before
  std::mutex mutex_;     // guards is_step_done_; changed_ is waited for with it
  std::condition_variable changed_;
  bool is_step_done_ = false;
  std::atomic<bool> is_stopping_{false};
};

}  // namespace guerdon::drop
