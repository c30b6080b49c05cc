// What a plan says of its versions, and rules of theirs. How versions go together is merge()'s
// (engine/versions).
#include <string>

#include "absl/container/flat_hash_map.h"
#include "engine/base/assert.h"
#include "engine/plan/check_state.h"

namespace guerdon::plan {

Change change_of(tree::ChangePolicy policy) {
  switch (policy) {
    case tree::ChangePolicy::kPin:
      return Change::kPin;
    case tree::ChangePolicy::kSplit:
      return Change::kSplit;
    case tree::ChangePolicy::kRetro:
      return Change::kRetro;
  }
  GUERDON_UNREACHABLE();
}

void check_version(Checking& checking, const tree::PlanHeader& header) {
  Plan& plan = checking.plan;
  plan.version = header.version.value_or(1);
  if (plan.version == 1 && header.from) {
    return checking.report(kPlanHeader, header.from->span,
                           "the first version of a plan has no day: it holds for all events",
                           "leave it out; of one rule a line below it says when it begins: `from "
                           "2026-03-01`");
  }
  if (plan.version > 1 && !header.from) {
    return checking.report(kPlanHeader, header.version_span,
                           "nothing says from which day on this version holds",
                           "write it in the same line: `plan " + plan.name + " version " +
                               std::to_string(plan.version) + " from 2026-03-01`");
  }
  if (header.from) plan.from = checking.instant_of(*header.from);
}

bool check_lineage(Checking& checking, const tree::Rule& written, Rule& rule) {
  rule.lineage = rule.name;
  rule.version = checking.plan.version;
  rule.since = checking.plan.from;
  for (const tree::Name& name : written.was) rule.was.push_back(name.text);
  if (!written.change) return true;
  rule.change = change_of(*written.change);
  if (!rule.subject.is_object() || rule.change != Change::kSplit) return true;
  const std::string& object = checking.attribute_at(rule.subject.object).name;
  checking.report(kAtOdds, written.change_span,
                  "this rule is per " + object + ", and none of these is divided between versions",
                  "leave it out: each " + object + " ends on the version under which it opened");
  return false;
}

void check_lineages(Checking& checking) {
  absl::flat_hash_map<std::string_view, const tree::Rule*> taken;
  for (const RuleState& state : checking.rules) {
    for (const tree::Name& name : state.written->was) {
      if (checking.rule_named(name.text) >= 0) {
        checking.report(kLineage, name.span,
                        backquoted(name.text) +
                            " is a rule of this plan, so no other goes on from "
                            "it",
                        "behind `was` stand names that rules had in versions before");
        continue;
      }
      const auto [other, is_first] = taken.try_emplace(name.text, state.written);
      if (is_first) continue;
      checking.report(kLineage, name.span,
                      "rule " + other->second->name.text + " goes on from " +
                          backquoted(name.text) + " already",
                      "a rule of before goes on as one rule: leave one of the two names");
    }
  }
}

}  // namespace guerdon::plan
