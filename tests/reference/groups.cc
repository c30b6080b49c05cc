// Rules of which not all pay in full.
#include <algorithm>
#include <tuple>

#include "tests/reference/engine.h"

namespace guerdon::reference {
namespace {

// What each of the rules is given of what it asks for: in words of the page, case by case.
std::vector<Int128> given(const plan::Group& group, const std::vector<Int128>& asked) {
  std::vector<Int128> result(asked.size(), 0);
  if (group.up_to) {
    Int128 sum = 0;
    Int128 shared = 0;
    for (size_t i = 0; i < asked.size(); ++i) {
      sum += asked[i];
      result[i] = std::min<Int128>(*group.up_to, sum) - shared;
      shared += result[i];
    }
    return result;
  }
  for (size_t i = 0; i < asked.size(); ++i) {
    const auto beats = [&](size_t other) {
      if (asked[other] == 0 || other == i) return false;
      if (group.how == plan::tree::Stacking::kFirst) return other < i;
      return asked[other] > asked[i] || (asked[other] == asked[i] && other < i);
    };
    bool is_chosen = asked[i] != 0;
    for (size_t other = 0; other < asked.size(); ++other) is_chosen = is_chosen && !beats(other);
    if (is_chosen) result[i] = asked[i];
  }
  return result;
}

}  // namespace

bool Engine::is_stacked(size_t p, size_t r) const {
  const int group = plans_[p].rules[r].group;
  return group >= 0 && !plans_[p].groups[static_cast<size_t>(group)].changes_nothing();
}

void Engine::stack_groups(const Current& current, const Family& family, int layer) {
  for (const size_t p : family.plans) {
    for (size_t g = 0; g < plans_[p].groups.size(); ++g) stack_group(current, p, g, layer);
  }
  sort_asked();
}

void Engine::stack_group(const Current& current, size_t p, size_t g, int layer) {
  const plan::Plan& plan = plans_[p];
  const auto is_in = [&](Id id) {
    return id.first == p && plan.rules[id.second].group == static_cast<int>(g);
  };
  for (const RuleVersion& version : family_of(p).rules) {
    if (is_in(version.id) && version.layer > layer) return;
  }
  std::vector<size_t> rules;
  for (const auto& [id, asked] : stacked_) {
    if (is_in(id)) rules.push_back(id.second);
  }
  std::sort(rules.begin(), rules.end(), [&](size_t a, size_t b) {
    const auto place = [&](size_t r) {
      const int64_t priority = plan.rules[r].priority;
      return std::tuple(priority == 0, priority, version_of(p, r).names.back());
    };
    return place(a) < place(b);
  });
  std::vector<Int128> asked;
  for (const size_t r : rules) asked.push_back(stacked_.at({p, r}).asked);
  const std::vector<Int128> all = given(plan.groups[g], asked);
  for (size_t i = 0; i < rules.size(); ++i) {
    const size_t r = rules[i];
    const plan::Subject& subject = plan.rules[r].subject;
    if (subject.is_object()) {
      owe_for_object(current, p, r, 0, stacked_.at({p, r}).account, all[i]);
    } else if (subject.is_event()) {
      pay(current, p, r, 0, all[i]);
    } else {
      owe(current, p, r, 0, all[i]);
    }
  }
  for (const size_t r : rules) stacked_.erase({p, r});
}

}  // namespace guerdon::reference
