// Goals that TARGET says: where they are kept, and what is asked again when one comes.
#include <algorithm>
#include <set>

#include "engine/base/assert.h"
#include "engine/compiler/plan_compiler.h"

namespace guerdon::plan {

namespace {

bool reads(const Rule& rule, const std::set<int>& measures) {
  bool found = false;
  visit_terms(rule, [&](const Term& term) {
    found |= term.kind == TermKind::kMeasure && measures.contains(term.index);
  });
  return found;
}

}  // namespace

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
  const calendar::TimeMs shown = base::kTimeMin + 55 * 366 * base::kMsPerDay;
  name.period =
      calendar::period_label(calendar, rule, calendar::period_at(calendar, rule, shown).index);
  // A day that a change of the clocks left out has no instant.
  name.period_of = [calendar, rule](std::string_view label) -> std::optional<int32_t> {
    const std::optional<int32_t> index = calendar::period_of_label(calendar, rule, label);
    if (!index) return std::nullopt;
    const calendar::Period period = calendar::period_of_index(calendar, rule, *index);
    const bool is_some = period.from < period.to && period.from < base::kTimeEnd;
    return is_some && period.to > base::kTimeMin ? index : std::nullopt;
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

// Those of the goal's own subject that read it; those that read what one of them credits; and all
// that share with one of them in a group. Layer by layer, as they run.
std::vector<size_t> Compiler::rules_of_goal(const Plan& plan, const Target& target) const {
  const Subject& subject = plan.measures[static_cast<size_t>(target.told)].subject;
  std::vector<bool> is_one(plan.rules.size(), false);
  const auto is_asked = [&](const Rule& rule) {
    if (rule.subject.is_event() || rule.subject.is_object()) return false;
    if (rule.subject == subject && reads(rule, {target.told})) return true;
    std::set<int> fed;
    bool shares = false;
    for (size_t r = 0; r < plan.rules.size(); ++r) {
      if (!is_one[r]) continue;
      shares |= rule.group >= 0 && rule.group == plan.rules[r].group &&
                group_[static_cast<size_t>(rule.group)] != kNowhere;
      for (size_t m = 0; m < plan.measures.size(); ++m) {
        if (contains(plan.measures[m].earned_by, static_cast<int>(r))) {
          fed.insert(static_cast<int>(m));
        }
      }
    }
    return shares || (rule.subject.owner == subject.owner && reads(rule, fed));
  };
  for (bool goes_on = true; goes_on;) {
    goes_on = false;
    for (size_t r = 0; r < plan.rules.size(); ++r) {
      if (is_one[r] || !is_asked(plan.rules[r])) continue;
      is_one[r] = goes_on = true;
    }
  }
  std::vector<size_t> found;
  for (int layer = 0; layer < kLayersMax; ++layer) {
    for (size_t r = 0; r < plan.rules.size(); ++r) {
      if (is_one[r] && plan.rules[r].layer == layer) found.push_back(r);
    }
  }
  return found;
}

void Compiler::compile_goal(const Plan& plan, const Target& target) {
  const size_t number = goal_number(plan, target);
  name_goal(plan, target, number);
  program_.goals.resize(std::max(program_.goals.size(), number + 1));
  GoalKind goal;
  goal.plan = static_cast<uint32_t>(plan_index_);
  goal.measure = names_.measures[static_cast<size_t>(target.told)];
  const Subject& subject = plan.measures[static_cast<size_t>(target.told)].subject;
  names_.slots.assign(plan.attributes.size(), -1);
  for (size_t k = 0; k < subject.keys.size(); ++k) {
    names_.slots[static_cast<size_t>(subject.keys[k])] = static_cast<int>(k);
  }
  const size_t codes = program_.clause_codes.size();
  for (const size_t r : rules_of_goal(plan, target)) {
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
