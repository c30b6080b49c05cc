#include "engine/runtime/engine_log.h"

#include <algorithm>
#include <cstring>
#include <utility>

#include "engine/base/assert.h"
#include "engine/event/record_codec.h"
#include "engine/os/clock.h"
#include "engine/os/environment.h"
#include "engine/pipeline/log_bytes.h"
#include "engine/wal/log_reader.h"
#include "engine/wal/settle.h"
#include "guerdon/engine.h"

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
  if (replay.records() == 0) return begin(program);
  if (replay.records() >= program.plans.size()) return true;
  fault_ = {false, "the log was written under fewer plans; give those it was written under"};
  return false;
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

// A segment holds the frames of one job at least, whatever is in it.
bool EngineLog::make_room(size_t jobs) {
  constexpr uint64_t kLargest = wal::frame_bytes(pipeline::LogBytes::kBytesMax);
  static_assert(kLargest <= wal::frame_bytes(wal::payload_max(kSegmentBytesMin)));
  const uint64_t a_segment = (spares_.segment_bytes() - os::kDiskBlock) / kLargest;
  if (writer_->room() / kLargest + spares_.count() * a_segment >= jobs) return true;
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

bool EngineLog::append(const pipeline::Job& job, const wal::Digest& digest) {
  const std::lock_guard lock(mutex_);
  GUERDON_ASSERT(job.log.records() == job.batch.log.size());
  if (job.log.records() == 0) return true;
  return make_room(1) && write(job.log.bytes(), job.log.records(), job.before, digest);
}

void EngineLog::close() {
  const std::lock_guard lock(mutex_);
  if (!writer_ || writer_->bytes() == 0 || !make_room(1)) return;
  buffer_.clear();
  wal::FrameFields fields;
  fields.flags = wal::kSeal | wal::kClean;
  // Where it fails, the log merely ends without it.
  (void)writer_->append(buffer_, fields);
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
