#include "tools/guerdon/disk/snapshot_report.h"

#include <filesystem>
#include <memory>
#include <utility>

#include "engine/base/timestamp.h"
#include "engine/os/disk.h"
#include "engine/pipeline/checkpoint.h"
#include "tools/guerdon/tenant_folders.h"

namespace guerdon::tools {

namespace {

void add_block(const snapshot::BlockHeader& block, std::vector<SnapshotSection>* sections) {
  if (sections->empty() || sections->back().number != block.section) {
    sections->push_back({block.section, std::string(pipeline::section_name(block.section)), 0, 0});
  }
  ++sections->back().blocks;
  sections->back().bytes += block.payload_bytes;
}

SnapshotReport read_snapshot(os::Disk& disk, const std::string& name) {
  SnapshotReport report;
  report.name = name;
  std::unique_ptr<os::DiskFile> file;
  const os::DiskStatus status = disk.open(name, &file);
  if (!status.ok()) {
    report.problem = {snapshot::Fault::kDisk, name, 0, "cannot be opened: " + status.sentence()};
    return report;
  }
  snapshot::SnapshotReader reader(std::move(file), name);
  if (reader.open()) {
    report.header = reader.header();
    while (reader.next() == snapshot::SnapshotReader::Step::kBlock) {
      add_block(reader.block(), &report.sections);
    }
  }
  report.footer = reader.footer();
  report.summary = reader.summary();
  report.bytes = reader.bytes();
  report.problem = reader.problem();
  return report;
}

}  // namespace

std::vector<SnapshotReport> read_snapshots(const std::string& path, std::string* error) {
  const std::filesystem::path given(path);
  std::error_code code;
  const bool is_folder = std::filesystem::is_directory(given, code);
  std::string folder = is_folder ? path : given.parent_path().string();
  if (folder.empty()) folder = ".";
  const std::unique_ptr<os::Disk> disk = open_engine_folder(folder, error);
  if (disk == nullptr) return {};
  std::vector<std::string> names{given.filename().string()};
  if (is_folder) {
    const os::DiskStatus status = snapshot::list_snapshots(*disk, &names);
    if (!status.ok()) *error = "cannot read the folder " + path + ": " + status.sentence();
    if (status.ok() && names.empty()) *error = "there is no snapshot in the folder " + path;
    if (!error->empty()) return {};
  }
  std::vector<SnapshotReport> reports;
  for (const std::string& name : names) reports.push_back(read_snapshot(*disk, name));
  return reports;
}

std::string to_time(int64_t ms) {
  const bool is_in_range = ms >= base::kTimeMin && ms < base::kTimeEnd;
  return is_in_range ? base::format_timestamp(ms) : std::to_string(ms);
}

std::string to_hex(const std::array<uint8_t, 32>& hash) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string hex;
  for (const uint8_t byte : hash) {
    hex += kDigits[byte >> 4];
    hex += kDigits[byte & 0xf];
  }
  return hex;
}

}  // namespace guerdon::tools
