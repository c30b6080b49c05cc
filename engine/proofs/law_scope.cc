#include "engine/proofs/law_scope.h"

#include <algorithm>
#include <set>

namespace guerdon::plan {

namespace {

bool reads_attribute(const Term* term, int attribute) {
  if (term == nullptr) return false;
  bool reads = false;
  visit_terms(*term, [&](const Term& each) {
    const bool is_of_attribute = each.kind == TermKind::kAttribute || each.kind == TermKind::kHas;
    reads |= is_of_attribute && each.index == attribute;
  });
  return reads;
}

bool contains(const std::vector<int>& all, int one) {
  return std::find(all.begin(), all.end(), one) != all.end();
}

std::vector<const Measure*> measures_of(const Plan& plan, const Rule& rule) {
  std::set<int> indexes;
  visit_terms(rule, [&](const Term& term) {
    if (term.kind == TermKind::kMeasure) indexes.insert(term.index);
  });
  std::vector<const Measure*> measures;
  for (const int index : indexes) measures.push_back(&plan.measures[static_cast<size_t>(index)]);
  return measures;
}

// How often events of this type move the measure.
std::ptrdiff_t flows_of(const Measure& measure, int event) {
  return std::count_if(measure.flows.begin(), measure.flows.end(),
                       [&](const Flow& flow) { return contains(flow.events, event); });
}

std::optional<int> taken_back(const Plan& plan, const Rule& rule, int event, int back) {
  const TakeBack& taken = *rule.take_back;
  const bool is_pair = contains(rule.events, event) && contains(taken.events, back);
  const bool is_read = taken.value->kind == TermKind::kAttribute;
  const bool is_alone = rule.group < 0 && measures_of(plan, rule).empty();
  return is_pair && is_read && is_alone ? std::optional(taken.value->index) : std::nullopt;
}

}  // namespace

std::optional<int> summed_attribute(const Plan& plan, const Rule& rule, int event, bool less) {
  const bool is_sum = !rule.subject.is_event() && !rule.subject.is_object();
  const bool closes = std::any_of(rule.effects.begin(), rule.effects.end(),
                                  [](const Effect& effect) { return effect.at_close; });
  if (!is_sum || rule.keeps || closes || rule.group >= 0) return std::nullopt;
  std::optional<int> found;
  for (const Measure* measure : measures_of(plan, rule)) {
    if (measure->is_earned() || measure->is_score || measure->is_opened || measure->is_streak)
      return std::nullopt;
    for (const Flow& flow : measure->flows) {
      if (!contains(flow.events, event)) continue;
      const bool is_read = flow.value != nullptr && flow.value->kind == TermKind::kAttribute;
      if (!is_read || flow.less != less || (found && *found != flow.value->index)) {
        return std::nullopt;
      }
      found = flow.value->index;
    }
  }
  if (!found) return std::nullopt;
  const EventType& type = plan.events[static_cast<size_t>(event)];
  bool has_say = reads_attribute(type.when.get(), *found) || type.is_versioned ||
                 contains(rule.subject.keys, *found);
  for (const Measure* measure : measures_of(plan, rule)) {
    has_say |=
        reads_attribute(measure->where.get(), *found) || contains(measure->subject.keys, *found);
  }
  for (const Effect& effect : rule.effects) {
    for (const Limit& limit : effect.limits) has_say |= limit.counts || limit.or_nothing;
    has_say |= effect.budget >= 0;
  }
  return has_say ? std::nullopt : found;
}

std::optional<int> returned_attribute(const Plan& plan, const Rule& rule, int event, int back) {
  const EventType& returning = plan.events[static_cast<size_t>(back)];
  const bool is_plain = returning.when == nullptr && !returning.is_versioned &&
                        !plan.events[static_cast<size_t>(event)].is_versioned;
  if (event == back || !is_plain) return std::nullopt;
  if (rule.take_back) return taken_back(plan, rule, event, back);
  const std::optional<int> added = summed_attribute(plan, rule, event, false);
  if (!added || added != summed_attribute(plan, rule, back, true)) return std::nullopt;
  for (const Measure* measure : measures_of(plan, rule)) {
    const bool is_pair = flows_of(*measure, event) == flows_of(*measure, back);
    if (measure->where != nullptr || !is_pair) return std::nullopt;
  }
  return added;
}

std::vector<int> kept_for(const Plan& plan, const Rule& rule) {
  const Subject& subject = rule.take_back ? rule.take_back->subject : rule.subject;
  std::vector<int> needed = subject.keys;
  needed.push_back(subject.owner);
  for (const Measure* measure : measures_of(plan, rule)) {
    needed.insert(needed.end(), measure->subject.keys.begin(), measure->subject.keys.end());
  }
  return needed;
}

}  // namespace guerdon::plan
