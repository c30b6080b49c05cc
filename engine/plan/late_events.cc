// When events are late, and for what (checked.h).
#include <algorithm>
#include <set>

#include "engine/plan/check_state.h"

namespace guerdon::plan {
namespace {

bool contains(const std::vector<int>& indexes, int index) {
  return std::find(indexes.begin(), indexes.end(), index) != indexes.end();
}

// Events that count in something, by a measure that they move or a rule that they run, and in which
// periods they do.
struct Together {
  std::set<int> events;
  std::set<calendar::PeriodRule> periods;

  void add(const calendar::PeriodRule& period) {
    const bool is_none = period == calendar::PeriodKind::kLifetime || period.is_rolling();
    if (!is_none) periods.insert(period);
  }
};

Together of_measure(const Plan& plan, const Measure& measure) {
  Together found;
  for (const Flow& flow : measure.flows) {
    found.events.insert(flow.events.begin(), flow.events.end());
  }
  for (const int index : measure.earned_by) {
    const Rule& rule = plan.rules[static_cast<size_t>(index)];
    found.events.insert(rule.events.begin(), rule.events.end());
    if (!rule.take_back) continue;
    found.events.insert(rule.take_back->events.begin(), rule.take_back->events.end());
  }
  found.add(measure.subject.period);
  return found;
}

// What moves the measures of periods that it reads.
Together of_what_is_read(const Plan& plan, const Rule& rule) {
  Together found;
  visit_terms(rule, [&](const Term& term) {
    if (term.kind != TermKind::kMeasure) return;
    const Measure& measure = plan.measures[static_cast<size_t>(term.index)];
    const calendar::PeriodRule& period = measure.subject.period;
    if (period == calendar::PeriodKind::kLifetime || period.is_rolling()) return;
    found.events.merge(of_measure(plan, measure).events);
    found.add(measure.subject.period);
  });
  return found;
}

// Its periods, and those of what it reads at the event. REQUIRES: it is not per object; such a rule
// goes by its object.
Together of_rule(const Plan& plan, const Rule& rule) {
  Together found;
  found.events.insert(rule.events.begin(), rule.events.end());
  found.add(rule.subject.period);
  found.periods.merge(of_what_is_read(plan, rule).periods);
  for (const Effect& effect : rule.effects) {
    for (const Limit& limit : effect.limits) found.add(limit.subject.period);
  }
  return found;
}

// Each list without those that have no period: what they take is late for nothing.
struct AllTogether {
  std::vector<Together> counting;  // by measures and rules
  std::vector<Together> read;      // by rules: what moves all that one reads of periods
};

AllTogether all_together(const Plan& plan) {
  AllTogether all;
  for (const Measure& measure : plan.measures) all.counting.push_back(of_measure(plan, measure));
  for (const Rule& rule : plan.rules) {
    if (rule.subject.is_object()) continue;
    all.counting.push_back(of_rule(plan, rule));
    all.read.push_back(of_what_is_read(plan, rule));
  }
  const auto has_none = [](const Together& each) { return each.periods.empty(); };
  std::erase_if(all.counting, has_none);
  std::erase_if(all.read, has_none);
  return all;
}

std::vector<calendar::PeriodRule> periods_of_all(const AllTogether& all,
                                                 const std::vector<int>& events) {
  std::set<calendar::PeriodRule> found;
  for (const Together& each : all.counting) {
    const bool counts = std::any_of(events.begin(), events.end(),
                                    [&](int event) { return each.events.contains(event); });
    if (counts) found.insert(each.periods.begin(), each.periods.end());
  }
  return {found.begin(), found.end()};
}

// It and all others of `late current` that go with it.
std::vector<int> moved_with(const Plan& plan, const AllTogether& all, int event) {
  std::vector<int> events = {event};
  for (size_t i = 0; i < events.size(); ++i) {
    for (const std::vector<Together>* const list : {&all.counting, &all.read}) {
      for (const Together& each : *list) {
        if (!each.events.contains(events[i])) continue;
        for (const int other : each.events) {
          const EventType& type = plan.events[static_cast<size_t>(other)];
          if (type.late != tree::LatePolicy::kCurrent || contains(events, other)) continue;
          events.push_back(other);
        }
      }
    }
  }
  return events;
}

}  // namespace

std::vector<calendar::PeriodRule> periods_of(const Plan& plan, int event) {
  const AllTogether all = all_together(plan);
  const bool moves = plan.events[static_cast<size_t>(event)].late == tree::LatePolicy::kCurrent;
  return periods_of_all(all, moves ? moved_with(plan, all, event) : std::vector<int>{event});
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

// Without those in which another lies whole: who is late for them is late for that.
std::vector<calendar::PeriodRule> shortest_of(const Plan& plan,
                                              std::vector<calendar::PeriodRule> periods) {
  const std::vector<calendar::PeriodRule> all = periods;
  std::erase_if(periods, [&](const calendar::PeriodRule& whole) {
    return std::any_of(all.begin(), all.end(), [&](const calendar::PeriodRule& part) {
      return part != whole && calendar::covers(plan.calendar, whole, part);
    });
  });
  return periods;
}

struct LateTypes {
  std::set<bool> moves;                                 // each: whether of `late current`
  std::set<std::vector<calendar::PeriodRule>> refused;  // of `late reject`: by which periods
};

// Where what is added counts in the present period, and what is taken away of it does not, or the
// other way; or where one of the two is refused by a shorter period than the other.
void warn_of_late_apart(Checking& checking, const AllTogether& all, const Measure& measure) {
  if (measure.subject.period == calendar::PeriodKind::kLifetime) return;
  LateTypes added;
  LateTypes taken;
  for (const Flow& flow : measure.flows) {
    LateTypes& types = flow.less ? taken : added;
    for (const int event : flow.events) {
      const tree::LatePolicy late = checking.plan.events[static_cast<size_t>(event)].late;
      types.moves.insert(late == tree::LatePolicy::kCurrent);
      if (late != tree::LatePolicy::kReject) continue;
      types.refused.insert(shortest_of(checking.plan, periods_of_all(all, {event})));
    }
  }
  if (added.moves.empty() || taken.moves.empty()) return;
  if (added.moves != taken.moves || added.moves.size() != 1) {
    checking.report(kLateApart, measure.span,
                    "late events that `" + measure.name +
                        "` adds count in another period than those that it takes away",
                    "`late current` for both, or for neither: else what comes back of one is taken "
                    "from a period that never had it");
  } else if (!added.refused.empty() && !taken.refused.empty() && added.refused != taken.refused) {
    checking.report(kLateApart, measure.span,
                    "of the events that `" + measure.name +
                        "` adds and takes away some are refused by other periods than others",
                    "`late reject` for both, and measures of the same periods for both: else what "
                    "comes back is taken of one that was refused, or the other way");
  }
}

}  // namespace

void warn_of_late(Checking& checking) {
  const AllTogether all = all_together(checking.plan);
  for (const tree::Declaration& declaration : checking.tree.declarations) {
    const auto* const event = std::get_if<tree::Event>(&declaration.what);
    if (event == nullptr || !event->late) continue;
    const auto counts_by_time = [&](const tree::Alias& alias) {
      const Binding* const binding = checking.binding(alias.name.text);
      return binding != nullptr && !periods_of_all(all, {binding->index}).empty();
    };
    if (std::any_of(event->types.begin(), event->types.end(), counts_by_time)) continue;
    checking.report(kLateForNothing, event->late_span, "`late` changes nothing here",
                    "no measure, rule or limit with a period takes these events or is read for "
                    "them: leave it out");
  }
  for (const Measure& measure : checking.plan.measures) {
    warn_of_late_apart(checking, all, measure);
  }
}

}  // namespace guerdon::plan
