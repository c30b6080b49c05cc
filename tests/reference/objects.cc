// Objects, found again from all that was accepted of them at each event.
#include <algorithm>
#include <functional>
#include <set>
#include <string>

#include "engine/base/assert.h"
#include "tests/reference/engine.h"
#include "tests/reference/wire.h"

namespace guerdon::reference {
namespace {

std::string sent(const Event& event, const std::string& name) {
  for (const auto& [wire, value] : event.values) {
    if (wire == name) return value;
  }
  return "";
}

const plan::EventType* event_type(const plan::Plan& plan, const std::string& type) {
  for (const plan::EventType& each : plan.events) {
    if (each.wire == type) return &each;
  }
  return nullptr;
}

}  // namespace

std::string Engine::object_of(const Event& event) const {
  for (const plan::Plan& plan : plans_) {
    const plan::EventType* const type = event_type(plan, event.type);
    if (type == nullptr || type->object < 0) continue;
    const std::string id = sent(event, plan.attributes[static_cast<size_t>(type->object)].wire);
    if (!id.empty()) return id;
  }
  return "";
}

// Plans may name it differently; the ids must be one.
bool Engine::has_two_objects(const Event& event) const {
  const std::string first = object_of(event);
  return std::any_of(plans_.begin(), plans_.end(), [&](const plan::Plan& plan) {
    const plan::EventType* const type = event_type(plan, event.type);
    if (type == nullptr || type->object < 0) return false;
    const std::string id = sent(event, plan.attributes[static_cast<size_t>(type->object)].wire);
    return !id.empty() && id != first;
  });
}

std::optional<int64_t> Engine::version_of(const Event& event) const {
  const bool has_versions = std::any_of(plans_.begin(), plans_.end(), [&](const auto& plan) {
    const plan::EventType* const type = event_type(plan, event.type);
    return type != nullptr && type->is_versioned;
  });
  const std::string version = sent(event, "version");
  if (!has_versions || version.empty()) return std::nullopt;
  return std::stoll(version);
}

std::string Engine::check_object(const Event& event, TimeMs time) const {
  const auto known = objects_.find(object_of(event));
  if (known == objects_.end()) return "";
  const TimeMs at = std::max(clock_.value_or(time), time);
  if (at - known->second.latest > kObjectWindow) return "TOOOLD";
  const std::optional<int64_t> version = version_of(event);
  return version && known->second.version && *version <= *known->second.version ? "STALE" : "";
}

// Roles that it names are the object's from now on, others are as they were.
void Engine::bring(Event& event, TimeMs time) {
  const std::string id = object_of(event);
  if (id.empty()) return;
  const auto [at, is_new] = objects_.try_emplace(id);
  Object& object = at->second;
  object.id = id;
  object.latest = is_new ? time : std::max(object.latest, time);
  if (const std::optional<int64_t> version = version_of(event)) object.version = version;
  const std::vector<Role> roles = roles_of(event);
  for (const Role& role : roles) {
    const std::string name = sent(event, role.wire);
    if (role.of_plan >= 0 || is_climbed(plans_, role.wire)) continue;
    if (!name.empty()) object.roles[role.wire] = name;
  }
  for (const Role& role : roles) {
    const auto known = object.roles.find(role.wire);
    if (role.of_plan >= 0 || known == object.roles.end()) continue;
    std::erase_if(event.values, [&](const auto& pair) { return pair.first == role.wire; });
    event.values.emplace_back(role.wire, known->second);
  }
}

// By what each plan had seen of the object before the event.
std::vector<Engine::Former> Engine::formers_of(const Current& current, const Object& object) const {
  std::vector<Former> formers;
  // Whether the event says that nobody stands above whom it names.
  const auto says_nobody = [&](const Family& family, const std::string& name) {
    for (const size_t p : family.plans) {
      const int index = attribute_in(p, name);
      if (index < 0) continue;
      const int climb = plans_[p].attributes[static_cast<size_t>(index)].climb;
      if (climb < 0) return false;
      const int below = plans_[p].climbs[static_cast<size_t>(climb)].below;
      return !is_missing(current.readings[p].attributes[static_cast<size_t>(below)]);
    }
    return false;
  };
  for (const Role& role : current.roles) {
    for (size_t f = 0; f < families_.size() && role.of_plan < 0; ++f) {
      const Family& family = families_[f];
      for (const std::string& payee : payees_of(family, current.event->type, role.wire)) {
        const Value was = value_of(object, family, payee);
        const Value is = value_of(current, family, payee);
        if (is_missing(was)) continue;
        if (is_missing(is) ? !says_nobody(family, payee) : text_of(was) == text_of(is)) {
          continue;
        }
        formers.push_back({role, f, text_of(was)});
      }
    }
  }
  return formers;
}

// Whom rules per object pay that the event names by this wire name.
std::vector<std::string> Engine::payees_of(const Family& family, const std::string& type,
                                           const std::string& wire) const {
  std::vector<std::string> payees;
  for (const std::string& name : family.names) {
    const bool is_paid =
        std::any_of(family.rules.begin(), family.rules.end(), [&](const RuleVersion& version) {
          if (!is_of_object(version, type)) return false;
          const std::vector<plan::Effect>& effects = rule_at(version.id).effects;
          return std::any_of(effects.begin(), effects.end(), [&](const plan::Effect& effect) {
            return name_of(version.id.first, effect.payee) == name;
          });
        });
    if (!is_paid || attribute_of(family, name).wire != wire) continue;
    if (declares(family, type, name)) payees.push_back(name);
  }
  return payees;
}

// Whether the rule is per the object of events of the type.
bool Engine::is_of_object(const RuleVersion& version, const std::string& type) const {
  const plan::Subject& subject = rule_at(version.id).subject;
  return subject.is_object() && name_of(version.id.first, subject.object) ==
                                    object_name(family_of(version.id.first), type, SIZE_MAX);
}

// "": there is none.
std::string Engine::account_of(const Current& current, const Role& role) const {
  if (role.of_plan < 0) return sent(*current.event, role.wire);
  if (current.object == nullptr) return "";
  const Family& family = families_[static_cast<size_t>(role.of_plan)];
  for (const std::string& name : family.names) {
    const plan::Attribute& attribute = attribute_of(family, name);
    if (attribute.wire != role.wire || attribute.type.kind != plan::TypeKind::kAccount) continue;
    const Value value = value_of(*current.object, family, name);
    if (!is_missing(value)) return text_of(value);
  }
  return "";
}

bool Engine::has_object_rules(const Event& event) const {
  return std::any_of(families_.begin(), families_.end(), [&](const Family& family) {
    return std::any_of(family.rules.begin(), family.rules.end(), [&](const RuleVersion& version) {
      return is_of_object(version, event.type);
    });
  });
}

void Engine::note_event(Current& current) {
  const std::string id = object_of(*current.event);
  if (id.empty()) return;
  current.object = &objects_.at(id);
  current.formers = formers_of(current, *current.object);
  current.object->events.push_back(
      {last_lsn_, current.event->type, plans_.size(), current.time, *clock_, current.readings});
}

// By what the plan had seen of it before the event in hand.
bool Engine::is_over(const Current& current, const Family& family) const {
  bool is_over = false;
  (void)last_seen(*current.object, family, &is_over);
  return is_over;
}

// *is_over: whether it was so when the last of its events came.
std::optional<TimeMs> Engine::last_seen(const Object& object, const Family& family,
                                        bool* is_over) const {
  const std::optional<uint64_t>& since = family.has_objects_since;
  std::optional<TimeMs> seen;
  for (const Object::Past& past : object.events) {
    if (!since || past.lsn < *since) continue;
    if (object_name(family, past.type, past.plans).empty()) continue;
    const bool was_over = seen.value_or(past.time) + kObjectWindow < past.at;
    if (!was_over || !seen) seen = std::max(seen.value_or(past.time), past.time);
    if (is_over != nullptr) *is_over = was_over;
  }
  return seen;
}

// What rules per object of this version read, or whom they pay.
void Engine::note_known(Family& family, size_t p) const {
  const auto note = [&](int attribute) {
    family.known_since.try_emplace(name_of(p, attribute), published_[p]);
  };
  for (const plan::Rule& rule : plans_[p].rules) {
    if (!rule.subject.is_object()) continue;
    if (!family.has_objects_since) family.has_objects_since = published_[p];
    for (const plan::Effect& effect : rule.effects) note(effect.payee);
    plan::visit_terms(rule, [&](const plan::Term& term) {
      using plan::TermKind;
      const bool names = term.kind == TermKind::kAttribute || term.kind == TermKind::kHas ||
                         term.kind == TermKind::kFirst || term.kind == TermKind::kHighest;
      if (names) note(term.index);
    });
  }
}

// The LSN of the first version with a rule per object that asks for it.
std::optional<uint64_t> Engine::fact_since(size_t p, const plan::Term& fact) const {
  const auto words_of = [&](size_t q, const plan::Term& term) {
    const std::string& type = plans_[q].events[static_cast<size_t>(term.event)].wire;
    const bool is_read = term.kind != plan::TermKind::kCame;
    return std::tuple(term.kind, type, is_read ? name_of(q, term.index) : "");
  };
  for (const size_t q : family_of(p).plans) {
    bool reads = false;
    for (const plan::Rule& rule : plans_[q].rules) {
      if (!rule.subject.is_object()) continue;
      plan::visit_terms(rule, [&](const plan::Term& term) {
        reads = reads || (term.kind == fact.kind && words_of(q, term) == words_of(p, fact));
      });
    }
    if (reads) return published_[q];
  }
  return std::nullopt;
}

// Whether the event says of its object what this attribute is; also that it is not, where it is
// made of lines, or was asked of a table.
bool Engine::says(const Object::Past& past, size_t p, size_t attribute) const {
  const plan::Plan& plan = plans_[p];
  const Family& family = family_of(p);
  const std::vector<Value>& values = past.readings[p].attributes;
  if (object_name(family, past.type, past.plans).empty()) return false;
  const std::string& name = name_of(p, static_cast<int>(attribute));
  const auto since = family.known_since.find(name);
  if (since == family.known_since.end() || past.lsn < since->second) return false;
  const int ask = plan.attributes[attribute].ask;
  if (ask >= 0) {
    const std::vector<int>& keys = plan.asks[static_cast<size_t>(ask)].keys;
    return std::none_of(keys.begin(), keys.end(),
                        [&](int key) { return is_missing(values[static_cast<size_t>(key)]); });
  }
  if (const int climb = plan.attributes[attribute].climb; climb >= 0) {
    const int below = plan.climbs[static_cast<size_t>(climb)].below;
    const bool is_its = declares(family, past.type, name, past.plans);
    return is_its && !is_missing(values[static_cast<size_t>(below)]);
  }
  const bool is_fold = plan.attributes[attribute].fold >= 0;
  const bool is_its = declares(family, past.type, name, past.plans);
  return !is_missing(values[attribute]) || (is_fold && past.readings[p].has_lines && is_its);
}

std::vector<Value> Engine::values_of(const Object& object, size_t p) const {
  std::vector<Value> values(plans_[p].attributes.size());
  for (const Object::Past& past : object.events) {
    for (size_t a = 0; a < values.size(); ++a) {
      if (says(past, p, a)) values[a] = past.readings[p].attributes[a];
    }
  }
  return values;
}

Value Engine::value_of(const Object& object, const Family& family, const std::string& name) const {
  for (const size_t p : family.plans) {
    const int index = attribute_in(p, name);
    if (index >= 0) return values_of(object, p)[static_cast<size_t>(index)];
  }
  return Missing{};
}

Value Engine::fact_of(const Object& object, size_t p, const plan::Term& fact) const {
  const std::string& type = plans_[p].events[static_cast<size_t>(fact.event)].wire;
  const std::optional<uint64_t> since = fact_since(p, fact);
  Value last;
  std::optional<Rational> first;
  std::optional<Rational> highest;
  bool came = false;
  for (const Object::Past& past : object.events) {
    if (object_name(family_of(p), past.type, past.plans).empty()) continue;
    const bool is_it = past.type == type;
    const bool is_known = since && past.lsn >= *since;
    came = came || (is_it && is_known);
    if (fact.kind == plan::TermKind::kCame) continue;
    const auto index = static_cast<size_t>(fact.index);
    if (says(past, p, index)) last = past.readings[p].attributes[index];
    if (is_missing(last) || !is_known) continue;
    if (is_it && !first) first = number_of(last);
    if (!is_it && !highest) continue;
    if (!highest || *highest < number_of(last)) highest = number_of(last);
  }
  if (fact.kind == plan::TermKind::kCame) return came;
  const std::optional<Rational>& found = fact.kind == plan::TermKind::kFirst ? first : highest;
  if (!found) return Missing{};
  return *found;
}

// Around the event, of the account that is paid.
Value Engine::measure_now(Id measure, plan::tree::Moment moment) const {
  const auto moved = moving_->find(measure);
  GUERDON_ASSERT(moved != moving_->end());  // the checker: of the account it pays
  if (moment == plan::tree::Moment::kLast) return moved->second.last;
  return moment == plan::tree::Moment::kAfter ? moved->second.after : moved->second.before;
}

// The role goes by its name, whatever version the rule is of.
Engine::SubjectKey Engine::opening_of(const Current& current, size_t p, size_t r, int owner,
                                      const std::string& account) const {
  const auto [first, rule] = version_of(p, r).lineage;
  return {first, rule, attribute_number(p, owner), account, {current.object->id}, 0};
}

// All that its owner has is noted, whether the rule reads it or not.
void Engine::capture(const Current& current, size_t p, size_t r, int owner,
                     const std::string& account) {
  const SubjectKey opening = opening_of(current, p, r, owner, account);
  for (const auto& [measure, moved] : *moving_) {
    if (!measure_at(measure).subject.keys.empty()) continue;
    for (const auto moment :
         {plan::tree::Moment::kBefore, plan::tree::Moment::kAfter, plan::tree::Moment::kLast}) {
      captured_[opening][{measure, moment}] = measure_now(measure, moment);
    }
  }
}

// Half a year behind the end of a period nobody would know what is left of its limits.
bool Engine::is_limit_over(const Current& current, size_t p, const plan::Rule& rule,
                           int owner) const {
  for (const plan::Effect& effect : rule.effects) {
    if (effect.payee != owner) continue;
    for (const plan::Limit& limit : effect.limits) {
      const calendar::PeriodRule& period = limit.subject.period;
      if (period == calendar::PeriodKind::kLifetime) continue;
      const TimeMs end = calendar::period_at(plans_[p].calendar, period, current.time).to;
      if (end - 1 + kObjectWindow < *clock_) return true;
    }
  }
  return false;
}

void Engine::run_object_rule(const Current& current, size_t p, size_t r,
                             const std::string& owner_name) {
  const plan::Rule& rule = plans_[p].rules[r];
  const int owner = attribute_in(p, owner_name);
  const bool pays = std::any_of(rule.effects.begin(), rule.effects.end(),
                                [&](const plan::Effect& effect) { return effect.payee == owner; });
  const bool is_its = is_of_object(version_of(p, r), current.event->type);
  if (owner < 0 || !is_its || !pays || current.object == nullptr) return;
  if (is_over(current, family_of(p))) return;
  const Object& object = *current.object;
  const std::vector<Value> values = values_of(object, p);
  const Value& account = values[static_cast<size_t>(owner)];
  if (is_missing(account)) return;
  const SubjectKey opening = opening_of(current, p, r, owner, text_of(account));
  const auto opened = opened_.find(opening);
  const TimeMs instant = opened == opened_.end() ? current.time : opened->second;
  if (opened == opened_.end() && is_limit_over(current, p, rule, owner)) return;
  if (!acts(p, r, instant)) {
    if (opened != opened_.end()) fall_ended(current, p, r, owner, text_of(account), instant);
    return;
  }
  const auto known = [&](const plan::Term& held) {
    return known_of(text_of(values[static_cast<size_t>(held.owner)]), p, held, instant);
  };
  const auto fact = [&](const plan::Term& term) { return fact_of(object, p, term); };
  const auto measure = [&](int m, plan::tree::Moment moment) -> Value {
    const Id id = measure_id(p, m);
    if (opened == opened_.end()) return measure_now(id, moment);
    return captured_.at(opening).at({id, moment});
  };
  const Scope scope{plans_[p], values, measure, known, instant, fact};
  if (observer_) observer_(text_of(account), p, r, scope);
  if (opened == opened_.end() && holds(scope, rule.when)) {
    opened_.emplace(opening, instant);
    capture(current, p, r, owner, text_of(account));
  }
  for (size_t e = 0; e < rule.effects.size(); ++e) {
    if (rule.effects[e].payee != owner) continue;
    const Int128 owed = std::max<Int128>(amount_of(scope, rule, rule.effects[e]).value_or(0), 0);
    if (is_stacked(p, r)) {
      stacked_[{p, r}] = {owed, text_of(account)};
    } else {
      owe_for_object(current, p, r, e, text_of(account), owed);
    }
  }
}

// What it has posted for an order for which no version of it acts any more.
void Engine::fall_ended(const Current& current, size_t p, size_t r, int owner,
                        const std::string& account, TimeMs opened) {
  const plan::Rule& rule = plans_[p].rules[r];
  if (!speaks_for(version_of(p, r), opened) || rule.keeps || is_stacked(p, r)) return;
  for (size_t e = 0; e < rule.effects.size(); ++e) {
    if (rule.effects[e].payee == owner) (void)owe_for_object(current, p, r, e, account, 0);
  }
}

// Nothing: who is asked has lost the role.
bool Engine::owe_for_object(const Current& current, size_t p, size_t r, size_t e,
                            const std::string& account, std::optional<Int128> owed) {
  const auto [first, keeper] = version_of(p, r).keeper;
  const SubjectKey key(first, keeper, e, account, {current.object->id}, 0);
  Int128& posted = posted_[key];
  Int128 now = owed.value_or(0);
  if (owed && plans_[p].rules[r].keeps) now = std::max(now, posted);
  Int128 difference = now - posted;
  if (!plans_[p].rules[r].effects[e].limits.empty()) {
    difference = through_limits(current, p, r, e, posted, &now, account);
  }
  std::optional<Pool> pool;
  if (const int budget = plans_[p].rules[r].effects[e].budget; budget >= 0 && now != posted) {
    plan::Subject of;
    of.period = plans_[p].budgets.at(static_cast<size_t>(budget)).period;
    pool = pool_of(p, budget, std::get<int32_t>(opened_key(current, p, r, e, of, account)));
    difference = through_pool(p, *pool, current.time, key, posted, now);
  }
  posted = now;
  const bool is_credit = plans_[p].rules[r].effects[e].verb == plan::Verb::kCredit;
  asked_.push_back({p, r, e, account, is_credit ? difference : -difference,
                    cause_of(p, r, e, {current.object->id}, 0), is_credit ? nullptr : &taken_[key],
                    now});
  asked_.back().pool = pool;
  return feed(current, p, r, e, difference, false);
}

// By what it reads itself, of whatever versions of rules; then by those of its group, each in the
// same way.
bool Engine::follows(size_t p, size_t r) const {
  if (plans_[p].rules[r].subject.owner < 0) return false;
  const std::vector<const RuleVersion*> mates = mates_of(version_of(p, r));
  return std::any_of(mates.begin(), mates.end(), [&](const RuleVersion* mate) {
    bool does = false;
    plan::visit_terms(rule_at(mate->id), [&](const plan::Term& term) {
      if (does || term.kind != plan::TermKind::kMeasure) return;
      const std::vector<Id> lineages = feeders_of(measure_id(mate->id.first, term.index));
      for (const RuleVersion& feeder : family_of(p).rules) {
        const bool feeds =
            std::find(lineages.begin(), lineages.end(), feeder.lineage) != lineages.end();
        const auto [q, number] = feeder.id;
        if (feeds) does = does || rule_at(feeder.id).subject.is_object() || follows(q, number);
      }
    });
    return does;
  });
}

// As they stand.
std::map<Engine::Id, Engine::Moved> Engine::measures_of(const Current& named, const Family& family,
                                                        const std::string& owner) const {
  std::map<Id, Moved> all;
  for (const auto& [id, said] : family.measures) {
    const plan::Subject& subject = measure_at(id).subject;
    if (name_of(id.first, subject.owner) != owner) continue;
    const std::optional<SubjectKey> key = subject_of(named, id.first, id.second, 0, subject);
    Value value = Missing{};
    Value last = Missing{};
    if (key) {
      const auto sum = measures_.find(*key);
      value = Rational(sum == measures_.end() ? 0 : sum->second);
      last = last_of(id.first, id.second, *key);
    }
    all[id] = {value, value, last};
  }
  return all;
}

// The same event, with that account in that role, in all versions.
Engine::Current Engine::named_as(const Current& current, const Family& family,
                                 const std::string& attribute, const std::string& account) const {
  Current named = current;
  for (const size_t p : family.plans) {
    const int index = attribute_in(p, attribute);
    if (index >= 0) named.readings[p].attributes[static_cast<size_t>(index)] = account;
  }
  return named;
}

// For an account that the event does not name in this role, though `named` does; or that had it,
// whose rules per object have been asked.
void Engine::run_of_object(const Current& named, const Family& family, const std::string& owner,
                           bool is_former) {
  std::map<Id, Moved> moved = measures_of(named, family, owner);
  moving_ = &moved;
  int layer = 0;
  for (const RuleVersion& version : in_layers(family)) {
    const auto [p, r] = version.id;
    const plan::Rule& rule = plans_[p].rules[r];
    for (; layer < version.layer; ++layer) stack_groups(named, family, layer);
    if (!runs_at(version, named.event->type)) continue;
    if (rule.subject.is_object()) {
      if (!is_former) run_object_rule(named, p, r, owner);
      continue;
    }
    const bool is_its = rule.subject.owner >= 0 && name_of(p, rule.subject.owner) == owner;
    if (is_its && follows(p, r)) run_rule(named, p, r, owner, scope_of(named, p));
  }
  for (; layer < plan::kLayersMax; ++layer) stack_groups(named, family, layer);
  moving_ = nullptr;
}

// Nothing is owed to who had the role, whether the event counts or not; for him it is not open.
void Engine::leave(const Current& current, const Former& former) {
  const Family& family = families_[former.family];
  if (is_over(current, family)) return;
  const std::string& type = current.event->type;
  for (const std::string& payee : payees_of(family, type, former.role.wire)) {
    const Current named = named_as(current, family, payee, former.account);
    bool is_fed_some = false;  // a measure of his was moved
    std::vector<SubjectKey> left;
    for (const RuleVersion& version : family.rules) {
      const auto [p, r] = version.id;
      if (!is_of_object(version, type)) continue;
      for (size_t e = 0; e < plans_[p].rules[r].effects.size(); ++e) {
        const int index = plans_[p].rules[r].effects[e].payee;
        if (name_of(p, index) != payee) continue;
        const auto opened = opened_.find(opening_of(named, p, r, index, former.account));
        if (opened != opened_.end() && !speaks_for(version, opened->second)) continue;
        is_fed_some |= owe_for_object(named, p, r, e, former.account, std::nullopt);
        left.push_back(opening_of(current, p, r, index, former.account));
      }
    }
    for (const SubjectKey& opening : left) {
      opened_.erase(opening);
      captured_.erase(opening);
    }
    if (is_fed_some) run_of_object(named, family, payee, true);
  }
  sort_asked();
}

}  // namespace guerdon::reference
