// When events are late, and for what (checked.h).
#include <algorithm>
#include <set>

#include "engine/plan/check_state.h"

namespace guerdon::plan {
namespace {

bool contains(const std::vector<int>& indexes, int index) {
  return std::find(indexes.begin(), indexes.end(), index) != indexes.end();
}

bool is_moved_by(const Plan& plan, const Measure& measure, int event) {
  const auto is_of_event = [&](const Flow& flow) { return contains(flow.events, event); };
  const auto feeds_at_event = [&](int index) {
    const Rule& rule = plan.rules[static_cast<size_t>(index)];
    return contains(rule.events, event) ||
           (rule.take_back && contains(rule.take_back->events, event));
  };
  return std::any_of(measure.flows.begin(), measure.flows.end(), is_of_event) ||
         std::any_of(measure.earned_by.begin(), measure.earned_by.end(), feeds_at_event);
}

// Its periods, and those of what it reads at the event.
void add_periods_of(const Plan& plan, const Rule& rule, std::set<calendar::PeriodRule>& found) {
  visit_terms(rule, [&](const Term& term) {
    if (term.kind != TermKind::kMeasure) return;
    found.insert(plan.measures[static_cast<size_t>(term.index)].subject.period);
  });
  if (rule.subject.is_object()) return;  // it goes by its object, and so do its limits
  found.insert(rule.subject.period);
  for (const Effect& effect : rule.effects) {
    for (const Limit& limit : effect.limits) found.insert(limit.subject.period);
  }
}

}  // namespace

std::vector<calendar::PeriodRule> periods_of(const Plan& plan, int event) {
  std::set<calendar::PeriodRule> found;
  for (const Measure& measure : plan.measures) {
    if (is_moved_by(plan, measure, event)) found.insert(measure.subject.period);
  }
  for (const Rule& rule : plan.rules) {
    if (contains(rule.events, event)) add_periods_of(plan, rule, found);
  }
  found.erase(calendar::PeriodKind::kLifetime);
  return {found.begin(), found.end()};
}

void check_grace(Checking& checking, const tree::Setting& setting) {
  constexpr int kGraceDaysMax = 31;
  calendar::Duration grace;
  for (const calendar::Step step : calendar::kSteps) {
    if (setting.text.starts_with(calendar::step_name(step))) grace.step = step;  // one or several
  }
  const bool is_some = setting.number >= 1 && setting.number <= calendar::count_max(grace.step);
  if (is_some) grace.count = static_cast<int32_t>(setting.number);
  // No month has more days than January, which begins here.
  const calendar::TimeMs longest = base::kTimeMin + kGraceDaysMax * base::kMsPerDay;
  if (is_some && calendar::after(calendar::Zone(), base::kTimeMin, grace) <= longest) {
    checking.plan.grace = grace;
    return;
  }
  checking.report(
      kBadGrace, setting.span,
      "a grace is at least 1 minute and at most " + std::to_string(kGraceDaysMax) + " days",
      setting.number < 1 ? "leave it out: then a period is closed at its end"
                         : "what comes later is late, and `late` says what becomes of it");
}

namespace {

// Where what is added counts in the present period, and what is taken away of it does not, or the
// other way.
void warn_of_late_apart(Checking& checking, const Measure& measure) {
  if (measure.subject.period == calendar::PeriodKind::kLifetime) return;
  std::set<bool> added;
  std::set<bool> taken;  // each: whether of `late current`
  for (const Flow& flow : measure.flows) {
    for (const int event : flow.events) {
      const EventType& type = checking.plan.events[static_cast<size_t>(event)];
      (flow.less ? taken : added).insert(type.late == tree::LatePolicy::kCurrent);
    }
  }
  if (added.empty() || taken.empty() || (added == taken && added.size() == 1)) return;
  checking.report(kLateApart, measure.span,
                  "late events that `" + measure.name +
                      "` adds count in another period than those that it takes away",
                  "`late current` for both, or for neither: else what comes back of one is taken "
                  "from a period that never had it");
}

}  // namespace

void warn_of_late(Checking& checking) {
  for (const tree::Declaration& declaration : checking.tree.declarations) {
    const auto* const event = std::get_if<tree::Event>(&declaration.what);
    if (event == nullptr || !event->late) continue;
    const auto counts_by_time = [&](const tree::Alias& alias) {
      const Binding* const binding = checking.binding(alias.name.text);
      return binding != nullptr && !periods_of(checking.plan, binding->index).empty();
    };
    if (std::any_of(event->types.begin(), event->types.end(), counts_by_time)) continue;
    checking.report(kLateForNothing, event->late_span, "`late` changes nothing here",
                    "no measure, rule or limit with a period takes these events or is read for "
                    "them: leave it out");
  }
  for (const Measure& measure : checking.plan.measures) warn_of_late_apart(checking, measure);
}

}  // namespace guerdon::plan
