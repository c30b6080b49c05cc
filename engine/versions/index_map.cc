#include "engine/versions/index_map.h"

#include "engine/base/assert.h"

namespace guerdon::plan {

IndexMap::IndexMap(const Plan& plan)
    : units(plan.units.size(), -1),
      attributes(plan.attributes.size(), -1),
      holder(plan.holder.size(), -1),
      relations(plan.relations.size(), -1),
      events(plan.events.size(), -1),
      tables(plan.tables.size(), -1),
      measures(plan.measures.size(), -1),
      groups(plan.groups.size(), -1),
      budgets(plan.budgets.size(), -1) {}

int mapped(const std::vector<int>& map, int index) {
  if (index < 0) return index;
  const int found = map[static_cast<size_t>(index)];
  GUERDON_ASSERT(found >= 0);
  return found;
}

void IndexMap::apply(Type& type) const { type.unit = mapped(units, type.unit); }

void IndexMap::apply(Subject& subject) const {
  subject.owner = mapped(attributes, subject.owner);
  subject.object = mapped(attributes, subject.object);
  for (int& key : subject.keys) key = mapped(attributes, key);
}

void IndexMap::apply(std::vector<int>& list) const {
  for (int& event : list) event = mapped(events, event);
}

void IndexMap::apply(Term& term) const {
  apply(term.type);
  switch (term.kind) {
    case TermKind::kAttribute:
    case TermKind::kHas:
    case TermKind::kFirst:
    case TermKind::kHighest:
      term.index = mapped(attributes, term.index);
      break;
    case TermKind::kHeld:
    case TermKind::kHasHeld:
      term.index = mapped(holder, term.index);
      break;
    case TermKind::kMeasure:
      term.index = mapped(measures, term.index);
      break;
    case TermKind::kLookup:
    case TermKind::kChoose:
    case TermKind::kEachPart:
    case TermKind::kInTable:
      term.index = mapped(tables, term.index);
      break;
    default:
      break;
  }
  term.owner = mapped(attributes, term.owner);
  term.event = mapped(events, term.event);
  for (const TermPtr& arg : term.args) apply(arg);
}

void IndexMap::apply(LineFold& fold) const {
  fold.value = mapped(attributes, fold.value);
  apply(fold.where);
  apply(fold.amount);
}

void IndexMap::apply(EventType& event) const {
  for (int& attribute : event.attributes) attribute = mapped(attributes, attribute);
  for (int& attribute : event.lines) attribute = mapped(attributes, attribute);
  event.object = mapped(attributes, event.object);
  apply(event.when);
}

void IndexMap::apply(Table& table) const {
  for (Key& key : table.keys) apply(key.type);
  for (Column& column : table.columns) apply(column.type);
}

void IndexMap::apply(Measure& measure) const {
  apply(measure.subject);
  apply(measure.type);
  for (Flow& flow : measure.flows) {
    apply(flow.events);
    apply(flow.value);
  }
  apply(measure.where);
  measure.distinct = mapped(attributes, measure.distinct);
  measure.counted_in = mapped(measures, measure.counted_in);
  measure.samples = mapped(measures, measure.samples);
}

void IndexMap::apply(Target& target) const {
  target.measure = mapped(measures, target.measure);
  target.samples = mapped(measures, target.samples);
  target.told = mapped(measures, target.told);
  target.carried = mapped(measures, target.carried);
  apply(target.goal);
}

void IndexMap::apply(Effect& effect) const {
  effect.payee = mapped(attributes, effect.payee);
  effect.unit = mapped(units, effect.unit);
  apply(effect.when);
  apply(effect.amount);
  apply(effect.at_most);
  for (Limit& limit : effect.limits) apply(limit.subject);
  effect.budget = mapped(budgets, effect.budget);
  for (const Times& times : effect.times) {
    apply(times.factor);
    apply(times.when);
  }
}

void IndexMap::apply(Rule& rule) const {
  apply(rule.subject);
  apply(rule.events);
  apply(rule.when);
  for (Effect& effect : rule.effects) apply(effect);
  if (rule.counts) {
    rule.counts->measure = mapped(measures, rule.counts->measure);
    rule.counts->achieved = mapped(measures, rule.counts->achieved);
    rule.counts->reviewed = mapped(measures, rule.counts->reviewed);
    rule.counts->table = mapped(tables, rule.counts->table);
    apply(rule.counts->goal);
    apply(rule.counts->reached);
  }
  if (!rule.take_back) return;
  apply(rule.take_back->value);
  apply(rule.take_back->events);
  apply(rule.take_back->subject);
}

}  // namespace guerdon::plan
