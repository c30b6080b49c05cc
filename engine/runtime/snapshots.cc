#include "engine/runtime/snapshots.h"

#include <utility>

#include "engine/base/assert.h"
#include "engine/snapshot/snapshot_writer.h"

namespace guerdon::runtime {

using FaultKind = pipeline::LogFault::Kind;

namespace {

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

// Where the disk refuses, another snapshot is no answer, and neither is the log where a newer
// version has written.
bool is_passed_over(const snapshot::Problem& problem) {
  return problem.fault == snapshot::Fault::kForeign || problem.fault == snapshot::Fault::kDamage;
}

}  // namespace

os::DiskStatus list_snapshot_lsns(os::Disk& disk, std::vector<uint64_t>* lsns) {
  std::vector<std::string> names;
  const os::DiskStatus status = snapshot::list_snapshots(disk, &names);
  lsns->clear();
  for (const std::string& name : names) lsns->push_back(*snapshot::lsn_of_name(name));
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

bool find_snapshot(os::Disk& disk, FoundSnapshots* found, pipeline::LogFault* fault) {
  std::vector<uint64_t> lsns;
  os::DiskStatus status = list_snapshot_lsns(disk, &lsns);
  for (size_t i = 0; i < lsns.size() && status.ok(); ++i) {
    const std::string name = snapshot::snapshot_name(lsns[i]);
    const auto checked = open_one(disk, name, &status);
    if (checked == nullptr) break;
    if (!checked->open() || !checked->verify()) {
      if (is_passed_over(checked->problem())) {
        found->rejected.push_back(checked->problem());
        continue;
      }
      *fault = fault_of(checked->problem());
      return false;
    }
    found->book_entries = pipeline::book_entries_of(checked->summary());
    found->newest = open_one(disk, name, &status);
    if (!status.ok()) break;
    if (!found->newest->open()) {
      *fault = fault_of(found->newest->problem());
      return false;
    }
    found->lsns.assign(lsns.begin() + static_cast<std::ptrdiff_t>(i), lsns.end());
    return true;
  }
  if (!status.ok()) *fault = {FaultKind::kDisk, sentence("read", "the snapshots", status)};
  return status.ok();
}

std::string set_aside(os::Disk& disk, const FoundSnapshots& found) {
  const std::string used = found.newest == nullptr
                               ? "the log from LSN 1"
                               : "the snapshot at LSN " + std::to_string(found.lsns.front());
  std::string notes;
  for (const snapshot::Problem& problem : found.rejected) {
    const std::string aside = problem.file + std::string(kDamaged);
    (void)disk.remove(aside);  // of an earlier start; mostly there is none
    const os::DiskStatus status = disk.rename(problem.file, aside);
    notes += problem.sentence() + "; " + used + " was used instead, and the file ";
    notes += status.ok() ? "is now " + aside : "keeps its name: " + status.sentence();
    notes += "\n";
  }
  return notes;
}

pipeline::LogFault fault_of(const wal::Problem& problem) {
  return {problem.is_damage ? FaultKind::kDamage : FaultKind::kDisk, problem.sentence()};
}

pipeline::LogFault fault_of(const snapshot::Problem& problem) {
  switch (problem.fault) {
    case snapshot::Fault::kForeign:
    case snapshot::Fault::kDamage:
    case snapshot::Fault::kContent:
      return {FaultKind::kDamage, problem.sentence()};
    case snapshot::Fault::kPlans:
      return {FaultKind::kOtherPlans, problem.sentence()};
    case snapshot::Fault::kOptions:
      return {FaultKind::kOtherOptions, problem.sentence()};
    case snapshot::Fault::kNone:
    case snapshot::Fault::kDisk:
    case snapshot::Fault::kNewer:
      break;
  }
  return {FaultKind::kDisk, problem.sentence()};
}

pipeline::LogReplay::Position position_of(const snapshot::SnapshotHeader& header) {
  return {header.lsn, header.chain};
}

bool write_snapshot(os::Disk& disk, const pipeline::State& state, const wal::LogPosition& end,
                    int64_t created_at, std::vector<uint64_t>* lsns, std::string* error) {
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
  if (lsns->empty() || lsns->front() != header.lsn) lsns->insert(lsns->begin(), header.lsn);
  while (lsns->size() > kSnapshotsKept) {
    if (!disk.remove(snapshot::snapshot_name(lsns->back())).ok()) break;
    lsns->pop_back();
  }
  return true;
}

}  // namespace guerdon::runtime
