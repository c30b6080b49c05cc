#include "engine/versions/changes.h"

#include <algorithm>

#include "engine/base/timestamp.h"

namespace guerdon::plan {
namespace {

// Of a rule's version that begins, whether another of the same lineage ends for it.
bool ends_for(const Rule& rule, const Rule& next) {
  return rule.before == next.since && rule.lineage == next.lineage;
}

}  // namespace

std::vector<RuleChange> changes_of(const Plan& merged) {
  std::vector<RuleChange> all;
  const std::vector<std::string>& corrects = merged.versions.back().corrects;
  const auto add = [&](const Rule& rule, std::string_view what) {
    const bool is_corrected = std::binary_search(corrects.begin(), corrects.end(), rule.lineage);
    all.push_back({rule.name, what, is_corrected});
  };
  const auto begins = [&](const Rule& rule) {
    return rule.version == merged.version && rule.since == merged.from;
  };
  for (const Rule& rule : merged.rules) {
    if (!begins(rule)) continue;
    const bool is_changed = std::any_of(merged.rules.begin(), merged.rules.end(),
                                        [&](const Rule& other) { return ends_for(other, rule); });
    add(rule, is_changed ? "changed" : "new");
  }
  for (const Rule& rule : merged.rules) {
    if (rule.before != merged.from) continue;
    const bool goes_on =
        std::any_of(merged.rules.begin(), merged.rules.end(),
                    [&](const Rule& next) { return begins(next) && ends_for(rule, next); });
    if (!goes_on) add(rule, "ends");
  }
  return all;
}

std::string changes_in_words(const Plan& merged) {
  std::string text;
  for (const RuleChange& change : changes_of(merged)) {
    text.append("rule ").append(change.rule).append(": ").append(change.what);
    text += change.is_corrected ? ", corrects what was since " : " from ";
    text += base::format_timestamp(merged.from) + "\n";
  }
  return text;
}

}  // namespace guerdon::plan
