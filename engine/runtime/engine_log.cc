#include "engine/runtime/engine_log.h"

#include <algorithm>
#include <utility>

#include "engine/base/assert.h"
#include "engine/event/record_codec.h"
#include "engine/os/clock.h"
#include "engine/os/environment.h"
#include "engine/wal/settle.h"

namespace guerdon::runtime {

using FaultKind = pipeline::LogFault::Kind;

EngineLog::EngineLog(std::unique_ptr<os::Disk> disk, uint64_t segment_bytes, uint32_t jobs,
                     pipeline::GroupCommit::Hooks hooks)
    : disk_(std::move(disk)),
      spares_(*disk_, segment_bytes),
      jobs_(jobs),
      hooks_(std::move(hooks)) {}

bool EngineLog::fail(std::string_view doing, os::DiskStatus status) {
  fault_ = {FaultKind::kDisk, "cannot " + std::string(doing) + ": " + status.sentence()};
  return false;
}

bool EngineLog::recover(const pipeline::State& state, pipeline::LogReplay& replay) {
  if (!find_snapshot(*disk_, &found_, &fault_)) return false;
  new_log_ = {os::random_number(), os::random_number()};
  if (state.book == nullptr || open_book(*state.book)) {
    knows_book_ = found_.book_entries.has_value();
  } else {
    found_.newest.reset();  // from the beginning: book and state are derived again
  }
  pipeline::State loaded = state;
  if (loaded.book != nullptr && loaded.book->is_given_up()) loaded.book = nullptr;
  if (!load_snapshot(loaded, replay) || !replay_log(state, replay)) return false;
  if (state.book != nullptr) state.book->end_replay();
  return true;
}

wal::LogId EngineLog::log_id() {
  if (found_.newest != nullptr) return found_.newest->header().log;
  wal::LogReader log(*disk_);
  return log.open(1) && log.end().epoch != 0 ? log.end().log : new_log_;
}

// Where the snapshot's state ends, and else at the beginning. False: all of the log is to be
// replayed for its sake.
bool EngineLog::open_book(bookkeeping::BookKeeper& book) {
  const wal::LogId log = log_id();
  const bool has_snapshot = found_.newest != nullptr;
  if (has_snapshot && found_.book_entries) {
    if (book.open(log, {found_.newest->header().lsn, *found_.book_entries})) return true;
    if (book.problem().fault != book::Fault::kMissing) {
      book.give_up("");
      return true;
    }
  }
  if (has_snapshot && !may_derive_all(book)) return true;
  if (!book.open(log, {})) {
    book.give_up("");
    return true;
  }
  if (!has_snapshot) return true;
  notes_ += "the book is derived again, from LSN 1: it did not reach to the snapshot at LSN " +
            std::to_string(found_.lsns.front()) + ", which was left out for that\n";
  return false;
}

// Else it is given up.
bool EngineLog::may_derive_all(bookkeeping::BookKeeper& book) {
  wal::LogReader log(*disk_);
  if (log.open(1) && log.end().epoch != 0) return true;
  book.give_up(
      "it does not reach to the snapshot, and the log does not begin with LSN 1 any more, so it "
      "cannot be derived again; bring the folder of the book back, or start with --no-book");
  return false;
}

bool EngineLog::load_snapshot(const pipeline::State& state, pipeline::LogReplay& replay) {
  if (found_.newest == nullptr) return true;
  std::string error;
  if (!pipeline::load(*found_.newest, state, &error)) {
    fault_ = fault_of(found_.newest->problem());
    return false;
  }
  replay.begin_at(position_of(found_.newest->header()));
  return true;
}

bool EngineLog::replay_log(const pipeline::State& state, pipeline::LogReplay& replay) {
  const size_t plans = state.program.plans.size();
  wal::LogReader reader(*disk_);
  const bool is_read = reader.open(std::max<uint64_t>(replay.records(), 1)) && replay.run(reader);
  if (!is_read) {
    fault_ = replay.fault();
    if (fault_.sentence.empty()) fault_ = fault_of(reader.problem());
    return false;
  }
  if (replay.records() != 0 && replay.records() < plans) {
    fault_ = {FaultKind::kOtherPlans,
              "the log was written under fewer plans; give those it was written under"};
    return false;
  }
  if (!clear_leftovers() || !settle(reader)) return false;
  wal::LogPosition end = reader.end();
  if (end.epoch == 0) end.log = new_log_;
  commit_.emplace(*disk_, spares_, end, os::SystemClock().wall_ms(), jobs_, std::move(hooks_));
  return replay.records() != 0 || begin(state.program);
}

// First of all that changes anything: on a full disk it makes the room that the rest may need.
bool EngineLog::clear_leftovers() {
  os::DiskStatus status = remove_unfinished_snapshots(*disk_);
  if (!status.ok()) return fail("remove unfinished snapshots", status);
  status = spares_.remove_old();
  if (!status.ok()) return fail("remove unused segments of the log", status);
  notes_ += set_aside(*disk_, found_);
  found_.newest.reset();
  return true;
}

bool EngineLog::settle(const wal::LogReader& reader) {
  bool is_kept = false;
  const os::DiskStatus status = wal::settle(*disk_, reader, &is_kept);
  if (!status.ok()) return fail("make the end of the log durable", status);
  const wal::TornTail& torn = reader.torn();
  if (torn.bytes == 0) return true;
  notes_ +=
      "the log was cut off in " + torn.file + " at " + std::to_string(torn.offset) + ": " +
      std::to_string(torn.bytes) + " bytes of a frame that was never acknowledged " +
      (is_kept ? "are kept aside as .torn\n" : "are not kept aside, since the disk is full\n");
  return true;
}

bool EngineLog::write_snapshot(const pipeline::State& state, std::string* error) {
  if (!commit_->flush()) {
    *error = commit_->error();
    return false;
  }
  pipeline::State saved = state;
  if (!settle_book(&saved, error)) return false;
  const uint64_t lsn = state.admission.last_lsn();
  const bool is_there = !found_.lsns.empty() && found_.lsns.front() == lsn;
  if (is_there && (saved.book == nullptr || knows_book_)) return true;
  const bool is_written = runtime::write_snapshot(*disk_, saved, commit_->end(),
                                                  os::SystemClock().wall_ms(), &found_.lsns, error);
  if (is_written) knows_book_ = saved.book != nullptr;
  return is_written;
}

// No state is ever ahead of its book. One that was given up is left out.
bool EngineLog::settle_book(pipeline::State* state, std::string* error) {
  if (state->book == nullptr) return true;
  switch (state->book->settle()) {
    case book::Append::kDone:
      return true;
    case book::Append::kFailed:
      state->book = nullptr;
      return true;
    case book::Append::kFull:
      *error = "the book cannot be brought to its end: " + state->book->problem().sentence();
      return false;
  }
  GUERDON_UNREACHABLE();
}

bool EngineLog::publish(const event::PlanRecord& plan, int64_t at, std::string* error) {
  const event::Schema none;
  event::RecordWriter records(none);
  std::string bytes;
  records.begin(at);
  records.put_plan(plan, at, &bytes);
  if (bytes.size() > wal::payload_max(spares_.segment_bytes())) {
    *error = "the plan has " + std::to_string(bytes.size()) +
             " bytes with its time zone, more than a frame of the log holds; write a shorter one";
    return false;
  }
  if (commit_->has_room() && commit_->flush() && commit_->append(bytes, 1, at)) return true;
  *error = commit_->error();
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
    fault_ = {FaultKind::kOtherOptions,
              "the plans have " + std::to_string(bytes.size()) +
                  " bytes together, more than a frame of the log holds; write fewer or "
                  "shorter ones"};
    return false;
  }
  if (commit_->has_room() && commit_->append(bytes, count, 0) && commit_->flush()) return true;
  fault_ = {FaultKind::kDisk, commit_->error()};
  return false;
}

}  // namespace guerdon::runtime
