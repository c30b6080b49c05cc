#include "engine/runtime/engine_log.h"

#include <algorithm>
#include <cstring>
#include <utility>

#include "engine/base/assert.h"
#include "engine/event/record_codec.h"
#include "engine/os/clock.h"
#include "engine/os/environment.h"
#include "engine/wal/log_reader.h"

namespace guerdon::runtime {

namespace {
constexpr size_t kSpares = 2;
}

EngineLog::EngineLog(std::unique_ptr<os::Disk> disk, uint64_t segment_bytes)
    : disk_(std::move(disk)),
      spares_(*disk_, segment_bytes),
      buffer_(wal::payload_max(segment_bytes)) {}

bool EngineLog::fail(std::string_view doing, os::DiskStatus status) {
  fault_ = {false, "cannot " + std::string(doing) + ": " + status.sentence()};
  return false;
}

bool EngineLog::recover(const plan::Program& program, pipeline::LogReplay& replay) {
  wal::LogReader reader(*disk_);
  const bool is_read = reader.open(1) && replay.run(reader);
  if (!is_read) {
    fault_ = replay.fault();
    if (fault_.sentence.empty()) fault_ = {reader.problem().is_damage, reader.problem().sentence()};
    return false;
  }
  os::DiskStatus status = wal::settle(*disk_, reader);
  if (!status.ok()) return fail("make the end of the log durable", status);
  status = spares_.remove_old();
  if (!status.ok()) return fail("remove unused segments of the log", status);
  wal::LogPosition end = reader.end();
  if (end.epoch == 0) end.log = {os::random_number(), os::random_number()};
  writer_.emplace(*disk_, spares_, end, os::SystemClock().wall_ms());
  if (replay.records() >= program.plans.size()) return true;
  GUERDON_ASSERT(replay.records() == 0);  // all plans are one frame
  return begin(program);
}

bool EngineLog::begin(const plan::Program& program) {
  event::RecordWriter records(program.schema);
  std::string bytes;
  for (const plan::LoadedPlan& plan : program.plans) {
    records.put_plan({plan.name, plan.text, plan.zone}, 0, &bytes);
  }
  const auto count = static_cast<uint32_t>(program.plans.size());
  if (bytes.size() > wal::payload_max(spares_.segment_bytes())) {
    fault_ = {false, "the plans have " + std::to_string(bytes.size()) +
                         " bytes together, more than a frame of the log holds; write fewer or "
                         "shorter ones"};
    return false;
  }
  if (make_room(1) && write(bytes, count, 0, {})) return true;
  fault_ = {false, error_};
  return false;
}

bool EngineLog::has_room(size_t jobs) {
  const std::lock_guard lock(mutex_);
  return make_room(jobs);
}

// A segment holds at least one frame of the largest size, and so the records of at least one job.
bool EngineLog::make_room(size_t jobs) {
  const uint64_t segment = spares_.segment_bytes() - os::kDiskBlock;
  const uint64_t largest = wal::frame_bytes(wal::payload_max(spares_.segment_bytes()));
  const uint64_t a_segment = segment / largest;
  if (writer_->room() / largest + spares_.count() * a_segment >= jobs) return true;
  const size_t wanted = (jobs + a_segment - 1) / a_segment;
  const os::DiskStatus status = spares_.refill(std::max(kSpares, wanted));
  if (spares_.count() >= wanted) return true;
  error_ = "cannot make a segment of the log: " + status.sentence();
  return false;
}

std::string EngineLog::error() const {
  const std::lock_guard lock(mutex_);
  return error_;
}

// A job is no unit of the log: where it is more than a frame holds, it is some frames.
bool EngineLog::append(const pipeline::Job& job, const wal::Digest& digest) {
  const std::lock_guard lock(mutex_);
  const pipeline::LogBytes& log = job.log;
  GUERDON_ASSERT(log.records() == job.batch.log.size());
  for (size_t first = 0; first < log.records();) {
    const size_t end = log.fit(first, wal::payload_max(spares_.segment_bytes()));
    GUERDON_ASSERT(end > first);
    const int64_t before = first == 0 ? job.before : job.batch.log[first - 1].at;
    const bool is_first = first == 0;
    if (!is_first && !make_room(1)) return false;
    if (!write(log.bytes(first, end), static_cast<uint32_t>(end - first), before,
               is_first ? digest : wal::Digest{})) {
      return false;
    }
    first = end;
  }
  return true;
}

bool EngineLog::write(std::string_view records, uint32_t count, int64_t before_at,
                      const wal::Digest& digest) {
  buffer_.clear();
  std::memcpy(buffer_.end(), records.data(), records.size());
  buffer_.extend(records.size());
  wal::FrameFields fields;
  fields.records = count;
  fields.before_at = before_at;
  fields.digest = digest;
  if (writer_->append(buffer_, fields) == wal::Append::kDurable) return true;
  error_ = writer_->error().empty() ? "no segment of the log is left" : writer_->error();
  return false;
}

}  // namespace guerdon::runtime
