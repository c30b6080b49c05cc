// What the parts of merge() share. Internal to this room.
//
//   merge.cc               whether it is the next version of the plan; the order of the rest
//   merge_declarations.cc  units, events, tables, measures: what stays, and what is appended
//   merge_rules.cc         which rule goes on from which, and which of them changed
//   policy.cc              whether a rule may change so, on that day
//   retro.cc               whether what it has paid may be corrected
//   derive.cc              what follows from all rules: events, layers
#pragma once

#include <algorithm>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/syntax/diagnostic.h"
#include "engine/versions/index_map.h"
#include "engine/versions/meaning.h"

namespace guerdon::plan {

inline bool contains(const std::vector<int>& list, int value) {
  return std::find(list.begin(), list.end(), value) != list.end();
}

using enum DiagnosticCode;

inline bool has_limits(const Rule& rule) {
  return std::any_of(rule.effects.begin(), rule.effects.end(),
                     [](const Effect& effect) { return !effect.limits.empty(); });
}

inline bool has_budget(const Rule& rule) {
  return std::any_of(rule.effects.begin(), rule.effects.end(),
                     [](const Effect& effect) { return effect.budget >= 0; });
}

struct Merging {
  Merging(const Plan& before, Plan version, const SourceText& source, Diagnostics& list);

  Plan plan;  // `before`, and what is appended to it
  Plan next;  // parts of it are moved away
  Diagnostics& diagnostics;
  Span header;  // the line `plan NAME version ...` of next's source
  Meanings meanings;
  IndexMap map;  // from next to plan

  // As next.rules: its lineage; the last rule of it in the plan, or -1.
  std::vector<std::string> lineages;
  std::vector<int> last;
  // As plan.measures: of what it sums the credits of.
  std::vector<std::vector<std::string>> earned;

  // By merge_rules(), as in PlanVersion.
  std::vector<std::string> corrects;
  bool corrects_all = true;

  // That are sent, and that this version gives to an event of before.
  std::vector<int> new_attributes;

  bool refuse(DiagnosticCode code, Span span, std::string message, std::string advice = "") {
    diagnostics.report(code, span, std::move(message), std::move(advice));
    return false;
  }
  // How a rule goes over to this version. One that is left out (null) says nothing; then, as for
  // all that say nothing else, the plan's word holds.
  Change how(const Rule* rule) const {
    return rule != nullptr && rule->change != Change::kUsual ? rule->change : next.change;
  }
  bool is_live(int rule) const {
    return plan.rules[static_cast<size_t>(rule)].before == calendar::kTimeEternity;
  }
};

// Each: false where it is refused, told.

bool find_lineages(Merging& merging);
// Units, attributes, what is known of accounts, events, tables, items and exchanges. REQUIRES: the
// lineages are found.
bool merge_declarations(Merging& merging);
bool merge_measures(Merging& merging);
// REQUIRES: the measures are merged.
bool merge_targets(Merging& merging);
bool merge_rules(Merging& merging);

// Whether `next` may follow on `last`, the rule of its lineage before it; or begin (last: null), or
// `last` end (next: null), on the day of this version.
bool may_change(Merging& merging, const Rule* last, const Rule* next);

// Why it may not be `retro`: what follows on "cannot be retro: ", and what to write instead.
struct NoRetro {
  std::string reason;
  std::string advice;
};
// Nothing: it may. REQUIRES: the measures are merged; `last` and `next` are kept for the same.
std::optional<NoRetro> why_not_retro(const Merging& merging, const Rule* last, const Rule* next);

// Which rules a measure sums the credits of, at which events entitlements run, and layers.
bool derive(Merging& merging);

}  // namespace guerdon::plan
