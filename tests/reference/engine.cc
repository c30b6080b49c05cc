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

constexpr int kSweepSlices = 64;
constexpr int kRecordsPerSlice = 32;
constexpr int kPeriodsKept = 2;  // besides the clock's own

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

std::set<calendar::PeriodKind> period_kinds(const plan::Plan& plan) {
  std::set<calendar::PeriodKind> kinds;
  for (const plan::Measure& measure : plan.measures) kinds.insert(measure.subject.period);
  for (const plan::Rule& rule : plan.rules) {
    kinds.insert(rule.subject.is_object() ? calendar::PeriodKind::kMonth : rule.subject.period);
    for (const plan::Effect& effect : rule.effects) {
      for (const plan::Limit& limit : effect.limits) kinds.insert(limit.subject.period);
    }
  }
  kinds.erase(calendar::PeriodKind::kLifetime);
  return kinds;
}

bool has_dates(const plan::WalletRules& rules) { return rules.mature || rules.expire; }

int slice_of(const std::string& account) {
  return static_cast<int>(base::hash64(account) / ((uint64_t{1} << 63) / (kSweepSlices / 2)));
}

// Roles that rules per object pay and events of the type do not name.
void add_object_roles(const plan::Plan& plan, size_t number, int type, auto& roles) {
  const plan::EventType& event = plan.events[static_cast<size_t>(type)];
  std::set<int> payees;
  for (const plan::Rule& rule : plan.rules) {
    if (!rule.subject.is_object() || rule.subject.object != event.object) continue;
    for (const plan::Effect& effect : rule.effects) payees.insert(effect.payee);
  }
  for (const int payee : payees) {
    if (contains(event.attributes, payee)) continue;
    roles.push_back({plan.attributes[static_cast<size_t>(payee)].wire, static_cast<int>(number)});
  }
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
  for (const plan::Plan& plan : plans_) {
    GUERDON_ASSERT(programs.insert(plan.program).second);
    ++last_lsn_;
  }
}

// A number for what earns and is taken back together; of two, it differs.
uint64_t Engine::cause_of(size_t plan, size_t rule, size_t effect,
                          const std::vector<std::string>& keys, int32_t period) {
  std::string text = std::to_string(plan) + " " + std::to_string(rule) + " " +
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
  const uint64_t lsn = append(time);
  seen_[key] = {payload, {Outcome::kDuplicate, "", lsn}};
  Event whole = event;
  find_in_tables(whole, time);
  bring(whole, time);
  Current current = read(whole, time, &code);
  note_event(current);
  Done& done = done_[key];
  done.event = whole;
  done.time = time;
  done.lsn = lsn;
  doing_ = &done;
  run(current);
  doing_ = nullptr;
  after_record();
  return {Outcome::kAccepted, "", lsn};
}

void Engine::tick(TimeMs time) {
  GUERDON_ASSERT(time >= base::kTimeMin && time < base::kTimeEnd);
  append(time);
  after_record();
  if (!has_dates() || (swept_at_ && *clock_ <= *swept_at_)) return;
  swept_at_ = clock_;
  slices_left_ = kSweepSlices;
  while (slices_left_ > 0) sweep();
}

bool Engine::is_declared(const std::string& type) const {
  return std::any_of(plans_.begin(), plans_.end(),
                     [&](const plan::Plan& plan) { return type_in(plan, type) >= 0; });
}

Engine::Current Engine::read(const Event& event, TimeMs time, std::string* code) const {
  Current current;
  current.event = &event;
  current.time = time;
  current.roles = roles_of(event);
  Fault fault;
  for (const plan::Plan& plan : plans_) {
    current.readings.push_back(read_under(plan, event, time, &fault));
  }
  *code = fault.code;
  return current;
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
    if (attribute.fold >= 0) continue;
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
  for (size_t p = 0; p < plans_.size(); ++p) {
    const plan::Plan& plan = plans_[p];
    const int type = type_in(plan, event.type);
    if (type < 0) continue;
    for (const int a : plan.events[static_cast<size_t>(type)].attributes) {
      const plan::Attribute& attribute = plan.attributes.at(static_cast<size_t>(a));
      if (attribute.type.kind != plan::TypeKind::kAccount) continue;
      const Role role{attribute.wire, -1};
      if (std::find(roles.begin(), roles.end(), role) == roles.end()) roles.push_back(role);
    }
    add_object_roles(plan, p, type, roles);
  }
  return roles;
}

