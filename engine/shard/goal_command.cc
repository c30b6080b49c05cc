// A TARGET: what an account is to achieve in a period; and a STAGE, which says it from the COMMIT
// of its file on.
#include <optional>

#include "engine/base/planted.h"
#include "engine/shard/shard.h"

namespace guerdon::shard {

using event::CommandField;
using event::Outcome;

namespace {

StagedGoal goal_of(const plan::Program& program, const event::CommandView& command) {
  StagedGoal goal;
  goal.goal = static_cast<uint32_t>(command[CommandField::kGoal]);
  const uint32_t subject = program.measures[program.goals[goal.goal].measure].subject;
  goal.key = {subject, static_cast<int32_t>(command.derived(event::kGoalPeriod)), {}};
  for (size_t k = 0; k < program.subjects[subject].keys.size(); ++k)
    goal.key.keys[k] = command.derived(event::kGoalKeys + k);
  goal.said = command.derived(event::kKnownNumber);
  return goal;
}

}  // namespace

// What is owed follows at once, where the period has begun: as of the clock, as what is late.
event::CommandResult Shard::set_goal(const Work& work, const Visit& visit, BlockHeader* account) {
  const event::Batch& batch = work.batch;
  const event::LogItem& item = batch.log[visit.item];
  const event::Record& record = batch.records[item.record];
  const event::CommandView command(batch, record);
  const StagedGoal said = goal_of(*program_, command);
  const plan::GoalKind& goal = program_->goals[said.goal];
  const plan::MeasureKind& measure = program_->measures[goal.measure];
  const plan::SubjectKind& subject = program_->subjects[measure.subject];
  const auto obtain_account = [&] {
    const event::Text& text = batch.texts[visit.account];
    if (account == nullptr) account = state_.accounts().add(text.hash, batch.view(text));
  };
  // Whether it can be is asked of the COMMIT.
  if (event::kind_of(record) == event::CommandKind::kStage) {
    obtain_account();
    state_.staged().stage(*account, batch.view(command.text(CommandField::kOf)), said);
    return {0, 0, Outcome::kOk};
  }
  if (since_.is_gone(subject, said.key.period)) return {0, 0, Outcome::kLate};
  const plan::Clock& clock = program_->clocks[static_cast<size_t>(subject.clock)];
  const std::optional<plan::TimeMs> asked_at = plan::goal_instant(clock, said.key.period, item.at);
  // No event would ask for it when the period begins: rules read nothing else of the account.
  if (goal.is_entered && !asked_at) return {0, 0, Outcome::kFuture};
  const int64_t* const before = account == nullptr ? nullptr : state_.find(*account, said.key);
  if (said.said == (before == nullptr ? 0 : before[measure.cell])) {
    // Who had it before there was a rule that reads it at a close is a member from now on.
    if (said.said != 0) due_.note_move(*account, measure.subject, measure.cell, item.at);
    return {0, 0, Outcome::kOk};
  }
  obtain_account();
  state_.obtain(*account, said.key, since_)[measure.cell] = said.said;
  due_.note_move(*account, measure.subject, measure.cell, item.at);
  if (!asked_at || base::planted(base::PlantedBug::kGoalUnasked)) return {0, 0, Outcome::kOk};
  ledger::EntryWriter writer = writer_for(*account, item, work.entries);
  owe_for_goal(*account, said, *asked_at, item, writer);
  return {0, 0, Outcome::kOk};
}

// Rankings read all accounts at once. What is earned can move a score, or a level by which one
// takes part; where there may be such, nothing is left for later.
void Shard::commit_goals(const event::LogItem& item, std::vector<ledger::Entry>& entries) {
  state_.staged().commit(item.lsn, item.at);
  if (state_.staged().is_empty() || !plan::ranks_what_is_earned(*program_)) return;
  state_.accounts().visit_all([&](BlockHeader& account) {
    if (!state_.staged().is_due(account)) return;
    ledger::EntryWriter writer(entries, item.lsn, entry_account(account));
    due_.settle(account, item.at, writer);
  });
}

void Shard::load_staged(std::string_view account, const StagedGoals::File& file,
                        const StagedGoal& goal) {
  const uint64_t hash = base::hash64(account);
  BlockHeader* found = state_.accounts().find(hash, account);
  if (found == nullptr) found = state_.accounts().add(hash, account);
  state_.staged().restore(*found, file, goal);
}

// As a TARGET at the COMMIT, whatever the record is that touches the account. Nothing was done for
// it since.
void Shard::say_goal(BlockHeader& account, const StagedGoals::Due& due,
                     ledger::EntryWriter& entries) {
  const plan::TimeMs now = since_.at();
  since_.move_to(due.at);
  const plan::MeasureKind& measure = program_->measures[program_->goals[due.goal.goal].measure];
  const plan::SubjectKind& subject = program_->subjects[measure.subject];
  const int64_t* const before = state_.find(account, due.goal.key);
  const bool is_same = due.goal.said == (before == nullptr ? 0 : before[measure.cell]);
  if (!is_same) state_.obtain(account, due.goal.key, since_)[measure.cell] = due.goal.said;
  if (!is_same || due.goal.said != 0) {
    due_.note_move(account, measure.subject, measure.cell, due.at);
  }
  const plan::Clock& clock = program_->clocks[static_cast<size_t>(subject.clock)];
  const std::optional<plan::TimeMs> asked_at =
      plan::goal_instant(clock, due.goal.key.period, due.at);
  if (!is_same && asked_at) {
    event::LogItem item;
    item.lsn = due.lsn;
    item.at = due.at;
    const size_t others = entries.count();
    owe_for_goal(account, due.goal, *asked_at, item, entries);
    entries.mark_of_file(others);
  }
  since_.move_to(now);
}

void Shard::owe_for_goal(BlockHeader& account, const StagedGoal& goal, plan::TimeMs asked_at,
                         const event::LogItem& item, ledger::EntryWriter& entries) {
  const plan::SubjectKind& subject = program_->subjects[goal.key.subject];
  const plan::EventView event{goal.key.keys.data(), (uint64_t{1} << subject.keys.size()) - 1,
                              asked_at, item.at};
  machine_.run_goal(program_->goals[goal.goal], event, AccountFrames(state_, &account));
  write_moves(account, item, item.at);
  pay_asked(account, {item.at, item.at}, entries);
}

}  // namespace guerdon::shard
