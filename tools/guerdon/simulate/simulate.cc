#include "tools/guerdon/simulate/simulate.h"

#include <cstdio>
#include <filesystem>
#include <memory>
#include <optional>
#include <system_error>
#include <utility>
#include <vector>

#include "engine/base/timestamp.h"
#include "engine/os/clock.h"
#include "guerdon/engine.h"
#include "tools/guerdon/plan/plan_files.h"
#include "tools/guerdon/replay/feeding.h"
#include "tools/guerdon/replay/reference_check.h"
#include "tools/guerdon/replay/replay_notes.h"
#include "tools/guerdon/replay/replay_report.h"
#include "tools/guerdon/replay/trace_check.h"
#include "tools/guerdon/simulate/payments.h"
#include "tools/guerdon/simulate/plan_sides.h"
#include "tools/guerdon/simulate/simulate_report.h"

namespace guerdon::tools {

namespace {

constexpr const char* kCommand = "plan simulate";

// One of the two engines, and what its rules post. Its engine is there until it has run.
struct Side {
  std::vector<ReferenceFile> references;
  std::optional<PaymentCollector> collector;
  std::unique_ptr<Engine> engine;  // tells the collector
  Payments payments;
  Summary summary;
  int64_t clock = 0;  // of the last event
};

class Simulation {
 public:
  explicit Simulation(const SimulateOptions& options) : options_(options) {}

  ExitStatus run() {
    for (const auto step : {&Simulation::check_files, &Simulation::read_files, &Simulation::open,
                            &Simulation::feed, &Simulation::tell}) {
      const ExitStatus status = (this->*step)();
      if (status != ExitStatus::kDone) return status;
    }
    return ExitStatus::kDone;
  }

 private:
  bool has_before() const { return !options_.against.empty(); }

  // What can be known to be wrong before anything is read.
  ExitStatus check_files();
  // Reference files and plans.
  ExitStatus read_files();
  // Both engines before one of them runs: who waits for a long trace learns of no mistake behind
  // it.
  ExitStatus open();
  ExitStatus open_one(const std::vector<PlanText>& plans, bool warns, Side* side);
  // From here on what the engines post is collected.
  void collect();
  ExitStatus feed();
  ExitStatus feed_one(const char* heading, Side* side);
  ExitStatus tell();
  std::string notes_on_versions() const;