// ---- the log: LSNs, the clock, sweeps -----------------------------------------------------------

uint64_t Engine::append(TimeMs time) {
  const std::optional<TimeMs> before = clock_;
  clock_ = before ? std::max(*before, time) : time;
  if (slices_left_ > 0) ++records_since_;
  if (before && falls_due(*before, *clock_)) {
    if (slices_left_ == 0) records_since_ = 0;
    slices_left_ = kSweepSlices;
  }
  return ++last_lsn_;
}

void Engine::after_record() {
  if (slices_left_ > 0 && records_since_ >= kRecordsPerSlice) sweep();
}

// A SWEEP record.
void Engine::sweep() {
  ++last_lsn_;
  --slices_left_;
  records_since_ = 0;
  std::set<std::string> accounts;
  for (const auto& [wallet, state] : wallets_) accounts.insert(std::get<0>(wallet));
  for (const std::string& account : accounts) {
    if (slice_of(account) == next_slice_) settle(account);
  }
  next_slice_ = (next_slice_ + 1) % kSweepSlices;
}

bool Engine::has_dates() const {
  return has_commands_ || std::any_of(plans_.begin(), plans_.end(), [](const plan::Plan& plan) {
           return std::any_of(plan.wallets.begin(), plan.wallets.end(), reference::has_dates);
         });
}

// A period that some plan counts in ends in (from, to]; or a day, where lots have dates.
bool Engine::falls_due(TimeMs from, TimeMs to) const {
  const auto day_of = [](TimeMs at) {
    return calendar::period_at({}, calendar::PeriodKind::kDay, at);
  };
  if (has_dates() && day_of(from).to <= to) return true;
  for (const plan::Plan& plan : plans_) {
    for (const calendar::PeriodKind kind : period_kinds(plan)) {
      if (calendar::period_at(plan.calendar, kind, from).to <= to) return true;
    }
  }
  return false;
}

// ---- measures and rules -------------------------------------------------------------------------

void Engine::run(const Current& current) {
  asked_.clear();
  for (const Former& former : current.formers) {
    settle(former.account);
    leave(current, former);
    post_asked(current);
  }
  for (const Role& role : current.roles) {
    const std::string account = account_of(current, role);
    if (account.empty()) continue;
    if (has_work(current, role)) settle(account);
    doing_role_ = role.wire;
    run_role(current, role);
    if (has_layers(current, role.wire)) sort_asked();
    post_asked(current);
  }
}

void Engine::post_asked(const Current& current) {
  for (const Asked& asked : asked_) {
    if (asked.amount >= 0) post(current, asked);
  }
  for (const Asked& asked : asked_) {
    if (asked.amount < 0) post(current, asked);
  }
  asked_.clear();
}

void Engine::run_role(const Current& current, const Role& role) {
  for (size_t p = 0; p < plans_.size(); ++p) {
    const plan::Plan& plan = plans_[p];
    const Reading& reading = current.readings[p];
    if (reading.type < 0 || (role.of_plan >= 0 && role.of_plan != static_cast<int>(p))) continue;
    const plan::EventType& type = plan.events[static_cast<size_t>(reading.type)];
    const Scope scope{plan, reading.attributes, nullptr, nullptr, current.time};
    if (!holds(scope, type.when)) continue;
    for (size_t a = 0; a < plan.attributes.size(); ++a) {
      const plan::Attribute& attribute = plan.attributes[a];
      const int index = static_cast<int>(a);
      if (attribute.wire != role.wire || attribute.type.kind != plan::TypeKind::kAccount) continue;
      if (contains(type.attributes, index) == (role.of_plan >= 0)) continue;
      if (role.of_plan >= 0) {
        Current named = current;
        named.readings[p].attributes[a] = account_of(current, role);
        run_of_object(named, p, index, false);
      } else if (!is_missing(reading.attributes[a])) {
        run_plan(current, p, index);
      }
    }
  }
}

