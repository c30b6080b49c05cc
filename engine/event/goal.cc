// What a TARGET or a STAGE says, by the target that it names.
#include <algorithm>

#include "engine/event/command_codec.h"
#include "engine/event/field.h"
#include "engine/event/named.h"
#include "engine/event/text_rules.h"

namespace guerdon::event {
namespace {

std::string shown(std::string_view text) { return printable(text, kExcerptShownMax); }

class GoalReading {
 public:
  GoalReading(const Schema& schema, const Record& record, Batch& batch)
      : command_(batch, record),
        goal_(schema.goals()[static_cast<size_t>(command_[CommandField::kGoal])]),
        batch_(batch),
        values_(batch.values.data() + record.values) {}

  std::optional<GoalFault> read() {
    for (size_t k = 0; k < kGoalKeysMax; ++k) {
      if (std::optional<GoalFault> fault = read_key(k)) return fault;
    }
    const std::string_view period = text(CommandField::kPeriod);
    const std::optional<int32_t> index = goal_.period_of(period);
    if (!index) {
      return GoalFault{CommandField::kPeriod, shown(period) + " is no period of " + goal_.target +
                                                  "; write one such as " + goal_.period};
    }
    values_[kGoalPeriod] = *index;
    return read_value();
  }

 private:
  std::string_view text(CommandField field) const { return batch_.view(command_.text(field)); }

  std::optional<GoalFault> read_key(size_t k) {
    const CommandField field = goal_key(k);
    const bool is_wanted = k < goal_.keys.size();
    if (command_.has(field) != is_wanted) {
      return GoalFault{field, is_wanted ? "it is missing; " + goal_.target + " is kept per " +
                                              goal_.keys[k] + ", too"
                                        : goal_.target + " is kept for less; leave it out"};
    }
    if (!is_wanted || goal_.key_is_text[k]) return std::nullopt;
    const std::optional<int64_t> count = read_table_count(text(field));
    if (!count) {
      return GoalFault{field, shown(text(field)) + " is no whole number from 0 on; " +
                                  goal_.keys[k] + " is a count"};
    }
    values_[kGoalKeys + k] = *count;
    return std::nullopt;
  }

  std::optional<GoalFault> read_value() {
    const std::string_view value = text(CommandField::kValue);
    int64_t* const number = &values_[kKnownNumber];
    *number = 0;
    if (value == "none") return std::nullopt;
    const std::optional<Reason> reason = goal_.unit.empty()
                                             ? read_count(value, false, number)
                                             : read_amount(value, goal_.scale, false, number);
    if (!reason) return std::nullopt;
    return GoalFault{
        CommandField::kValue,
        shown(value) + " is no goal of " + goal_.target + "; write " +
            (goal_.unit.empty() ? std::string("a whole number from 0 on")
                                : "an amount in " + goal_.unit + " from 0 on, with " + "at most " +
                                      std::to_string(goal_.scale) + " decimals") +
            ", or none"};
  }

  const CommandView command_;
  const GoalName& goal_;
  Batch& batch_;
  int64_t* values_;
};

}  // namespace

std::optional<GoalFault> derive_goal(const Schema& schema, const Record& record, Batch& batch) {
  if (!says_goal(record)) return std::nullopt;
  return GoalReading(schema, record, batch).read();
}

bool is_asked_of(const GoalName& goal, int32_t period) {
  return std::any_of(goal.asked_of.begin(), goal.asked_of.end(), [&](const auto& asked) {
    return period >= asked.first && period < asked.second;
  });
}

std::optional<GoalFault> fault_of_period(const Schema& schema, const Record& record,
                                         const Batch& batch) {
  if (!says_goal(record)) return std::nullopt;
  const CommandView command(batch, record);
  const GoalName& goal = schema.goals()[static_cast<size_t>(command[CommandField::kGoal])];
  if (is_asked_of(goal, static_cast<int32_t>(command.derived(kGoalPeriod)))) return std::nullopt;
  return GoalFault{CommandField::kPeriod,
                   shown(batch.view(command.text(CommandField::kPeriod))) +
                       " has no such goal: in the version of the plan that holds then " +
                       goal.target + " is not there, or its goal is not from a file"};
}

}  // namespace guerdon::event
