// What a TARGET is said for besides the account: texts, which may be any, get their numbers.
#include "engine/event/command.h"
#include "engine/pipeline/admission.h"

namespace guerdon::pipeline {

namespace {

// Calls visit(k, text) for each key that is a text.
template <typename Visit>
void for_each_text(const event::Schema& schema, const event::Batch& batch,
                   const event::Record& record, const Visit& visit) {
  if (event::kind_of(record) != event::CommandKind::kTarget) return;
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

}  // namespace guerdon::pipeline
