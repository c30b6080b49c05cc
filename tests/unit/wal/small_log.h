// Small logs on a disk in memory, and what is in them.
#pragma once

#include <string>
#include <vector>

#include "engine/wal/log_reader.h"
#include "engine/wal/log_writer.h"
#include "engine/wal/spare_segments.h"
#include "tests/support/crash_disk.h"

namespace guerdon::wal {

inline constexpr uint64_t kSmallSegment = 64 * 1024;

// An engine's start: reads the log to its end, settles it and goes on there. Records are texts of
// one line.
class Writer {
 public:
  explicit Writer(os::Disk& disk);

  // A frame of these records; how it went.
  Append write(const std::vector<std::string>& records, uint32_t flags = 0);

  // Why the last frame was not written.
  std::string error() const { return settled_.ok() ? log_.error() : settled_.sentence(); }
  uint64_t next_lsn() const { return log_.end().next_lsn; }
  SpareSegments& spares() { return spares_; }

 private:
  SpareSegments spares_;
  os::DiskStatus settled_;
  LogWriter log_;
  FrameBuffer buffer_;
};

// All that can be read.
struct Content {
  std::vector<std::string> records;
  LogReader::Step ended = LogReader::Step::kProblem;
  LogPosition end;
  TornTail torn;
  Problem problem;
};
Content read_log(os::Disk& disk, uint64_t first_lsn = 1);

// `count` records of different sizes, from number `first`; every tenth is of some blocks.
std::vector<std::string> some_records(size_t first, size_t count);

}  // namespace guerdon::wal
