#include "tools/guerdon/replay/replay.h"

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <memory>
#include <mutex>
#include <optional>
#include <string_view>
#include <system_error>
#include <vector>

#include "engine/base/timestamp.h"
#include "engine/os/clock.h"
#include "engine/os/file.h"
#include "engine/os/memory.h"
#include "guerdon/engine.h"
#include "tools/guerdon/plan/plan_files.h"
#include "tools/guerdon/progress_bar.h"
#include "tools/guerdon/replay/reference_check.h"
#include "tools/guerdon/replay/refusal_list.h"
#include "tools/guerdon/replay/replay_notes.h"
#include "tools/guerdon/replay/replay_pace.h"
#include "tools/guerdon/replay/replay_report.h"
#include "tools/guerdon/replay/trace_check.h"

namespace guerdon::tools {

namespace {

bool is_on_disk(const std::string& path) {
  std::error_code failed;
  return path == "-" || std::filesystem::exists(path, failed);
}

// Whether a trace that was not replayed could have been read at all: then its content is to blame.
bool is_readable(const std::string& path) {
  std::error_code failed;
  if (std::filesystem::is_directory(path, failed)) return false;
  if (!std::filesystem::is_regular_file(path, failed)) return true;  // opened and used up by now
  return os::InputFile(path).is_open();
}

class ReplayRun {
 public:
  explicit ReplayRun(const ReplayOptions& options) : options_(options) {}

  ExitStatus run() {
    for (const auto step : {&ReplayRun::read_options, &ReplayRun::check_traces, &ReplayRun::open,
                            &ReplayRun::feed, &ReplayRun::go_on, &ReplayRun::tell}) {
      const ExitStatus status = (this->*step)();
      if (status != ExitStatus::kDone) return status;
    }
    return ExitStatus::kDone;
  }

 private:
  // What can be known to be wrong before anything is read.
  ExitStatus read_options();
  ExitStatus check_traces();
  // Reference files, plans, and the engine that runs them.
  ExitStatus open();
  ExitStatus take_references(const std::vector<ReferenceFile>& known);
  // The traces, one after the other.
  ExitStatus feed();
  bool feed_one(const std::string& trace, std::string* error);
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
  std::optional<ProgressBar> bar_;  // while a trace is fed
  RefusalList refusals_;
  // Refusals are told by another thread than progress where the engine has threads; both print.
  std::mutex printing_;
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
  const auto from_input = std::count(options_.plans.begin(), options_.plans.end(), "-") +
                          std::count(options_.traces.begin(), options_.traces.end(), "-");
  if (from_input > 1) return refuse("replay", kUsage, "standard input (-) can be read once");
  return kDone;
}

ExitStatus ReplayRun::check_traces() {
  using enum ExitStatus;
  for (const std::string& trace : options_.traces) {
    if (!is_on_disk(trace)) return refuse("replay", kEnvironment, "there is no file " + trace);
  }
  std::string error;
  return check_sources(options_.traces, &error) ? kDone : refuse("replay", kUsage, error);
}

ExitStatus ReplayRun::open() {
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
      if (!bar_) return;
      bar_->show(engine_->clock());
      pace_->keep(engine_->clock());
    };
  }
  std::string error;
  std::string warnings;
  engine_ = Engine::open(options, plans, &error, &warnings);
  std::fputs(warnings.c_str(), stderr);
  if (engine_ != nullptr) return take_references(known);
  std::fputs(error.c_str(), stderr);
  if (!error.ends_with('\n')) std::fputs("\n", stderr);
  return ExitStatus::kNo;
}

ExitStatus ReplayRun::take_references(const std::vector<ReferenceFile>& known) {
  for (const ReferenceFile& file : known) {
    size_t rows = 0;
    std::string error;
    std::vector<RowProblem> found;
    const bool is_taken = file.table.empty()
                              ? engine_->rates(file.text, &rows, &found, &error)
                              : engine_->table(file.table, file.text, &rows, &found, &error);
    if (is_taken) continue;
    if (found.empty()) return refuse("replay", ExitStatus::kEnvironment, error);
    std::vector<LineProblem> problems;
    for (RowProblem& each : found) problems.push_back({each.line, std::move(each.sentence)});
    return refuse_reference(file.path, problems);
  }
  return ExitStatus::kDone;
}

ExitStatus ReplayRun::feed() {
  began_ns_ = clock_.monotonic_ns();
  for (const std::string& trace : options_.traces) {
    std::string error;
    if (feed_one(trace, &error)) continue;
    return refuse("replay", is_readable(trace) ? ExitStatus::kNo : ExitStatus::kEnvironment, error);
  }
  refusals_.finish();
  return ExitStatus::kDone;
}

bool ReplayRun::feed_one(const std::string& trace, std::string* error) {
  bar_.emplace(clock_);
  ReplayHooks hooks;
  hooks.progress = [this](const ReplayProgress& progress) {
    const std::scoped_lock lock(printing_);
    bar_->show(progress);
  };
  hooks.refusal = [this](const Refusal& refusal) {
    const std::scoped_lock lock(printing_);
    bar_->clear();
    refusals_.tell(refusal);
  };
  const bool done = engine_->replay(trace, hooks, error);
  bar_.reset();
  return done;
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
  ReplayReport report;
  report.plans = options_.plans;
  report.traces = options_.traces;
  report.summary = engine_->summary();
  report.balances = engine_->balances();
  report.ignored_columns = engine_->ignored_columns();
  report.absent_attributes = engine_->absent_attributes();
  report.ignored_types = engine_->ignored_types();
  report.state_hash = engine_->state_hash();
  report.entries_hash = engine_->entries_hash();
  report.imbalance = engine_->check_books();
  report.clock = engine_->clock();
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
