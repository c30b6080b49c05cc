#include "engine/versions/copy.h"

#include <utility>

namespace guerdon::plan {
namespace {

TermPtr copy_of(const TermPtr& term) { return term == nullptr ? nullptr : copy_of(*term); }

LineFold copy_of(const LineFold& fold);
EventType copy_of(const EventType& event);
Flow copy_of(const Flow& flow);
Measure copy_of(const Measure& measure);
Times copy_of(const Times& times);
Effect copy_of(const Effect& effect);
Rule copy_of(const Rule& rule);

template <typename Each>
std::vector<Each> all_of(const std::vector<Each>& all) {
  std::vector<Each> copies;
  copies.reserve(all.size());
  for (const Each& each : all) copies.push_back(copy_of(each));
  return copies;
}

LineFold copy_of(const LineFold& fold) {
  LineFold copy;
  copy.fold = fold.fold;
  copy.value = fold.value;
  copy.all_lines = fold.all_lines;
  copy.where = copy_of(fold.where);
  copy.amount = copy_of(fold.amount);
  copy.rounding = fold.rounding;
  copy.low = fold.low;
  copy.high = fold.high;
  return copy;
}

EventType copy_of(const EventType& event) {
  EventType copy;
  copy.name = event.name;
  copy.wire = event.wire;
  copy.attributes = event.attributes;
  copy.lines = event.lines;
  copy.when = copy_of(event.when);
  copy.object = event.object;
  copy.is_versioned = event.is_versioned;
  copy.ignore_others = event.ignore_others;
  return copy;
}

Flow copy_of(const Flow& flow) { return {flow.events, copy_of(flow.value), flow.less}; }

Measure copy_of(const Measure& measure) {
  Measure copy;
  copy.name = measure.name;
  copy.version = measure.version;
  copy.subject = measure.subject;
  copy.type = measure.type;
  copy.flows = all_of(measure.flows);
  copy.where = copy_of(measure.where);
  copy.earned_by = measure.earned_by;
  copy.is_never_negative = measure.is_never_negative;
  copy.span = measure.span;
  return copy;
}

Times copy_of(const Times& times) {
  return {copy_of(times.factor), copy_of(times.when), times.span};
}

Effect copy_of(const Effect& effect) {
  Effect copy;
  copy.verb = effect.verb;
  copy.payee = effect.payee;
  copy.unit = effect.unit;
  copy.amount = copy_of(effect.amount);
  copy.times = all_of(effect.times);
  copy.adds_times = effect.adds_times;
  copy.at_most = copy_of(effect.at_most);
  copy.limits = effect.limits;
  copy.rounding = effect.rounding;
  copy.kind = effect.kind;
  copy.span = effect.span;
  return copy;
}

Rule copy_of(const Rule& rule) {
  Rule copy;
  copy.name = rule.name;
  copy.change = rule.change;
  copy.was = rule.was;
  copy.lineage = rule.lineage;
  copy.version = rule.version;
  copy.since = rule.since;
  copy.before = rule.before;
  copy.subject = rule.subject;
  copy.events = rule.events;
  copy.group = rule.group;
  copy.priority = rule.priority;
  copy.from = rule.from;
  copy.until = rule.until;
  copy.when = copy_of(rule.when);
  copy.effects = all_of(rule.effects);
  if (rule.take_back) {
    const TakeBack& take_back = *rule.take_back;
    copy.take_back =
        TakeBack{take_back.way, copy_of(take_back.value), take_back.events, take_back.subject};
  }
  copy.keeps = rule.keeps;
  copy.layer = rule.layer;
  copy.span = rule.span;
  copy.whole = rule.whole;
  return copy;
}

}  // namespace

TermPtr copy_of(const Term& term) {
  TermPtr copy = std::make_unique<Term>();
  copy->kind = term.kind;
  copy->type = term.type;
  copy->span = term.span;
  copy->index = term.index;
  copy->owner = term.owner;
  copy->event = term.event;
  copy->column = term.column;
  copy->has_else = term.has_else;
  copy->rounding = term.rounding;
  copy->moment = term.moment;
  copy->comparison = term.comparison;
  copy->value = term.value;
  copy->duration = term.duration;
  copy->text = term.text;
  copy->from = term.from;
  for (const TermPtr& arg : term.args) copy->args.push_back(copy_of(arg));
  return copy;
}

Plan copy_of(const Plan& plan) {
  Plan copy;
  copy.name = plan.name;
  copy.program = plan.program;
  copy.text = plan.text;
  copy.version = plan.version;
  copy.from = plan.from;
  copy.change = plan.change;
  copy.versions = plan.versions;
  copy.calendar = plan.calendar;
  copy.units = plan.units;
  copy.wallets = plan.wallets;
  copy.attributes = plan.attributes;
  copy.holder = plan.holder;
  copy.folds = all_of(plan.folds);
  copy.asks = plan.asks;
  copy.events = all_of(plan.events);
  copy.tables = plan.tables;
  copy.measures = all_of(plan.measures);
  copy.groups = plan.groups;
  copy.rules = all_of(plan.rules);
  copy.items = plan.items;
  copy.exchanges = plan.exchanges;
  return copy;
}

}  // namespace guerdon::plan
