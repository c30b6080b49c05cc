#include "engine/versions/changes.h"

#include <algorithm>

namespace guerdon::plan {

namespace {

// Of a rule's version that begins, whether another of the same lineage ends for it.
bool ends_for(const Rule& rule, const Rule& next) {
  return rule.before == next.since && rule.lineage == next.lineage;
}

}  // namespace

std::vector<RuleChange> changes_of(const Plan& merged) {
  std::vector<RuleChange> all;
  const auto begins = [&](const Rule& rule) {
    return rule.version == merged.version && rule.since == merged.from;
  };
  for (const Rule& rule : merged.rules) {
    if (!begins(rule)) continue;
    const bool is_changed = std::any_of(merged.rules.begin(), merged.rules.end(),
                                        [&](const Rule& other) { return ends_for(other, rule); });
    all.push_back({rule.name, is_changed ? "changed" : "new"});
  }
  for (const Rule& rule : merged.rules) {
    if (rule.before != merged.from) continue;
    const bool goes_on =
        std::any_of(merged.rules.begin(), merged.rules.end(),
                    [&](const Rule& next) { return begins(next) && ends_for(rule, next); });
    if (!goes_on) all.push_back({rule.name, "ends"});
  }
  return all;
}

}  // namespace guerdon::plan
