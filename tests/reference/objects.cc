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

constexpr TimeMs kWindow = 180 * base::kMsPerDay;

// Whether the event says of its object what this attribute is; also that it is not, where it is
// made of lines, or was asked of a table.
bool says(const plan::Plan& plan, int type, bool has_lines, int attribute,
          const std::vector<Value>& values) {
  const Value& value = values[static_cast<size_t>(attribute)];
  const int ask = plan.attributes[static_cast<size_t>(attribute)].ask;
  if (ask >= 0) {
    const std::vector<int>& keys = plan.asks[static_cast<size_t>(ask)].keys;
    return std::none_of(keys.begin(), keys.end(),
                        [&](int key) { return is_missing(values[static_cast<size_t>(key)]); });
  }
  const std::vector<int>& declared = plan.events[static_cast<size_t>(type)].attributes;
  const bool is_fold = plan.attributes[static_cast<size_t>(attribute)].fold >= 0;
  const bool is_its = std::find(declared.begin(), declared.end(), attribute) != declared.end();
  return !is_missing(value) || (is_fold && has_lines && is_its);
}

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

bool is_paid_as(const plan::Plan& plan, const plan::EventType& type, const plan::Effect& effect,
                const std::string& wire, bool is_of_object) {
  const bool declares = std::find(type.attributes.begin(), type.attributes.end(), effect.payee) !=
                        type.attributes.end();
  return plan.attributes[static_cast<size_t>(effect.payee)].wire == wire &&
         declares != is_of_object;
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
  if (at - known->second.latest > kWindow) return "TOOOLD";
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
    if (role.of_plan < 0 && !name.empty()) object.roles[role.wire] = name;
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
  for (const Role& role : current.roles) {
    for (size_t p = 0; p < plans_.size() && role.of_plan < 0; ++p) {
      const int type = current.readings[p].type;
      if (type < 0) continue;
      const plan::EventType& event = plans_[p].events[static_cast<size_t>(type)];
      const std::vector<Value> before = values_of(object, p);
      std::set<int> payees;
      for (const plan::Rule& rule : plans_[p].rules) {
        if (!rule.subject.is_object() || rule.subject.object != event.object) continue;
        for (const plan::Effect& effect : rule.effects) {
          if (is_paid_as(plans_[p], event, effect, role.wire, false)) payees.insert(effect.payee);
        }
      }
      for (const int payee : payees) {
        const Value& was = before[static_cast<size_t>(payee)];
        const Value& is = current.readings[p].attributes[static_cast<size_t>(payee)];
        if (is_missing(was) || is_missing(is) || text_of(was) == text_of(is)) continue;
        formers.push_back({role, p, text_of(was)});
      }
    }
  }
  return formers;
}

// "": there is none.
std::string Engine::account_of(const Current& current, const Role& role) const {
  if (role.of_plan < 0) return sent(*current.event, role.wire);
  if (current.object == nullptr) return "";
  const auto p = static_cast<size_t>(role.of_plan);
  const std::vector<Value> values = values_of(*current.object, p);
  for (size_t a = 0; a < values.size(); ++a) {
    const plan::Attribute& attribute = plans_[p].attributes[a];
    const bool is_role =
        attribute.wire == role.wire && attribute.type.kind == plan::TypeKind::kAccount;
    if (is_role && !is_missing(values[a])) return text_of(values[a]);
  }
  return "";
}

bool Engine::has_object_rules(const Event& event) const {
  return std::any_of(plans_.begin(), plans_.end(), [&](const plan::Plan& plan) {
    const plan::EventType* const type = event_type(plan, event.type);
    if (type == nullptr || type->object < 0) return false;
    return std::any_of(plan.rules.begin(), plan.rules.end(),
                       [&](const plan::Rule& rule) { return rule.subject.object == type->object; });
  });
}

void Engine::note_event(Current& current) {
  const std::string id = object_of(*current.event);
  if (id.empty()) return;
  current.object = &objects_.at(id);
  current.formers = formers_of(current, *current.object);
  current.object->events.push_back({current.time, *clock_, current.readings});
}

// By what the plan had seen of it before the event in hand.
bool Engine::is_over(const Current& current, size_t p) const {
  std::optional<TimeMs> seen;
  bool is_over = false;
  for (const Object::Past& past : current.object->events) {
    const int type = past.readings[p].type;
    if (type < 0 || plans_[p].events[static_cast<size_t>(type)].object < 0) continue;
    is_over = seen.value_or(past.time) + kWindow < past.at;
    if (!is_over || !seen) seen = std::max(seen.value_or(past.time), past.time);
  }
  return is_over;
}

std::vector<Value> Engine::values_of(const Object& object, size_t p) const {
  std::vector<Value> values(plans_[p].attributes.size());
  for (const Object::Past& past : object.events) {
    const Reading& reading = past.readings[p];
    if (reading.type < 0 || plans_[p].events[static_cast<size_t>(reading.type)].object < 0)
      continue;
    for (size_t a = 0; a < values.size(); ++a) {
      const Value& now = reading.attributes[a];
      if (says(plans_[p], reading.type, reading.has_lines, static_cast<int>(a), reading.attributes))
        values[a] = now;
    }
  }
  return values;
}

