#include "tests/reference/engine.h"

#include <algorithm>
#include <set>
#include <tuple>

#include "engine/base/assert.h"
#include "engine/base/hash.h"
#include "engine/calendar/period.h"
#include "engine/money/limits.h"
#include "tests/reference/lines.h"
#include "tests/reference/wire.h"

namespace guerdon::reference {
namespace {

// The type's index in the plan; -1 where the plan does not declare it.
int type_in(const plan::Plan& plan, const std::string& type) {
  for (size_t i = 0; i < plan.events.size(); ++i) {
    if (plan.events[i].wire == type) return static_cast<int>(i);
  }
  return -1;
}

// The place of a value among those that were sent; behind the last where it was not.
size_t place_of(const Event& event, const std::string& name) {
  size_t place = 0;
  while (place < event.values.size() && event.values[place].first != name) ++place;
  return place;
}

bool contains(const std::vector<int>& indexes, int index) {
  return std::find(indexes.begin(), indexes.end(), index) != indexes.end();
}

std::string key_text(const Value& value) {
  if (const auto* number = std::get_if<Rational>(&value)) return number->text();
  return text_of(value);
}

// What makes two events with one key the same event.
std::vector<std::pair<std::string, std::string>> payload_of(const Event& event) {
  std::vector<std::pair<std::string, std::string>> payload = {{"type", event.type},
                                                              {"time", event.time}};
  for (const auto& pair : event.values) {
    if (!pair.second.empty()) payload.push_back(pair);
  }
  std::sort(payload.begin(), payload.end());
  return payload;
}

ledger::WalletRules wallet_rules(const plan::WalletRules& plan) {
  ledger::WalletRules rules;
  if (plan.spend == plan::SpendOrder::kOldest) {
    rules.order = ledger::SpendOrder::kOldestEarned;
  }
  if (plan.shortfall == plan::Shortfall::kTakeNothing) rules.shortage = ledger::Shortage::kReject;
  if (plan.shortfall == plan::Shortfall::kOweTheRest) rules.shortage = ledger::Shortage::kCarry;
  if (plan.shortfall == plan::Shortfall::kGoDownTo) rules.shortage = ledger::Shortage::kNegative;
  rules.merges_equal_lots = plan.merges_lots_of_one_day;
  rules.negative_limit = -plan.floor;
  rules.opens_by_command = !plan.opens_on_first_credit;
  if (plan.grace) rules.returns = ledger::Returns::kGrace;
  return rules;
}

Int128 clamp(Int128 value, Int128 magnitude) {
  return std::max(-magnitude, std::min(magnitude, value));
}

}  // namespace

Engine::Engine(std::vector<plan::Plan> plans) : plans_(std::move(plans)) {
  std::set<std::string> programs;
  for (size_t p = 0; p < plans_.size(); ++p) {
    GUERDON_ASSERT(programs.insert(plans_[p].program).second);
    published_.push_back(++last_lsn_);
    families_.emplace_back();
    family_number_.push_back(p);
    join(p);
  }
}

// A number for what earns and is taken back together; of two, it differs.
uint64_t Engine::cause_of(size_t plan, size_t rule, size_t effect,
                          const std::vector<std::string>& keys, int32_t period) const {
  const auto [first, number] = version_of(plan, rule).lineage;
  std::string text = std::to_string(first) + " " + std::to_string(number) + " " +
                     std::to_string(effect) + " " + std::to_string(period);
  for (const std::string& key : keys) text += " " + std::to_string(key.size()) + ":" + key;
  return std::max<uint64_t>(base::hash64(text), 1);
}

// ---- admission ----------------------------------------------------------------------------------

Result Engine::apply(const Event& event) {
  TimeMs time = 0;
  if (!base::parse_timestamp(event.time, &time)) return {Outcome::kRefused, "INVALID", 0};
  if (event.type.empty()) return {Outcome::kRefused, "INVALID", 0};
  if (!is_declared(event.type)) {
    const uint64_t lsn = append(time);
    after_record();
    return {Outcome::kIgnored, "", lsn};
  }
  std::string code = check_text(event.id, kIdBytesMax);
  if (!code.empty()) return {Outcome::kRefused, code, 0};
  (void)read(event, time, &code);
  if (code.empty() && has_two_objects(event)) code = "INVALID";
  if (!code.empty()) return {Outcome::kRefused, code, 0};
  const auto payload = payload_of(event);
  const auto key = std::make_pair(event.source, event.id);
  const auto seen = seen_.find(key);
  if (seen != seen_.end()) {
    if (seen->second.payload == payload) return seen->second.again;
    return {Outcome::kConflict, "", 0};
  }
  code = check_object(event, time);
  if (!code.empty()) return {Outcome::kRefused, code, 0};
  const bool is_late = is_rejected(event.type, time);
  const uint64_t lsn = append(time);
  if (is_late) {
    seen_[key] = {payload, {Outcome::kDuplicate, "LATE", lsn}};
    after_record();
    return {Outcome::kRefused, "LATE", lsn};
  }
  seen_[key] = {payload, {Outcome::kDuplicate, "", lsn}};
  Event whole = event;
  find_in_tables(whole, time);
  bring(whole, time);
  climb(whole, time);
  Current current = read(whole, time, &code);
  note_event(current);
  Done& done = done_[key];
  done.event = whole;
  forget_undeclared(done.event);
  done.time = time;
  done.came = current.came;
  done.lsn = lsn;
  doing_ = &done;
  posting_for_ = lsn;
  run(current);
  note_scores(time, lsn);
  posting_for_ = 0;
  doing_ = nullptr;
  after_record();
  return {Outcome::kAccepted, "", lsn};
}

bool Engine::is_declared(const std::string& type) const {
  return std::any_of(plans_.begin(), plans_.end(),
                     [&](const plan::Plan& plan) { return type_in(plan, type) >= 0; });
}

Engine::Current Engine::read(const Event& event, TimeMs time, std::string* code) const {
  Current current;
  current.event = &event;
  current.time = time;
  current.came = coming(event.type, time);
  current.roles = roles_of(event);
  Fault fault;
  current.readings.resize(plans_.size());
  for (const size_t p : in_order()) {
    current.readings[p] = read_under(plans_[p], event, time, &fault);
  }
  share(current.readings);
  *code = fault.code;
  return current;
}

std::vector<size_t> Engine::in_order() const {
  std::vector<size_t> plans;
  for (const Family& family : families_) {
    plans.insert(plans.end(), family.plans.begin(), family.plans.end());
  }
  return plans;
}

Engine::Reading Engine::read_under(const plan::Plan& plan, const Event& event, TimeMs time,
                                   Fault* fault) const {
  Reading reading;
  reading.type = type_in(plan, event.type);
  reading.attributes.resize(plan.attributes.size());
  if (reading.type < 0) return reading;
  const plan::EventType& type = plan.events[static_cast<size_t>(reading.type)];
  const size_t lines = place_of(event, "lines");
  if (!type.lines.empty() && lines < event.values.size() && !event.values[lines].second.empty()) {
    const std::string code =
        fold_lines(plan, type, event.values[lines].second, time, &reading.attributes);
    if (!code.empty() && lines < fault->place) *fault = {lines, code};
    reading.has_lines = true;
  }
  for (const int a : type.attributes) {
    const plan::Attribute& attribute = plan.attributes.at(static_cast<size_t>(a));
    if (attribute.fold >= 0 || attribute.credited >= 0 || is_each_above(plan, attribute)) continue;
    if (attribute.ask >= 0) {
      reading.attributes[static_cast<size_t>(a)] = found(plan, attribute, event);
      continue;
    }
    const size_t place = place_of(event, attribute.wire);
    if (place == event.values.size() || event.values[place].second.empty()) continue;
    const std::string code = parse_value(plan, attribute, event.values[place].second,
                                         &reading.attributes[static_cast<size_t>(a)]);
    if (!code.empty() && place < fault->place) *fault = {place, code};
  }
  return reading;
}

std::vector<Engine::Role> Engine::roles_of(const Event& event) const {
  std::vector<Role> roles;
  for (size_t f = 0; f < families_.size(); ++f) {
    for (const size_t p : families_[f].plans) {
      const plan::Plan& plan = plans_[p];
      const int type = type_in(plan, event.type);
      if (type < 0) continue;
      for (const int a : plan.events[static_cast<size_t>(type)].attributes) {
        const plan::Attribute& attribute = plan.attributes.at(static_cast<size_t>(a));
        const bool is_account = attribute.type.kind == plan::TypeKind::kAccount;
        if (!is_account || is_each_above(plan, attribute)) continue;
        const Role role{attribute.wire, -1};
        if (std::find(roles.begin(), roles.end(), role) == roles.end()) roles.push_back(role);
      }
    }
    add_object_roles(f, event.type, roles);
  }
  return roles;
}

// Roles that rules per object pay and events of the type do not name.
void Engine::add_object_roles(size_t f, const std::string& type, std::vector<Role>& roles) const {
  const Family& family = families_[f];
  const std::string object = object_name(family, type, SIZE_MAX);
  std::set<std::string> payees;
  for (const RuleVersion& rule : family.rules) {
    const size_t p = rule.id.first;
    const plan::Subject& subject = rule_at(rule.id).subject;
    if (!subject.is_object() || name_of(p, subject.object) != object) continue;
    for (const plan::Effect& effect : rule_at(rule.id).effects) {
      payees.insert(name_of(p, effect.payee));
    }
  }
  for (const std::string& name : family.names) {
    if (!payees.contains(name) || declares(family, type, name)) continue;
    roles.push_back({attribute_of(family, name).wire, static_cast<int>(f)});
  }
}

// ---- measures and rules -------------------------------------------------------------------------

void Engine::run(const Current& current) {
  asked_.clear();
  for (const Former& former : current.formers) {
    settle(former.account);
    leave(current, former);
    post_asked(current);
  }
  for (const Role& role : in_turns(current)) {
    const std::string account = account_of(current, role);
    if (account.empty()) continue;
    if (has_work(current, role)) settle(account);
    doing_role_ = role.wire;
    run_role(with_credited(as_role(current, role.wire, account)), role);
    if (has_layers(current, role.wire)) sort_asked();
    post_asked(current);
  }
}

void Engine::post_asked(const Current& current) {
  for (const auto& [key, before] : std::exchange(fed_from_, {})) {
    if (measures_.at(key) != before) note_moved(key);
  }
  rise();
  for (const Asked& asked : asked_) {
    if (asked.amount >= 0) post(current, note_credited(asked));
  }
  for (const Asked& asked : asked_) {
    if (asked.amount < 0) post(current, asked);
  }
  asked_.clear();
}

void Engine::run_role(const Current& current, const Role& role) {
  const std::string& type = current.event->type;
  for (size_t f = 0; f < families_.size(); ++f) {
    const Family& family = families_[f];
    size_t p = 0;
    const plan::EventType* const event = declared(family, type, SIZE_MAX, &p);
    if (event == nullptr || (role.of_plan >= 0 && role.of_plan != static_cast<int>(f))) continue;
    const Scope scope{plans_[p], current.readings[p].attributes, nullptr, nullptr, current.time};
    if (!holds(scope, event->when)) continue;
    for (const std::string& name : family.names) {
      const plan::Attribute& attribute = attribute_of(family, name);
      if (attribute.type.kind != plan::TypeKind::kAccount) continue;
      if (!is_role(family, name, role.wire)) continue;
      if (declares(family, type, name) == (role.of_plan >= 0)) continue;
      if (role.of_plan >= 0) {
        run_of_object(named_as(current, family, name, account_of(current, role)), family, name,
                      false);
      } else if (!is_missing(value_of(current, family, name))) {
        run_plan(current, family, name);
      }
    }
  }
}

Value Engine::value_of(const Current& current, const Family& family,
                       const std::string& name) const {
  for (const size_t p : family.plans) {
    const int index = attribute_in(p, name);
    if (index >= 0) return current.readings[p].attributes[static_cast<size_t>(index)];
  }
  return Missing{};
}

bool Engine::runs_at(const RuleVersion& rule, const std::string& type) const {
  return rule.events.contains(type);
}

bool Engine::returns_at(const RuleVersion& rule, const std::string& type) const {
  const plan::Rule& its = rule_at(rule.id);
  const int index = type_in(plans_[rule.id.first], type);
  return index >= 0 && its.take_back && contains(its.take_back->events, index);
}

// Measures are those of moving_.
Scope Engine::scope_of(const Current& current, size_t p) const {
  return {plans_[p], current.readings[p].attributes,
          [this, p](int measure, plan::tree::Moment moment) {
            return measure_now(measure_id(p, measure), moment);
          },
          [this, p, &current](const plan::Term& held) {
            return known_at(current, p, held, current.time);
          },
          current.time};
}

void Engine::run_plan(const Current& current, const Family& family, const std::string& owner) {
  std::map<Id, Moved> moved = move_measures(current, family, owner);
  moving_ = &moved;
  const std::string& type = current.event->type;
  int layer = 0;
  for (const RuleVersion& version : in_layers(family)) {
    const auto [p, r] = version.id;
    const plan::Rule& rule = plans_[p].rules[r];
    for (; layer < version.layer; ++layer) stack_groups(current, family, layer);
    const Scope scope = scope_of(current, p);
    if (runs_at(version, type)) {
      if (rule.subject.is_object()) {
        run_object_rule(current, p, r, owner);
      } else {
        run_rule(current, p, r, owner, scope);
      }
    }
    if (!returns_at(version, type) || !takes_back(current, p, r)) continue;
    if (name_of(p, rule.take_back->subject.owner) == owner) take_back_rule(current, p, r, scope);
  }
  for (; layer < plan::kLayersMax; ++layer) stack_groups(current, family, layer);
  moving_ = nullptr;
}

// Of the plans, then of the file, whatever the layer; what is new of a version stands last.
std::tuple<size_t, size_t, size_t> Engine::rank_of(size_t p, size_t r, size_t effect) const {
  const std::vector<RuleVersion>& rules = family_of(p).rules;
  size_t place = 0;
  while (rules.at(place).id != Id(p, r)) ++place;
  return {family_number_[p], place, effect};
}

void Engine::sort_asked() {
  std::stable_sort(asked_.begin(), asked_.end(), [&](const Asked& a, const Asked& b) {
    return rank_of(a.plan, a.rule, a.effect) < rank_of(b.plan, b.rule, b.effect);
  });
}

// Whether some rule that runs feeds a measure in this role, or is of a higher layer.
bool Engine::has_layers(const Current& current, const std::string& role) const {
  const std::string& type = current.event->type;
  for (const Family& family : families_) {
    for (const RuleVersion& version : family.rules) {
      const size_t p = version.id.first;
      const size_t r = version.id.second;
      if (!runs_at(version, type) && !returns_at(version, type)) continue;
      for (const plan::Effect& effect : plans_[p].rules[r].effects) {
        if (!names_role(plans_[p], effect.payee, role)) continue;
        const bool feeds =
            std::any_of(family.measures.begin(), family.measures.end(),
                        [&](const auto& each) { return is_fed(each.first, p, r, effect); });
        if (feeds || version.layer > 0) return true;
      }
    }
  }
  return false;
}

std::vector<Engine::RuleVersion> Engine::in_layers(const Family& family) {
  std::vector<RuleVersion> rules = family.rules;
  std::stable_sort(rules.begin(), rules.end(),
                   [](const RuleVersion& a, const RuleVersion& b) { return a.layer < b.layer; });
  return rules;
}

// By any version of the rules that it names.
bool Engine::is_fed(Id measure, size_t p, size_t r, const plan::Effect& effect) const {
  const plan::Measure& sum = measure_at(measure);
  if (!sum.is_earned() || effect.verb != plan::Verb::kCredit) return false;
  const std::vector<Id> lineages = feeders_of(measure);
  const bool is_its =
      std::find(lineages.begin(), lineages.end(), version_of(p, r).lineage) != lineages.end();
  const auto code = [&](size_t plan, int unit) {
    return plans_[plan].units[static_cast<size_t>(unit)].code;
  };
  return is_its && name_of(p, effect.payee) == name_of(measure.first, sum.subject.owner) &&
         code(p, effect.unit) == code(measure.first, sum.type.unit);
}

// What was credited, or taken back of it. `once`: it goes with the event; else it is asked anew.
bool Engine::feed(const Current& current, size_t p, size_t r, size_t e, Int128 by, bool once) {
  bool is_fed_some = false;
  for (const auto& [id, said] : family_of(p).measures) {
    if (by == 0 || !is_fed(id, p, r, plans_[p].rules[r].effects[e])) continue;
    const auto [q, m] = id;
    const std::optional<SubjectKey> key = subject_of(current, q, m, 0, measure_at(id).subject);
    if (!key || is_final(current.came, q, m, std::get<int32_t>(*key))) continue;
    int64_t& sum = measures_[*key];
    const int64_t before = sum;
    sum = static_cast<int64_t>(clamp(sum + by, money::kMeasureMax));
    fed_from_.try_emplace(*key, before);
    if (once) doing_->moved[doing_role_].push_back({*key, static_cast<int64_t>(by)});
    if (moving_ != nullptr) moving_->at(id).after = in_window(*key, Rational(sum));
    is_fed_some = true;
  }
  return is_fed_some;
}

// Each once, whatever versions have it.
std::map<Engine::Id, Engine::Moved> Engine::move_measures(const Current& current,
                                                          const Family& family,
                                                          const std::string& owner) {
  std::map<Id, Moved> moved;
  for (const auto& [id, said] : family.measures) {
    if (name_of(id.first, measure_at(id).subject.owner) != owner) continue;
    moved[id] = move_measure(current, id.first, id.second);
  }
  for (auto& [id, one] : moved) {
    if (!measure_at(id).is_of_values()) continue;
    const auto key = subject_of(current, id.first, id.second, 0, measure_at(id).subject);
    if (!key) continue;
    const int64_t by = count_again(*key);
    if (by != 0) doing_->moved[doing_role_].push_back({*key, by});
    one.after = Rational(measures_[*key]);
  }
  return moved;
}

Engine::Moved Engine::move_measure(const Current& current, size_t p, size_t m) {
  const plan::Measure& measure = plans_[p].measures[m];
  const std::optional<SubjectKey> key = subject_of(current, p, m, 0, measure.subject);
  if (!key) return {Missing{}, Missing{}, Missing{}};
  const Value last = last_of(p, m, *key);
  int64_t& value = measures_[*key];  // 0 where it is new
  const Rational before(value);
  if (is_final(current.came, p, m, std::get<int32_t>(*key))) return {before, before, last};
  const Rational sum = before + addition(current, p, measure);
  GUERDON_ASSERT(sum.is_whole());
  const int64_t was = value;
  const bool is_one_too_many = measure.values_max > 0 && measure.counted_in >= 0 && was <= 0 &&
                               Rational(0) < sum &&
                               values_at(without_value(*key)) >= measure.values_max;
  if (!is_one_too_many) value = static_cast<int64_t>(clamp(sum.num(), money::kMeasureMax));
  if (value != was) {
    doing_->moved[doing_role_].push_back({*key, value - was});
    note_moved(*key);
  }
  return {in_window(*key, before), in_window(*key, Rational(value)), last};
}

// In the period before that of the key.
Value Engine::last_of(size_t p, size_t m, SubjectKey key) const {
  const plan::Subject& subject = plans_[p].measures[m].subject;
  if (subject.period == calendar::PeriodKind::kLifetime) return Rational(0);
  int32_t& period = std::get<int32_t>(key);
  --period;
  const auto found = measures_.find(key);
  if (found == measures_.end() || is_too_late(plans_[p], subject, period)) return Rational(0);
  return Rational(found->second);
}

Rational Engine::addition(const Current& current, size_t p, const plan::Measure& measure) const {
  const Reading& reading = current.readings[p];
  const Scope scope{
      plans_[p], reading.attributes, nullptr,
      [&](const plan::Term& held) { return known_at(current, p, held, current.time); },
      current.time};
  Rational sum;
  if (measure.is_of_values() || !holds(scope, measure.where)) return sum;
  for (const plan::Flow& flow : measure.flows) {
    if (!contains(flow.events, reading.type)) continue;
    const Value value = flow.value ? evaluate(scope, *flow.value) : Value(Rational(1));
    if (is_missing(value)) continue;
    sum = flow.less ? sum - number_of(value) : sum + number_of(value);
  }
  return sum;
}

void Engine::run_rule(const Current& current, size_t p, size_t r, const std::string& owner_name,
                      const Scope& scope) {
  const plan::Rule& rule = plans_[p].rules[r];
  const int owner = attribute_in(p, owner_name);
  if (owner < 0 || !acts(p, r, instant_of(current, p, r))) return;
  if (rule.take_back && rule.take_back->subject.owner == owner) note_value(current, p, r, scope);
  for (size_t e = 0; e < rule.effects.size(); ++e) {
    const plan::Effect& effect = rule.effects[e];
    if (effect.payee != owner) continue;
    if (!rule.subject.is_event()) {
      GUERDON_ASSERT(rule.subject.owner == owner);
      run_entitlement(current, p, r, e, scope);
      continue;
    }
    if (observer_) {
      observer_(text_of(scope.attributes[static_cast<size_t>(owner)]), p, r, scope);
    }
    const std::optional<Int128> amount = amount_of(scope, rule, effect);
    if (!amount) continue;
    if (effect.verb == plan::Verb::kBurn && *amount < 0) continue;  // it makes nothing
    if (is_stacked(p, r)) {
      stacked_[{p, r}] = {*amount, ""};
    } else {
      pay(current, p, r, e, *amount);
    }
  }
}

void Engine::pay(const Current& current, size_t p, size_t r, size_t e, Int128 amount) {
  const plan::Rule& rule = plans_[p].rules[r];
  const plan::Effect& effect = rule.effects[e];
  const Value& payee = current.readings[p].attributes.at(static_cast<size_t>(effect.payee));
  const bool is_asked = effect.budget >= 0 && amount > 0;
  if (is_asked || !effect.limits.empty()) amount = run_limited(current, p, r, e, amount);
  const Int128 signed_amount = effect.verb == plan::Verb::kCredit ? amount : -amount;
  uint64_t cause = cause_of(p, r, e, {}, 0);
  if (rule.take_back) cause = note_earned(current, p, r, e, amount);
  feed(current, p, r, e, amount, effect.limits.empty());
  asked_.push_back({p, r, e, text_of(payee), signed_amount, cause});
}

void Engine::run_entitlement(const Current& current, size_t p, size_t r, size_t e,
                             const Scope& scope) {
  const plan::Rule& rule = plans_[p].rules[r];
  const std::optional<SubjectKey> key = subject_of(current, p, r, e, rule.subject);
  if (!key || !acts(p, r, instant_of(current, p, r))) return;
  if (waits_for_close(current, p, r, e)) return;
  const TimeMs begin = counted_in(current, p, rule.subject.period).from;
  Scope at_begin = scope;
  at_begin.instant = begin;
  at_begin.known = [&](const plan::Term& held) { return known_at(current, p, held, begin); };
  if (observer_ && !is_closing_) observer_(std::get<std::string>(*key), p, r, at_begin);
  const std::optional<Int128> amount = amount_of(at_begin, rule, rule.effects[e]);
  const Int128 owed = std::max<Int128>(amount.value_or(0), 0);
  if (is_stacked(p, r)) {
    stacked_[{p, r}] = {owed, ""};
  } else {
    owe(current, p, r, e, owed);
  }
}

// A period is of one version, and one that corrects goes on from what the others have posted.
void Engine::owe(const Current& current, size_t p, size_t r, size_t e, Int128 owed) {
  const plan::Rule& rule = plans_[p].rules[r];
  std::optional<SubjectKey> key = subject_of(current, p, r, e, rule.subject);
  std::tie(std::get<0>(*key), std::get<1>(*key)) = version_of(p, r).lineage;
  Int128& posted = posted_[*key];  // 0 where it is new
  if (rule.keeps) owed = std::max(owed, least_kept(*key, posted));
  Int128 difference = owed - posted;
  if (!rule.effects[e].limits.empty()) {
    difference = through_limits(current, p, r, e, posted, &owed);
  }
  const std::optional<Pool> pool = pool_of(p, rule.effects[e].budget, std::get<int32_t>(*key));
  if (pool) difference = through_pool(p, *pool, current.time, *key, posted, owed);
  posted = owed;
  if (rule.keeps && doing_ != nullptr && difference != 0) {
    doing_->kept[doing_role_].push_back({*key, difference});
  }
  const bool is_credit = rule.effects[e].verb == plan::Verb::kCredit;
  feed(current, p, r, e, difference, false);
  asked_.push_back(
      {p, r, e, std::get<std::string>(*key), is_credit ? difference : -difference,
       cause_of(p, r, e, std::get<std::vector<std::string>>(*key), std::get<int32_t>(*key)),
       is_credit ? nullptr : &taken_[*key], owed});
  asked_.back().pool = pool;
  asked_.back().is_late =
      is_shut(family_number_[p], rule.subject.period, std::get<int32_t>(*key), *clock_);
}

Value Engine::known_at(const Current& current, size_t p, const plan::Term& held,
                       TimeMs instant) const {
  const Value& owner = current.readings[p].attributes.at(static_cast<size_t>(held.owner));
  return known_of(text_of(owner), p, held, instant);
}

Value Engine::known_of(const std::string& account, size_t p, const plan::Term& held,
                       TimeMs instant) const {
  const plan::HolderAttribute& attribute = plans_[p].holder.at(static_cast<size_t>(held.index));
  const std::string* text = known_at(account, attribute.wire, instant);
  if (text == nullptr) return Missing{};
  plan::Attribute read;
  read.type = attribute.type;
  read.is_signed = attribute.is_signed;
  Value value;
  const std::string code = parse_value(plans_[p], read, *text, &value);
  GUERDON_ASSERT(code.empty());
  return value;
}

std::optional<Engine::SubjectKey> Engine::subject_of(const Current& current, size_t p,
                                                     size_t number, size_t effect,
                                                     const plan::Subject& subject) const {
  const std::vector<Value>& attributes = current.readings[p].attributes;
  const Value& owner = attributes.at(static_cast<size_t>(subject.owner));
  if (is_missing(owner)) return std::nullopt;
  std::vector<std::string> keys;
  for (const int a : subject.keys) {
    const Value& key = attributes.at(static_cast<size_t>(a));
    if (is_missing(key)) return std::nullopt;
    keys.push_back(key_text(key));
  }
  const int32_t period = counted_in(current, p, subject.period).index;
  if (is_too_late(plans_[p], subject, period)) return std::nullopt;
  return SubjectKey(p, number, effect, text_of(owner), keys, period);
}

// ---- the ledger ---------------------------------------------------------------------------------

void Engine::post(const Current& current, const Asked& asked) {
  const plan::Plan& plan = plans_[asked.plan];
  const plan::Effect& effect = plan.rules[asked.rule].effects[asked.effect];
  if (asked.amount == 0) return;
  const auto unit = static_cast<size_t>(effect.unit);
  const plan::WalletRules& rules = plan.wallets.at(unit);
  const Wallet key(asked.account, plan.program, plan.units.at(unit).code);
  ledger::slow::SlowWallet& wallet = wallet_of(key, rules);
  const bool is_credit = effect.verb == plan::Verb::kCredit;
  const bool corrects = asked.corrects || (asked.is_late && !asked.reversed_at);
  const TimeMs usual = corrects && !asked.corrects ? *clock_ : current.time;
  const TimeMs effective = asked.reversed_at.value_or(usual);
  const ledger::When when{*clock_, std::max(effective, asked.not_before)};
  const bool is_undone = asked.reversed_at.has_value();
  const ledger::Origin origin(last_lsn_,
                              static_cast<uint32_t>(entries_of_[{last_lsn_, asked.account}]));
  std::vector<ledger::Leg> legs;
  ledger::Taken taken;
  if (asked.amount > 0) {
    // Of a penalty what was taken and is not owed any more.
    const Int128 amount =
        asked.taken == nullptr
            ? asked.amount
            : std::min(asked.amount, std::max<Int128>(*asked.taken - asked.owed, 0));
    if (amount == 0) return;
    if (asked.taken != nullptr) *asked.taken -= amount;
    ledger::Credit credit;
    credit.amount = static_cast<int64_t>(amount);
    credit.origin = origin;
    credit.cause = asked.cause;
    if (is_undone) credit.kind = ledger::Kind::kReverse;
    if (corrects) credit.kind = ledger::Kind::kCorrect;
    credit.matures_at = plan::matures_at(rules, plan.calendar.zone, when.effective);
    credit.expires_at = plan::expires_at(rules, plan.calendar.zone, when.effective);
    credit.warns_at = warns_at(rules, plan, when.effective, credit.expires_at);
    wallet.credit(credit, when, legs);
  } else {
    ledger::Debit debit;
    debit.amount = static_cast<int64_t>(-asked.amount);
    debit.origin = origin;
    debit.cause = is_credit ? asked.cause : 0;
    debit.undone = asked.undone;
    if (is_undone) debit.kind = ledger::Kind::kReverse;
    if (corrects) debit.kind = ledger::Kind::kCorrect;
    taken = effect.verb == plan::Verb::kBurn ? wallet.burn(debit, when, legs)
                                             : wallet.debit(debit, when, legs);
    if (asked.taken != nullptr) *asked.taken += taken.posted + taken.owed;
    if (asked.pool) granted_[*asked.pool] -= taken.posted + taken.owed;
  }
  if (!is_undone && !asked.corrects) note_paid(asked, taken, legs, rules);
  write(key, legs, &asked);
}

void Engine::write(const Wallet& wallet, const std::vector<ledger::Leg>& legs, const Asked* asked) {
  for (const ledger::Leg& leg : legs) {
    if (leg.receiver == ledger::Receiver::kDebt) continue;
    Entry entry;
    entry.lsn = last_lsn_;
    entry.account = std::get<0>(wallet);
    entry.n = entries_of_[{last_lsn_, entry.account}]++;
    entry.program = std::get<1>(wallet);
    entry.unit = std::get<2>(wallet);
    entry.amount = leg.amount;
    entry.effective = leg.effective;
    entry.note = ledger::note_name(leg.note);
    entry.kind = ledger::kind_name(leg.kind);
    const bool is_by_time =
        leg.counter == ledger::SystemAccount::kBreakage || ledger::is_told(leg.kind);
    if (asked != nullptr && !is_by_time) {
      const plan::Plan& plan = plans_[asked->plan];
      const plan::Effect& effect = plan.rules[asked->rule].effects[asked->effect];
      const bool takes_back = effect.verb == plan::Verb::kCredit && leg.amount < 0;
      entry.kind = takes_back ? "clawback" : effect.kind;
      if (asked->corrects || asked->is_late) entry.kind = "correct";
      if (asked->reversed_at) entry.kind = "reverse";
      entry.plan = plan.name;
      entry.rule = version_of(asked->plan, asked->rule).names.back();
      entry.effect = static_cast<int>(asked->effect);
      note_posting(*asked, entry);
    }
    entries_.push_back(entry);
    EntryLot lot{leg.lot.origin.lsn(), leg.lot.origin.n(), leg.lot.others};
    if (lot.lsn != 0 && leg.amount > 0) {
      lot.matures_at = leg.lot.matures_at;
      lot.expires_at = leg.lot.expires_at;
    }
    if (leg.kind == ledger::Kind::kExpiring) lot.expires_at = leg.lot.expires_at;
    lot.about = leg.about;
    lots_.push_back(lot);
  }
}

ledger::slow::SlowWallet& Engine::wallet_of(const Wallet& wallet, const plan::WalletRules& rules) {
  return wallets_.try_emplace(wallet, wallet_rules(rules)).first->second;
}

// Something of a plan may happen to the account in this role: only then is it visited.
bool Engine::has_work(const Current& current, const Role& role) const {
  return role.of_plan >= 0 ||
         std::any_of(families_.begin(), families_.end(), [&](const Family& family) {
           return has_work(family, current.event->type, role.wire);
         });
}

bool Engine::has_work(const Family& family, const std::string& type,
                      const std::string& role) const {
  const auto is_it = [&](size_t p, int attribute) {  // else it is the object's, and its own
    return declares(family, type, name_of(p, attribute)) && names_role(plans_[p], attribute, role);
  };
  for (const auto& [id, said] : family.measures) {
    const int index = type_in(plans_[id.first], type);
    for (const plan::Flow& flow : measure_at(id).flows) {
      const bool is_its = index >= 0 && contains(flow.events, index);
      if (is_its && is_it(id.first, measure_at(id).subject.owner)) return true;
    }
  }
  for (const RuleVersion& version : family.rules) {
    if (!runs_at(version, type) && !returns_at(version, type)) continue;
    for (const plan::Effect& effect : rule_at(version.id).effects) {
      if (is_it(version.id.first, effect.payee)) return true;
    }
  }
  return false;
}

// A read sees what is due as done.
std::map<Wallet, int64_t> Engine::balances() const {
  if ((!has_closings() && due_goals_.empty()) || !clock_) return settled_balances();
  Engine& self = const_cast<Engine&>(*this);
  const auto kept = std::tuple(wallets_, measures_, posted_, kept_, taken_, open_from_, entries_of_,
                               entries_, lots_, sealed_, due_goals_, limited_, counted_);
  std::set<std::string> accounts;
  for (const auto& [member, period] : open_from_) accounts.insert(member.second);
  for (const DueGoal& due : due_goals_) accounts.insert(due.row.said("account"));
  for (const std::string& account : accounts) self.settle(account);
  std::map<Wallet, int64_t> result = settled_balances();
  std::tie(self.wallets_, self.measures_, self.posted_, self.kept_, self.taken_, self.open_from_,
           self.entries_of_, self.entries_, self.lots_, self.sealed_, self.due_goals_,
           self.limited_, self.counted_) = kept;
  return result;
}

std::map<Wallet, int64_t> Engine::settled_balances() const {
  std::map<Wallet, int64_t> result;
  for (const auto& [key, wallet] : wallets_) {
    ledger::slow::SlowWallet settled = wallet;  // a read sees what is due as done
    std::vector<ledger::Leg> legs;
    if (clock_) settled.settle(*clock_, legs);
    if (settled.posted() != 0) result[key] = static_cast<int64_t>(settled.posted());
  }
  return result;
}

std::map<MeasureKey, int64_t> Engine::measures() const {
  std::map<MeasureKey, int64_t> result;
  for (const auto& [key, value] : measures_) {
    const auto& [p, m, effect, account, keys, period] = key;
    const plan::Measure& measure = plans_[p].measures[m];
    if (value == 0 || is_too_late(plans_[p], measure.subject, period)) continue;
    const int64_t version = plans_[p].version;
    const std::string name = version == 1 ? "" : " of version " + std::to_string(version);
    result[{plans_[p].name, measure.name + name, account, keys, period}] = value;
  }
  return result;
}

}  // namespace guerdon::reference
