// What a report takes of the log: events that came late, and keys that tables from files have no
// row for. Nothing of that is kept while events are taken, so it is found anew.
//
// Thread-safety: one thread; the log may be written meanwhile.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "engine/os/disk.h"
#include "engine/program/machine.h"
#include "engine/program/program.h"
#include "engine/reports/plan_report.h"

namespace guerdon::reports {

// Records that are read, the newest: where a period began before them nothing is said of it.
inline constexpr uint64_t kReportRecordsMax = 5'000'000;

// Puts LogFigures into each report for whose period the log is read whole, up to `last_lsn`, which
// is durable. `reopened`: what was opened again up to there. Where the log cannot be read: a
// sentence, and no report has any.
std::string read_log(const plan::Program& program, const plan::Reopenings& reopened, os::Disk& log,
                     uint64_t last_lsn, std::vector<PlanReport>* reports,
                     uint64_t records_max = kReportRecordsMax);

}  // namespace guerdon::reports
