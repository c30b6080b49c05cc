// What can be said of a snapshot without knowing what is in its sections.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "engine/snapshot/snapshot_reader.h"

namespace guerdon::tools {

struct SnapshotSection {
  uint32_t number = 0;
  std::string name;  // empty: not known to this version
  uint64_t blocks = 0;
  uint64_t bytes = 0;  // of what it says, without headers and padding
};

struct SnapshotReport {
  std::string name;
  snapshot::SnapshotHeader header;
  std::vector<SnapshotSection> sections;
  snapshot::FooterHeader footer;
  std::string summary;
  uint64_t bytes = 0;         // of the file
  snapshot::Problem problem;  // Fault::kNone: all of it is as it was written
};

// Of the file at this path, or of each snapshot of the folder there, the newest first. None, and a
// sentence, where there is none to be opened.
std::vector<SnapshotReport> read_snapshots(const std::string& path, std::string* error);

// Aligned lines; a JSON array of all. REQUIRES, for a page: no problem.
std::string to_page(const SnapshotReport& report);
std::string to_json(const std::vector<SnapshotReport>& reports);

// 64 lower-case hexadecimal digits, as other tools print a SHA-256.
std::string to_hex(const std::array<uint8_t, 32>& hash);

// A time for people; a number where it is out of range.
std::string to_time(int64_t ms);

}  // namespace guerdon::tools