  const SimulateOptions& options_;
  const os::SystemClock clock_;
  PlanSides plans_;
  std::vector<VersionChanges> versions_;
  std::optional<RuleNames> names_before_;
  std::optional<RuleNames> names_after_;
  Side before_;
  Side after_;
};

ExitStatus Simulation::check_files() {
  std::vector<std::string> plans = options_.against;
  plans.insert(plans.end(), options_.plans.begin(), options_.plans.end());
  ExitStatus status = check_standard_input(kCommand, plans, options_.traces);
  if (status == ExitStatus::kDone) status = check_traces(kCommand, options_.traces);
  if (status != ExitStatus::kDone || !has_before()) return status;
  for (const std::string& trace : options_.traces) {
    std::error_code failed;
    const bool can_be_read_again = std::filesystem::is_regular_file(trace, failed) ||
                                   std::filesystem::is_directory(trace, failed);
    if (can_be_read_again) continue;
    return refuse(kCommand, ExitStatus::kUsage,
                  "with --against each trace is read twice, and " + trace +
                      " can be read once; put it into a file");
  }
  return ExitStatus::kDone;
}

ExitStatus Simulation::read_files() {
  std::vector<ReferenceFile> both;
  ExitStatus status = check_references("guerdon plan simulate", options_.references, &both);
  before_.references = both;
  after_.references = std::move(both);
  if (status == ExitStatus::kDone) {
    status =
        check_references("guerdon plan simulate", options_.against_references, &before_.references);
  }
  if (status == ExitStatus::kDone) {
    status =
        check_references("guerdon plan simulate", options_.plan_references, &after_.references);
  }
  if (status != ExitStatus::kDone) return status;
  std::vector<PlanText> against;
  std::vector<PlanText> plans;
  if (!read_plans(options_.against, &against) || !read_plans(options_.plans, &plans)) {
    return ExitStatus::kEnvironment;
  }
  plans_ = plan_sides(std::move(against), std::move(plans));
  return ExitStatus::kDone;
}

// Warnings of plans that run already are no news.
ExitStatus Simulation::open() {
  ExitStatus status = ExitStatus::kDone;
  if (has_before()) status = open_one(plans_.before, false, &before_);
  if (status == ExitStatus::kDone) status = open_one(plans_.after, true, &after_);
  if (status != ExitStatus::kDone) return status;
  collect();
  if (has_before()) status = take_references(kCommand, before_.references, before_.engine.get());
  if (status != ExitStatus::kDone) return status;
  return take_references(kCommand, after_.references, after_.engine.get());
}

ExitStatus Simulation::open_one(const std::vector<PlanText>& plans, bool warns, Side* side) {
  side->engine = open_engine(Options(), plans, warns);
  return side->engine == nullptr ? ExitStatus::kNo : ExitStatus::kDone;
}

void Simulation::collect() {
  const size_t fresh = plans_.after.size() - options_.plans.size();
  const std::vector<plan::Plan> before = merge_plans(plans_.before);
  const std::vector<plan::Plan> after =
      merge_plans(plans_.after, fresh, plans_.goes_on ? &versions_ : nullptr);
  names_before_.emplace(before, plans_.goes_on ? after : before);
  names_after_.emplace(after, after);
  if (has_before()) before_.collector.emplace(*names_before_, before_.engine.get());
  after_.collector.emplace(*names_after_, after_.engine.get());
}

ExitStatus Simulation::feed() {
  const ExitStatus status = has_before() ? feed_one("before:", &before_) : ExitStatus::kDone;
  if (status != ExitStatus::kDone) return status;
  return feed_one(has_before() ? "after:" : "", &after_);
}

ExitStatus Simulation::feed_one(const char* heading, Side* side) {
  Feeding feeding(kCommand, clock_, heading);
  const ExitStatus status = feeding.feed(options_.traces, side->engine.get());
  if (status != ExitStatus::kDone) return status;
  const ReplayReport report = report_of(*side->engine);
  const std::string notes = replay_notes(report);
  const bool is_headed = *heading == '\0' || report.summary.refused > 0;
  if (!notes.empty() && !is_headed) std::fprintf(stderr, "%s\n", heading);
  std::fputs(notes.c_str(), stderr);
  if (!report.imbalance.empty()) {
    return refuse(kCommand, ExitStatus::kNo, "the books do not balance: " + report.imbalance);
  }
  side->payments = side->collector->payments();
  side->summary = report.summary;
  side->clock = report.clock;
  side->engine = nullptr;  // its memory is wanted for the other side
  side->collector.reset();
  return ExitStatus::kDone;
}

// Of a version that begins behind the trace nothing is to be seen.
std::string Simulation::notes_on_versions() const {
  std::string notes;
  for (const VersionChanges& version : versions_) {
    if (version.from <= after_.clock) continue;
    notes += "note: version " + std::to_string(version.version) + " of plan " + version.plan +
             " holds from " + base::format_timestamp(version.from) + ", and the last event is of " +
             base::format_timestamp(after_.clock) +
             ": none is paid by it; write an earlier day to see what it does\n";
  }
  return notes;
}

ExitStatus Simulation::tell() {
  std::fputs(notes_on_versions().c_str(), stderr);
  const SimulateReport report = {
      .plans = options_.plans,
      .against = options_.against,
      .traces = options_.traces,
      .data = {},
      .last_lsn = 0,
      .before = std::move(before_.summary),
      .after = std::move(after_.summary),
      .versions = std::move(versions_),
      .units = compare(before_.payments, after_.payments, options_.top),
  };
  guerdon::tools::tell(report, options_.json);
  return ExitStatus::kDone;
}

}  // namespace

ExitStatus simulate(const SimulateOptions& options) {
  if (options.traces.empty() == options.data.empty()) {
    return refuse(kCommand, ExitStatus::kUsage,
                  "--trace FILE... says which events are paid, or --data DIR which engine's; "
                  "one of them is wanted");
  }
  if (options.data.empty()) return Simulation(options).run();
  if (options.plans.size() == 1) return simulate_correction(options);
  return refuse(kCommand, ExitStatus::kUsage,
                "with --data one version is tried at a time: name one plan");
}

}  // namespace guerdon::tools
