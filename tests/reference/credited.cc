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

// Whom a rule that runs pays by what which lineages credit: the wires of roles.
std::vector<std::pair<std::string, Engine::Id>> Engine::goes_by(const std::string& type) const {
  std::vector<std::pair<std::string, Id>> all;
  for (const Family& family : families_) {
    for (const RuleVersion& version : family.rules) {
      const auto [p, r] = version.id;
      if (!runs_at(version, type)) continue;
      visit_terms(plans_[p].rules[r], [&, p = p, r = r](const plan::Term& term) {
        if (term.kind != plan::TermKind::kAttribute) return;
        const int credited = plans_[p].attributes.at(static_cast<size_t>(term.index)).credited;
        if (credited < 0) return;
        for (const plan::Effect& effect : plans_[p].rules[r].effects) {
          all.emplace_back(plans_[p].attributes.at(static_cast<size_t>(effect.payee)).wire,
                           credited_by(p, credited));
        }
      });
    }
  }
  return all;
}

bool Engine::pays(Id lineage, const std::string& type, const std::string& wire) const {
  for (const Family& family : families_) {
    for (const RuleVersion& version : family.rules) {
      if (version.lineage != lineage || !runs_at(version, type)) continue;
      for (const plan::Effect& effect : rule_at(version.id).effects) {
        if (names_role(plans_[version.id.first], effect.payee, wire)) return true;
      }
    }
  }
  return false;
}

// Each time the first that is left and waits for nobody who is left.
std::vector<Engine::Role> Engine::in_turns(const Current& current) const {
  const std::string& type = current.event->type;
  const std::vector<std::pair<std::string, Id>> behind = goes_by(type);
  std::vector<Role> left = current.roles;
  std::vector<Role> turns;
  while (!left.empty()) {
    const auto waits = [&](const Role& role) {
      return std::any_of(behind.begin(), behind.end(), [&](const auto& each) {
        return each.first == role.wire &&
               std::any_of(left.begin(), left.end(),
                           [&](const Role& of) { return pays(each.second, type, of.wire); });
      });
    };
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

// REQUIRES: what is asked is of the role that was run, and not posted yet.
void Engine::note_credited() {
  for (const Asked& asked : asked_) {
    const plan::Rule& rule = plans_[asked.plan].rules[asked.rule];
    const bool credits = rule.effects[asked.effect].verb == plan::Verb::kCredit;
    if (!credits || !rule.subject.is_event() || asked.amount <= 0) continue;
    credited_[version_of(asked.plan, asked.rule).lineage] += asked.amount;
  }
}

}  // namespace guerdon::reference
