#include "tests/unit/versions/case.h"

#include <gtest/gtest.h>

#include <sstream>
#include <utility>

#include "engine/base/timestamp.h"
#include "engine/plan/checker.h"
#include "engine/versions/merge.h"

namespace guerdon::plan {

Case::Case(const std::vector<std::string>& versions) : source("next.plan", versions.back()) {
  for (const std::string& text : versions) {
    const bool is_last = &text == &versions.back();
    Diagnostics others;
    Diagnostics& list = is_last ? diagnostics : others;
    const SourceText its_source("next.plan", text);
    std::optional<Plan> next = load_plan(its_source, list);
    EXPECT_TRUE(next) << render(its_source, list);
    if (!next) {
      plan.reset();
      return;
    }
    plan = plan ? merge(*plan, *std::move(next), its_source, list) : std::move(next);
    EXPECT_EQ(plan.has_value(), !list.has_errors()) << render(its_source, list);
    EXPECT_TRUE(plan || is_last) << render(its_source, list);
    if (!plan) return;
  }
}

std::string rules_in(const Plan& plan) {
  std::string text;
  const auto day = [](calendar::TimeMs at) { return base::format_timestamp(at).substr(0, 10); };
  for (const Rule& rule : plan.rules) {
    text += rule.name + " " + std::to_string(rule.version);
    if (rule.since != calendar::kTimeBeginning) text += " from " + day(rule.since);
    if (rule.before != calendar::kTimeEternity) text += " until " + day(rule.before);
    if (rule.lineage != rule.name) text += " of " + rule.lineage;
    text += "\n";
  }
  return text;
}

std::vector<NamedCase> cases_in(const std::string& text) {
  static const std::string kCase = "# case: ";
  std::vector<NamedCase> cases;
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) {
    if (line.starts_with(kCase)) {
      cases.push_back({line.substr(kCase.size()), {}});
      continue;
    }
    if (line.starts_with("plan ")) cases.back().versions.emplace_back();
    if (!cases.empty() && !cases.back().versions.empty()) {
      cases.back().versions.back() += line + "\n";
    }
  }
  return cases;
}

}  // namespace guerdon::plan