void Engine::run_plan(const Current& current, size_t p, int owner) {
  const plan::Plan& plan = plans_[p];
  const Reading& reading = current.readings[p];
  std::map<int, Moved> moved = move_measures(current, p, owner);
  moving_ = &moved;
  const Scope scope{
      plan, reading.attributes,
      [&](int measure, plan::tree::Moment moment) {
        const auto found = moved.find(measure);
        GUERDON_ASSERT(found != moved.end());  // the checker: of the account it pays
        return moment == plan::tree::Moment::kBefore ? found->second.before : found->second.after;
      },
      [&](const plan::Term& held) { return known_at(current, p, held, current.time); },
      current.time};
  int layer = 0;
  for (const size_t r : in_layers(plan)) {
    const plan::Rule& rule = plan.rules[r];
    for (; layer < rule.layer; ++layer) stack_groups(current, p, layer);
    const bool is_return = rule.take_back && contains(rule.take_back->events, reading.type);
    if (contains(rule.events, reading.type)) {
      if (rule.subject.is_object()) {
        run_object_rule(current, p, r, owner);
      } else {
        run_rule(current, p, r, owner, scope);
      }
    }
    if (is_return && rule.take_back->subject.owner == owner) take_back_rule(current, p, r, scope);
  }
  for (; layer < plan::kLayersMax; ++layer) stack_groups(current, p, layer);
  moving_ = nullptr;
}

// In the order of the file, whatever the layer.
void Engine::sort_asked() {
  std::stable_sort(asked_.begin(), asked_.end(), [](const Asked& a, const Asked& b) {
    return std::tie(a.plan, a.rule, a.effect) < std::tie(b.plan, b.rule, b.effect);
  });
}

// Whether some rule that runs feeds a measure in this role, or is of a higher layer.
bool Engine::has_layers(const Current& current, const std::string& role) const {
  for (size_t p = 0; p < plans_.size(); ++p) {
    const plan::Plan& plan = plans_[p];
    const int type = current.readings[p].type;
    for (size_t r = 0; r < plan.rules.size(); ++r) {
      const plan::Rule& rule = plan.rules[r];
      const bool runs =
          contains(rule.events, type) || (rule.take_back && contains(rule.take_back->events, type));
      for (const plan::Effect& effect : rule.effects) {
        const std::string& wire = plan.attributes[static_cast<size_t>(effect.payee)].wire;
        if (!runs || wire != role) continue;
        const bool feeds =
            std::any_of(plan.measures.begin(), plan.measures.end(),
                        [&](const plan::Measure& each) { return is_fed(each, r, effect); });
        if (feeds || rule.layer > 0) return true;
      }
    }
  }
  return false;
}

std::vector<size_t> Engine::in_layers(const plan::Plan& plan) {
  std::vector<size_t> rules;
  for (int layer = 0; layer < plan::kLayersMax; ++layer) {
    for (size_t r = 0; r < plan.rules.size(); ++r) {
      if (plan.rules[r].layer == layer) rules.push_back(r);
    }
  }
  return rules;
}

bool Engine::is_fed(const plan::Measure& measure, size_t r, const plan::Effect& effect) {
  return contains(measure.earned_by, static_cast<int>(r)) && effect.verb == plan::Verb::kCredit &&
         effect.payee == measure.subject.owner && effect.unit == measure.type.unit;
}

// What was credited, or taken back of it. `once`: it goes with the event; else it is asked anew.
bool Engine::feed(const Current& current, size_t p, size_t r, size_t e, Int128 by, bool once) {
  const plan::Plan& plan = plans_[p];
  bool is_fed_some = false;
  for (size_t m = 0; m < plan.measures.size(); ++m) {
    const plan::Measure& measure = plan.measures[m];
    if (by == 0 || !is_fed(measure, r, plan.rules[r].effects[e])) continue;
    const std::optional<SubjectKey> key = subject_of(current, p, m, 0, measure.subject);
    if (!key) continue;
    int64_t& sum = measures_[*key];
    sum = static_cast<int64_t>(clamp(sum + by, money::kMeasureMax));
    if (once) doing_->moved[doing_role_].push_back({*key, static_cast<int64_t>(by)});
    if (moving_ != nullptr) moving_->at(static_cast<int>(m)).after = Rational(sum);
    is_fed_some = true;
  }
  return is_fed_some;
}

