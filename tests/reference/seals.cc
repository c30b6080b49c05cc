// Seals: what closing a period came to, and when all of it was done.
#include <algorithm>
#include <set>

#include "engine/calendar/period.h"
#include "tests/reference/engine.h"

namespace guerdon::reference {
namespace {

constexpr int32_t kSealsKept = 1024;

}  // namespace

std::set<SealClock> Engine::swept_clocks() const {
  std::set<SealClock> clocks;
  for (const Closing& closing : closings()) clocks.emplace(closing.family, closing.period);
  return clocks;
}

// Of clocks that are new: from the first period on that is open at the clock.
void Engine::open_seals() {
  if (!clock_) return;
  for (const SealClock& clock : swept_clocks()) {
    if (sealed_from_.contains(clock)) continue;
    const plan::Plan& plan = plans_[families_[clock.first].plans.front()];
    int32_t first = calendar::period_at(plan.calendar, clock.second, *clock_).index;
    while (!is_closed(plan, clock.second, first - 1, *clock_)) --first;
    while (is_closed(plan, clock.second, first, *clock_)) ++first;
    sealed_from_[clock] = first;
  }
}

// What is closed at the clock is through when all slices were swept from now on.
void Engine::wait_for_seals() {
  for (auto& [clock, first] : sealed_from_) {
    const plan::Plan& plan = plans_[families_[clock.first].plans.front()];
    const auto again = reopened_.find(clock);
    if (again != reopened_.end() && again->second.until <= *clock_) close_again(clock);
    for (; is_closed(plan, clock.second, first, *clock_); ++first) {
      to_sweep_[{clock, first}] = kSweepSlices;
    }
  }
}

void Engine::seal_swept(int slices) {
  for (auto waiting = to_sweep_.begin(); waiting != to_sweep_.end();) {
    waiting->second -= slices;
    if (waiting->second > 0) {
      ++waiting;
      continue;
    }
    through_[waiting->first] = last_lsn_;
    waiting = to_sweep_.erase(waiting);
  }
}

void Engine::seal_settled(size_t p, const calendar::PeriodRule& rule, int32_t period) {
  const SealClock clock(family_number_[p], rule);
  if (!swept_clocks().contains(clock)) through_[{clock, period}] = last_lsn_;
}

// An account, and what rules that are asked of the period read of it.
void Engine::seal_close(const std::string& account, const Due& due) {
  const Closing& closing = due.closing;
  Seal& seal = sealed_[{{closing.family, closing.period}, due.period}];
  ++seal.accounts;
  seal.hash += base::HashBuilder().text("closed").text(account).text(closing.owner).finish();
  const plan::Plan& first = plans_[families_[closing.family].plans.front()];
  const calendar::Period period =
      calendar::period_of_index(first.calendar, closing.period, due.period);
  if (period.from == period.to) return;
  const TimeMs begin = std::max(period.from, base::kTimeMin);
  std::set<Id> read;
  for (const RuleVersion* const version : rules_of(closing)) {
    const plan::Rule& rule = rule_at(version->id);
    const bool is_asked = version->since <= begin && begin < version->before &&
                          rule.from <= begin && begin < rule.until;
    if (!is_asked) continue;
    if (rule.counts && rule.counts->is_surplus()) {
      read.insert(measure_id(version->id.first, rule.counts->achieved));
    }
    if (rule.counts && rule.counts->is_review()) {
      read.insert(measure_id(version->id.first, rule.counts->reviewed));
      read.insert(measure_id(version->id.first, rule.counts->measure));
    }
    plan::visit_terms(rule, [&, p = version->id.first](const plan::Term& term) {
      if (term.kind == plan::TermKind::kMeasure) read.insert(measure_id(p, term.index));
    });
  }
  for (const auto& [p, number] : read) {
    const plan::Measure& measure = plans_[p].measures[number];
    const std::string version =
        plans_[p].version == 1 ? "" : " v" + std::to_string(plans_[p].version);
    const int32_t within =
        calendar::period_at(plans_[p].calendar, measure.subject.period, begin).index;
    // From subject to subject: one that is counted each day for years has thousands of periods.
    auto kept = measures_.lower_bound(SubjectKey(p, number, 0, account, {}, within));
    while (kept != measures_.end()) {
      const auto& [q, m, effect, of, keys, at] = kept->first;
      if (q != p || m != number || effect != 0 || of != account) break;
      if (at < within) {
        kept = measures_.lower_bound(SubjectKey(p, number, 0, account, keys, within));
        continue;
      }
      if (at == within && kept->second != 0) {
        base::HashBuilder content;
        content.text("attained").text(account).text(closing.owner).text(measure.name + version);
        for (const std::string& each : keys) content.text(each);
        seal.hash += content.i64(kept->second).finish();
      }
      kept = measures_.upper_bound(SubjectKey(p, number, 0, account, keys, INT32_MAX));
    }
  }
}

void Engine::seal_entries(const SealClock& clock, int32_t period, size_t from) {
  Seal& seal = sealed_[{clock, period}];
  for (size_t e = from; e < entries_.size(); ++e) {
    const Entry& entry = entries_[e];
    base::HashBuilder content;
    content.text("entry").text(entry.account).text(entry.program).text(entry.unit);
    content.i64(entry.amount).text(entry.kind).text(entry.note);
    if (!entry.plan.empty()) content.text(entry.rule).i64(entry.effect);
    seal.hash += content.i64(entry.effective).finish();
    ++seal.entries;
  }
}

std::vector<Seal> Engine::seals() const {
  std::vector<Seal> all;
  const SealClock* of = nullptr;  // the clock of which `last` is the newest closed period
  int32_t last = 0;
  for (const auto& [key, lsn] : through_) {
    const auto& [clock, period] = key;
    const plan::Plan& plan = plans_[families_[clock.first].plans.front()];
    if (of == nullptr || *of != clock) {
      of = &clock;
      last = calendar::period_at(plan.calendar, clock.second, *clock_).index;
      while (!is_closed(plan, clock.second, last, *clock_)) --last;
    }
    if (period <= last - kSealsKept) continue;
    const auto sealed = sealed_.find(key);
    Seal seal = sealed == sealed_.end() ? Seal() : sealed->second;
    seal.plan = plan.name;
    seal.each = calendar::period_kind_name(clock.second);
    seal.period = calendar::period_label(plan.calendar, clock.second, period);
    seal.lsn = lsn;
    base::HashBuilder content;
    content.text("seal").text(seal.plan).text(seal.each).text(seal.period);
    seal.hash += content.finish();
    all.push_back(seal);
  }
  for (const auto& [clock, again] : reopened_) {
    if (through_.contains({clock, again.period})) continue;
    const plan::Plan& plan = plans_[families_[clock.first].plans.front()];
    if (is_closed(plan, clock.second, again.period + kSealsKept, *clock_)) continue;
    Seal seal;
    seal.plan = plan.name;
    seal.each = calendar::period_kind_name(clock.second);
    seal.period = calendar::period_label(plan.calendar, clock.second, again.period);
    seal.lsn = again.lsn;
    seal.is_void = true;
    all.push_back(seal);
  }
  return all;
}

}  // namespace guerdon::reference
