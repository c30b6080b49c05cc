// What one plan does for one account role of one event type, as code behind an index.
#include <algorithm>
#include <set>
#include <utility>

#include "engine/base/assert.h"
#include "engine/base/planted.h"
#include "engine/compiler/index_key.h"
#include "engine/compiler/plan_compiler.h"

namespace guerdon::plan {

using base::planted;
using base::PlantedBug;

CodeAt Compiler::filter_code(const Term& when) {
  CodeWriter writer(program_, names_);
  const CodeAt begin = writer.here();
  Label no;
  writer.conjuncts(when, no);
  writer.op(Op::kEnd);
  writer.bind(no);
  writer.op(Op::kNo);
  too_deep_ = too_deep_ || writer.too_deep();
  return begin;
}

CodeAt Compiler::value_code(const Term& number, std::initializer_list<uint32_t> windows) {
  CodeWriter writer(program_, names_);
  const CodeAt begin = writer.here();
  Label none;
  for (const uint32_t window : windows) {
    if (window != kNowhere) writer.unless_within(window, none);
  }
  writer.number(number, 0, none);
  writer.yield(0);
  writer.op(Op::kEnd);
  writer.bind(none);
  writer.op(Op::kNo);
  too_deep_ = too_deep_ || writer.too_deep();
  return begin;
}

CodeAt Compiler::measure_code(const Measure& measure, size_t measure_index, size_t event) {
  CodeWriter writer(program_, names_);
  const CodeAt begin = writer.here();
  Label end;
  if (measure.where) writer.condition(*measure.where, false, end);
  for (const Flow& flow : measure.flows) {
    if (!contains(flow.events, static_cast<int>(event))) continue;
    Label next;
    if (flow.value) {
      GUERDON_ASSERT(writer.den_of(*flow.value) == 1);
      writer.number(*flow.value, 0, next);
    } else {
      writer.constant(0, 1);
    }
    writer.move(flow.less ? Op::kMoveBack : Op::kMove, 0, names_.measures[measure_index]);
    writer.bind(next);
  }
  writer.bind(end);
  writer.op(Op::kEnd);
  too_deep_ = too_deep_ || writer.too_deep();
  return begin;
}

namespace {

// Over which denominator what multiplies the effect stands.
int64_t den_of_times(const CodeWriter& writer, const Effect& effect) {
  int64_t den = 1;
  for (const Times& times : effect.times) {
    const int64_t own = writer.den_of(*times.factor);
    den = effect.adds_times ? common_den(den, own) : den * own;
  }
  return den;
}

}  // namespace

// Conditions use the registers of terms: what the effect has come to is kept behind them. Register
// 0 has it before and after that.
void Compiler::times_code(CodeWriter& writer, const Effect& effect, uint32_t clause,
                          Label& missing) {
  const bool adds = effect.adds_times;
  const int64_t one = den_of_times(writer, effect);
  writer.copy(kAmountRegister, 0);
  if (adds) {
    writer.constant(0, one);
    writer.copy(kFactorRegister, 0);
  }
  for (size_t i = 0; i < effect.times.size(); ++i) {
    const Times& times = effect.times[i];
    const int64_t den = adds ? one : writer.den_of(*times.factor);
    Label no;
    Label next;
    const bool is_asked = times.when != nullptr && !planted(PlantedBug::kMultiplierUnasked);
    if (is_asked) writer.condition(*times.when, false, no);
    writer.number_over(*times.factor, den, 0, missing);
    writer.probe_factor(clause, i, den);
    writer.combine(adds ? Op::kAdd : Op::kMultiply, adds ? kFactorRegister : kAmountRegister, 0);
    if (adds && !planted(PlantedBug::kMultipliersAddWhole)) {
      writer.constant(0, one);
      writer.combine(Op::kSubtract, kFactorRegister, 0);
    }
    if (times.when == nullptr) continue;
    if (!adds && den != 1) writer.jump(next);
    writer.bind(no);
    if (!adds) writer.scale_kept(kAmountRegister, den);
    writer.bind(next);
  }
  if (adds) {
    writer.constant(0, 0);
    writer.combine(Op::kMax, kFactorRegister, 0);
    writer.combine(Op::kMultiply, kAmountRegister, kFactorRegister);
  }
  writer.copy(0, kAmountRegister);
}

// Where it comes to when what is owed is missing.
CodeAt Compiler::effect_code(CodeWriter& writer, const Effect& effect, uint32_t clause) {
  Clause& made = program_.clauses[clause];
  const bool entitlement = made.subject != kNowhere;
  const int64_t times = den_of_times(writer, effect);
  int64_t den = writer.den_of(*effect.amount) * times;
  if (effect.at_most) den = common_den(den, writer.den_of(*effect.at_most));
  made.den = den;
  Label missing;
  if (effect.when) writer.conjuncts(*effect.when, missing);
  if (effect.times.empty()) {
    writer.amount(*effect.amount, den, 0, missing, clause);
  } else {
    const int64_t own = writer.den_of(*effect.amount);
    writer.amount(*effect.amount, own, 0, missing, clause);
    writer.probe_base(clause, effect.unit, own);
    times_code(writer, effect, clause, missing);
    writer.scale_kept(0, den / (own * times));
  }
  if (effect.at_most) {
    writer.number_over(*effect.at_most, den, 1, missing);
    writer.min(0, 1);
  }
  const Op paid = made.take_back == kNowhere ? Op::kPost : Op::kEarn;
  writer.post(entitlement ? Op::kOwe : paid, 0, clause);
  if (!entitlement) {
    writer.bind(missing);
    return kNowhere;
  }
  if (!missing.is_used()) return kNowhere;
  Label next;
  writer.jump(next);
  const CodeAt at = writer.here();
  writer.bind(missing);
  writer.constant(0, 0);
  writer.post(Op::kOwe, 0, clause);
  writer.bind(next);
  return at;
}

// Where the condition of a rule is not true.
void Compiler::nothing_owed(CodeWriter& writer, const std::vector<uint32_t>& clauses, int guard) {
  writer.constant(0, 0);
  for (const uint32_t clause : clauses) {
    Label open;
    if (program_.clauses[clause].at_close && guard != kNoClock) writer.unless_closed(guard, open);
    writer.post(Op::kOwe, 0, clause);
    writer.bind(open);
  }
}

// Of an object, where the rule opens for it, what comes to be known of the account in its time
// changes nothing.
CodeAt Compiler::rule_code(const Rule& rule, size_t rule_index, int owner, Names& names,
                           Part part) {
  CodeWriter writer(program_, names);
  const CodeAt begin = writer.here();
  const int clock = clock_number(*names.plan, rule.subject.period);
  names.instant = clock == kNoClock ? kAtEvent : static_cast<uint16_t>(clock);
  names.version = version_index(*names.plan, rule.version);
  Label no;
  Label end;
  if (settles_[rule_index]) writer.settle(rule.layer);
  std::vector<uint32_t> clauses;
  bool closes = part == Part::kWhole;  // all that it pays
  for (size_t e = 0; e < rule.effects.size(); ++e) {
    const bool is_wanted = part == Part::kWhole || rule.effects[e].at_close;
    if (rule.effects[e].payee != owner || !is_wanted) continue;
    clauses.push_back(clause_[rule_index][e]);
    closes = closes && rule.effects[e].at_close;
  }
  if (closes) writer.unless_closed(clock, end);
  const int guard = part == Part::kAtClose || closes ? kNoClock : clock;
  if (rule.subject.is_object()) {
    names.instant = kAtOpening;
    // Each account keeps what its own measures were.
    for (const Captured& each : captured_[rule_index]) {
      const Measure& measure = names.plan->measures[static_cast<size_t>(each.measure)];
      if (measure.subject.owner == owner) names.captured.push_back(each);
    }
    writer.object(clauses.front(), end);
  }
  if (acts_[rule_index] != kNowhere) writer.unless_within(acts_[rule_index], end);
  const CodeAt when = rule.when ? writer.here() : kNowhere;
  if (rule.when) writer.conjuncts(*rule.when, no);
  if (rule.subject.is_object()) {
    writer.open(clauses.front());
    for (const Captured& each : names.captured) writer.capture(each);
  }
  if (window_[rule_index] != kNowhere) writer.unless_within(window_[rule_index], no);
  if (rule.take_back) {
    Label missing;
    writer.number(*rule.take_back->value, 0, missing);
    writer.post(Op::kEarnOn, 0, program_.clauses[clauses.front()].take_back);
    writer.bind(missing);
  }
  for (const uint32_t clause : clauses) {
    const auto effect = static_cast<size_t>(program_.clauses[clause].effect);
    ClauseCode code{.clause = clause, .rule = begin, .when = when, .amount = writer.here()};
    Label open;
    if (rule.effects[effect].at_close && guard != kNoClock) writer.unless_closed(guard, open);
    if (rule.effects[effect].when) code.own_when = writer.here();
    code.missing = effect_code(writer, rule.effects[effect], clause);
    writer.bind(open);
    code.end = writer.here();
    program_.clause_codes.push_back(code);
  }
  writer.op(Op::kEnd);
  writer.bind(no);
  if (!rule.subject.is_event()) nothing_owed(writer, clauses, guard);
  writer.bind(end);
  names.instant = kAtEvent;
  names.captured.clear();
  writer.op(Op::kEnd);
  too_deep_ = too_deep_ || writer.too_deep();
  return begin;
}

// What is returned stays in register 0.
CodeAt Compiler::take_back_code(const Rule& rule, size_t rule_index) {
  CodeWriter writer(program_, names_);
  const CodeAt begin = writer.here();
  Label missing;
  if (takes_back_[rule_index] != kNowhere) writer.unless_within(takes_back_[rule_index], missing);
  writer.number(*rule.take_back->value, 0, missing);
  for (const uint32_t clause : clause_[rule_index]) {
    writer.post(Op::kTakeBack, 0, clause);
    program_.clause_codes.push_back({.clause = clause,
                                     .takes_back = true,
                                     .rule = begin,
                                     .amount = begin,
                                     .end = writer.here()});
  }
  writer.post(Op::kReturn, 0, program_.clauses[clause_[rule_index].front()].take_back);
  writer.bind(missing);
  writer.op(Op::kEnd);
  too_deep_ = too_deep_ || writer.too_deep();
  return begin;
}

// Once a rule, for the first of its events that names all of its subject. Nothing for one that
// reads a measure of a longer period, or what is known of the account: that may change and the rule
// is not asked again; nor for one that a limit or a group may have refused, or that acts by when an
// event occurred.
void Compiler::note_owed_again(size_t rule_index, CodeAt begin) {
  OwedAgain again;
  again.code = begin;
  again.clauses = clause_[rule_index];
  again.subject = program_.clauses[again.clauses.front()].subject;
  const auto may_refuse = [&](uint32_t clause) {
    const std::vector<LimitKind>& limits = program_.clauses[clause].limits;
    const bool is_in_group = program_.clauses[clause].group != kNowhere;
    return is_in_group || program_.clauses[clause].at_close ||
           (!limits.empty() && limits.front().counts);
  };
  if (is_noted_[rule_index] || std::any_of(again.clauses.begin(), again.clauses.end(), may_refuse))
    return;
  for (CodeAt at = begin; at < program_.code.size(); ++at) {
    const Instruction& i = program_.code[at];
    const bool asks_when = i.op == Op::kUnlessSince || i.op == Op::kUnlessWithin;
    if (i.op == Op::kHeld || (asks_when && i.y == kAtEvent)) return;
    if (i.op != Op::kAfter && i.op != Op::kBefore) continue;
    // A goal may be said ahead, and is asked about when its period has begun.
    const MeasureKind& read = program_.measures[i.x];
    if (read.subject != again.subject || read.is_told || read.is_opened) return;
    again.measures.push_back(i.x);
  }
  is_noted_[rule_index] = true;
  program_.owed_again.push_back(std::move(again));
}

void Compiler::add_measures(const Plan& plan, size_t event, int owner, PlanPart& part) {
  std::set<uint32_t> done;
  for (size_t m = 0; m < plan.measures.size(); ++m) {
    const Measure& measure = plan.measures[m];
    if (measure.subject.owner != owner || measure.is_of_values()) continue;
    const bool fed = std::any_of(measure.flows.begin(), measure.flows.end(), [&](const Flow& flow) {
      return contains(flow.events, static_cast<int>(event));
    });
    if (!fed || !done.insert(names_.measures[m]).second) continue;
    if (is_too_long()) break;
    const IndexKey key = index_key(measure.where.get(), names_, program_);
    part.measures.add(measure_code(measure, m, event), key);
  }
  part.measures.finish();
}

void Compiler::add_rule(const Plan& plan, size_t r, size_t event, int owner, PlanPart& part) {
  const Rule& rule = plan.rules[r];
  const bool pays = std::any_of(rule.effects.begin(), rule.effects.end(),
                                [&](const Effect& effect) { return effect.payee == owner; });
  if (pays && rule.take_back && contains(rule.take_back->events, static_cast<int>(event))) {
    part.rules.add(take_back_code(rule, r), {});
  }
  if (!pays || !contains(rule.events, static_cast<int>(event))) return;
  const bool is_named = names_.slots[static_cast<size_t>(owner)] >= 0;
  if (!is_named && !rule.subject.is_object() && !follows_[r]) return;
  Names& names = rule.subject.is_object() ? object_names_ : names_;
  const IndexKey key = index_key(rule.when.get(), names, program_);
  const CodeAt begin = rule_code(rule, r, owner, names);
  part.rules.add(begin, key);
  if (follows_[r]) part.followers.push_back(begin);
  if (!is_named) return;
  const bool names_all =
      std::all_of(rule.subject.keys.begin(), rule.subject.keys.end(),
                  [&](int name) { return names_.slots[static_cast<size_t>(name)] >= 0; });
  if (rule.subject.is_event() || rule.subject.is_object() || !names_all) return;
  // While it corrects, what was posted is not what it owes.
  const PlanVersion& version = plan.versions[version_index(plan, rule.version)];
  if (std::binary_search(version.corrects.begin(), version.corrects.end(), rule.lineage)) return;
  const size_t noted = program_.owed_again.size();
  note_owed_again(r, begin);
  if (program_.owed_again.size() == noted) return;
  program_.owed_again.back().type = type_of_event_[event];
  program_.owed_again.back().slot = static_cast<uint8_t>(names_.slots[static_cast<size_t>(owner)]);
}

// Layer by layer: what rules of one credit, those of the next may read.
void Compiler::add_rules(const Plan& plan, size_t event, int owner, PlanPart& part) {
  const bool is_one_run = planted(PlantedBug::kLayersInOneRun);
  for (int layer = 0; layer < (is_one_run ? 1 : kLayersMax); ++layer) {
    for (size_t r = 0; r < plan.rules.size(); ++r) {
      if (plan.rules[r].layer != layer && !is_one_run) continue;
      if (is_too_long()) break;
      add_rule(plan, r, event, owner, part);
    }
  }
  part.rules.finish();
}

// The log knows roles by their place: those of the program before come first, as they stood there.
RoleProgram& Compiler::role_program(uint16_t type, uint8_t slot) {
  std::vector<RoleProgram>& roles = program_.events[type].roles;
  const auto known = std::find_if(roles.begin(), roles.end(),
                                  [&](const RoleProgram& role) { return role.slot == slot; });
  if (known != roles.end()) return *known;
  if (before_ != nullptr) {
    roles.emplace_back().slot = slot;
    return roles.back();
  }
  const auto at = std::find_if(roles.begin(), roles.end(),
                               [&](const RoleProgram& role) { return role.slot > slot; });
  const auto made = roles.insert(at, RoleProgram{});
  made->slot = slot;
  return *made;
}

namespace {

void sort_once(std::vector<uint32_t>& subjects) {
  std::sort(subjects.begin(), subjects.end());
  subjects.erase(std::unique(subjects.begin(), subjects.end()), subjects.end());
}

}  // namespace

// As in add_rules.
void Compiler::add_owed(const Plan& plan, size_t event, int owner, RoleProgram& role) {
  for (size_t r = 0; r < plan.rules.size(); ++r) {
    const Rule& rule = plan.rules[r];
    const auto number = static_cast<int>(event);
    const bool pays = std::any_of(rule.effects.begin(), rule.effects.end(),
                                  [&](const Effect& effect) { return effect.payee == owner; });
    const bool credits = contains(rule.events, number) ||
                         (rule.take_back && contains(rule.take_back->events, number));
    if (rule.layer > 0 && pays && credits) role.has_layers = true;
    for (const uint32_t clause : clause_[r]) {
      const auto effect = static_cast<size_t>(program_.clauses[clause].effect);
      if (!credits || rule.effects[effect].payee != owner) continue;
      for (const uint32_t measure : program_.clauses[clause].feeds) {
        role.has_layers = true;
        // No event of an object is taken back for which rules owe.
        if (!rule.subject.is_object()) role.fed.push_back(program_.measures[measure].subject);
      }
    }
    if (rule.subject.is_event() || rule.subject.owner != owner) continue;
    if (!contains(rule.events, static_cast<int>(event))) continue;
    for (const uint32_t clause : clause_[r]) role.owed.push_back(program_.clauses[clause].subject);
  }
  sort_once(role.owed);
  sort_once(role.fed);
}

RoleObject Compiler::object_of(const Plan& plan, size_t event, int owner) const {
  RoleObject object;
  for (size_t r = 0; r < plan.rules.size(); ++r) {
    const Rule& rule = plan.rules[r];
    if (!rule.subject.is_object() || !contains(rule.events, static_cast<int>(event))) continue;
    for (size_t e = 0; e < rule.effects.size(); ++e) {
      if (rule.effects[e].payee != owner) continue;
      object.clauses.push_back(clause_[r][e]);
      for (const LimitKind& limit : program_.clauses[clause_[r][e]].limits) {
        object.has_limits = object.has_limits || limit.opened_clock != kNoClock;
      }
    }
  }
  if (object.clauses.empty()) return object;
  object.subject = program_.clauses[object.clauses.front()].subject;
  object.seen = objects_.seen_slot(event);
  return object;
}

void Compiler::compile_role(const Plan& plan, size_t event, int owner) {
  PlanPart part;
  const size_t codes = program_.clause_codes.size();
  add_measures(plan, event, owner, part);
  add_rules(plan, event, owner, part);
  if (part.measures.empty() && part.rules.empty()) return;
  if (plan.events[event].when) {
    names_.version = version_index(plan, plan.events[event].version);
    part.filter = filter_code(*plan.events[event].when);
  }
  const int own = names_.slots[static_cast<size_t>(owner)];
  const int slot = own >= 0 ? own : object_names_.slots[static_cast<size_t>(owner)];
  RoleProgram& role = role_program(type_of_event_[event], static_cast<uint8_t>(slot));
  role.type = type_of_event_[event];
  role.counts_now |= plan.events[event].late == tree::LatePolicy::kCurrent;
  part.object = object_of(plan, event, owner);
  role.has_objects = role.has_objects || part.object.subject != kNowhere;
  part.plan = plan_index_;
  role.has_layers |= !role.parts.empty() && role.parts.back().plan == plan_index_;
  for (size_t c = codes; c < program_.clause_codes.size(); ++c) {
    program_.clause_codes[c].type = type_of_event_[event];
    program_.clause_codes[c].slot = static_cast<uint8_t>(slot);
    program_.clause_codes[c].part = static_cast<uint32_t>(role.parts.size());
  }
  add_asks(plan, event, codes, role);
  role.parts.push_back(std::move(part));
  add_owed(plan, event, owner, role);
  add_frames(owner, role);
}

void Compiler::add_frames(int owner, RoleProgram& role) const {
  for (const auto& [subject, number] : subjects_) {
    if (subject.owner != owner || subject.keys.empty()) continue;
    std::vector<uint8_t> key_slots;
    for (const int name : subject.keys) {
      const int key_slot = names_.slots[static_cast<size_t>(name)];
      key_slots.push_back(key_slot < 0 ? kNoSlot : static_cast<uint8_t>(key_slot));
    }
    for (const uint32_t each : families_[number]) role.frames.push_back({each, key_slots});
  }
  std::sort(role.frames.begin(), role.frames.end(),
            [](const RoleFrame& a, const RoleFrame& b) { return a.subject < b.subject; });
}

uint32_t version_index(const Plan& plan, int64_t version) {
  const auto at = std::find_if(plan.versions.begin(), plan.versions.end(),
                               [&](const PlanVersion& each) { return each.number == version; });
  GUERDON_ASSERT(at != plan.versions.end());
  return static_cast<uint32_t>(at - plan.versions.begin());
}

void Compiler::compile_late(const Plan& plan, size_t event) {
  const tree::LatePolicy late = plan.events[event].late;
  if (late == tree::LatePolicy::kCorrect) return;
  EventProgram& type = program_.events[type_of_event_[event]];
  const bool rejects = late == tree::LatePolicy::kReject;
  if (!rejects) type.counts_now.push_back({plan_index_, {}});
  std::vector<int>& clocks = rejects ? type.rejects : type.counts_now.back().clocks;
  for (const calendar::PeriodRule& rule : periods_of(plan, static_cast<int>(event))) {
    clocks.push_back(clock_number(plan, rule));
    if (planted(PlantedBug::kLateByOnePeriod)) break;
  }
}

void Compiler::compile_event(const Plan& plan, size_t event) {
  names_.slots.assign(plan.attributes.size(), -1);
  for (const int index : plan.events[event].attributes) {
    const Attribute& attribute = plan.attributes[static_cast<size_t>(index)];
    if (is_each_above(plan, attribute)) continue;
    names_.slots[static_cast<size_t>(index)] =
        program_.schema.add_slot(type_of_event_[event], field_of(plan, attribute));
  }
  compile_lines(plan, event);
  compile_asks(plan, event);
  compile_climbs(plan, event);
  compile_credited(plan, event);
  object_names_ = names_;
  if (objects_.has_rules(event)) objects_.use(event, object_names_);
  for (const int index : plan.events[event].attributes) {
    const Attribute& attribute = plan.attributes[static_cast<size_t>(index)];
    if (attribute.type.kind != TypeKind::kAccount) continue;
    if (is_each_above(plan, attribute)) {
      compile_each_above(plan, event, index);
    } else {
      compile_role(plan, event, index);
    }
  }
  compile_late(plan, event);
  // Roles that events of this type do not name, but that others of their objects do.
  for (const int payee : objects_.payees(event)) {
    if (names_.slots[static_cast<size_t>(payee)] < 0) compile_role(plan, event, payee);
  }
}

}  // namespace guerdon::plan