std::map<int, Engine::Moved> Engine::move_measures(const Current& current, size_t p, int owner) {
  const plan::Plan& plan = plans_[p];
  std::map<int, Moved> moved;
  for (size_t m = 0; m < plan.measures.size(); ++m) {
    if (plan.measures[m].subject.owner != owner) continue;
    moved[static_cast<int>(m)] = move_measure(current, p, m);
  }
  return moved;
}

Engine::Moved Engine::move_measure(const Current& current, size_t p, size_t m) {
  const plan::Measure& measure = plans_[p].measures[m];
  const std::optional<SubjectKey> key = subject_of(current, p, m, 0, measure.subject);
  if (!key) return {Missing{}, Missing{}};
  int64_t& value = measures_[*key];  // 0 where it is new
  const Rational before(value);
  const Rational sum = before + addition(current, p, measure);
  GUERDON_ASSERT(sum.is_whole());
  const int64_t was = value;
  value = static_cast<int64_t>(clamp(sum.num(), money::kMeasureMax));
  if (value != was) doing_->moved[doing_role_].push_back({*key, value - was});
  return {before, Rational(value)};
}

Rational Engine::addition(const Current& current, size_t p, const plan::Measure& measure) const {
  const Reading& reading = current.readings[p];
  const Scope scope{
      plans_[p], reading.attributes, nullptr,
      [&](const plan::Term& held) { return known_at(current, p, held, current.time); },
      current.time};
  Rational sum;
  if (!holds(scope, measure.where)) return sum;
  for (const plan::Flow& flow : measure.flows) {
    if (!contains(flow.events, reading.type)) continue;
    const Value value = flow.value ? evaluate(scope, *flow.value) : Value(Rational(1));
    if (is_missing(value)) continue;
    sum = flow.less ? sum - number_of(value) : sum + number_of(value);
  }
  return sum;
}

void Engine::run_rule(const Current& current, size_t p, size_t r, int owner, const Scope& scope) {
  const plan::Rule& rule = plans_[p].rules[r];
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
      stacked_[r] = {*amount, ""};
    } else {
      pay(current, p, r, e, *amount);
    }
  }
}

void Engine::pay(const Current& current, size_t p, size_t r, size_t e, Int128 amount) {
  const plan::Rule& rule = plans_[p].rules[r];
  const plan::Effect& effect = rule.effects[e];
  const Value& payee = current.readings[p].attributes.at(static_cast<size_t>(effect.payee));
  if (!effect.limits.empty()) amount = run_limited(current, p, r, e, amount);
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
  if (!key) return;
  const TimeMs begin =
      calendar::period_at(plans_[p].calendar, rule.subject.period, current.time).from;
  Scope at_begin = scope;
  at_begin.instant = begin;
  at_begin.known = [&](const plan::Term& held) { return known_at(current, p, held, begin); };
  if (observer_) observer_(std::get<std::string>(*key), p, r, at_begin);
  const std::optional<Int128> amount = amount_of(at_begin, rule, rule.effects[e]);
  const Int128 owed = std::max<Int128>(amount.value_or(0), 0);
  if (is_stacked(p, r)) {
    stacked_[r] = {owed, ""};
  } else {
    owe(current, p, r, e, owed);
  }
}

void Engine::owe(const Current& current, size_t p, size_t r, size_t e, Int128 owed) {
  const plan::Rule& rule = plans_[p].rules[r];
  const std::optional<SubjectKey> key = subject_of(current, p, r, e, rule.subject);
  Int128& posted = posted_[*key];  // 0 where it is new
  if (rule.keeps) owed = std::max(owed, least_kept(*key, posted));
  Int128 difference = owed - posted;
  if (!rule.effects[e].limits.empty()) {
    difference = through_limits(current, p, r, e, posted, &owed);
  }
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
  const int32_t period =
      calendar::period_at(plans_[p].calendar, subject.period, current.time).index;
  if (is_too_late(plans_[p], subject, period)) return std::nullopt;
  return SubjectKey(p, number, effect, text_of(owner), keys, period);
}

