#include "engine/runtime/engine_log.h"

#include <utility>

#include "engine/event/record_codec.h"
#include "engine/os/clock.h"
#include "engine/os/environment.h"
#include "engine/wal/log_reader.h"
#include "engine/wal/settle.h"

namespace guerdon::runtime {

EngineLog::EngineLog(std::unique_ptr<os::Disk> disk, uint64_t segment_bytes, uint32_t jobs,
                     pipeline::GroupCommit::Hooks hooks)
    : disk_(std::move(disk)),
      spares_(*disk_, segment_bytes),
      jobs_(jobs),
      hooks_(std::move(hooks)) {}

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
  if (replay.records() != 0 && replay.records() < program.plans.size()) {
    fault_ = {false, "the log was written under fewer plans; give those it was written under"};
    return false;
  }
  os::DiskStatus status = wal::settle(*disk_, reader);
  if (!status.ok()) return fail("make the end of the log durable", status);
  status = spares_.remove_old();
  if (!status.ok()) return fail("remove unused segments of the log", status);
  wal::LogPosition end = reader.end();
  if (end.epoch == 0) end.log = {os::random_number(), os::random_number()};
  commit_.emplace(*disk_, spares_, end, os::SystemClock().wall_ms(), jobs_, std::move(hooks_));
  return replay.records() != 0 || begin(program);
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
  if (commit_->has_room() && commit_->append(bytes, count, 0) && commit_->flush()) return true;
  fault_ = {false, commit_->error()};
  return false;
}

}  // namespace guerdon::runtime
