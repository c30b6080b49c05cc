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

void Engine::stack_groups(const Current& current, size_t p, int layer) {
  const plan::Plan& plan = plans_[p];
  for (size_t g = 0; g < plan.groups.size(); ++g) {
    const bool is_behind =
        std::all_of(plan.rules.begin(), plan.rules.end(), [&](const plan::Rule& rule) {
          return rule.group != static_cast<int>(g) || rule.layer <= layer;
        });
    if (!is_behind) continue;
    std::vector<size_t> rules;
    for (const auto& [r, asked] : stacked_) {
      if (plan.rules[r].group == static_cast<int>(g)) rules.push_back(r);
    }
    std::sort(rules.begin(), rules.end(), [&](size_t a, size_t b) {
      const auto place = [&](const plan::Rule& rule) {
        return std::tuple(rule.priority == 0, rule.priority, rule.name);
      };
      return place(plan.rules[a]) < place(plan.rules[b]);
    });
    std::vector<Int128> asked;
    for (const size_t r : rules) asked.push_back(stacked_.at(r).asked);
    const std::vector<Int128> all = given(plan.groups[g], asked);
    for (size_t i = 0; i < rules.size(); ++i) {
      const size_t r = rules[i];
      const plan::Subject& subject = plan.rules[r].subject;
      if (subject.is_object()) {
        owe_for_object(current, p, r, 0, stacked_.at(r).account, all[i]);
      } else if (subject.is_event()) {
        pay(current, p, r, 0, all[i]);
      } else {
        owe(current, p, r, 0, all[i]);
      }
    }
    for (const size_t r : rules) stacked_.erase(r);
  }
  std::stable_sort(asked_.begin(), asked_.end(), [](const Asked& a, const Asked& b) {
    return std::tie(a.plan, a.rule, a.effect) < std::tie(b.plan, b.rule, b.effect);
  });
}

}  // namespace guerdon::reference
