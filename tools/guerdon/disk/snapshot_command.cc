#include "tools/guerdon/disk/snapshot_command.h"

#include <cstdio>
#include <vector>

#include "tools/guerdon/disk/snapshot_report.h"

namespace guerdon::tools {

namespace {

using snapshot::Fault;

bool is_sound(const SnapshotReport& report) { return report.problem.fault == Fault::kNone; }

// Tells the problems; the worst of them is how the command ends.
ExitStatus tell_problems(const std::vector<SnapshotReport>& reports) {
  ExitStatus status = ExitStatus::kDone;
  for (const SnapshotReport& report : reports) {
    if (is_sound(report)) continue;
    std::fprintf(stderr, "%s\n", report.problem.sentence().c_str());
    if (report.problem.fault == Fault::kDisk) {
      status = ExitStatus::kEnvironment;
    } else if (status == ExitStatus::kDone) {
      status = ExitStatus::kNo;
    }
  }
  return status;
}

ExitStatus cannot_open(const std::string& error) {
  std::fprintf(stderr, "guerdon snapshot: %s\n", error.c_str());
  return ExitStatus::kEnvironment;
}

}  // namespace

ExitStatus snapshot_inspect(const std::string& path, bool json) {
  std::string error;
  const std::vector<SnapshotReport> reports = read_snapshots(path, &error);
  if (reports.empty()) return cannot_open(error);
  if (json) std::fputs(to_json(reports).c_str(), stdout);
  bool is_first = true;
  for (const SnapshotReport& report : reports) {
    if (json || !is_sound(report)) continue;
    if (!is_first) std::fputs("\n", stdout);
    is_first = false;
    std::fputs(to_page(report).c_str(), stdout);
  }
  return tell_problems(reports);
}

ExitStatus snapshot_verify(const std::string& path) {
  std::string error;
  const std::vector<SnapshotReport> reports = read_snapshots(path, &error);
  if (reports.empty()) return cannot_open(error);
  for (const SnapshotReport& report : reports) {
    if (is_sound(report)) std::printf("%s: ok\n", report.name.c_str());
  }
  return tell_problems(reports);
}

}  // namespace guerdon::tools
