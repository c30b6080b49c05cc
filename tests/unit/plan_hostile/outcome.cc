#include "tests/unit/plan_hostile/outcome.h"

#include <optional>
#include <utility>
#include <vector>

#include "engine/compiler/compiler.h"
#include "engine/plan/checker.h"
#include "engine/program/program.h"

namespace guerdon::plan::hostile {
namespace {

// "hostile.plan:3:7: error E010: ..." with a line of carets below.
bool has_place(const std::string& said) {
  const std::string name = "hostile.plan:";
  const bool begins = said.starts_with(name) && said.size() > name.size() &&
                      said[name.size()] >= '1' && said[name.size()] <= '9';
  return begins && said.find("error E") != std::string::npos && said.find('^') != std::string::npos;
}

}  // namespace

Outcome outcome_of(const std::string& text) {
  Outcome outcome;
  const SourceText source("hostile.plan", text);
  Diagnostics diagnostics;
  std::optional<Plan> plan = load_plan(source, diagnostics);
  outcome.said = render(source, diagnostics);
  outcome.is_loaded = plan.has_value();
  outcome.has_place = has_place(outcome.said);
  if (!plan) return outcome;
  std::vector<Plan> plans;
  plans.push_back(std::move(*plan));
  const std::optional<Program> program = compile(plans, &outcome.compile_error);
  std::string problem;
  outcome.is_compiled = program.has_value() && verify(*program, &problem);
  return outcome;
}

}  // namespace guerdon::plan::hostile
