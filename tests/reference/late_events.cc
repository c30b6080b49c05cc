// Which period an event counts in, and what becomes of one that comes when that is closed.
#include <algorithm>
#include <set>

#include "engine/base/assert.h"
#include "engine/calendar/duration.h"
#include "engine/calendar/period.h"
#include "engine/money/limits.h"
#include "tests/reference/engine.h"

namespace guerdon::reference {

// From when on it is closed.
TimeMs Engine::deadline_of(const plan::Plan& plan, const calendar::PeriodRule& rule,
                           int32_t period) {
  const TimeMs end = calendar::period_of_index(plan.calendar, rule, period).to;
  if (end <= base::kTimeMin) return base::kTimeMin;
  if (plan.grace.count == 0) return end;
  if (end >= base::kTimeEnd) return calendar::kTimeEternity;
  return calendar::after(plan.calendar.zone, end, plan.grace);
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
  const int32_t last = subject.period.last;
  return is_closed(plan, subject.period, period + (last > 0 ? 2 * last : kPeriodsKept), *clock_);
}

// What a measure of a window that rolls on comes to, of which `own` is the newest period: of the
// others, each that is kept.
Value Engine::in_window(const SubjectKey& key, const Rational& own) const {
  const plan::Plan& plan = plans_[std::get<0>(key)];
  const plan::Subject& subject = plan.measures[std::get<1>(key)].subject;
  if (subject.period.last == 0) return own;
  const int32_t newest = std::get<int32_t>(key);
  Rational sum = own;
  for (const auto& [each, value] : measures_) {
    const int32_t period = std::get<int32_t>(each);
    if (period >= newest || period <= newest - subject.period.last) continue;
    SubjectKey alike = each;
    std::get<int32_t>(alike) = newest;
    if (alike == key && !is_too_late(plan, subject, period)) sum = sum + Rational(value);
  }
  constexpr base::Int128 kMax = money::kMeasureMax;
  return Rational(static_cast<int64_t>(std::clamp<base::Int128>(sum.num(), -kMax, kMax)));
}

// An event that is late for one of its periods is so for all of them, and for good: what becomes of
// it is found when it comes.
Came Engine::coming(const std::string& type, TimeMs time) const {
  Came came{std::max(clock_.value_or(time), time)};
  for (size_t f = 0; f < families_.size(); ++f) {
    const plan::EventType* const event = declared(families_[f], type);
    if (event == nullptr || event->late != plan::tree::LatePolicy::kCurrent) continue;
    if (is_late(families_[f], type, time, came.at)) came.now.insert(f);
  }
  came.again.emplace();
  for (const auto& [clock, again] : reopened_) {
    if (came.at < again.until) came.again->emplace(clock, again.period);
  }
  return came;
}

calendar::Period Engine::counted_in(const Current& current, size_t p,
                                    const calendar::PeriodRule& rule) const {
  const bool counts_now = current.came.now.contains(family_number_[p]);
  return calendar::period_at(plans_[p].calendar, rule, counts_now ? current.came.at : current.time);
}

// Whether something sums events of this type; `what`: a measure of some version.
bool Engine::moves(const Family& family, const Id& what, const std::string& type) const {
  for (const plan::Flow& flow : measure_at(what).flows) {
    for (const int event : flow.events) {
      if (plans_[what.first].events[static_cast<size_t>(event)].wire == type) return true;
    }
  }
  for (const RuleVersion& version : family.rules) {
    if (!runs_at(version, type) && !returns_at(version, type)) continue;
    const auto [p, r] = version.id;
    for (const plan::Effect& effect : rule_at(version.id).effects) {
      if (is_fed(what, p, r, effect)) return true;
    }
  }
  return false;
}

// Whether a measure or rule with a period takes both, or a rule reads what they move of a period. A
// rule per object goes by its object.
bool Engine::counts_with(const Family& family, const std::string& a, const std::string& b) const {
  const auto has_period = [](const plan::Subject& subject) {
    return subject.period != calendar::PeriodKind::kLifetime && subject.period.last == 0;
  };
  for (const auto& [id, said] : family.measures) {
    const bool takes = has_period(measure_at(id).subject);
    if (takes && moves(family, id, a) && moves(family, id, b)) return true;
  }
  for (const RuleVersion& version : family.rules) {
    const plan::Rule& rule = rule_at(version.id);
    if (rule.subject.is_object()) continue;
    std::set<Id> read;
    plan::visit_terms(rule, [&, p = version.id.first](const plan::Term& term) {
      if (term.kind != plan::TermKind::kMeasure) return;
      const Id id = measure_id(p, term.index);
      if (has_period(measure_at(id).subject)) read.insert(id);
    });
    bool is_by_time = has_period(rule.subject) || !read.empty();
    for (const plan::Effect& effect : rule.effects) {
      for (const plan::Limit& limit : effect.limits) is_by_time |= has_period(limit.subject);
    }
    const auto moves_some = [&](const std::string& type) {
      return std::any_of(read.begin(), read.end(),
                         [&](const Id& id) { return moves(family, id, type); });
    };
    if (is_by_time && runs_at(version, a) && runs_at(version, b)) return true;
    if (moves_some(a) && moves_some(b)) return true;
  }
  return false;
}

// Whoever goes with one of them, under `late current`, goes with all.
std::set<std::string> Engine::late_with(const Family& family, const std::string& type) const {
  std::set<std::string> found = {type};
  if (declared(family, type)->late != plan::tree::LatePolicy::kCurrent) return found;
  for (size_t before = 0; before != found.size();) {
    before = found.size();
    for (const size_t p : family.plans) {
      for (const plan::EventType& other : plans_[p].events) {
        if (declared(family, other.wire)->late != plan::tree::LatePolicy::kCurrent) continue;
        const std::set<std::string> known = found;
        for (const std::string& each : known) {
          if (counts_with(family, each, other.wire)) found.insert(other.wire);
        }
      }
    }
  }
  return found;
}

// In which events of the type count, or from which something is read for them, by any version.
std::set<calendar::PeriodRule> Engine::periods_of(const Family& family,
                                                  const std::string& type) const {
  std::set<calendar::PeriodRule> found;
  for (const auto& [id, said] : family.measures) {
    if (moves(family, id, type)) found.insert(measure_at(id).subject.period);
  }
  for (const RuleVersion& version : family.rules) {
    const plan::Rule& rule = rule_at(version.id);
    const bool runs = runs_at(version, type) && !rule.subject.is_object();
    const auto [p, r] = version.id;
    if (runs) {
      plan::visit_terms(rule, [&, plan = p](const plan::Term& term) {
        if (term.kind != plan::TermKind::kMeasure) return;
        found.insert(plans_[plan].measures[static_cast<size_t>(term.index)].subject.period);
      });
    }
    if (!runs) continue;
    found.insert(rule.subject.period);
    for (const plan::Effect& effect : rule.effects) {
      for (const plan::Limit& limit : effect.limits) found.insert(limit.subject.period);
    }
  }
  found.erase(calendar::PeriodKind::kLifetime);
  std::erase_if(found, [](const calendar::PeriodRule& rule) { return rule.last > 0; });
  return found;
}

bool Engine::is_late(const Family& family, const std::string& type, TimeMs time, TimeMs at) const {
  const plan::Plan& plan = plans_[family.plans.front()];
  for (const std::string& each : late_with(family, type)) {
    for (const calendar::PeriodRule& rule : periods_of(family, each)) {
      const int32_t period = calendar::period_at(plan.calendar, rule, time).index;
      const auto number = static_cast<size_t>(&family - families_.data());
      if (is_shut(number, rule, period, at)) return true;
    }
  }
  return false;
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
