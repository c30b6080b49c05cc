#include <cstdio>
#include <memory>
#include <string>
#include <vector>

#include "engine/base/assert.h"
#include "tools/guerdon/disk/log_command.h"
#include "tools/guerdon/disk/log_printer.h"
#include "tools/guerdon/disk/log_records.h"
#include "tools/guerdon/disk/log_scan.h"

namespace guerdon::tools {

namespace {

// What is told of a log, printed.
class Inspection {
 public:
  // `records` may be null: then no record is printed.
  Inspection(const LogInspectOptions& options, LogRecords* records)
      : has_frames_(options.frames || options.records),
        records_(records),
        printer_(options.json ? json_log_printer() : text_log_printer()) {}

  LogListener listener() {
    return {[this](const wal::LogReader::Segment& segment) { printer_->print_segment(segment); },
            [this](const wal::LogReader& log) { return add_frame(log); }};
  }

  void finish(const LogTotals& totals) { printer_->print_end(totals); }

  // Of a frame that holds something else than records.
  const std::string& error() const { return error_; }

 private:
  bool add_frame(const wal::LogReader& log) {
    const wal::FrameHeader& frame = log.header();
    const uint64_t offset = log.offset() - wal::frame_bytes(frame.payload_bytes);
    if (has_frames_) printer_->print_frame(offset, frame, log.end().chain);
    if (records_ == nullptr) return true;
    std::vector<LogRecord> records;
    const bool is_read = records_->read(frame, log.payload(), &records, &error_);
    for (const LogRecord& record : records) printer_->print_record(record);
    return is_read;
  }

  const bool has_frames_;
  LogRecords* const records_;
  const std::unique_ptr<LogPrinter> printer_;
  std::string error_;
};

ExitStatus inspect(os::Disk& disk, const LogPart& part, const LogInspectOptions& options,
                   LogRecords* records) {
  Inspection inspection(options, records);
  LogTotals totals;
  wal::Problem problem;
  switch (scan_log(disk, part, inspection.listener(), &totals, &problem)) {
    case ScanEnd::kEnd:
      inspection.finish(totals);
      return ExitStatus::kDone;
    case ScanEnd::kStopped:
      return refuse("log inspect", ExitStatus::kDamage, inspection.error());
    case ScanEnd::kProblem:
      return refuse("log inspect",
                    problem.is_damage ? ExitStatus::kDamage : ExitStatus::kEnvironment,
                    problem.sentence());
    case ScanEnd::kMoving:
      return refuse("log inspect", ExitStatus::kDone,
                    "the log is being written; what came behind LSN " +
                        std::to_string(problem.lsn - 1) + " was not shown");
  }
  GUERDON_UNREACHABLE();
}

}  // namespace

ExitStatus log_inspect(const LogInspectOptions& options) {
  std::string error;
  LogPart part;
  const std::unique_ptr<os::Disk> disk = open_log_path(options.path, &part, &error);
  if (disk == nullptr) return refuse("log inspect", ExitStatus::kEnvironment, error);
  std::unique_ptr<LogRecords> records;
  if (options.records) {
    records = LogRecords::open(*disk, &error);
    if (records == nullptr) return refuse("log inspect", ExitStatus::kEnvironment, error);
  }
  return inspect(*disk, part, options, records.get());
}

}  // namespace guerdon::tools
