// Reads a log as it lies on a disk, for the subcommands of `guerdon log`.
//
// A process may write the log at the same time. Then the end of what it writes can look torn or
// damaged for a moment (os/disk.h, open_disk_to_read): so damage is believed when it shows twice at
// the same place.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "engine/os/disk.h"
#include "engine/wal/log_reader.h"

namespace guerdon::tools {

// What of a folder is read: one segment alone, or all from an LSN on.
struct LogPart {
  std::string segment;    // a name; empty: not one alone
  uint64_t from_lsn = 0;  // 0: from the oldest that is there
};

struct LogTotals {
  uint64_t segments = 0;
  uint64_t frames = 0;
  uint64_t records = 0;
  uint64_t bytes = 0;      // of frames, with their padding
  uint64_t first_lsn = 0;  // 0: no record
  uint64_t last_lsn = 0;
  uint32_t last_flags = 0;    // of the last frame
  uint32_t last_records = 0;  //
  wal::ChainHash chain{};     //
  wal::TornTail torn;
};

enum class ScanEnd : uint8_t {
  kEnd,
  kStopped,  // by the caller
  kProblem,
  kMoving,  // what looked like damage did not when it was read again: somebody writes
};

// Who is told; either may be empty.
struct LogListener {
  std::function<void(const wal::LogReader::Segment&)> segment;
  // The reader stands behind the frame. False stops.
  std::function<bool(const wal::LogReader&)> frame;
};

// Tells all there is, once; reads again where there is damage. `problem` is set for kProblem and
// kMoving.
ScanEnd scan_log(os::Disk& disk, const LogPart& part, const LogListener& listener,
                 LogTotals* totals, wal::Problem* problem);

// The folder and, where the path is that of a segment, its name. Null with a sentence.
std::unique_ptr<os::Disk> open_log_path(const std::string& path, LogPart* part, std::string* error);

}  // namespace guerdon::tools
