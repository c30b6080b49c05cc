#include <cstdio>
#include <string>

#include "tools/guerdon/disk/log_command.h"
#include "tools/guerdon/disk/log_scan.h"
#include "tools/guerdon/disk/log_words.h"
#include "tools/guerdon/tenant_folders.h"

namespace guerdon::tools {

namespace {

// Each time it is read, the process that writes is further on; so this many times are enough.
constexpr int kReadingsMax = 5;

std::string counted(uint64_t n, const char* thing) {
  return std::to_string(n) + " " + thing + (n == 1 ? "" : "s");
}

std::string lsn_range(const LogTotals& totals) {
  if (totals.records == 0) return "no record";
  return "LSN " + std::to_string(totals.first_lsn) + " to " + std::to_string(totals.last_lsn);
}

// How sure one may be of the end.
std::string end_in_words(const LogTotals& totals) {
  std::string words;
  if ((totals.last_flags & wal::kClean) != 0) words = "; stopped in order";
  if (totals.last_records != 0) words = "; nothing vouches for the last frame yet";
  if (totals.torn.bytes != 0) words += "; " + torn_in_words(totals.torn);
  return words;
}

void print_totals(const LogTotals& totals) {
  const std::string line =
      "ok: " + counted(totals.segments, "segment") + ", " + counted(totals.frames, "frame") + ", " +
      counted(totals.records, "record") + ", " + counted(totals.bytes, "byte") + ", " +
      lsn_range(totals) + ", hash " + hex(totals.chain) + end_in_words(totals);
  std::puts(line.c_str());
}

}  // namespace

ExitStatus log_verify(const LogVerifyOptions& options) {
  const std::string& folder = options.folder;
  std::string error;
  const std::unique_ptr<os::Disk> disk = open_engine_folder(folder, &error);
  if (disk == nullptr) return refuse("log verify", ExitStatus::kEnvironment, error);
  LogTotals totals;
  wal::Problem problem;
  ScanEnd end = ScanEnd::kMoving;
  for (int i = 0; i < kReadingsMax && end == ScanEnd::kMoving; ++i) {
    end = scan_log(*disk, {"", options.from_lsn}, {}, &totals, &problem);
  }
  const std::string place = folder + ": ";
  if (end == ScanEnd::kMoving) {
    return refuse(
        "log verify", ExitStatus::kEnvironment,
        "the log changes faster than it can be read; at last, " + place + problem.sentence());
  }
  if (end == ScanEnd::kProblem) {
    return refuse("log verify", problem.is_damage ? ExitStatus::kNo : ExitStatus::kEnvironment,
                  place + problem.sentence());
  }
  if (totals.segments == 0)
    return refuse("log verify", ExitStatus::kEnvironment, "there is no log in " + folder);
  print_totals(totals);
  return ExitStatus::kDone;
}

}  // namespace guerdon::tools
