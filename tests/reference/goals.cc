// Goals that TARGET says, and what is owed at once where one comes.
#include <algorithm>
#include <set>

#include "engine/base/assert.h"
#include "engine/calendar/period.h"
#include "engine/money/decimal.h"
#include "tests/reference/engine.h"

namespace guerdon::reference {
namespace {

const plan::Target* target_in(const plan::Plan& plan, const std::string& name) {
  for (const plan::Target& target : plan.targets) {
    const bool is_it = name == target.name || name == plan.program + "/" + target.name;
    if (is_it && target.told >= 0) return &target;
  }
  return nullptr;
}

// Half a day after half a day, since there are days of 23 hours, from the clock on both ways, the
// first and the last instant there is included.
int32_t period_called(const plan::Plan& plan, const calendar::PeriodRule& rule, TimeMs from,
                      const std::string& label) {
  for (int64_t halves = 0; halves < 110'000; ++halves) {
    for (const int64_t way : {-1, 1}) {
      const TimeMs at = std::clamp(from + way * halves * (base::kMsPerDay / 2), base::kTimeMin,
                                   base::kTimeEnd - 1);
      const int32_t index = calendar::period_at(plan.calendar, rule, at).index;
      if (calendar::period_label(plan.calendar, rule, index) == label) return index;
    }
  }
  GUERDON_UNREACHABLE();  // the engine has read it
}

bool reads(const plan::Rule& rule, int measure) {
  bool found = false;
  plan::visit_terms(rule, [&](const plan::Term& term) {
    found |= term.kind == plan::TermKind::kMeasure && term.index == measure;
  });
  return found;
}

}  // namespace

// Of the last version of the plan that has the target.
std::optional<std::pair<size_t, const plan::Target*>> Engine::target_of(
    const Command& command) const {
  const std::string program = command.said("program");
  for (size_t p = plans_.size(); p-- > 0;) {
    if (!program.empty() && plans_[p].program != program) continue;
    const plan::Target* const target = target_in(plans_[p], command.said("target"));
    if (target != nullptr) return std::pair(p, target);
  }
  return std::nullopt;
}

// Whether a version that holds at some instant of its period has the goal from a file.
bool Engine::is_asked_goal(const Command& command) const {
  const auto [p, target] = *target_of(command);
  const plan::Plan& plan = plans_[p];
  const calendar::PeriodRule rule = plan.measures[static_cast<size_t>(target->told)].subject.period;
  const TimeMs near = std::max(clock_.value_or(0), base::kTimeMin);
  const int32_t period = period_called(plan, rule, near, command.said("period"));
  const calendar::Period in = calendar::period_of_index(plan.calendar, rule, period);
  TimeMs until = calendar::kTimeEternity;
  const std::vector<size_t>& versions = family_of(p).plans;
  for (size_t v = versions.size(); v-- > 0;) {
    const plan::Plan& version = plans_[versions[v]];
    const bool holds = version.from < in.to && in.from < until;
    if (holds && target_in(version, target->name) != nullptr) return true;
    until = version.from;
  }
  return false;
}

// "": there is none.
std::string Engine::fault_of_goal(const Command& command) const {
  const auto [p, target] = *target_of(command);
  const plan::Plan& plan = plans_[p];
  const plan::Measure& told = plan.measures[static_cast<size_t>(target->told)];
  const int32_t period = period_called(plan, told.subject.period, std::max(*clock_, base::kTimeMin),
                                       command.said("period"));
  if (is_too_late(plan, told.subject, period)) return "LATE";
  const bool is_begun =
      calendar::period_of_index(plan.calendar, told.subject.period, period).from <= *clock_;
  return told.is_entered && !is_begun ? "FUTURE" : "";
}

Result Engine::set_goal(const Command& command) {
  const auto found = target_of(command);
  GUERDON_ASSERT(found.has_value());
  const auto [p, target] = *found;
  const plan::Plan& plan = plans_[p];
  const plan::Measure& told = plan.measures[static_cast<size_t>(target->told)];
  std::vector<std::string> keys;
  for (const char* const word : {"key", "key2", "key3"}) {
    if (keys.size() == told.subject.keys.size()) break;
    const auto attribute = static_cast<size_t>(told.subject.keys[keys.size()]);
    std::string key = command.said(word);
    const bool is_text = plan.attributes[attribute].type.kind == plan::TypeKind::kText;
    if (!is_text) key = std::to_string(std::stoll(key));
    keys.push_back(key);
  }
  const int32_t period = period_called(plan, told.subject.period, std::max(*clock_, base::kTimeMin),
                                       command.said("period"));
  const std::string fault = fault_of_goal(command);
  if (!fault.empty()) return {Outcome::kRefused, fault, 0};
  int64_t value = 0;
  if (command.said("value") != "none") {
    const int scale = told.type.kind == plan::TypeKind::kAmount
                          ? plan.units[static_cast<size_t>(told.type.unit)].scale
                          : 0;
    const auto read = money::parse_decimal(command.said("value"), scale, &value);
    GUERDON_ASSERT(read == money::DecimalError::kNone);
  }
  const auto [q, m] = measure_id(p, target->told);
  const SubjectKey key(q, m, 0, command.said("account"), keys, period);
  int64_t& kept = measures_[key];
  const bool is_same = kept == value;
  kept = value;
  if (!is_same || value != 0) note_moved(key);
  const size_t before = entries_.size();
  if (!is_same) owe_for_goal(p, *target, command.said("account"), keys, period);
  Result result;
  result.entries = static_cast<int>(entries_.size() - before);
  return result;
}

// Those of its own subject that read it, those that read what they credit, and their mates.
std::set<Engine::Id> Engine::rules_of_goal(const Family& family, size_t p,
                                           const plan::Target& target) const {
  const plan::Measure& told = plans_[p].measures[static_cast<size_t>(target.told)];
  const Id goal = measure_id(p, target.told);
  std::set<Id> found;
  const auto is_asked = [&](const RuleVersion& version) {
    const auto [q, r] = version.id;
    const plan::Rule& rule = plans_[q].rules[r];
    if (rule.subject.owner < 0 || rule.counts) return false;  // a streak is final
    const bool is_of_owner = name_of(q, rule.subject.owner) == name_of(p, told.subject.owner);
    for (size_t m = 0; m < plans_[q].measures.size(); ++m) {
      if (!is_of_owner || !reads(rule, static_cast<int>(m))) continue;
      const Id id = measure_id(q, static_cast<int>(m));
      const plan::Subject& of = plans_[q].measures[m].subject;
      if (id == goal && rule.subject == of) return true;
      for (const Id& one : found) {
        const std::vector<plan::Effect>& effects = rule_at(one).effects;
        const bool feeds = std::any_of(effects.begin(), effects.end(), [&](const auto& effect) {
          return is_fed(id, one.first, one.second, effect);
        });
        if (feeds) return true;
      }
    }
    for (const RuleVersion* mate : mates_of(version)) {
      if (is_stacked(q, r) && found.contains(mate->id)) return true;
    }
    return false;
  };
  for (size_t before = SIZE_MAX; before != found.size();) {
    before = found.size();
    for (const RuleVersion& version : family.rules) {
      if (is_asked(version)) found.insert(version.id);
    }
  }
  return found;
}

// As by an event that names the account and the further names alone.
void Engine::owe_for_goal(size_t p, const plan::Target& target, const std::string& account,
                          const std::vector<std::string>& keys, int32_t period) {
  const plan::Measure& told = plans_[p].measures[static_cast<size_t>(target.told)];
  const calendar::Period in =
      calendar::period_of_index(plans_[p].calendar, told.subject.period, period);
  if (in.from > *clock_) return;
  const bool is_over = in.to <= *clock_;
  const Family& family = family_of(p);
  const Event nothing;
  Current current{&nothing, is_over ? in.to - 1 : *clock_, {*clock_}, {}, {}, nullptr, {}};
  for (size_t q = 0; q < plans_.size(); ++q) {
    Reading& reading = current.readings.emplace_back();
    reading.attributes.resize(plans_[q].attributes.size(), Missing{});
    if (&family_of(q) != &family) continue;
    const auto put = [&](int attribute, Value value) {
      const int index = attribute_in(q, name_of(p, attribute));
      if (index >= 0) reading.attributes[static_cast<size_t>(index)] = std::move(value);
    };
    put(told.subject.owner, account);
    for (size_t k = 0; k < keys.size(); ++k) {
      const auto attribute = static_cast<size_t>(told.subject.keys[k]);
      const bool is_text = plans_[p].attributes[attribute].type.kind == plan::TypeKind::kText;
      put(told.subject.keys[k], is_text ? Value(keys[k]) : Value(Rational(std::stoll(keys[k]))));
    }
  }
  Done unnoted;
  doing_ = &unnoted;
  asked_.clear();
  const std::set<Id> asked = rules_of_goal(family, p, target);
  int layer = 0;
  bool has_layers = false;
  for (const RuleVersion& version : in_layers(family)) {
    for (; layer < version.layer; ++layer) stack_groups(current, family, layer);
    if (!asked.contains(version.id)) continue;
    const auto [q, r] = version.id;
    has_layers |= version.layer > 0;
    for (const plan::Effect& effect : rule_at(version.id).effects) {
      for (const auto& [id, words] : family.measures) has_layers |= is_fed(id, q, r, effect);
    }
    const Scope scope{plans_[q], current.readings[q].attributes,
                      [&, plan = q](int measure, plan::tree::Moment) -> Value {
                        const Id id = measure_id(plan, measure);
                        const auto of =
                            subject_of(current, id.first, id.second, 0, measure_at(id).subject);
                        if (!of) return Missing{};
                        return Rational(measures_[*of]);
                      },
                      nullptr, current.time};
    for (size_t e = 0; e < rule_at(version.id).effects.size(); ++e) {
      run_entitlement(current, q, r, e, scope);
    }
  }
  for (; layer < plan::kLayersMax; ++layer) stack_groups(current, family, layer);
  if (has_layers) sort_asked();
  current.time = *clock_;
  post_asked(current);
  doing_ = nullptr;
}

}  // namespace guerdon::reference
