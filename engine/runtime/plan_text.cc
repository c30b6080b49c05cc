// include/guerdon/plan.h: the stages of the plan compiler, each run alone or all of them.
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "engine/base/assert.h"
#include "engine/compiler/compiler.h"
#include "engine/plan/checked.h"
#include "engine/plan/checker.h"
#include "engine/program/program.h"
#include "engine/proofs/explain.h"
#include "engine/proofs/rule_facts.h"
#include "engine/proofs/warnings.h"
#include "engine/syntax/diagnostic.h"
#include "engine/syntax/format.h"
#include "engine/syntax/lexer.h"
#include "engine/syntax/parser.h"
#include "engine/syntax/source.h"
#include "engine/syntax/tree_printer.h"
#include "engine/versions/changes.h"
#include "engine/versions/merge.h"
#include "guerdon/plan.h"

namespace guerdon {

namespace {

PlanReport report_of(const plan::SourceText& source, const plan::Diagnostics& diagnostics) {
  return {.ok = !diagnostics.has_errors(),
          .diagnostics = plan::render(source, diagnostics),
          .changes = ""};
}

// The plan as it is behind these versions. Nothing: *report says what is wrong with the first text
// in which something is.
std::optional<plan::Plan> load_after(const std::vector<PlanText>& before,
                                     const plan::SourceText& source, plan::Diagnostics& diagnostics,
                                     PlanReport* report) {
  std::optional<plan::Plan> merged;
  const auto follow = [&](const plan::SourceText& text, plan::Diagnostics& found) {
    std::optional<plan::Plan> next = plan::load_plan(text, found);
    if (next && merged) next = plan::merge(*merged, std::move(*next), text, found);
    merged = std::move(next);
  };
  for (const PlanText& each : before) {
    const plan::SourceText text(each.name, each.text);
    plan::Diagnostics found;
    follow(text, found);
    if (merged) continue;
    *report = report_of(text, found);
    return std::nullopt;
  }
  follow(source, diagnostics);
  *report = report_of(source, diagnostics);
  return merged;
}

// The program of this plan alone. What only the compiler finds has no place in the text; then the
// report is not ok and says it in a sentence.
std::optional<plan::Program> compile_alone(const plan::SourceText& source, plan::Plan checked,
                                           PlanReport* report) {
  std::vector<plan::Plan> plans;
  plans.push_back(std::move(checked));
  std::string error;
  std::optional<plan::Program> program = plan::compile(plans, &error);
  if (!program) {
    report->ok = false;
    report->diagnostics += source.name() + ": error: " + error + "\n";
  }
  return program;
}

}  // namespace

// What warnings say of a plan they say of its text, so a further version is looked at by itself.
PlanReport check_plan(const PlanText& plan, const std::vector<PlanText>& before) {
  const plan::SourceText source(plan.name, plan.text);
  plan::Diagnostics diagnostics;
  PlanReport report;
  std::optional<plan::Plan> checked = load_after(before, source, diagnostics, &report);
  if (!checked) return report;
  if (before.empty()) {
    plan::warn(source, *checked, diagnostics);
  } else {
    plan::Diagnostics again;
    if (const std::optional<plan::Plan> alone = plan::load_plan(source, again)) {
      plan::warn(source, *alone, diagnostics);
    }
  }
  report = report_of(source, diagnostics);
  GUERDON_ASSERT(report.ok);
  if (!before.empty()) report.changes = plan::changes_in_words(*checked);
  compile_alone(source, std::move(*checked), &report);
  return report;
}

bool name_plan(const PlanText& plan, std::string* name) {
  plan::Diagnostics diagnostics;
  const std::optional<plan::Plan> checked =
      plan::load_plan(plan::SourceText(plan.name, plan.text), diagnostics);
  if (checked) *name = checked->name;
  return checked.has_value();
}

PlanReport print_plan(const PlanText& plan, PlanStage stage, std::string* out,
                      const std::vector<PlanText>& before) {
  const plan::SourceText source(plan.name, plan.text);
  plan::Diagnostics diagnostics;
  out->clear();
  if (stage == PlanStage::kTokens || stage == PlanStage::kTree) {
    const std::vector<plan::Token> tokens = plan::lex(source, diagnostics);
    const bool is_tree = stage == PlanStage::kTree;
    const plan::tree::Plan tree =
        is_tree ? plan::parse(source, tokens, diagnostics) : plan::tree::Plan();
    PlanReport report = report_of(source, diagnostics);
    if (report.ok) *out = is_tree ? plan::print_tree(tree) : plan::print_tokens(source, tokens);
    return report;
  }
  PlanReport report;
  std::optional<plan::Plan> checked = load_after(before, source, diagnostics, &report);
  if (!checked) return report;
  if (stage == PlanStage::kChecked) {
    *out = plan::print_checked(*checked);
    return report;
  }
  if (stage == PlanStage::kRules) {
    *out = plan::print_rule_facts(*checked);
    return report;
  }
  const std::optional<plan::Program> program = compile_alone(source, std::move(*checked), &report);
  if (program) *out = plan::print_program(*program);
  return report;
}

PlanReport explain_plan(const PlanText& plan, std::string* out,
                        const std::vector<PlanText>& before) {
  const plan::SourceText source(plan.name, plan.text);
  plan::Diagnostics diagnostics;
  PlanReport report;
  const std::optional<plan::Plan> checked = load_after(before, source, diagnostics, &report);
  out->clear();
  if (checked) *out = plan::explain(*checked);
  return report;
}

PlanReport format_plan(const PlanText& plan, std::string* out) {
  const plan::SourceText source(plan.name, plan.text);
  plan::Diagnostics diagnostics;
  const plan::tree::Plan tree = plan::parse(source, plan::lex(source, diagnostics), diagnostics);
  PlanReport report = report_of(source, diagnostics);
  if (report.ok) *out = plan::format_plan(source, tree);
  return report;
}

}  // namespace guerdon
