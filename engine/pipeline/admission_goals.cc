// What a TARGET or a STAGE is said for besides the account: texts, which may be any, get their
// numbers. And which file of goals is staged, and whether it can be committed.
#include "engine/event/command.h"
#include "engine/event/command_codec.h"
#include "engine/pipeline/admission.h"

namespace guerdon::pipeline {

using event::CommandField;
using event::CommandKind;
using event::Outcome;

namespace {

// Calls visit(k, text) for each key that is a text.
template <typename Visit>
void for_each_text(const event::Schema& schema, const event::Batch& batch,
                   const event::Record& record, const Visit& visit) {
  if (!event::says_goal(record)) return;
  const event::CommandView command(batch, record);
  const auto number = static_cast<size_t>(command[event::CommandField::kGoal]);
  const event::GoalName& goal = schema.goals()[number];
  for (size_t k = 0; k < goal.keys.size(); ++k) {
    if (goal.key_is_text[k]) visit(k, command.text(event::goal_key(k)));
  }
}

}  // namespace

bool Admission::has_room_for_goal_keys(const event::Batch& batch,
                                       const event::Record& record) const {
  size_t fresh = 0;
  for_each_text(program_->schema, batch, record, [&](size_t, const event::Text& text) {
    if (symbols_.find(batch.view(text), text.hash) == plan::kOtherSymbol) ++fresh;
  });
  return fresh <= plan::kSymbolsMax - symbols_.size();
}

void Admission::resolve_goal_keys(event::Batch& batch, const event::Record& record) {
  for_each_text(program_->schema, batch, record, [&](size_t k, const event::Text& text) {
    batch.values[record.values + event::kGoalKeys + k] = intern(batch.view(text), text.hash);
  });
}

// Before there is an LSN: what stands in the log was done.
event::CommandResult Admission::may_stage(const event::Batch& batch, const event::Record& record,
                                          base::TimeMs at) const {
  const event::CommandView command(batch, record);
  const bool is_it = staged_ && staged_->name == batch.view(command.text(CommandField::kOf));
  if (event::kind_of(record) == CommandKind::kStage) {
    return {0, 0, is_it || !staged_ ? Outcome::kOk : Outcome::kConflict};
  }
  if (!is_it) return {0, 0, Outcome::kUnknown};
  if (event::kind_of(record) == CommandKind::kAbort) return {0, 0, Outcome::kOk};
  const bool is_whole = static_cast<uint64_t>(command[CommandField::kPieces]) == staged_->rows;
  if (!is_whole) return {static_cast<int64_t>(staged_->rows), 0, Outcome::kInvalid};
  return may_commit(at);
}

// Of all rows at once, by what they are about: of a million rows that is a few periods.
event::CommandResult Admission::may_commit(base::TimeMs at) const {
  plan::CountedPeriods periods(*program_);
  bool is_late = false;
  bool is_ahead = false;
  for (const auto& [number, period] : staged_->periods) {
    if (!event::is_asked_of(program_->schema.goals()[number], period)) {
      return {0, 0, Outcome::kInvalid};
    }
    const plan::GoalKind& goal = program_->goals[number];
    const uint32_t subject = program_->measures[goal.measure].subject;
    const auto clock = static_cast<size_t>(program_->subjects[subject].clock);
    const bool has_begun = plan::goal_instant(program_->clocks[clock], period, at).has_value();
    is_late |= periods.is_gone(clock, period, at);
    is_ahead |= goal.is_entered && !has_begun;
  }
  return {0, 0, is_late ? Outcome::kLate : is_ahead ? Outcome::kFuture : Outcome::kOk};
}

// What was given up, or committed, goes and is done when accounts have their turn.
void Admission::note_file(const event::Batch& batch, const event::Record& record) {
  const event::CommandView command(batch, record);
  if (event::kind_of(record) != CommandKind::kStage) {
    if (event::kind_of(record) == CommandKind::kCommit) goal_slices_left_ = event::kSlices;
    staged_.reset();
    return sweeper_.begin(clock_);
  }
  if (!staged_) {
    staged_.emplace();
    staged_->name = batch.view(command.text(CommandField::kOf));
  }
  ++staged_->rows;
  staged_->periods.emplace(static_cast<uint32_t>(command[CommandField::kGoal]),
                           static_cast<int32_t>(command.derived(event::kGoalPeriod)));
}

bool Admission::load_staged_file(snapshot::SectionReader& in) {
  uint64_t slices_left = 0;
  uint64_t is_there = 0;
  uint64_t count = 0;
  std::string_view name;
  if (!in.take_unsigned(event::kSlices, &slices_left)) return false;
  goal_slices_left_ = static_cast<uint32_t>(slices_left);
  if (!in.take_unsigned(1, &is_there)) return false;
  if (is_there == 0) return true;
  if (!in.take_text(event::kIdBytesMax, &name)) return false;
  StagedFile file;
  file.name = name;
  if (!in.take_unsigned(lsn_, &file.rows) || !in.take_unsigned(file.rows, &count)) return false;
  for (uint64_t i = 0; i < count; ++i) {
    uint64_t goal = 0;
    int64_t period = 0;
    if (!in.take_unsigned(UINT32_MAX, &goal) || !in.take_signed(INT32_MAX, &period)) return false;
    if (goal >= program_->goals.size()) return in.fail("a goal of the file that is staged is none");
    file.periods.emplace(static_cast<uint32_t>(goal), static_cast<int32_t>(period));
  }
  if (file.name.empty() || file.periods.size() != count || count == 0) {
    return in.fail("the file of goals that is staged is none");
  }
  staged_ = std::move(file);
  return true;
}

}  // namespace guerdon::pipeline
