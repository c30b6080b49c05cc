#include "tools/guerdon/simulate/plan_sides.h"

#include <algorithm>
#include <iterator>
#include <optional>
#include <set>

#include "engine/base/assert.h"
#include "engine/plan/checker.h"
#include "engine/syntax/diagnostic.h"
#include "engine/syntax/source.h"
#include "engine/versions/changes.h"
#include "engine/versions/merge.h"

namespace guerdon::tools {

namespace {

struct Header {
  std::string name;  // empty: the text has errors
  int64_t version = 1;
};

Header header_of(const PlanText& text) {
  plan::Diagnostics diagnostics;
  const std::optional<plan::Plan> plan =
      plan::load_plan(plan::SourceText(text.name, text.text), diagnostics);
  return plan ? Header{plan->name, plan->version} : Header();
}

// The first version of each plan, by its name.
std::map<std::string, int64_t> first_versions(const std::vector<PlanText>& texts) {
  std::map<std::string, int64_t> first;
  for (const PlanText& text : texts) {
    const Header header = header_of(text);
    if (!header.name.empty()) first.try_emplace(header.name, header.version);
  }
  return first;
}

}  // namespace

VersionChanges changes_in(const plan::Plan& merged) {
  VersionChanges changes{merged.name, merged.version, merged.from, {}};
  for (const plan::RuleChange& change : plan::changes_of(merged)) {
    changes.rules.emplace_back(change.rule, change.what);
  }
  return changes;
}

PlanSides plan_sides(std::vector<PlanText> against, std::vector<PlanText> next) {
  const std::map<std::string, int64_t> old = first_versions(against);
  std::set<std::string> replaced;
  PlanSides sides;
  for (const auto& [name, version] : first_versions(next)) {
    const auto known = old.find(name);
    if (known == old.end()) continue;
    if (version > known->second) {
      sides.goes_on = true;
    } else {
      replaced.insert(name);
    }
  }
  if (sides.goes_on) {
    std::copy_if(against.begin(), against.end(), std::back_inserter(sides.after),
                 [&](const PlanText& text) { return !replaced.contains(header_of(text).name); });
  }
  sides.before = std::move(against);
  for (PlanText& text : next) sides.after.push_back(std::move(text));
  return sides;
}

std::vector<plan::Plan> merge_plans(const std::vector<PlanText>& texts, size_t told,
                                    std::vector<VersionChanges>* changes) {
  std::vector<plan::Plan> merged;
  std::set<std::string_view> taken;
  for (size_t i = 0; i < texts.size(); ++i) {
    if (!taken.insert(texts[i].text).second) continue;  // not published again
    const plan::SourceText source(texts[i].name, texts[i].text);
    plan::Diagnostics diagnostics;
    std::optional<plan::Plan> next = plan::load_plan(source, diagnostics);
    GUERDON_ASSERT(next.has_value());
    const auto known = std::find_if(merged.begin(), merged.end(), [&](const plan::Plan& plan) {
      return plan.name == next->name;
    });
    if (known == merged.end()) {
      merged.push_back(std::move(*next));
      continue;
    }
    next = plan::merge(*known, std::move(*next), source, diagnostics);
    GUERDON_ASSERT(next.has_value());
    *known = std::move(*next);
    if (changes != nullptr && i >= told) changes->push_back(changes_in(*known));
  }
  return merged;
}

RuleNames::RuleNames(const std::vector<plan::Plan>& plans, const std::vector<plan::Plan>& naming) {
  using Key = std::pair<std::string, std::string>;
  std::map<Key, std::string> last;  // by program and lineage; later versions stand behind
  for (const plan::Plan& plan : naming) {
    for (const plan::Rule& rule : plan.rules) last[{plan.program, rule.lineage}] = rule.name;
  }
  for (const plan::Plan& plan : plans) {
    for (const plan::Rule& rule : plan.rules) {
      const auto found = last.find({plan.program, rule.lineage});
      names_[{plan.program, rule.name}] = found == last.end() ? rule.name : found->second;
    }
  }
}

std::string RuleNames::of(std::string_view program, std::string_view rule) const {
  const auto found = names_.find(std::pair(std::string(program), std::string(rule)));
  return found == names_.end() ? std::string(rule) : found->second;
}

}  // namespace guerdon::tools