Value Engine::fact_of(const Object& object, size_t p, const plan::Term& fact) const {
  Value last;
  std::optional<Rational> first;
  std::optional<Rational> highest;
  bool came = false;
  for (const Object::Past& past : object.events) {
    const Reading& reading = past.readings[p];
    if (reading.type < 0 || plans_[p].events[static_cast<size_t>(reading.type)].object < 0)
      continue;
    const bool is_it = reading.type == fact.event;
    came = came || is_it;
    if (fact.kind == plan::TermKind::kCame) continue;
    const Value& now = reading.attributes[static_cast<size_t>(fact.index)];
    if (says(plans_[p], reading.type, reading.has_lines, fact.index, reading.attributes))
      last = now;
    if (is_missing(last)) continue;
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
Value Engine::measure_now(int m, bool is_after) const {
  const Moved& moved = moving_->at(m);
  return is_after ? moved.after : moved.before;
}

// All that its owner has is noted, whether the rule reads it or not.
void Engine::capture(const Current& current, size_t p, size_t r, int owner,
                     const std::string& account) {
  const SubjectKey opening(p, r, static_cast<size_t>(owner), account, {current.object->id}, 0);
  for (size_t m = 0; m < plans_[p].measures.size(); ++m) {
    const plan::Subject& subject = plans_[p].measures[m].subject;
    if (subject.owner != owner || !subject.keys.empty()) continue;
    for (const int is_after : {0, 1}) {
      const int measure = static_cast<int>(m);
      captured_[opening][{measure, is_after}] = measure_now(measure, is_after == 1);
    }
  }
}

void Engine::run_object_rule(const Current& current, size_t p, size_t r, int owner) {
  const plan::Rule& rule = plans_[p].rules[r];
  const int type = current.readings[p].type;
  const bool is_of_event =
      std::find(rule.events.begin(), rule.events.end(), type) != rule.events.end();
  const bool pays = std::any_of(rule.effects.begin(), rule.effects.end(),
                                [&](const plan::Effect& effect) { return effect.payee == owner; });
  if (!rule.subject.is_object() || !is_of_event || !pays || current.object == nullptr) return;
  if (is_over(current, p)) return;
  const Object& object = *current.object;
  const std::vector<Value> values = values_of(object, p);
  const Value& account = values[static_cast<size_t>(owner)];
  if (is_missing(account)) return;
  const SubjectKey opening(p, r, static_cast<size_t>(owner), text_of(account), {object.id}, 0);
  const auto opened = opened_.find(opening);
  const TimeMs instant = opened == opened_.end() ? current.time : opened->second;
  const auto known = [&](const plan::Term& held) {
    return known_of(text_of(values[static_cast<size_t>(held.owner)]), p, held, instant);
  };
  const auto fact = [&](const plan::Term& term) { return fact_of(object, p, term); };
  const auto measure = [&](int m, plan::tree::Moment moment) {
    const bool is_after = moment == plan::tree::Moment::kAfter;
    if (opened == opened_.end()) return measure_now(m, is_after);
    return captured_.at(opening).at({m, is_after ? 1 : 0});
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
      stacked_[r] = {owed, text_of(account)};
    } else {
      owe_for_object(current, p, r, e, text_of(account), owed);
    }
  }
}

// Nothing: who is asked has lost the role.
bool Engine::owe_for_object(const Current& current, size_t p, size_t r, size_t e,
                            const std::string& account, std::optional<Int128> owed) {
  const SubjectKey key(p, r, e, account, {current.object->id}, 0);
  Int128& posted = posted_[key];
  Int128 now = owed.value_or(0);
  if (owed && plans_[p].rules[r].keeps) now = std::max(now, posted);
  Int128 difference = now - posted;
  if (!plans_[p].rules[r].effects[e].limits.empty()) {
    difference = through_limits(current, p, r, e, posted, &now, account);
  }
  posted = now;
  const bool is_credit = plans_[p].rules[r].effects[e].verb == plan::Verb::kCredit;
  asked_.push_back({p, r, e, account, is_credit ? difference : -difference,
                    cause_of(p, r, e, {current.object->id}, 0), is_credit ? nullptr : &taken_[key],
                    now});
  return feed(current, p, r, e, difference, false);
}

bool Engine::follows(const plan::Plan& plan, size_t r) const {
  const plan::Rule& rule = plan.rules[r];
  if (rule.subject.owner < 0) return false;
  // By what it reads itself; then by those of its group, each in the same way.
  const std::function<bool(const plan::Term&)> reads = [&](const plan::Term& term) {
    if (term.kind == plan::TermKind::kMeasure) {
      const std::vector<int>& by = plan.measures[static_cast<size_t>(term.index)].earned_by;
      return std::any_of(by.begin(), by.end(), [&](int feeder) {
        const auto number = static_cast<size_t>(feeder);
        return plan.rules[number].subject.is_object() || follows(plan, number);
      });
    }
    return std::any_of(term.args.begin(), term.args.end(),
                       [&](const plan::TermPtr& arg) { return arg != nullptr && reads(*arg); });
  };
  const auto reads_it = [&](const plan::TermPtr& term) { return term != nullptr && reads(*term); };
  const auto does = [&](const plan::Rule& one) {
    if (reads_it(one.when)) return true;
    return std::any_of(one.effects.begin(), one.effects.end(), [&](const plan::Effect& effect) {
      return reads_it(effect.amount) || reads_it(effect.at_most) ||
             std::any_of(effect.times.begin(), effect.times.end(), [&](const plan::Times& times) {
               return reads_it(times.factor) || reads_it(times.when);
             });
    });
  };
  return std::any_of(plan.rules.begin(), plan.rules.end(), [&](const plan::Rule& one) {
    const auto mate = static_cast<size_t>(&one - plan.rules.data());
    const bool shares = one.group >= 0 && one.group == rule.group &&
                        !plan.groups[static_cast<size_t>(one.group)].changes_nothing();
    return (mate == r || shares) && does(one);
  });
}

// As they stand.
std::map<int, Engine::Moved> Engine::measures_of(const Current& named, size_t p, int owner) const {
  std::map<int, Moved> all;
  for (size_t m = 0; m < plans_[p].measures.size(); ++m) {
    const plan::Measure& measure = plans_[p].measures[m];
    if (measure.subject.owner != owner) continue;
    const std::optional<SubjectKey> key = subject_of(named, p, m, 0, measure.subject);
    Value value = Missing{};
    if (key) {
      const auto sum = measures_.find(*key);
      value = Rational(sum == measures_.end() ? 0 : sum->second);
    }
    all[static_cast<int>(m)] = {value, value};
  }
  return all;
}

// For an account that the event does not name in this role, though `named` does; or that had it,
// whose rules per object have been asked.
void Engine::run_of_object(const Current& named, size_t p, int owner, bool is_former) {
  const plan::Plan& plan = plans_[p];
  std::map<int, Moved> moved = measures_of(named, p, owner);
  moving_ = &moved;
  const Scope scope{plan, named.readings[p].attributes,
                    [&](int measure, plan::tree::Moment moment) {
                      const Moved& of = moved.at(measure);
                      return moment == plan::tree::Moment::kBefore ? of.before : of.after;
                    },
                    [&](const plan::Term& held) { return known_at(named, p, held, named.time); },
                    named.time};
  int layer = 0;
  for (const size_t r : in_layers(plan)) {
    const plan::Rule& rule = plan.rules[r];
    for (; layer < rule.layer; ++layer) stack_groups(named, p, layer);
    if (rule.subject.is_object()) {
      if (!is_former) run_object_rule(named, p, r, owner);
      continue;
    }
    const int type = named.readings[p].type;
    const bool runs = std::find(rule.events.begin(), rule.events.end(), type) != rule.events.end();
    if (runs && rule.subject.owner == owner && follows(plan, r)) {
      run_rule(named, p, r, owner, scope);
    }
  }
  for (; layer < plan::kLayersMax; ++layer) stack_groups(named, p, layer);
  moving_ = nullptr;
}

// Nothing is owed to who had the role, whether the event counts or not; for him it is not open.
void Engine::leave(const Current& current, const Former& former) {
  const size_t p = former.plan;
  const plan::Plan& plan = plans_[p];
  if (is_over(current, p)) return;
  const plan::EventType& event = plan.events[static_cast<size_t>(current.readings[p].type)];
  std::map<int, bool> payees;  // and whether a measure of theirs was moved
  const auto named_as = [&](int payee) {
    Current named = current;
    named.readings[p].attributes[static_cast<size_t>(payee)] = former.account;
    return named;
  };
  for (size_t r = 0; r < plan.rules.size(); ++r) {
    const plan::Rule& rule = plan.rules[r];
    if (!rule.subject.is_object() || rule.subject.object != event.object) continue;
    for (size_t e = 0; e < rule.effects.size(); ++e) {
      const int payee = rule.effects[e].payee;
      if (!is_paid_as(plan, event, rule.effects[e], former.role.wire, false)) continue;
      const bool is_fed = owe_for_object(named_as(payee), p, r, e, former.account, std::nullopt);
      payees[payee] = payees[payee] || is_fed;
    }
    for (const auto& [payee, is_fed] : payees) {
      const SubjectKey opening(p, r, static_cast<size_t>(payee), former.account,
                               {current.object->id}, 0);
      opened_.erase(opening);
      captured_.erase(opening);
    }
  }
  for (const auto& [payee, is_fed] : payees) {
    if (is_fed) run_of_object(named_as(payee), p, payee, true);
  }
  sort_asked();
}

}  // namespace guerdon::reference
