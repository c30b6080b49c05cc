// What a version of a plan would correct of what an engine's log holds: it is published behind a
// copy of that log, and corrects there.
#include <cstdio>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "engine/os/disk.h"
#include "engine/runtime/read_folder.h"
#include "engine/versions/publication.h"
#include "guerdon/engine.h"
#include "tools/guerdon/disk/log_records.h"
#include "tools/guerdon/open_status.h"
#include "tools/guerdon/plan/plan_files.h"
#include "tools/guerdon/simulate/log_copy.h"
#include "tools/guerdon/simulate/payments.h"
#include "tools/guerdon/simulate/plan_sides.h"
#include "tools/guerdon/simulate/simulate.h"
#include "tools/guerdon/simulate/simulate_report.h"

namespace guerdon::tools {

namespace {

ExitStatus refuse(ExitStatus status, const std::string& sentence) {
  return tools::refuse("plan simulate", status, sentence);
}

// The plan with all its versions, the one that is tried behind those of the log.
ExitStatus merge_behind(os::Disk& disk, const PlanText& next, std::vector<plan::Plan>* merged,
                        uint64_t* last_lsn) {
  std::string error;
  const std::unique_ptr<LogRecords> records = LogRecords::open(disk, &error);
  if (records == nullptr || !records->read_to_end(&error)) {
    return refuse(ExitStatus::kEnvironment, error);
  }
  std::string warnings;
  std::optional<plan::Publication> publication =
      records->history().prepare(plan::SourceText(next.name, next.text), &error, &warnings);
  std::fputs(warnings.c_str(), stderr);
  if (!publication) {
    std::fputs(error.c_str(), stderr);
    return ExitStatus::kNo;
  }
  merged->push_back(std::move(publication->merged));
  *last_lsn = records->last_lsn();
  return ExitStatus::kDone;
}

}  // namespace

ExitStatus simulate_correction(const SimulateOptions& options) {
  std::vector<PlanText> texts;
  if (!read_plans(options.plans, &texts)) return ExitStatus::kEnvironment;
  LogCopy copy;
  std::string error;
  if (!copy.take(options.data, &error)) return refuse(ExitStatus::kEnvironment, error);
  std::vector<PlanText> plans;
  std::vector<plan::Plan> merged;  // the one
  uint64_t last_lsn = 0;
  {
    const std::unique_ptr<os::Disk> disk = os::open_disk_to_read(copy.folder(), &error);
    if (disk == nullptr) return refuse(ExitStatus::kEnvironment, error);
    runtime::OpenFault fault;
    if (!runtime::read_log_plans(*disk, &plans, &fault)) {
      return refuse(status_of(fault.kind), fault.sentence);
    }
    const ExitStatus status = merge_behind(*disk, texts.front(), &merged, &last_lsn);
    if (status != ExitStatus::kDone) return status;
  }
  Options of_engine;
  of_engine.data = copy.folder();
  of_engine.segment_bytes = kSegmentBytesMin;
  of_engine.keys = options.keys;
  of_engine.objects = options.objects;
  const std::unique_ptr<Engine> engine = Engine::open(of_engine, plans, &error);
  if (engine == nullptr) return refuse(ExitStatus::kEnvironment, error);
  const RuleNames names(merged, merged);
  if (engine->summary().last_lsn != last_lsn) {
    return refuse(ExitStatus::kNo,
                  "the version before it is not done yet with its corrections; "
                  "try again when it is");
  }
  PaymentCollector corrected(names, engine.get());
  uint64_t lsn = 0;
  std::string warnings;
  if (!engine->publish(texts.front(), &lsn, &error, &warnings)) {
    return refuse(ExitStatus::kNo, error);
  }
  if (!warnings.empty()) return refuse(ExitStatus::kEnvironment, warnings);
  const SimulateReport report = {
      .plans = options.plans,
      .against = {},
      .traces = {},
      .data = options.data,
      .last_lsn = last_lsn,
      .before = {},
      .after = {},
      .versions = {changes_in(merged.front())},
      .units = compare({}, corrected.payments(), options.top),
  };
  tell(report, options.json);
  return ExitStatus::kDone;
}

}  // namespace guerdon::tools
