// What is shown of targets: where what is achieved is kept, and the code of the goal.
#include <algorithm>

#include "engine/base/assert.h"
#include "engine/compiler/plan_compiler.h"

namespace guerdon::plan {

// REQUIRES: names_ has the further keys of the target in their slots.
CodeAt Compiler::goal_code(const Plan& plan, const Target& target) {
  const Subject& subject = plan.measures[static_cast<size_t>(target.measure)].subject;
  names_.instant = static_cast<uint16_t>(clock_number(plan, subject.period));
  names_.version = version_index(plan, target.version);
  GUERDON_ASSERT(CodeWriter(program_, names_).den_of(*target.goal) == 1);
  return value_code(*target.goal);
}

void Compiler::compile_target(const Plan& plan, const Target& target) {
  if (target.is_entry) return;  // the target itself shows it
  const Measure& achieved = plan.measures[static_cast<size_t>(target.measure)];
  TargetKind kind;
  kind.plan = static_cast<uint32_t>(plan_index_);
  kind.name = target.name;
  if (achieved.type.kind == TypeKind::kAmount) {
    const Unit& unit = plan.units[static_cast<size_t>(achieved.type.unit)];
    kind.unit = unit.code;
    kind.scale = unit.scale;
  }
  kind.measure = names_.measures[static_cast<size_t>(target.measure)];
  if (target.samples >= 0) kind.samples = names_.measures[static_cast<size_t>(target.samples)];
  kind.is_average = target.is_average;
  kind.is_picked = achieved.is_picked();
  kind.at_most = target.at_most;
  // What TARGET said under an earlier version of the plan may be kept for something else.
  const bool is_told = target.told >= 0 &&
                       plan.measures[static_cast<size_t>(target.told)].subject == achieved.subject;
  if (is_told) kind.told = names_.measures[static_cast<size_t>(target.told)];
  if (target.carried >= 0) kind.carried = names_.measures[static_cast<size_t>(target.carried)];
  names_.slots.assign(plan.attributes.size(), -1);
  for (size_t k = 0; k < achieved.subject.keys.size(); ++k) {
    names_.slots[static_cast<size_t>(achieved.subject.keys[k])] = static_cast<int>(k);
  }
  const int clock = clock_number(plan, achieved.subject.period);
  program_.clocks[static_cast<size_t>(clock)].is_of_target = true;
  add_frames(achieved.subject.owner, kind.role);
  kind.goal = goal_code(plan, target);
  const auto usual = progress::default_bands();
  kind.bands = target.bands.empty() ? std::vector(usual.begin(), usual.end()) : target.bands;
  kind.milestones = target.milestones;
  kind.acts = {std::max(target.since, target.from), std::min(target.before, target.until)};
  program_.targets.push_back(std::move(kind));
}

void Compiler::compile_targets(const Plan& plan) {
  for (const Target& target : plan.targets) compile_target(plan, target);
  for (const Target& target : plan.past_targets) compile_target(plan, target);
}

}  // namespace guerdon::plan
