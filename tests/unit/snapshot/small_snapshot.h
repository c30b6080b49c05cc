// Small snapshots on a disk in memory, and what is in them.
#pragma once

#include <map>
#include <string>

#include "engine/snapshot/snapshot_reader.h"
#include "engine/snapshot/snapshot_writer.h"
#include "tests/support/crash_disk.h"

namespace guerdon::snapshot {

using Sections = std::map<uint32_t, std::string>;

SnapshotHeader header_of(uint64_t lsn);

// Writes these sections; empty when it is done, else the sentence.
std::string write(os::Disk& disk, uint64_t lsn, const Sections& sections,
                  std::string_view summary = "a summary");

// All that can be read.
struct Content {
  Sections sections;
  std::string summary;
  SnapshotHeader header;
  bool is_sound = false;
  Problem problem;
};
Content read(os::Disk& disk, const std::string& name);

// Three sections of some hundred bytes.
const Sections& small_sections();

}  // namespace guerdon::snapshot
