#include "engine/runtime/snapshots.h"

#include <charconv>
#include <utility>

#include "engine/base/assert.h"
#include "engine/snapshot/snapshot_writer.h"

namespace guerdon::runtime {

namespace {

// "snap-00000000000003e8.snap"
uint64_t lsn_of(std::string_view name) {
  constexpr size_t kPrefix = sizeof("snap-") - 1;
  constexpr size_t kDigits = 16;
  uint64_t lsn = 0;
  const char* const digits = name.data() + kPrefix;
  const auto [end, failed] = std::from_chars(digits, digits + kDigits, lsn, 16);
  GUERDON_ASSERT(failed == std::errc() && end == digits + kDigits);
  return lsn;
}

std::string sentence(std::string_view doing, std::string_view name, os::DiskStatus status) {
  return "cannot " + std::string(doing) + " " + std::string(name) + ": " + status.sentence();
}

std::unique_ptr<snapshot::SnapshotReader> open_one(os::Disk& disk, const std::string& name,
                                                   os::DiskStatus* status) {
  std::unique_ptr<os::DiskFile> file;
  *status = disk.open(name, &file);
  if (!status->ok()) return nullptr;
  return std::make_unique<snapshot::SnapshotReader>(std::move(file), name);
}

}  // namespace

os::DiskStatus list_snapshot_lsns(os::Disk& disk, std::vector<uint64_t>* lsns) {
  std::vector<std::string> names;
  const os::DiskStatus status = snapshot::list_snapshots(disk, &names);
  lsns->clear();
  for (const std::string& name : names) lsns->push_back(lsn_of(name));
  return status;
}

os::DiskStatus remove_unfinished_snapshots(os::Disk& disk) {
  std::vector<std::string> names;
  os::DiskStatus status = disk.list(&names);
  for (const std::string& name : names) {
    if (!status.ok()) break;
    if (!name.ends_with(os::kUnfinished)) continue;
    const std::string_view whole =
        std::string_view(name).substr(0, name.size() - os::kUnfinished.size());
    if (snapshot::is_snapshot_name(whole)) status = disk.remove(name);
  }
  return status;
}

bool find_snapshot(os::Disk& disk, std::unique_ptr<snapshot::SnapshotReader>* found,
                   std::string* notes, pipeline::LogFault* fault) {
  std::vector<std::string> names;
  os::DiskStatus status = snapshot::list_snapshots(disk, &names);
  for (const std::string& name : names) {
    if (!status.ok()) break;
    const auto checked = open_one(disk, name, &status);
    if (checked == nullptr) break;
    if (!checked->open() || !checked->verify()) {
      if (checked->problem().fault == snapshot::Fault::kNewer) {
        *fault = {false, checked->problem().sentence()};
        return false;
      }
      *notes += checked->problem().sentence() + "; the one before it is used\n";
      continue;
    }
    *found = open_one(disk, name, &status);
    if (*found != nullptr && (*found)->open()) return true;
    found->reset();
  }
  if (!status.ok()) *fault = {false, sentence("read", "the snapshots", status)};
  return status.ok();
}

pipeline::LogReplay::Position position_of(const snapshot::SnapshotHeader& header) {
  return {header.lsn, header.chain};
}

bool write_snapshot(os::Disk& disk, const pipeline::State& state, const wal::LogPosition& end,
                    int64_t created_at, std::string* error) {
  snapshot::SnapshotHeader header = pipeline::header_of(state);
  GUERDON_ASSERT(header.lsn + 1 == end.next_lsn);
  header.log = end.log;
  header.epoch = end.epoch;
  header.chain = end.chain;
  header.created_at = created_at;
  snapshot::SnapshotWriter out(disk, header);
  pipeline::save(state, out);
  if (!out.finish(pipeline::summary_of(state))) {
    *error = out.error();
    return false;
  }
  std::vector<std::string> names;
  os::DiskStatus status = snapshot::list_snapshots(disk, &names);
  for (size_t i = kSnapshotsKept; i < names.size() && status.ok(); ++i) {
    status = disk.remove(names[i]);
  }
  if (!status.ok()) *error = sentence("remove", "older snapshots", status);
  return status.ok();
}

}  // namespace guerdon::runtime
