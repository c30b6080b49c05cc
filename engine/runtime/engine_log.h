// The log of a running engine: recovered when the engine is opened, then written behind it.
//
// Thread-safety: one thread until recover() has returned; then what commit() says.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "engine/os/disk.h"
#include "engine/pipeline/group_commit.h"
#include "engine/pipeline/log_replay.h"
#include "engine/program/program.h"
#include "engine/wal/spare_segments.h"

namespace guerdon::runtime {

class EngineLog {
 public:
  // `jobs`: that the assembly has.
  EngineLog(std::unique_ptr<os::Disk> disk, uint64_t segment_bytes, uint32_t jobs,
            pipeline::GroupCommit::Hooks hooks);

  // Replays what is there, keeps aside what was torn, and makes ready to append; a new log begins
  // with the plans. False: fault().
  bool recover(const plan::Program& program, pipeline::LogReplay& replay);

  const pipeline::LogFault& fault() const { return fault_; }

  // REQUIRES: recover() gave true.
  pipeline::GroupCommit& commit() { return *commit_; }
  const pipeline::GroupCommit& commit() const { return *commit_; }

 private:
  bool begin(const plan::Program& program);
  bool fail(std::string_view doing, os::DiskStatus status);

  std::unique_ptr<os::Disk> disk_;
  wal::SpareSegments spares_;
  const uint32_t jobs_;
  pipeline::GroupCommit::Hooks hooks_;
  pipeline::LogFault fault_;
  std::optional<pipeline::GroupCommit> commit_;  // last: its threads use the above
};

}  // namespace guerdon::runtime
