// Which period an event counts in, and what becomes of one that comes when that is closed.
#include <algorithm>
#include <set>

#include "engine/base/assert.h"
#include "engine/calendar/duration.h"
#include "engine/calendar/period.h"
#include "tests/reference/engine.h"

namespace guerdon::reference {

// From when on it is closed.
TimeMs Engine::deadline_of(const plan::Plan& plan, const calendar::PeriodRule& rule,
                           int32_t period) {
  const TimeMs end = calendar::period_of_index(plan.calendar, rule, period).to;
  if (end <= base::kTimeMin) return base::kTimeMin;
  if (end >= base::kTimeEnd) return calendar::kTimeEternity;
  return plan.grace.count == 0 ? end : calendar::after(plan.calendar.zone, end, plan.grace);
}

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

calendar::Period Engine::counted_in(const Current& current, size_t p,
                                    const calendar::PeriodRule& rule) const {
  const plan::Plan& plan = plans_[p];
  const calendar::Period own = calendar::period_at(plan.calendar, rule, current.time);
  const plan::EventType* const type = declared(family_of(p), current.event->type);
  // Where there is none, a goal is said, or a period closed.
  const bool counts_now = type != nullptr && type->late == plan::tree::LatePolicy::kCurrent &&
                          is_closed(plan, rule, own.index, current.came);
  return counts_now ? calendar::period_at(plan.calendar, rule, current.came) : own;
}

// In which events of the type count, by any version.
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

bool Engine::is_rejected(const std::string& type, TimeMs time) const {
  const TimeMs at = std::max(clock_.value_or(time), time);
  return std::any_of(families_.begin(), families_.end(), [&](const Family& family) {
    const plan::EventType* const event = declared(family, type);
    if (event == nullptr || event->late != plan::tree::LatePolicy::kReject) return false;
    const plan::Plan& plan = plans_[family.plans.front()];
    const std::set<calendar::PeriodRule> rules = periods_of(family, type);
    return std::any_of(rules.begin(), rules.end(), [&](const calendar::PeriodRule& rule) {
      const int32_t period = calendar::period_at(plan.calendar, rule, time).index;
      return is_closed(plan, rule, period, at);
    });
  });
}

}  // namespace guerdon::reference
