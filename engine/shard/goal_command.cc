// A TARGET: what an account is to achieve in a period.
#include <optional>

#include "engine/base/planted.h"
#include "engine/shard/shard.h"

namespace guerdon::shard {

using event::CommandField;
using event::Outcome;

// What is owed follows at once, where the period has begun: as of the clock, as what is late.
event::CommandResult Shard::set_goal(const Work& work, const Visit& visit, BlockHeader* account) {
  const event::Batch& batch = work.batch;
  const event::LogItem& item = batch.log[visit.item];
  const event::Record& record = batch.records[item.record];
  const event::CommandView command(batch, record);
  const plan::GoalKind& goal = program_->goals[static_cast<size_t>(command[CommandField::kGoal])];
  const plan::MeasureKind& measure = program_->measures[goal.measure];
  const plan::SubjectKind& subject = program_->subjects[measure.subject];
  plan::FrameKey key{
      measure.subject, static_cast<int32_t>(command.derived(event::kGoalPeriod)), {}};
  for (size_t k = 0; k < subject.keys.size(); ++k)
    key.keys[k] = command.derived(event::kGoalKeys + k);
  if (since_.is_gone(subject, key.period)) return {0, 0, Outcome::kLate};
  const plan::Clock& clock = program_->clocks[static_cast<size_t>(subject.clock)];
  const std::optional<plan::TimeMs> asked_at = plan::goal_instant(clock, key.period, item.at);
  // No event would ask for it when the period begins: rules read nothing else of the account.
  if (goal.is_entered && !asked_at) return {0, 0, Outcome::kFuture};
  const int64_t said = command.derived(event::kKnownNumber);
  const int64_t* const before = account == nullptr ? nullptr : state_.find(*account, key);
  if (said == (before == nullptr ? 0 : before[measure.cell])) {
    // Who had it before there was a rule that reads it at a close is a member from now on.
    if (said != 0) due_.note_move(*account, measure.subject, measure.cell, item.at);
    return {0, 0, Outcome::kOk};
  }
  if (account == nullptr) {
    const event::Text& text = batch.texts[visit.account];
    account = state_.accounts().add(text.hash, batch.view(text));
  }
  state_.obtain(*account, key, since_)[measure.cell] = said;
  due_.note_move(*account, measure.subject, measure.cell, item.at);
  if (!asked_at || base::planted(base::PlantedBug::kGoalUnasked)) return {0, 0, Outcome::kOk};
  const plan::EventView event{key.keys.data(), (uint64_t{1} << subject.keys.size()) - 1, *asked_at,
                              item.at};
  machine_.run_goal(goal, event, AccountFrames(state_, account));
  apply(*account, item, item.at, work.entries);
  return {0, 0, Outcome::kOk};
}

}  // namespace guerdon::shard
