#include "engine/runtime/engine_log.h"

#include <algorithm>
#include <utility>

#include "engine/event/record_codec.h"
#include "engine/os/clock.h"
#include "engine/os/environment.h"
#include "engine/runtime/snapshots.h"
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

bool EngineLog::recover(const pipeline::State& state, pipeline::LogReplay& replay) {
  return load_snapshot(state, replay) && replay_log(state, replay);
}

bool EngineLog::load_snapshot(const pipeline::State& state, pipeline::LogReplay& replay) {
  std::unique_ptr<snapshot::SnapshotReader> found;
  if (!find_snapshot(*disk_, &found, &notes_, &fault_)) return false;
  const os::DiskStatus listed = list_snapshot_lsns(*disk_, &snapshots_);
  if (!listed.ok()) return fail("list the snapshots", listed);
  if (found == nullptr) return true;
  if (!pipeline::load(*found, state, &fault_.sentence)) return false;
  replay.begin_at(position_of(found->header()));
  return true;
}

bool EngineLog::replay_log(const pipeline::State& state, pipeline::LogReplay& replay) {
  const size_t plans = state.program.plans.size();
  wal::LogReader reader(*disk_);
  const bool is_read = reader.open(std::max<uint64_t>(replay.records(), 1)) && replay.run(reader);
  if (!is_read) {
    fault_ = replay.fault();
    if (fault_.sentence.empty()) fault_ = {reader.problem().is_damage, reader.problem().sentence()};
    return false;
  }
  if (replay.records() != 0 && replay.records() < plans) {
    fault_ = {false, "the log was written under fewer plans; give those it was written under"};
    return false;
  }
  if (reader.torn().bytes != 0) {
    notes_ += "the log was cut off in " + reader.torn().file + " at " +
              std::to_string(reader.torn().offset) + ": " + std::to_string(reader.torn().bytes) +
              " bytes of a frame that was never acknowledged are kept aside as .torn\n";
  }
  os::DiskStatus status = wal::settle(*disk_, reader);
  if (!status.ok()) return fail("make the end of the log durable", status);
  status = remove_unfinished_snapshots(*disk_);
  if (!status.ok()) return fail("remove unfinished snapshots", status);
  status = spares_.remove_old();
  if (!status.ok()) return fail("remove unused segments of the log", status);
  wal::LogPosition end = reader.end();
  if (end.epoch == 0) end.log = {os::random_number(), os::random_number()};
  commit_.emplace(*disk_, spares_, end, os::SystemClock().wall_ms(), jobs_, std::move(hooks_));
  return replay.records() != 0 || begin(state.program);
}

bool EngineLog::write_snapshot(const pipeline::State& state, std::string* error) {
  if (!commit_->flush()) {
    *error = commit_->error();
    return false;
  }
  const uint64_t lsn = state.admission.last_lsn();
  if (!snapshots_.empty() && snapshots_.front() == lsn) return true;
  const bool is_written =
      runtime::write_snapshot(*disk_, state, commit_->end(), os::SystemClock().wall_ms(), error);
  (void)list_snapshot_lsns(*disk_, &snapshots_);  // where it fails, as they were
  return is_written;
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
