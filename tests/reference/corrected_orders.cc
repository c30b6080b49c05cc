// Orders of which a version corrects rules (`change retro`): each is asked once, as it stands, with
// its newest event of before the publication, for those for whom a rule has opened.
#include <algorithm>

#include "engine/base/assert.h"
#include "tests/reference/engine.h"

namespace guerdon::reference {

// The version of the rule in whose sums this one keeps what it posts for an order.
Engine::Id Engine::keeper_of(const Family& family, Id lineage, Id rule, bool is_retro) const {
  const RuleVersion* before = nullptr;
  for (const RuleVersion& other : family.rules) {
    if (other.lineage == lineage) before = &other;
  }
  const bool goes_on = is_retro && before != nullptr && rule_at(rule).subject.is_object();
  return goes_on ? before->keeper : rule;
}

// Of the versions that keep what they post in one place the one that acts, and where none does the
// last, says what is owed.
bool Engine::speaks_for(const RuleVersion& rule, TimeMs opened) const {
  const RuleVersion* speaker = nullptr;
  for (const RuleVersion& other : family_of(rule.id.first).rules) {
    if (other.keeper != rule.keeper) continue;
    speaker = &other;
    if (acts(other.id.first, other.id.second, opened)) break;
  }
  return speaker->id == rule.id;
}

// Also of rules that the version has left out.
bool Engine::asks_orders(const Correction& what, const std::string& type) const {
  const std::vector<RuleVersion>& rules = family_of(what.plan).rules;
  return std::any_of(rules.begin(), rules.end(), [&](const RuleVersion& rule) {
    return what.lineages.contains(rule.lineage) && is_of_object(rule, type);
  });
}

void Engine::note_orders(Correction& what) const {
  for (const auto& [key, done] : done_) {
    const std::string object = object_of(done.event);
    if (object.empty() || !asks_orders(what, done.event.type)) continue;
    Correction::Order& order = what.orders[object];
    order.newest = std::max(order.newest, done.lsn);
    order.is_since = order.is_since || done.time >= what.from;
  }
}

// Whether it is the newest of an order that an event since the day may have opened.
bool Engine::tells_order(const Correction& what, const Done& done) const {
  const auto order = what.orders.find(object_of(done.event));
  return order != what.orders.end() && order->second.is_since && order->second.newest == done.lsn;
}

// Whether those whom the event names are those whom the plan has seen last.
bool Engine::is_as_known(const Correction& what, const Event& event, const Object& object) const {
  const Family& family = family_of(what.plan);
  if (!last_seen(object, family)) return false;
  for (const std::string& name : family.names) {
    const plan::Attribute& attribute = attribute_of(family, name);
    const bool is_role = attribute.type.kind == plan::TypeKind::kAccount &&
                         family.known_since.contains(name) && declares(family, event.type, name);
    if (!is_role) continue;
    std::string named;
    for (const auto& [wire, value] : event.values) {
      if (wire == attribute.wire) named = value;
    }
    const Value seen = value_of(object, family, name);
    const auto known = object.roles.find(attribute.wire);
    std::string now = is_missing(seen) ? "" : text_of(seen);
    if (!named.empty() && now.empty() && known != object.roles.end()) now = known->second;
    if (named != now) return false;
  }
  return true;
}

void Engine::owe_for_order(const Correction& what, const Current& current, const Role& role,
                           const std::string& account) {
  const Family& family = family_of(what.plan);
  const size_t number = family_number_[what.plan];
  if (role.of_plan >= 0 && static_cast<size_t>(role.of_plan) != number) return;
  const std::optional<TimeMs> seen = last_seen(*current.object, family);
  if (*seen + kObjectWindow < *clock_) return;
  for (const std::string& name : family.names) {
    const plan::Attribute& attribute = attribute_of(family, name);
    if (attribute.wire != role.wire || attribute.type.kind != plan::TypeKind::kAccount) continue;
    if (declares(family, current.event->type, name) == (role.of_plan >= 0)) continue;
    for (const RuleVersion& rule : family.rules) {
      const bool is_its =
          what.lineages.contains(rule.lineage) && is_of_object(rule, current.event->type);
      if (is_its) ask_order(what, current, rule, name, account);
    }
  }
}

// Of the version that is published what it owes now; of one that has ended, and that no other goes
// on from for this order, nothing.
void Engine::ask_order(const Correction& what, const Current& current, const RuleVersion& version,
                       const std::string& owner, const std::string& account) {
  const auto [p, r] = version.id;
  const plan::Rule& rule = plans_[p].rules[r];
  const int payee = attribute_in(p, owner);
  if (payee < 0) return;
  const auto opened = opened_.find(opening_of(current, p, r, payee, account));
  if (opened == opened_.end()) return;
  const bool does_act = acts(p, r, opened->second);
  if (does_act ? p != what.plan : !speaks_for(version, opened->second)) return;
  const Object& object = *current.object;
  const std::vector<Value> values = values_of(object, p);
  const auto known = [&, plan = p](const plan::Term& held) {
    const Value& holder = values[static_cast<size_t>(held.owner)];
    return known_of(text_of(holder), plan, held, opened->second);
  };
  const auto fact = [&, plan = p](const plan::Term& term) { return fact_of(object, plan, term); };
  const Scope scope{plans_[p], values, nullptr, known, opened->second, fact};
  for (size_t e = 0; e < rule.effects.size(); ++e) {
    if (rule.effects[e].payee != payee) continue;
    Int128 owed = 0;
    if (does_act) owed = std::max<Int128>(amount_of(scope, rule, rule.effects[e]).value_or(0), 0);
    const size_t before = asked_.size();
    (void)owe_for_object(current, p, r, e, account, owed);
    for (size_t a = before; a < asked_.size(); ++a) asked_[a].not_before = opened->second;
  }
}

}  // namespace guerdon::reference
