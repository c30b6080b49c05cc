// Which period an event counts in, and what becomes of one that comes when that is closed.
#include <algorithm>
#include <set>

#include "engine/base/assert.h"
#include "engine/calendar/duration.h"
#include "engine/calendar/period.h"
#include "tests/reference/engine.h"

namespace guerdon::reference {
namespace {

// From when on it is closed.
TimeMs deadline_of(const plan::Plan& plan, const calendar::PeriodRule& rule, int32_t period) {
  const TimeMs end = calendar::period_of_index(plan.calendar, rule, period).to;
  if (end <= base::kTimeMin) return base::kTimeMin;
  if (end >= base::kTimeEnd) return calendar::kTimeEternity;
  return plan.grace.count == 0 ? end : calendar::after(plan.calendar.zone, end, plan.grace);
}

}  // namespace

bool Engine::is_closed(const plan::Plan& plan, const calendar::PeriodRule& rule, int32_t period,
                       TimeMs at) {
  if (rule == calendar::PeriodKind::kLifetime) return false;
  return deadline_of(plan, rule, period) <= at;
}

TimeMs Engine::next_deadline(const plan::Plan& plan, const calendar::PeriodRule& rule, TimeMs at) {
  int32_t period = calendar::period_at(plan.calendar, rule, at).index;
  while (deadline_of(plan, rule, period - 1) > at) --period;
  return deadline_of(plan, rule, period);
}

// Closed for so long that two later ones are, too.
bool Engine::is_too_late(const plan::Plan& plan, const plan::Subject& subject,
                         int32_t period) const {
  GUERDON_ASSERT(clock_.has_value());
  return is_closed(plan, subject.period, period + kPeriodsKept, *clock_);
}

// An event that is late for one of its periods is so for all of them, and for good: what becomes of
// it is found when it comes.
std::set<size_t> Engine::counting_now(const std::string& type, TimeMs time, TimeMs came) const {
  std::set<size_t> now;
  for (size_t f = 0; f < families_.size(); ++f) {
    const plan::EventType* const event = declared(families_[f], type);
    if (event == nullptr || event->late != plan::tree::LatePolicy::kCurrent) continue;
    if (is_late(families_[f], type, time, came)) now.insert(f);
  }
  return now;
}

calendar::Period Engine::counted_in(const Current& current, size_t p,
                                    const calendar::PeriodRule& rule) const {
  const bool counts_now = current.now.contains(family_number_[p]);
  return calendar::period_at(plans_[p].calendar, rule, counts_now ? current.came : current.time);
}

// In which events of the type count, or from which something is read for them, by any version.
std::set<calendar::PeriodRule> Engine::periods_of(const Family& family,
                                                  const std::string& type) const {
  std::set<calendar::PeriodRule> found;
  for (const auto& [id, said] : family.measures) {
    for (const plan::Flow& flow : measure_at(id).flows) {
      for (const int event : flow.events) {
        const auto index = static_cast<size_t>(event);
        if (plans_[id.first].events[index].wire == type) {
          found.insert(measure_at(id).subject.period);
        }
      }
    }
  }
  for (const RuleVersion& version : family.rules) {
    const bool runs = runs_at(version, type);
    if (!runs && !returns_at(version, type)) continue;
    const auto [p, r] = version.id;
    const plan::Rule& rule = rule_at(version.id);
    if (runs) {
      plan::visit_terms(rule, [&, plan = p](const plan::Term& term) {
        if (term.kind != plan::TermKind::kMeasure) return;
        found.insert(plans_[plan].measures[static_cast<size_t>(term.index)].subject.period);
      });
    }
    for (const plan::Effect& effect : rule.effects) {
      for (const auto& [id, said] : family.measures) {
        if (is_fed(id, p, r, effect)) found.insert(measure_at(id).subject.period);
      }
      if (!runs || rule.subject.is_object()) continue;
      found.insert(rule.subject.period);
      for (const plan::Limit& limit : effect.limits) found.insert(limit.subject.period);
    }
  }
  found.erase(calendar::PeriodKind::kLifetime);
  return found;
}

bool Engine::is_late(const Family& family, const std::string& type, TimeMs time, TimeMs at) const {
  const plan::Plan& plan = plans_[family.plans.front()];
  const std::set<calendar::PeriodRule> rules = periods_of(family, type);
  return std::any_of(rules.begin(), rules.end(), [&](const calendar::PeriodRule& rule) {
    return is_closed(plan, rule, calendar::period_at(plan.calendar, rule, time).index, at);
  });
}

bool Engine::is_rejected(const std::string& type, TimeMs time) const {
  const TimeMs at = std::max(clock_.value_or(time), time);
  return std::any_of(families_.begin(), families_.end(), [&](const Family& family) {
    const plan::EventType* const event = declared(family, type);
    return event != nullptr && event->late == plan::tree::LatePolicy::kReject &&
           is_late(family, type, time, at);
  });
}

}  // namespace guerdon::reference
