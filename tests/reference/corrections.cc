// What a version of a plan corrects (`change retro`): all events that came before it, one after the
// other in the order of the log, each with what the version pays for it now and with what has been
// posted for it. What an account's rule owes for a period is asked as at any event.
//
// The engine writes no CORRECT for an event that can change nothing; which these are is said here
// once more (is_looked_at), since each takes an LSN.
#include <algorithm>

#include "engine/base/assert.h"
#include "engine/calendar/period.h"
#include "tests/reference/engine.h"

namespace guerdon::reference {

// What no plan declares when the event comes is not kept.
void Engine::forget_undeclared(Event& event) const {
  std::set<std::string> kept = {"lines", "version"};
  for (const plan::Plan& plan : plans_) {
    for (const plan::EventType& type : plan.events) {
      if (type.wire != event.type) continue;
      if (type.object >= 0) kept.insert(plan.attributes[static_cast<size_t>(type.object)].wire);
      for (const int a : type.attributes) {
        const plan::Attribute& attribute = plan.attributes[static_cast<size_t>(a)];
        const bool has_name = attribute.is_sent() || attribute.climb >= 0;
        kept.insert(has_name ? attribute.wire : found_name(plan, attribute));
      }
    }
  }
  std::erase_if(event.values, [&](const auto& value) { return !kept.contains(value.first); });
}

// The rules of the version itself.
std::vector<const Engine::RuleVersion*> Engine::rules_of(const Correction& what) const {
  std::vector<const RuleVersion*> rules;
  for (const RuleVersion& rule : family_of(what.plan).rules) {
    if (rule.id.first == what.plan && what.lineages.contains(rule.lineage)) rules.push_back(&rule);
  }
  return rules;
}

// Whether it runs for such an event and pays whom that names.
bool Engine::speaks_of(const RuleVersion& rule, const std::string& type) const {
  const std::vector<plan::Effect>& effects = rule_at(rule.id).effects;
  return runs_at(rule, type) &&
         std::any_of(effects.begin(), effects.end(), [&](const plan::Effect& effect) {
           return declares(family_of(rule.id.first), type, name_of(rule.id.first, effect.payee));
         });
}

// The LSN of the version that corrects the event; 0: none does. A rule per order is asked at all
// events of its order: whom it pays the order may know.
uint64_t Engine::corrected_by_version(const Done& done) const {
  for (const Correction& what : corrected_) {
    if (done.lsn > published_[what.plan] || done.time < what.from) continue;
    for (const RuleVersion& rule : family_of(what.plan).rules) {
      const bool is_one = rule.id.first <= what.plan && what.lineages.contains(rule.lineage);
      const std::string& type = done.event.type;
      const bool is_asked =
          rule_at(rule.id).subject.is_object() ? is_of_object(rule, type) : speaks_of(rule, type);
      if (is_one && is_asked) return published_[what.plan];
    }
  }
  return 0;
}

void Engine::correct(Correction what) {
  note_orders(what);
  std::vector<const Done*> events;
  for (const auto& [key, done] : done_) {
    const bool is_one = done.time >= what.from || tells_order(what, done);
    if (is_one && !reversed_.contains(key)) events.push_back(&done);
  }
  std::sort(events.begin(), events.end(),
            [](const Done* a, const Done* b) { return a->lsn < b->lsn; });
  const auto begin_record = [&] {
    append(*clock_);
    ++corrections_;
  };
  const auto end_record = [&] {
    after_record();
    has_commands_ = true;
  };
  for (const Done* const done : events) {
    Event event = done->event;
    find_in_tables(event, done->time);
    std::string code;
    Current current = read(event, done->time, &code);
    current.came = done->came;
    GUERDON_ASSERT(code.empty());
    const bool is_wanted = done->time >= what.from && is_looked_at(what, current, *done);
    const bool tells = tells_order(what, *done);
    if (!is_wanted && !tells) continue;
    Object* const object = tells ? &objects_.at(object_of(event)) : nullptr;
    if (tells && is_as_known(what, event, *object)) current.object = object;
    begin_record();
    look_again(what, current, *done);
    note_scores(*clock_, last_lsn_);
    end_record();
  }
  begin_record();
  end_record();
}

// Where something was posted for it, or a rule of the version pays at such events; or where one
// owes for a period, of which it is the first, or may be the first that counts.
bool Engine::is_looked_at(Correction& what, const Current& current, const Done& done) const {
  std::map<std::pair<Id, size_t>, Int128> posted;
  for (const Posting& posting : postings_) {
    const bool is_its =
        posting.event == done.lsn &&
        family_number_[posting.rule.first] == family_number_[what.plan] &&
        what.lineages.contains(version_of(posting.rule.first, posting.rule.second).lineage);
    if (is_its) posted[{posting.rule, posting.effect}] += posting.amount;
  }
  bool is_wanted =
      std::any_of(posted.begin(), posted.end(), [](const auto& each) { return each.second != 0; });
  bool is_of_period = false;
  for (const RuleVersion* const rule : rules_of(what)) {
    if (rule_at(rule->id).subject.is_object() || !speaks_of(*rule, done.event.type)) continue;
    (rule_at(rule->id).subject.is_event() ? is_wanted : is_of_period) = true;
  }
  if (is_wanted || !is_of_period) return is_wanted;
  if (may_count_or_not(current)) return true;
  for (const RuleVersion* const rule : rules_of(what)) {
    const plan::Rule& its = rule_at(rule->id);
    if (its.subject.owner < 0 || !speaks_of(*rule, done.event.type)) continue;
    const std::string& owner = name_of(what.plan, its.subject.owner);
    is_wanted = is_first_of_period(what, current, *rule, owner) || is_wanted;
  }
  return is_wanted;
}

// Not all events of its type count for all plans that have to do with them.
bool Engine::may_count_or_not(const Current& current) const {
  const std::string& type = current.event->type;
  for (size_t f = 0; f < families_.size(); ++f) {
    const plan::EventType* const event = declared(families_[f], type);
    if (event == nullptr || event->when == nullptr) continue;
    for (const Role& role : current.roles) {
      const bool has_some = role.of_plan < 0 ? has_work(families_[f], type, role.wire)
                                             : role.of_plan == static_cast<int>(f);
      if (has_some) return true;
    }
  }
  return false;
}

bool Engine::is_first_of_period(Correction& what, const Current& current, const RuleVersion& rule,
                                const std::string& owner) const {
  const plan::Plan& plan = plans_[what.plan];
  const plan::Subject& subject = rule_at(rule.id).subject;
  const Value account = value_of(current, family_of(what.plan), owner);
  if (is_missing(account)) return false;
  std::vector<std::string> keys;
  for (const int key : subject.keys) {
    const Value& value = current.readings[what.plan].attributes[static_cast<size_t>(key)];
    if (is_missing(value)) continue;
    const auto* const number = std::get_if<Rational>(&value);
    keys.push_back(number != nullptr ? "number " + number->text() : "text " + text_of(value));
  }
  const int32_t period = calendar::period_at(plan.calendar, subject.period, current.time).index;
  return what.periods.insert({current.event->type, owner, rule.id, text_of(account), period, keys})
      .second;
}

void Engine::look_again(const Correction& what, const Current& current, const Done& done) {
  posting_for_ = done.lsn;
  for (const Role& role : current.roles) {
    const std::string account = account_of(current, role);
    if (account.empty()) continue;
    if (has_work(current, role)) settle(account);
    doing_role_ = role.wire;
    asked_.clear();
    if (role.of_plan < 0) pay_again(what, current, done, role, account);
    if (current.object != nullptr) owe_for_order(what, current, role, account);
    for (Asked& asked : asked_) asked.corrects = true;
    sort_asked();
    post_asked(current);
  }
  posting_for_ = 0;
}

// What the attributes of the plan's versions are called that name the account of a role.
std::vector<std::string> Engine::owners_of(const Current& current, const Family& family,
                                           const std::string& wire) const {
  std::vector<std::string> owners;
  const std::string& type = current.event->type;
  size_t p = 0;
  const plan::EventType* const event = declared(family, type, SIZE_MAX, &p);
  if (event == nullptr) return owners;
  const Scope scope{plans_[p], current.readings[p].attributes, nullptr, nullptr, current.time};
  if (!holds(scope, event->when)) return owners;
  for (const std::string& name : family.names) {
    const plan::Attribute& attribute = attribute_of(family, name);
    const bool is_its = is_role(family, name, wire) && declares(family, type, name) &&
                        attribute.type.kind == plan::TypeKind::kAccount;
    if (is_its) owners.push_back(name);
  }
  return owners;
}

// Measures as they are now: no event is in hand.
Scope Engine::scope_now(const Current& current, size_t p) {
  return {plans_[p], current.readings[p].attributes,
          [&, p](int measure, plan::tree::Moment) -> Value {
            const auto [q, m] = measure_id(p, measure);
            const auto of = subject_of(current, q, m, 0, plans_[q].measures[m].subject);
            if (!of) return Missing{};
            return Rational(measures_[*of]);
          },
          [this, p, &current](const plan::Term& held) {
            return known_at(current, p, held, current.time);
          },
          current.time};
}

// Of each credit of a lineage, in whichever unit: what the version pays less what was posted.
void Engine::pay_again(const Correction& what, const Current& current, const Done& done,
                       const Role& role, const std::string& account) {
  const Family& family = family_of(what.plan);
  using Credit = std::tuple<Id, size_t, std::string>;
  const auto credit_of = [&](Id rule, size_t e) {
    const auto [p, r] = rule;
    const int unit = plans_[p].rules[r].effects[e].unit;
    return Credit(version_of(p, r).lineage, e, plans_[p].units[static_cast<size_t>(unit)].code);
  };
  std::map<Credit, Asked> differences;
  for (const std::string& owner : owners_of(current, family, role.wire)) {
    for (const RuleVersion* const version : rules_of(what)) {
      const auto [p, r] = version->id;
      const plan::Rule& rule = plans_[p].rules[r];
      const bool is_one = rule.subject.is_event() && runs_at(*version, current.event->type);
      if (!is_one || current.time < what.from) continue;
      for (size_t e = 0; e < rule.effects.size(); ++e) {
        if (name_of(p, rule.effects[e].payee) != owner) continue;
        const Int128 paid = amount_of(scope_now(current, p), rule, rule.effects[e]).value_or(0);
        if (paid == 0) continue;
        differences[credit_of(version->id, e)] = {p, r, e, account, paid, cause_of(p, r, e, {}, 0)};
      }
    }
    owe_corrected(what, current, owner);
  }
  for (const Posting& posting : postings_) {
    const auto [p, r] = posting.rule;
    const bool is_its = posting.event == done.lsn && posting.role == role.wire &&
                        done.time >= what.from && family_number_[p] == family_number_[what.plan] &&
                        what.lineages.contains(version_of(p, r).lineage);
    if (!is_its) continue;
    const size_t e = posting.effect;
    Asked& asked = differences
                       .try_emplace(credit_of(posting.rule, e),
                                    Asked{p, r, e, account, 0, cause_of(p, r, e, {}, 0)})
                       .first->second;
    asked.amount -= posting.amount;
    if (asked.undone.lsn() == 0) asked.undone = posting.entry;
  }
  for (const auto& [credit, asked] : differences) asked_.push_back(asked);
}

void Engine::owe_corrected(const Correction& what, const Current& current,
                           const std::string& owner) {
  for (const RuleVersion* const version : rules_of(what)) {
    const auto [p, r] = version->id;
    const plan::Rule& rule = plans_[p].rules[r];
    const bool is_its = rule.subject.owner >= 0 && runs_at(*version, current.event->type) &&
                        name_of(p, rule.subject.owner) == owner &&
                        !is_missing(value_of(current, family_of(p), owner));
    if (!is_its) continue;
    for (size_t e = 0; e < rule.effects.size(); ++e) {
      run_entitlement(current, p, r, e, scope_now(current, p));
    }
  }
}

}  // namespace guerdon::reference
