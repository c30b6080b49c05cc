// Appends frames to a log: each is on the device when append() returns, and only one is ever on its
// way. Never appends to a segment of an earlier start: its first frame begins a new epoch.
//
// Errors: a full disk shows before anything is written (kNoSpace: nothing has changed, try again
// later). Any other error is final: what is on the device is not known, so there is no retry, and
// the writer says kFailed for ever (the engine then ends the process).
//
// Thread-safety: one thread at a time.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "engine/os/disk.h"
#include "engine/wal/format.h"
#include "engine/wal/frame_buffer.h"
#include "engine/wal/spare_segments.h"

namespace guerdon::wal {

enum class Append : uint8_t { kDurable, kNoSpace, kFailed };

// What its maker says of a frame; all else follows from the log.
struct FrameFields {
  uint32_t records = 0;
  int64_t before_at = 0;
  uint32_t plan_version = 0;
  uint32_t flags = 0;
  Digest digest;
};

class LogWriter {
 public:
  // Goes on at `end`, in an epoch of its own. The disk and the spares must outlive it.
  // `created_at`: for the headers of segments, in milliseconds since 1970.
  LogWriter(os::Disk& disk, SpareSegments& spares, const LogPosition& end, int64_t created_at);

  // Blocks until the frame is durable. The buffer's payload stays as it is; it is not cleared.
  Append append(FrameBuffer& buffer, const FrameFields& fields);

  // Bytes left for frames in the segment that is written to.
  uint64_t room() const { return file_ == nullptr ? 0 : file_->size() - offset_; }
  // After the last frame.
  const LogPosition& end() const { return end_; }
  // Why it failed: a sentence that names the file. Empty until then.
  const std::string& error() const { return error_; }
  // Bytes of frames written, with their padding.
  uint64_t bytes() const { return bytes_; }

 private:
  Append roll();
  Append fail(std::string_view doing, std::string_view name, os::DiskStatus status);

  os::Disk& disk_;
  SpareSegments& spares_;
  const int64_t created_at_;
  LogPosition end_;
  std::string name_;  // of the segment that is written to
  std::unique_ptr<os::DiskFile> file_;
  uint64_t first_lsn_ = 0;  // of it
  uint64_t offset_ = 0;
  uint64_t bytes_ = 0;
  bool has_failed_ = false;
  std::string error_;
};

}  // namespace guerdon::wal
