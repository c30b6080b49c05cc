// Periods that are opened again by command, and closed again.
#include <algorithm>
#include <set>
#include <utility>

#include "engine/calendar/period.h"
#include "tests/reference/engine.h"

namespace guerdon::reference {

// Also at an instant of before: as of which a goal of a file is said.
bool Engine::is_open_again(const SealClock& clock, int32_t period, TimeMs at) const {
  const auto found = reopened_.find(clock);
  return found != reopened_.end() && found->second.period == period && at < found->second.until;
}

bool Engine::is_shut(size_t family, const calendar::PeriodRule& rule, int32_t period,
                     TimeMs at) const {
  const plan::Plan& plan = plans_[families_[family].plans.front()];
  return is_closed(plan, rule, period, at) && !is_open_again({family, rule}, period, at);
}

// When it is closed for accounts: once more, where it was opened again.
TimeMs Engine::closes_at(const SealClock& clock, int32_t period) const {
  const auto found = reopened_.find(clock);
  if (found != reopened_.end() && found->second.period == period) return found->second.until;
  return deadline_of(plans_[families_[clock.first].plans.front()], clock.second, period);
}

// Where the period was closed for the account before, all is again as it was then; what was carried
// is out of the next one. Then what there is is remembered.
void Engine::set_back(const std::string& account, const Due& due) {
  Counted& last =
      counted_.try_emplace({due.closing, account}, Counted{due.period - 1, {}, {}}).first->second;
  std::set<Id> counts;
  for (const RuleVersion* const version : rules_of(due.closing)) {
    const plan::Rule& rule = rule_at(version->id);
    if (rule.counts && !rule.counts->is_surplus()) {
      counts.insert(measure_id(version->id.first, rule.counts->measure));
    }
  }
  const bool is_again = last.period == due.period;
  Counted now{due.period, {}, {}};
  for (const auto& [q, m] : counts) {
    const SubjectKey first(q, m, 0, account, {}, INT32_MIN);
    for (auto each = measures_.lower_bound(first); each != measures_.end(); ++each) {
      const auto& [kq, km, effect, of, keys, at] = each->first;
      if (kq != q || km != m || effect != 0 || of != account) break;
      if (is_again) {
        const auto before = last.before.find(each->first);
        each->second = before == last.before.end() ? 0 : before->second;
      }
      now.before[each->first] = each->second;
    }
  }
  if (is_again) {
    for (const Counted::Carried& each : last.carried) {
      measures_[each.opened] -= each.over;
      measures_[each.carried] = 0;
    }
  }
  last = std::move(now);
}

// The clock and the period that the command names. Nothing: `code` says why.
std::optional<std::pair<SealClock, int32_t>> Engine::named_period(const Command& command,
                                                                  std::string* code) const {
  *code = "UNKNOWN";
  for (size_t f = 0; f < families_.size(); ++f) {
    const plan::Plan& plan = plans_[families_[f].plans.front()];
    if (plan.name != command.said("plan")) continue;
    std::set<calendar::PeriodRule> rules;
    for (const size_t p : families_[f].plans) rules.merge(period_rules(plans_[p]));
    for (const calendar::PeriodRule& rule : rules) {
      if (calendar::period_kind_name(rule) != command.said("each")) continue;
      const auto period = calendar::period_that_is(plan.calendar, rule, command.said("period"));
      if (period) return std::pair(SealClock(f, rule), *period);
      *code = "INVALID";
      return std::nullopt;
    }
  }
  return std::nullopt;
}

// The clock that a challenge is settled with.
SealClock Engine::clock_of(size_t p, const plan::Challenge& challenge) const {
  return {family_number_[p],
          plans_[p].measures[static_cast<size_t>(challenge.measure)].subject.period};
}

// Why not; empty: it may be.
std::string Engine::may_reopen(const SealClock& clock, int32_t period, TimeMs at) const {
  const plan::Plan& plan = plans_[families_[clock.first].plans.front()];
  const auto all = challenges();
  const bool is_settled = std::ranges::any_of(
      all, [&](const auto& each) { return clock_of(each.first, *each.second) == clock; });
  if (!is_settled && !swept_clocks().contains(clock)) return "UNSEALED";
  if (!is_closed(plan, clock.second, period, at)) return "OPEN";
  if (is_open_again(clock, period, at)) return "OPEN";
  if (at >= deadline_of(plan, clock.second, period + 1) - 1) return "FINAL";
  if (goal_slices_left_ > 0) return "UNSEALED";
  return through_.contains({clock, period}) ? "" : "UNSEALED";
}

// Each account that was a member is to be closed for once more.
void Engine::reopen(const SealClock& clock, int32_t period) {
  const plan::Plan& plan = plans_[families_[clock.first].plans.front()];
  const TimeMs until = deadline_of(plan, clock.second, period + 1) - 1;
  reopened_[clock] = {period, last_lsn_, until, false};
  through_.erase({clock, period});
  sealed_.erase({clock, period});
  for (auto& [member, open] : open_from_) {
    const Closing& closing = member.first;
    if (SealClock(closing.family, closing.period) == clock && open == period + 1) open = period;
  }
}

void Engine::close_again(const SealClock& clock) {
  Reopened& again = reopened_.at(clock);
  if (again.is_closed) return;
  again.is_closed = true;
  if (swept_clocks().contains(clock)) to_sweep_[{clock, again.period}] = kSweepSlices;
}

// REOPEN and CLOSE.
Result Engine::turn_period(const Command& command, TimeMs occurred) {
  std::string code;
  const auto named = named_period(command, &code);
  const auto refused = [&] { return Result{Outcome::kRefused, code, 0}; };
  if (!named) return refused();
  const auto [clock, period] = *named;
  const TimeMs at = std::max({clock_.value_or(occurred), occurred, base::kTimeMin});
  const plan::Plan& plan = plans_[families_[clock.first].plans.front()];
  if (command.word == "REOPEN") {
    code = may_reopen(clock, period, at);
  } else {
    const bool is_closed_for_good = is_closed(plan, clock.second, period, at);
    code = is_open_again(clock, period, at) ? goal_slices_left_ > 0 ? "UNSEALED" : ""
           : is_closed_for_good             ? "CLOSED"
                                            : "OPEN";
  }
  if (!code.empty()) return refused();
  Result result;
  result.lsn = append(occurred);
  if (command.word == "REOPEN") {
    reopen(clock, period);
    return result;
  }
  reopened_.at(clock).until = *clock_;
  close_again(clock);
  begin_sweep();
  swept_at_.reset();
  for (const auto& [p, challenge] : challenges()) {
    if (clock_of(p, *challenge) != clock || !is_awarded(p, *challenge, period)) continue;
    seal_settled(p, clock.second, period);
    result.entries += award(p, *challenge, period, *clock_);
  }
  return result;
}

}  // namespace guerdon::reference
