// What rules credit at an event, for who is paid by it at the same one: kept in a map while the
// event is run, role by role, each behind all whose credits it goes by.
#include <algorithm>

#include "engine/base/assert.h"
#include "engine/money/limits.h"
#include "tests/reference/engine.h"

namespace guerdon::reference {

// All versions of a rule are one lineage; a plan names it as it calls it.
Engine::Id Engine::credited_by(size_t p, int credited) const {
  const std::string& name = plans_[p].credited.at(static_cast<size_t>(credited)).rule;
  const std::vector<plan::Rule>& rules = plans_[p].rules;
  const auto at = std::find_if(rules.begin(), rules.end(),
                               [&](const plan::Rule& rule) { return rule.name == name; });
  GUERDON_ASSERT(at != rules.end());
  return version_of(p, static_cast<size_t>(at - rules.begin())).lineage;
}

// Each time the first that is left and waits for nobody who is left. Nothing is credited yet.
std::vector<Engine::Role> Engine::in_turns(const Current& current) {
  credited_.clear();
  const std::string& type = current.event->type;
  std::vector<std::pair<std::string, Id>> behind;  // who, and by what which lineages credit
  std::vector<std::pair<Id, std::string>> paid;    // lineages, and whom they pay
  for (const Family& family : families_) {
    for (const RuleVersion& version : family.rules) {
      if (!runs_at(version, type)) continue;
      const size_t p = version.id.first;
      for (const plan::Effect& effect : rule_at(version.id).effects) {
        const std::string& wire = plans_[p].attributes.at(static_cast<size_t>(effect.payee)).wire;
        paid.emplace_back(version.lineage, wire);
        visit_terms(rule_at(version.id), [&](const plan::Term& term) {
          if (term.kind != plan::TermKind::kAttribute) return;
          const int credited = plans_[p].attributes.at(static_cast<size_t>(term.index)).credited;
          if (credited >= 0) behind.emplace_back(wire, credited_by(p, credited));
        });
      }
    }
  }
  std::vector<Role> left = current.roles;
  std::vector<Role> turns;
  const auto is_left = [&](const std::string& wire) {
    return std::any_of(left.begin(), left.end(),
                       [&](const Role& role) { return role.wire == wire; });
  };
  const auto waits = [&](const Role& role) {
    return std::any_of(behind.begin(), behind.end(), [&](const auto& one) {
      return one.first == role.wire && std::any_of(paid.begin(), paid.end(), [&](const auto& by) {
               return by.first == one.second && is_left(by.second);
             });
    });
  };
  while (!left.empty()) {
    const auto next = std::find_if_not(left.begin(), left.end(), waits);
    GUERDON_ASSERT(next != left.end());  // the checker
    turns.push_back(*next);
    left.erase(next);
  }
  return turns;
}

Engine::Current Engine::with_credited(Current current) const {
  for (size_t p = 0; p < plans_.size(); ++p) {
    for (size_t a = 0; a < plans_[p].attributes.size(); ++a) {
      const int credited = plans_[p].attributes[a].credited;
      if (credited < 0) continue;
      const auto sum = credited_.find(credited_by(p, credited));
      const Int128 most = money::kBalanceMax;
      current.readings[p].attributes[a] =
          Rational(sum == credited_.end() ? Int128{0} : std::min(sum->second, most));
    }
  }
  return current;
}

// What is posted.
const Engine::Asked& Engine::note_credited(const Asked& asked) {
  const plan::Rule& rule = plans_[asked.plan].rules[asked.rule];
  const bool credits = rule.effects[asked.effect].verb == plan::Verb::kCredit;
  if (credits && rule.subject.is_event()) {
    credited_[version_of(asked.plan, asked.rule).lineage] += asked.amount;
  }
  return asked;
}

}  // namespace guerdon::reference
