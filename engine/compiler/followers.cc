// Which entitlements follow objects (checked.h, Rule), and which rules read what is settled behind
// a layer.
#include <algorithm>

#include "engine/compiler/plan_compiler.h"

namespace guerdon::plan {
namespace {

// By measure: whether it sums what one of these rules credits.
std::vector<bool> sums_of(const Plan& plan, const std::vector<bool>& rules) {
  std::vector<bool> sums;
  for (const Measure& measure : plan.measures) {
    sums.push_back(std::any_of(measure.earned_by.begin(), measure.earned_by.end(),
                               [&](int rule) { return rules[static_cast<size_t>(rule)]; }));
  }
  return sums;
}

bool reads_one(const Rule& rule, const std::vector<bool>& measures) {
  bool reads = false;
  visit_terms(rule, [&](const Term& term) {
    reads = reads || (term.kind == TermKind::kMeasure && measures[static_cast<size_t>(term.index)]);
  });
  return reads;
}

bool asks_budget(const Rule& rule) {
  return std::any_of(rule.effects.begin(), rule.effects.end(),
                     [](const Effect& effect) { return effect.budget >= 0; });
}

}  // namespace

void Compiler::find_followers(const Plan& plan) {
  const size_t count = plan.rules.size();
  const auto shares = [&](const Rule& rule) {
    return rule.group >= 0 && group_[static_cast<size_t>(rule.group)] != kNowhere;
  };
  std::vector<bool> leads(count);    // rules of objects, and what follows them
  std::vector<bool> is_late(count);  // settled behind their layer
  for (size_t r = 0; r < count; ++r) {
    leads[r] = plan.rules[r].subject.is_object();
    is_late[r] = leads[r] || shares(plan.rules[r]);
  }
  const std::vector<bool> late_sums = sums_of(plan, is_late);
  settles_.assign(count, false);
  for (size_t r = 0; r < count; ++r) {
    // Who asks a budget first gets it: layer by layer.
    const bool asks_behind = plan.rules[r].layer > 0 && asks_budget(plan.rules[r]);
    settles_[r] = asks_behind || reads_one(plan.rules[r], late_sums);
  }
  follows_.assign(count, false);
  std::vector<bool> follows(plan.groups.size());  // some rule of the group does
  for (bool is_new = true; is_new;) {
    is_new = false;
    const std::vector<bool> led_sums = sums_of(plan, leads);
    for (size_t r = 0; r < count; ++r) {
      const Rule& rule = plan.rules[r];
      if (rule.subject.owner < 0 || follows_[r]) continue;
      const bool has_mate = shares(rule) && follows[static_cast<size_t>(rule.group)];
      if (!has_mate && !reads_one(rule, led_sums)) continue;
      follows_[r] = leads[r] = is_new = true;
      if (shares(rule)) follows[static_cast<size_t>(rule.group)] = true;
    }
  }
}

}  // namespace guerdon::plan
