// An engine's log: recovered when the engine is opened, appended to job by job.
//
// Errors: a full disk is told before anything has got an LSN (has_room()); once append() has
// failed, the state in memory is ahead of the disk, so the engine must not be used any more.
//
// Thread-safety: has_room(), append(), close() and error() from any thread.
#pragma once

#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

#include "engine/os/disk.h"
#include "engine/pipeline/job.h"
#include "engine/pipeline/log_replay.h"
#include "engine/program/program.h"
#include "engine/wal/frame_buffer.h"
#include "engine/wal/log_writer.h"
#include "engine/wal/spare_segments.h"

namespace guerdon::runtime {

class EngineLog {
 public:
  EngineLog(std::unique_ptr<os::Disk> disk, uint64_t segment_bytes);

  // Replays what is there, keeps aside what was torn, and makes ready to append; a new log begins
  // with the plans. False: fault().
  bool recover(const plan::Program& program, pipeline::LogReplay& replay);

  // Whether the next `jobs` can be written, however large they are. False: error(); nothing has
  // changed.
  bool has_room(size_t jobs);
  // Returns when all of the job's records are durable. `digest`: of an LSN before the job, or none.
  // False: error(), for ever.
  bool append(const pipeline::Job& job, const wal::Digest& digest);

  // The last frame of an engine that is stopped in order: it vouches for the one before.
  void close();

  const pipeline::LogFault& fault() const { return fault_; }
  std::string error() const;

 private:
  bool begin(const plan::Program& program);
  bool make_room(size_t jobs);
  bool write(std::string_view records, uint32_t count, int64_t before_at,
             const wal::Digest& digest);
  bool fail(std::string_view doing, os::DiskStatus status);

  mutable std::mutex mutex_;
  std::unique_ptr<os::Disk> disk_;
  wal::SpareSegments spares_;
  wal::FrameBuffer buffer_;
  std::optional<wal::LogWriter> writer_;
  pipeline::LogFault fault_;
  std::string error_;
};

}  // namespace guerdon::runtime
