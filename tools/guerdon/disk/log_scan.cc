#include "tools/guerdon/disk/log_scan.h"

#include <filesystem>
#include <system_error>
#include <vector>

#include "tools/guerdon/tenant_folders.h"

namespace guerdon::tools {

namespace {

using Step = wal::LogReader::Step;

bool open_part(wal::LogReader& reader, const LogPart& part) {
  if (!part.segment.empty()) return reader.open_segment(part.segment);
  return part.from_lsn == 0 ? reader.open_oldest() : reader.open(part.from_lsn);
}

void add_frame(const wal::FrameHeader& frame, LogTotals* totals) {
  ++totals->frames;
  totals->records += frame.records;
  totals->bytes += wal::frame_bytes(frame.payload_bytes);
  totals->last_flags = frame.flags;
  totals->last_records = frame.records;
  if (frame.records == 0) return;
  if (totals->first_lsn == 0) totals->first_lsn = frame.first_lsn;
  totals->last_lsn = frame.first_lsn + frame.records - 1;
}

// Tells of segments up to the one that is read; some hold no frame.
class SegmentTeller {
 public:
  SegmentTeller(const wal::LogReader& reader, const LogListener& listener)
      : reader_(reader),
        listener_(listener),
        segments_(reader.ahead().begin(), reader.ahead().end()) {}

  void tell() {
    const size_t behind = segments_.size() - reader_.ahead().size();
    for (; told_ <= behind && told_ < segments_.size(); ++told_) {
      if (listener_.segment) listener_.segment(segments_[told_]);
    }
  }

 private:
  const wal::LogReader& reader_;
  const LogListener& listener_;
  const std::vector<wal::LogReader::Segment> segments_;
  size_t told_ = 0;
};

Step read_frames(wal::LogReader& reader, const LogListener& listener, LogTotals* totals,
                 bool* is_stopped) {
  SegmentTeller segments(reader, listener);
  Step step = Step::kFrame;
  while (!*is_stopped && (step = reader.next()) == Step::kFrame) {
    segments.tell();
    add_frame(reader.header(), totals);
    *is_stopped = listener.frame && !listener.frame(reader);
  }
  segments.tell();
  return step;
}

// kMoving does not come of it.
ScanEnd scan_once(os::Disk& disk, const LogPart& part, const LogListener& listener,
                  LogTotals* totals, wal::Problem* problem) {
  wal::LogReader reader(disk);
  *totals = {};
  Step step = Step::kProblem;
  bool is_stopped = false;
  if (open_part(reader, part)) {
    totals->segments = reader.ahead().size();
    step = read_frames(reader, listener, totals, &is_stopped);
  }
  totals->chain = reader.end().chain;
  totals->torn = reader.torn();
  *problem = reader.problem();
  if (is_stopped) return ScanEnd::kStopped;
  return step == Step::kEnd ? ScanEnd::kEnd : ScanEnd::kProblem;
}

bool is_same(const wal::Problem& a, const wal::Problem& b) {
  return a.file == b.file && a.offset == b.offset && a.lsn == b.lsn && a.what == b.what;
}

}  // namespace

ScanEnd scan_log(os::Disk& disk, const LogPart& part, const LogListener& listener,
                 LogTotals* totals, wal::Problem* problem) {
  const ScanEnd end = scan_once(disk, part, listener, totals, problem);
  if (end != ScanEnd::kProblem || !problem->is_damage) return end;
  LogTotals ignored;
  wal::Problem again;
  const ScanEnd second = scan_once(disk, part, {}, &ignored, &again);
  return second == ScanEnd::kProblem && is_same(*problem, again) ? end : ScanEnd::kMoving;
}

std::unique_ptr<os::Disk> open_log_path(const std::string& path, LogPart* part,
                                        std::string* error) {
  std::error_code failed;
  if (!std::filesystem::is_regular_file(path, failed)) return open_engine_folder(path, error);
  const std::filesystem::path file(path);
  part->segment = file.filename().string();
  if (!wal::is_segment_name(part->segment)) {
    *error = path + " is no segment of a log: those are named wal-EPOCH-LSN.seg";
    return nullptr;
  }
  const std::string folder = file.parent_path().string();
  return os::open_disk_to_read(folder.empty() ? "." : folder, error);
}

}  // namespace guerdon::tools
