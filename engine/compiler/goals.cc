// Goals that TARGET says: where they are kept, and what is asked again when one comes.
#include <algorithm>

#include "engine/compiler/plan_compiler.h"

namespace guerdon::plan {

// One that an earlier program has keeps its number.
size_t Compiler::goal_number(const Plan& plan, const Target& target) const {
  const std::vector<event::GoalName>& goals = program_.schema.goals();
  const auto known = std::find_if(goals.begin(), goals.end(), [&](const event::GoalName& each) {
    return each.program == plan.program && each.target == target.name;
  });
  return static_cast<size_t>(known - goals.begin());
}

void Compiler::name_goal(const Plan& plan, const Target& target, size_t number) {
  const Measure& told = plan.measures[static_cast<size_t>(target.told)];
  event::GoalName name;
  name.program = plan.program;
  name.target = target.name;
  if (told.type.kind == TypeKind::kAmount) {
    const Unit& unit = plan.units[static_cast<size_t>(told.type.unit)];
    name.unit = unit.code;
    name.scale = static_cast<uint8_t>(unit.scale);
  }
  for (const int key : told.subject.keys) {
    const Attribute& attribute = plan.attributes[static_cast<size_t>(key)];
    name.keys.push_back(attribute.name);
    name.key_is_text.push_back(attribute.type.kind == TypeKind::kText);
  }
  const calendar::Calendar calendar = plan.calendar;
  const calendar::PeriodRule rule = told.subject.period;
  name.period = calendar::example_label(calendar, rule);
  name.period_of = [calendar, rule](std::string_view label) {
    return calendar::period_that_is(calendar, rule, label);
  };
  // All that has an instant in [from, until): rules with `on` change over amid a period.
  const auto index_at = [&](base::TimeMs instant, bool is_end) {
    if (instant <= base::kTimeMin) return INT32_MIN;
    if (instant >= base::kTimeEnd) return INT32_MAX;
    const calendar::Period period = calendar::period_at(calendar, rule, instant);
    return is_end && period.from != instant ? period.index + 1 : period.index;
  };
  for (const ToldIn& told_in : target.told_in) {
    name.asked_of.emplace_back(index_at(told_in.from, false), index_at(told_in.until, true));
  }
  program_.schema.set_goal(number, std::move(name));
}

void Compiler::compile_goal(const Plan& plan, const Target& target) {
  const size_t number = goal_number(plan, target);
  name_goal(plan, target, number);
  program_.goals.resize(std::max(program_.goals.size(), number + 1));
  GoalKind goal;
  goal.plan = static_cast<uint32_t>(plan_index_);
  goal.measure = names_.measures[static_cast<size_t>(target.told)];
  goal.is_entered = plan.measures[static_cast<size_t>(target.told)].is_entered;
  const Subject& subject = plan.measures[static_cast<size_t>(target.told)].subject;
  names_.slots.assign(plan.attributes.size(), -1);
  for (size_t k = 0; k < subject.keys.size(); ++k) {
    names_.slots[static_cast<size_t>(subject.keys[k])] = static_cast<int>(k);
  }
  const size_t codes = program_.clause_codes.size();
  std::vector<int> rules = rules_of_goal(plan, target);
  std::stable_sort(rules.begin(), rules.end(), [&](int a, int b) {  // as they run
    return plan.rules[static_cast<size_t>(a)].layer < plan.rules[static_cast<size_t>(b)].layer;
  });
  for (const int rule : rules) {
    const auto r = static_cast<size_t>(rule);
    goal.rules.push_back(rule_code(plan.rules[r], r, subject.owner, names_));
    for (const uint32_t clause : clause_[r]) {
      goal.role.has_layers |= plan.rules[r].layer > 0 || !program_.clauses[clause].feeds.empty();
    }
  }
  program_.clause_codes.resize(codes);  // they are of no event
  add_frames(subject.owner, goal.role);
  program_.goals[number] = std::move(goal);
}

void Compiler::compile_goals(const Plan& plan) {
  for (const Target& target : plan.targets) {
    if (target.told >= 0) compile_goal(plan, target);
  }
}

}  // namespace guerdon::plan
