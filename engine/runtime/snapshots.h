// The snapshots in an engine's folder: the newest good one is where a start begins, and the two
// newest are kept.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "engine/os/disk.h"
#include "engine/pipeline/checkpoint.h"
#include "engine/pipeline/log_replay.h"
#include "engine/snapshot/snapshot_reader.h"
#include "engine/wal/format.h"

namespace guerdon::runtime {

inline constexpr size_t kSnapshotsKept = 2;

// The LSNs of those that are there, the newest first.
os::DiskStatus list_snapshot_lsns(os::Disk& disk, std::vector<uint64_t>* lsns);

// Removes those that an earlier run did not finish.
os::DiskStatus remove_unfinished_snapshots(os::Disk& disk);

// Opens the newest that is whole, byte for byte; null where there is none. What is wrong with newer
// ones is said in *notes, a line each. False: the disk refuses, *fault.
bool find_snapshot(os::Disk& disk, std::unique_ptr<snapshot::SnapshotReader>* found,
                   std::string* notes, pipeline::LogFault* fault);

// Where the log goes on behind it.
pipeline::LogReplay::Position position_of(const snapshot::SnapshotHeader& header);

// Writes one of the state as it is, whose log ends at `end`; then removes all but the newest
// kSnapshotsKept. False: *error; then there is none more, and all else is as it was.
bool write_snapshot(os::Disk& disk, const pipeline::State& state, const wal::LogPosition& end,
                    int64_t created_at, std::string* error);

}  // namespace guerdon::runtime
