// The log of a running engine: recovered when the engine is opened, then written behind it.
//
// Thread-safety: one thread until recover() has returned; then what commit() says.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "engine/event/record_codec.h"
#include "engine/os/disk.h"
#include "engine/pipeline/checkpoint.h"
#include "engine/pipeline/group_commit.h"
#include "engine/pipeline/log_replay.h"
#include "engine/program/program.h"
#include "engine/runtime/snapshots.h"
#include "engine/wal/log_reader.h"
#include "engine/wal/spare_segments.h"

namespace guerdon::runtime {

class EngineLog {
 public:
  // `jobs`: that may be admitted after one commit().has_room(): those that the assembly has, and
  // one more of each feed, which asked before it took one.
  EngineLog(std::unique_ptr<os::Disk> disk, uint64_t segment_bytes, uint32_t jobs,
            pipeline::GroupCommit::Hooks hooks);

  // Loads the newest snapshot that is whole into `state`, which is new, and replays the log behind
  // it, or all of it; keeps aside what was torn, and makes ready to append; a new log begins with
  // the plans. A book that is behind the snapshot is a reason to replay all of the log; what else
  // is wrong with one is none to stop. False: fault().
  bool recover(const pipeline::State& state, pipeline::LogReplay& replay);
  // What was found and passed over, for people: a line each.
  const std::string& notes() const { return notes_; }

  // Puts a version of a plan behind all that was appended. False: *error; nothing was.
  bool publish(const event::PlanRecord& plan, int64_t at, std::string* error);

  // Writes a snapshot of the state, which is at rest. False: *error; the log goes on.
  bool write_snapshot(const pipeline::State& state, std::string* error);
  // LSNs of the snapshots that are there, the newest first; without those that are damaged.
  const std::vector<uint64_t>& snapshots() const { return found_.lsns; }

  // For who reads what is there.
  os::Disk& disk() { return *disk_; }

  const pipeline::LogFault& fault() const { return fault_; }

  // REQUIRES: recover() gave true.
  pipeline::GroupCommit& commit() { return *commit_; }
  const pipeline::GroupCommit& commit() const { return *commit_; }

 private:
  bool open_book(bookkeeping::BookKeeper& book);
  bool may_derive_all(bookkeeping::BookKeeper& book);
  wal::LogId log_id();
  bool load_snapshot(const pipeline::State& state, pipeline::LogReplay& replay);
  bool replay_log(const pipeline::State& state, pipeline::LogReplay& replay);
  static bool settle_book(pipeline::State* state, std::string* error);
  bool clear_leftovers();
  bool settle(const wal::LogReader& reader);
  bool begin(const plan::Program& program);
  bool fail(std::string_view doing, os::DiskStatus status);

  std::unique_ptr<os::Disk> disk_;
  wal::SpareSegments spares_;
  const uint32_t jobs_;
  pipeline::GroupCommit::Hooks hooks_;
  pipeline::LogFault fault_;
  std::string notes_;
  FoundSnapshots found_;
  bool knows_book_ = false;                      // the newest snapshot does
  wal::LogId new_log_;                           // what one that is begun will be called
  std::optional<pipeline::GroupCommit> commit_;  // last: its threads use the above
};

}  // namespace guerdon::runtime