bool Engine::is_too_late(const plan::Plan& plan, const plan::Subject& subject,
                         int32_t period) const {
  GUERDON_ASSERT(clock_.has_value());
  return period < calendar::period_at(plan.calendar, subject.period, *clock_).index - kPeriodsKept;
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
  const ledger::When when{*clock_, asked.reversed_at.value_or(current.time)};
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
    credit.matures_at = plan::matures_at(rules, plan.calendar.zone, when.effective);
    credit.expires_at = plan::expires_at(rules, plan.calendar.zone, when.effective);
    wallet.credit(credit, when, legs);
  } else {
    ledger::Debit debit;
    debit.amount = static_cast<int64_t>(-asked.amount);
    debit.origin = origin;
    debit.cause = is_credit ? asked.cause : 0;
    debit.undone = asked.undone;
    if (is_undone) debit.kind = ledger::Kind::kReverse;
    taken = effect.verb == plan::Verb::kBurn ? wallet.burn(debit, when, legs)
                                             : wallet.debit(debit, when, legs);
    if (asked.taken != nullptr) *asked.taken += taken.posted + taken.owed;
  }
  if (!is_undone) note_paid(asked, taken, legs, rules);
  write(key, legs, &asked);
}

// In the order of the instants at which things were due; those equal, in that of the wallets.
void Engine::settle(const std::string& account) {
  for (;;) {
    TimeMs due = ledger::kNever;
    ledger::slow::SlowWallet* first = nullptr;
    Wallet key;
    for (size_t p = 0; p < plans_.size(); ++p) {
      for (const plan::Unit& unit : plans_[p].units) {
        const auto found = wallets_.find({account, plans_[p].program, unit.code});
        if (found == wallets_.end() || found->second.next_due() >= due) continue;
        due = found->second.next_due();
        first = &found->second;
        key = found->first;
      }
    }
    if (first == nullptr || due > *clock_) return;
    std::vector<ledger::Leg> legs;
    first->settle(due, legs);
    write(key, legs, nullptr);
  }
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
    if (asked != nullptr && leg.counter != ledger::SystemAccount::kBreakage) {
      const plan::Plan& plan = plans_[asked->plan];
      const plan::Rule& rule = plan.rules[asked->rule];
      const plan::Effect& effect = rule.effects[asked->effect];
      const bool takes_back = effect.verb == plan::Verb::kCredit && leg.amount < 0;
      entry.kind = takes_back ? "clawback" : effect.kind;
      if (asked->reversed_at) entry.kind = "reverse";
      entry.plan = plan.name;
      entry.rule = rule.name;
      entry.effect = static_cast<int>(asked->effect);
    }
    entries_.push_back(entry);
    EntryLot lot{leg.lot.origin.lsn(), leg.lot.origin.n(), leg.lot.others};
    if (lot.lsn != 0 && leg.amount > 0) {
      lot.matures_at = leg.lot.matures_at;
      lot.expires_at = leg.lot.expires_at;
    }
    lots_.push_back(lot);
  }
}

ledger::slow::SlowWallet& Engine::wallet_of(const Wallet& wallet, const plan::WalletRules& rules) {
  return wallets_.try_emplace(wallet, wallet_rules(rules)).first->second;
}

// Something of a plan may happen to the account in this role: only then is it visited.
bool Engine::has_work(const Current& current, const Role& role) const {
  if (role.of_plan >= 0) return true;
  for (size_t p = 0; p < plans_.size(); ++p) {
    const plan::Plan& plan = plans_[p];
    const int type = current.readings[p].type;
    if (type < 0) continue;
    const plan::EventType& event = plan.events[static_cast<size_t>(type)];
    const auto is_role = [&](int attribute) {  // else it is the object's, and a role of its own
      return contains(event.attributes, attribute) &&
             plan.attributes[static_cast<size_t>(attribute)].wire == role.wire;
    };
    for (const plan::Measure& measure : plan.measures) {
      for (const plan::Flow& flow : measure.flows) {
        if (contains(flow.events, type) && is_role(measure.subject.owner)) return true;
      }
    }
    for (const plan::Rule& rule : plan.rules) {
      const bool is_return = rule.take_back && contains(rule.take_back->events, type);
      if (!contains(rule.events, type) && !is_return) continue;
      for (const plan::Effect& effect : rule.effects) {
        if (is_role(effect.payee)) return true;
      }
    }
  }
  return false;
}

std::map<Wallet, int64_t> Engine::balances() const {
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
    result[{plans_[p].name, measure.name, account, keys, period}] = value;
  }
  return result;
}

}  // namespace guerdon::reference
