// Goals that a TARGET says, and those of files: as the shard does them (shard/goal_command.cc).
// What is staged is said at its COMMIT, whenever the account was touched: it comes to the same.
#include <algorithm>
#include <utility>

#include "engine/event/command.h"
#include "engine/history/account_rerun.h"
#include "engine/money/rounding.h"

namespace guerdon::history {

// Texts get their numbers whoever is spoken of. Nothing: another account is.
std::optional<AccountRerun::SaidGoal> AccountRerun::own_goal() {
  const event::CommandView command(batch(), batch().records.back());
  SaidGoal said;
  said.goal = static_cast<uint32_t>(command[event::CommandField::kGoal]);
  const plan::MeasureKind& measure = program_->measures[program_->goals[said.goal].measure];
  const plan::SubjectKind& subject = program_->subjects[measure.subject];
  said.key = {measure.subject, static_cast<int32_t>(command.derived(event::kGoalPeriod)), {}};
  for (size_t k = 0; k < subject.keys.size(); ++k) {
    said.key.keys[k] = command.derived(event::kGoalKeys + k);
    if (!subject.key_is_text[k]) continue;
    const event::Text& text = command.text(event::goal_key(k));
    said.key.keys[k] = symbols_.intern(batch().view(text), text.hash);
  }
  said.said = command.derived(event::kKnownNumber);
  if (text_of(command[event::CommandField::kAccount]) != account_) return std::nullopt;
  return said;
}

void AccountRerun::set_goal(std::span<Watched> watched) {
  const std::optional<SaidGoal> own = own_goal();
  if (!own) return;
  say_goal(*own, [&](const SaidGoal& said) {
    for (Watched& each : watched) {
      if (each.is_of_record()) run_goal(said, &each.trace);
    }
  });
}

// Its entries stand further on, with the record that touches the account next; where plans rank
// what is earned, with the COMMIT itself. What an earlier file made stands no further than the
// first row of this one, which touched the account.
void AccountRerun::commit_goals(std::span<Watched> watched) {
  if (staged_.empty()) return;
  const auto set_back = [](Watched& each) {
    if (each.committed) each.program = nullptr;
  };
  std::ranges::for_each(ahead_, set_back);
  for (const SaidGoal& each : std::exchange(staged_, {})) {
    say_goal(each, [&](const SaidGoal& said) {
      for (Watched& here : watched) watch_goal_of_file(said, &here);
      for (Watched& ahead : ahead_) watch_goal_of_file(said, &ahead);
    });
  }
}

// The one that makes all of it, else the first that may. Rows of other periods make entries of the
// same clause.
void AccountRerun::watch_goal_of_file(const SaidGoal& said, Watched* watched) {
  if (watched->committed != walk_->at()) return;
  const uint32_t clause = watched->trace.clause;
  if (clause >= program_->clauses.size()) return;  // it came with a later version
  const bool is_of_goal = program_->clauses[clause].subject == said.key.subject;
  if (is_of_goal && watched->period != said.key.period) return;
  if (watched->program != nullptr && makes(*watched, watched->trace, true)) return;
  plan::ClauseTrace trace;
  trace.clause = clause;
  run_goal(said, &trace);
  const bool is_first = watched->program == nullptr;
  if (!makes(*watched, trace, !is_first)) return;
  watched->trace = std::move(trace);
  watched->program = program_;
}

void AccountRerun::say_goal(const SaidGoal& said,
                            const std::function<void(const SaidGoal&)>& watch) {
  const plan::GoalKind& goal = program_->goals[said.goal];
  const plan::MeasureKind& measure = program_->measures[goal.measure];
  const auto clock = static_cast<size_t>(program_->subjects[measure.subject].clock);
  if (plan::CountedPeriods(*program_).is_gone(clock, said.key.period, walk_->at())) return;
  const auto asked_at = plan::goal_instant(program_->clocks[clock], said.key.period, walk_->at());
  if (goal.is_entered && !asked_at) return;
  int64_t& kept = frames_.obtain(*program_, said.key)[measure.cell];
  const bool is_same = std::exchange(kept, said.said) == said.said;
  if (!closes_.empty() && (said.said != 0 || !is_same)) join(measure.subject, measure.cell);
  if (is_same || !asked_at) return;
  watch(said);
  run_goal(said, nullptr);
  write_frames();
}

// With a trace nothing is to be written of it.
void AccountRerun::run_goal(const SaidGoal& said, plan::ClauseTrace* trace) {
  const plan::GoalKind& goal = program_->goals[said.goal];
  const plan::SubjectKind& subject = program_->subjects[said.key.subject];
  const plan::Clock& clock = program_->clocks[static_cast<size_t>(subject.clock)];
  const auto asked_at = plan::goal_instant(clock, said.key.period, walk_->at());
  const plan::EventView event{said.key.keys.data(), (uint64_t{1} << subject.keys.size()) - 1,
                              *asked_at, walk_->at()};
  machine_.run_goal(goal, event, frames_, trace);
  if (trace == nullptr) return;
  // The names that it was said for stand in the subject.
  std::erase_if(trace->inputs, [](const plan::ReadInput& input) {
    return input.what == plan::ReadInput::What::kAttribute;
  });
}

// Whether the entry can be what the wallet made of it, or is all of it.
bool AccountRerun::makes(const Watched& each, const plan::ClauseTrace& trace, bool is_exact) const {
  if (!trace.amount) return false;
  const plan::Clause& clause = program_->clauses[trace.clause];
  base::Int128 asked = money::divide_rounded(*trace.amount, clause.den, clause.rounding);
  if (clause.subject != plan::kNowhere) asked = std::max<base::Int128>(asked, 0) - trace.posted;
  if (trace.passed) asked = *trace.passed;
  if (clause.verb != plan::Verb::kCredit) asked = -asked;
  if (is_exact) return asked == each.paid;
  return asked > 0 ? each.paid > 0 && each.paid <= asked : each.paid < 0 && each.paid >= asked;
}

}  // namespace guerdon::history
