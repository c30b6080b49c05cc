// What `guerdon log inspect` prints, as text for people or as an object of JSON a line.
#pragma once

#include <memory>
#include <string>

#include "engine/wal/log_reader.h"
#include "tools/guerdon/disk/log_records.h"
#include "tools/guerdon/disk/log_scan.h"

namespace guerdon::tools {

// In the order of the log: a segment, its frames, their records; the end comes once. Prints to
// standard output.
class LogPrinter {
 public:
  virtual ~LogPrinter() = default;
  virtual void print_segment(const wal::LogReader::Segment& segment) = 0;
  // `offset`: where it begins in its segment; `chain`: its hash.
  virtual void print_frame(uint64_t offset, const wal::FrameHeader& frame,
                           const wal::ChainHash& chain) = 0;
  virtual void print_record(const LogRecord& record) = 0;
  virtual void print_end(const LogTotals& totals) = 0;
};

std::unique_ptr<LogPrinter> text_log_printer();
std::unique_ptr<LogPrinter> json_log_printer();

}  // namespace guerdon::tools
