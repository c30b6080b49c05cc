// A report in the three steps in which it is made:
//
//   ReportMaking making(core, query);             // all stages at rest: what the state says
//   if (auto fault = making.read(book, log)) ...  // any thread: book and log, up to that LSN
//   write_reports(core, making, reply);           // all stages at rest: names are looked up
//
// It is exact at one LSN, that of the first step: what the book and the log have behind it is left
// out, and what was due by then and no sweep had made yet is in it.
//
// Thread-safety: one thread at a time.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/book/book_reader.h"
#include "engine/os/disk.h"
#include "engine/program/machine.h"
#include "engine/reports/log_tally.h"
#include "engine/reports/plan_report.h"
#include "engine/reports/report_query.h"
#include "engine/runtime/core.h"

namespace guerdon::reports {

// Entries of a book that a report goes through on the wire.
inline constexpr uint64_t kReportEntriesMax = 100'000'000;

// How much it reads; on the wire others wait for the book meanwhile.
struct ReportBounds {
  uint64_t entries = kReportEntriesMax;
  uint64_t records = kReportRecordsMax;
};

// Entries that the log has made and the book may not have yet, in their order; `before`: how many
// were made before the first of them.
struct LaterEntries {
  uint64_t before = 0;
  std::vector<ledger::Entry> entries;
};

// Why there is no report.
struct ReportFault {
  std::string_view code;  // NOBOOK, LIMIT
  std::string sentence;
};

class ReportMaking {
 public:
  // REQUIRES: all stages are at rest.
  ReportMaking(const runtime::Core& core, const ReportQuery& query);

  // All entries of the book, then those of `later` that it does not have; and the log: that is
  // durable up to lsn(). Once. REQUIRES: book and `later` together have all up to lsn().
  std::optional<ReportFault> read(book::BookReader& book, os::Disk& log,
                                  const ReportBounds& bounds = {}, const LaterEntries& later = {});

  const plan::Program& program() const { return program_; }
  // By plan, as they are loaded.
  const std::vector<PlanReport>& reports() const { return reports_; }
  const std::string& unit() const { return unit_; }  // empty: all are shown
  uint64_t lsn() const { return lsn_; }
  base::TimeMs at() const { return at_; }
  // Why the log was not read; empty where it was, or was too long.
  const std::string& log_problem() const { return log_problem_; }

 private:
  const plan::Program& program_;  // that of the LSN
  const std::string unit_;
  const uint64_t lsn_;
  const base::TimeMs at_;
  const plan::Reopenings reopened_;
  std::vector<PlanReport> reports_;
  std::vector<ledger::Entry> due_;
  std::string log_problem_;
};

}  // namespace guerdon::reports
