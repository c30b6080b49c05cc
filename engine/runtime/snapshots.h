// The snapshots in an engine's folder: the newest good one is where a start begins, and the two
// newest are kept.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/os/disk.h"
#include "engine/pipeline/checkpoint.h"
#include "engine/pipeline/log_replay.h"
#include "engine/snapshot/snapshot_reader.h"
#include "engine/wal/format.h"
#include "engine/wal/log_reader.h"

namespace guerdon::runtime {

inline constexpr size_t kSnapshotsKept = 2;
inline constexpr std::string_view kDamaged = ".damaged";

// The LSNs of those that are there, the newest first.
os::DiskStatus list_snapshot_lsns(os::Disk& disk, std::vector<uint64_t>* lsns);

// Removes those that an earlier run did not finish.
os::DiskStatus remove_unfinished_snapshots(os::Disk& disk);

struct FoundSnapshots {
  std::unique_ptr<snapshot::SnapshotReader> newest;  // that is whole, open; null: there is none
  std::vector<uint64_t> lsns;                        // of it and of those before it
  std::vector<snapshot::Problem> rejected;           // of newer ones, which are not whole
  std::optional<uint64_t> book_entries;              // of newest, if it knows of a book
};

// Opens the newest that is whole, byte for byte. False: the disk refuses, or a newer version has
// written there, *fault.
bool find_snapshot(os::Disk& disk, FoundSnapshots* found, pipeline::LogFault* fault);

// Gives those that were rejected another name, ".damaged" behind the old one, so that people can
// look at them and nothing else does. What was wrong, and what was used instead: a line each.
std::string set_aside(os::Disk& disk, const FoundSnapshots& found);

// What a problem with the log or a snapshot is to who opens the folder.
pipeline::LogFault fault_of(const wal::Problem& problem);
pipeline::LogFault fault_of(const snapshot::Problem& problem);

// Where the log goes on behind it.
pipeline::LogReplay::Position position_of(const snapshot::SnapshotHeader& header);

// Writes one of the state as it is, whose log ends at `end`; then removes all but the newest
// kSnapshotsKept of *lsns, which are those that are good, the newest first. One that cannot be
// removed stays among them, and is tried again with the next. False: *error; then there is none
// more, and all else is as it was.
bool write_snapshot(os::Disk& disk, const pipeline::State& state, const wal::LogPosition& end,
                    int64_t created_at, std::vector<uint64_t>* lsns, std::string* error);

}  // namespace guerdon::runtime
