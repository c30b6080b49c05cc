// Files of goals: rows are put aside by STAGE, and said as of the COMMIT when their account is
// touched.
#include <algorithm>
#include <set>
#include <utility>

#include "tests/reference/engine.h"

namespace guerdon::reference {

bool Engine::is_of_file(const Command& command) {
  return command.word == "STAGE" || command.word == "COMMIT" || command.word == "ABORT";
}

// "": it can be done.
std::string Engine::may_be_of_file(const Command& command, TimeMs at) {
  const std::string file = command.said("of");
  const bool is_it = !staged_.empty() && staged_.front().said("of") == file;
  if (command.word == "STAGE") return is_it || staged_.empty() ? "" : "CONFLICT";
  if (!is_it) return "UNKNOWN";
  if (command.word == "ABORT") return "";
  if (std::to_string(staged_.size()) != command.said("qty")) return "INVALID";
  for (const Command& row : staged_) {
    if (!is_asked_goal(row)) return "INVALID";
  }
  std::set<std::string> faults;
  const std::optional<TimeMs> clock = std::exchange(clock_, at);
  for (const Command& row : staged_) faults.insert(fault_of_goal(row));
  clock_ = clock;
  return faults.contains("LATE") ? "LATE" : faults.contains("FUTURE") ? "FUTURE" : "";
}

Result Engine::take_of_file(const Command& command, TimeMs occurred) {
  const TimeMs at = std::max(clock_.value_or(occurred), occurred);
  const std::string code = may_be_of_file(command, at);
  if (!code.empty()) return {Outcome::kRefused, code, 0};
  Result result;
  result.lsn = append(occurred);
  if (command.word == "STAGE") {
    settle(command.said("account"));
    note_scores(*clock_, result.lsn);
    staged_.push_back(command);
    return result;
  }
  for (const Command& row : std::exchange(staged_, {})) {
    if (command.word == "COMMIT") due_goals_.push_back({row, *clock_});
  }
  if (command.word == "COMMIT") goal_slices_left_ = kSweepSlices;
  if (command.word == "COMMIT" && ranks_what_is_earned()) {
    std::set<std::string> accounts;
    for (const DueGoal& due : due_goals_) accounts.insert(due.row.said("account"));
    for (const std::string& account : accounts) settle(account);
    note_scores(*clock_, result.lsn);
  }
  begin_sweep();
  swept_at_.reset();
  return result;
}

bool Engine::ranks_what_is_earned() const {
  const auto ranks = [](const plan::Plan& plan) { return !plan.challenges.empty(); };
  const auto earns = [](const plan::Plan& plan) {
    return std::any_of(plan.measures.begin(), plan.measures.end(),
                       [](const plan::Measure& measure) { return measure.is_earned(); });
  };
  return std::any_of(plans_.begin(), plans_.end(), ranks) &&
         std::any_of(plans_.begin(), plans_.end(), earns);
}

// The first row of the account that is to be said; null: there is none.
const Engine::DueGoal* Engine::due_goal(const std::string& account) const {
  const auto found = std::find_if(due_goals_.begin(), due_goals_.end(), [&](const DueGoal& due) {
    return due.row.said("account") == account;
  });
  return found == due_goals_.end() ? nullptr : &*found;
}

// As of its COMMIT, whenever it is done.
void Engine::say_due_goal(const std::string& account) {
  const DueGoal due = *due_goal(account);
  due_goals_.erase(due_goals_.begin() + (due_goal(account) - due_goals_.data()));
  as_of(due.at, [&] { (void)set_goal(due.row); });
}

}  // namespace guerdon::reference
