// Levels that reviews keep.
#include <algorithm>
#include <utility>

#include "engine/base/assert.h"
#include "engine/calendar/period.h"
#include "tests/reference/engine.h"

namespace guerdon::reference {
namespace {

// From the bottom up: the last level that the measure has got to.
int64_t level_of(const plan::Table& table, int64_t measured) {
  int64_t level = 0;
  for (const plan::Row& row : table.rows) {
    if (measured >= row.cells[0].number) level = row.values[0]->num;
  }
  return level;
}

}  // namespace

// What the levels go by in one of its periods.
int64_t Engine::level_in(const RuleVersion& version, const std::string& account,
                         const std::vector<std::string>& keys, int32_t period) const {
  const auto [p, r] = version.id;
  const plan::Counting& counts = *rule_at(version.id).counts;
  const Id of = measure_id(p, counts.reviewed);
  const auto found = measures_.find({of.first, of.second, 0, account, keys, period});
  const int64_t measured = found == measures_.end() ? 0 : found->second;
  return level_of(plans_[p].tables[static_cast<size_t>(counts.table)], measured);
}

// The levels of all periods from the one that is closed on, one by one.
void Engine::review_levels(const RuleVersion& version, const std::string& account, int32_t number) {
  const auto [p, r] = version.id;
  const plan::Rule& rule = rule_at(version.id);
  if (!rule.counts || !rule.counts->is_review()) return;
  const calendar::Calendar& calendar = plans_[p].calendar;
  const calendar::Period period = calendar::period_of_index(calendar, rule.subject.period, number);
  if (period.from == period.to) return;
  const calendar::TimeMs begin = std::max(period.from, base::kTimeMin);
  if (!acts(p, r, begin)) return;
  const calendar::PeriodRule& cut = measure_at(measure_id(p, rule.counts->reviewed)).subject.period;
  const Id kept = measure_id(p, rule.counts->measure);
  for (const std::vector<std::string>& keys : keys_at_close(version, account, begin)) {
    int64_t reached = 0;
    if (cut == calendar::PeriodKind::kLifetime) {
      reached = level_in(version, account, keys, calendar::period_at(calendar, cut, begin).index);
    } else {
      const int32_t now = calendar::period_at(calendar, cut, *clock_).index;
      for (int32_t i = number; i <= now + 1; ++i) {
        reached = std::max(reached, level_in(version, account, keys, i));
      }
    }
    int64_t& level =
        measures_[{kept.first, kept.second, 0, account, keys,
                   calendar::period_at(calendar, calendar::PeriodKind::kLifetime, begin).index}];
    switch (rule.counts->falls) {
      case plan::Counting::Falls::kToMeasure:
        level = reached;
        break;
      case plan::Counting::Falls::kOneDown:
        level = std::max(reached, level - 1);
        break;
      case plan::Counting::Falls::kNever:
        level = std::max(reached, level);
        break;
    }
  }
}

// What the role at hand has moved has come to what it comes to: levels go up with it.
void Engine::rise() {
  for (const SubjectKey& key : std::exchange(risen_, {})) {
    const auto& [q, m, effect, account, keys, period] = key;
    for (const Closing& closing : closings()) {
      for (const RuleVersion* const version : rules_of(closing)) {
        const auto p = version->id.first;
        const plan::Rule& rule = rule_at(version->id);
        const bool is_its = rule.counts && rule.counts->is_review() && rule.counts->rises &&
                            measure_id(p, rule.counts->reviewed) == Id{q, m};
        if (!is_its) continue;
        const bool is_for_life =
            measure_at({q, m}).subject.period == calendar::PeriodKind::kLifetime;
        const auto open = open_from_.find({closing, account});
        if (!is_for_life && open != open_from_.end() && period < open->second) continue;
        const calendar::Calendar& cut = plans_[p].calendar;
        const int32_t in =
            is_for_life ? calendar::period_at(cut, rule.subject.period, *clock_).index : period;
        const calendar::TimeMs from = calendar::period_of_index(cut, rule.subject.period, in).from;
        if (!acts(p, version->id.second, std::max(from, base::kTimeMin))) continue;
        const Id kept = measure_id(p, rule.counts->measure);
        const int32_t ever =
            calendar::period_at(plans_[p].calendar, calendar::PeriodKind::kLifetime, *clock_).index;
        const int64_t level = level_in(*version, account, keys, period);
        const SubjectKey risen(kept.first, kept.second, 0, account, keys, ever);
        measures_[risen] = std::max(measures_[risen], level);
        const auto last = counted_.find({closing, account});
        if (last == counted_.end()) continue;
        last->second.before[risen] = std::max(last->second.before[risen], level);
      }
    }
  }
}

}  // namespace guerdon::reference
