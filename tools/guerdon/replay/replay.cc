#include "tools/guerdon/replay/replay.h"

#include <cstdio>
#include <memory>
#include <optional>
#include <string_view>
#include <vector>

#include "engine/base/timestamp.h"
#include "engine/os/clock.h"
#include "engine/os/memory.h"
#include "guerdon/engine.h"
#include "tools/guerdon/plan/plan_files.h"
#include "tools/guerdon/progress_bar.h"
#include "tools/guerdon/replay/feeding.h"
#include "tools/guerdon/replay/reference_check.h"
#include "tools/guerdon/replay/replay_notes.h"
#include "tools/guerdon/replay/replay_pace.h"
#include "tools/guerdon/replay/replay_report.h"
#include "tools/guerdon/replay/trace_check.h"

namespace guerdon::tools {

namespace {

class ReplayRun {
 public:
  explicit ReplayRun(const ReplayOptions& options) : options_(options) {}

  ExitStatus run() {
    for (const auto step : {&ReplayRun::read_options, &ReplayRun::open, &ReplayRun::feed,
                            &ReplayRun::go_on, &ReplayRun::tell}) {
      const ExitStatus status = (this->*step)();
      if (status != ExitStatus::kDone) return status;
    }
    return ExitStatus::kDone;
  }

 private:
  // What can be known to be wrong before anything is read.
  ExitStatus read_options();
  // Reference files, plans, and the engine that runs them.
  ExitStatus open();
  // The traces, one after the other.
  ExitStatus feed();
  // The clock, after the last event.
  ExitStatus go_on();
  // The report in its forms.
  ExitStatus tell();
  ReplayReport report() const;

  const ReplayOptions& options_;
  const os::SystemClock clock_;
  uint32_t workers_ = 0;
  uint32_t speed_ = 0;
  uint32_t batch_ = 0;
  int64_t until_ = 0;
  std::optional<Pace> pace_;
  Feeding feeding_{"replay", clock_};
  std::unique_ptr<Engine> engine_;  // last: its threads call what is above
  int64_t began_ns_ = 0;
  int64_t elapsed_ns_ = 0;
};

ExitStatus ReplayRun::read_options() {
  using enum ExitStatus;
  if (!read_threads(options_.threads, &workers_)) {
    return refuse("replay", kUsage,
                  "--threads takes shards=M, with M from 1 to " + std::to_string(kWorkersMax) +
                      ", not " + options_.threads);
  }
  if (!read_speed(options_.speed, &speed_)) {
    return refuse("replay", kUsage,
                  "--speed takes max, or xN with a whole number N (x60: an hour passes in "
                  "a minute), not " +
                      options_.speed);
  }
  if (speed_ > 0 && workers_ > 0) {
    return refuse("replay", kUsage, "--speed xN paces the one engine thread; leave --threads out");
  }
  batch_ = speed_ > 0 ? 1 : options_.batch;  // each event at its own time
  pace_.emplace(clock_, speed_);
  if (!options_.until.empty() && options_.until != kNextMonth &&
      !read_instant(options_.until, &until_)) {
    return refuse("replay", kUsage,
                  "--until takes next-month, a day (2011-12-31) or an instant "
                  "(2011-12-31T18:00:00Z) from 1970 to 2099, not " +
                      options_.until);
  }
  return check_standard_input("replay", options_.plans, options_.traces);
}

ExitStatus ReplayRun::open() {
  const ExitStatus traces = check_traces("replay", options_.traces);
  if (traces != ExitStatus::kDone) return traces;
  std::vector<ReferenceFile> known;
  const ExitStatus references = check_references("guerdon replay", options_.references, &known);
  if (references != ExitStatus::kDone) return references;
  std::vector<PlanText> plans;
  if (!read_plans(options_.plans, &plans)) return ExitStatus::kEnvironment;
  Options options;
  options.shards = options_.shards;
  options.workers = workers_;
  options.batch = batch_;
  options.keys = options_.keys;
  if (speed_ > 0) {
    // Between an event's admission, which moves the clock, and its effects.
    options.between_steps = [this] {
      if (feeding_.bar() == nullptr) return;
      feeding_.bar()->show(engine_->clock());
      pace_->keep(engine_->clock());
    };
  }
  engine_ = open_engine(options, plans, true);
  if (engine_ == nullptr) return ExitStatus::kNo;
  return take_references("replay", known, engine_.get());
}

ExitStatus ReplayRun::feed() {
  began_ns_ = clock_.monotonic_ns();
  return feeding_.feed(options_.traces, engine_.get());
}

ExitStatus ReplayRun::go_on() {
  if (!options_.until.empty()) {
    const int64_t last = engine_->clock();
    if (options_.until == kNextMonth) until_ = next_month(last);
    if (until_ < last) {
      return refuse("replay", ExitStatus::kUsage,
                    "--until " + options_.until + " is before the last event, " +
                        base::format_timestamp(last) + "; write that or a later time");
    }
    std::string error;
    if (!engine_->tick(until_, &error)) return refuse("replay", ExitStatus::kEnvironment, error);
  }
  elapsed_ns_ = clock_.monotonic_ns() - began_ns_;
  return ExitStatus::kDone;
}

ReplayReport ReplayRun::report() const {
  ReplayReport report = report_of(*engine_);
  report.plans = options_.plans;
  report.traces = options_.traces;
  report.shards = options_.shards;
  report.workers = workers_;
  report.batch = batch_;
  report.elapsed_ns = elapsed_ns_;
  report.peak_rss_bytes = os::peak_rss_bytes();
  return report;
}

ExitStatus ReplayRun::tell() {
  const ReplayReport report = this->report();
  std::fputs(replay_notes(report).c_str(), stderr);
  std::string error;
  if (!options_.dump.empty() && !write_dump(report, options_.dump, &error)) {
    return refuse("replay", ExitStatus::kEnvironment, error);
  }
  const std::string text = options_.json ? to_json(report) : to_table(report);
  std::fwrite(text.data(), 1, text.size(), stdout);
  if (report.imbalance.empty()) return ExitStatus::kDone;
  return refuse("replay", ExitStatus::kNo, "the books do not balance: " + report.imbalance);
}

}  // namespace

ExitStatus replay(const ReplayOptions& options) { return ReplayRun(options).run(); }

}  // namespace guerdon::tools
