// What is asked when a period is closed.
#include <algorithm>
#include <set>
#include <utility>

#include "engine/compiler/plan_compiler.h"

namespace guerdon::plan {

namespace {

bool closes(const Rule& rule) {
  return std::any_of(rule.effects.begin(), rule.effects.end(),
                     [](const Effect& effect) { return effect.at_close; });
}

}  // namespace

// Shorter periods first, owners as they are declared.
void Compiler::compile_closings(const Plan& plan) {
  std::set<std::pair<calendar::PeriodRule, int>> all;
  for (const Rule& rule : plan.rules) {
    if (closes(rule)) all.emplace(rule.subject.period, rule.subject.owner);
  }
  for (const auto& [period, owner] : all) compile_closing(plan, owner, period);
}

void Compiler::compile_closing(const Plan& plan, int owner, const calendar::PeriodRule& period) {
  ClosingKind closing;
  closing.plan = plan_index_;
  closing.clock = clock_number(plan, period);
  Subject life;
  life.owner = owner;
  const CellPlace place = place_cell(subject_number(plan, life),
                                     "closed through " + calendar::period_kind_name(period));
  closing.subject = place.subject;
  closing.cell = place.cell;
  const size_t codes = program_.clause_codes.size();
  std::set<ClosingKind::Read> reads;
  for (size_t r = 0; r < plan.rules.size(); ++r) {
    const Subject& subject = plan.rules[r].subject;
    if (!closes(plan.rules[r]) || subject.owner != owner || subject.period != period) continue;
    closing.rules.push_back(closing_rule(plan, r, closing));
    reads.insert(closing.rules.back().reads.begin(), closing.rules.back().reads.end());
  }
  program_.clause_codes.resize(codes);  // they are of no event
  closing.reads.assign(reads.begin(), reads.end());
  program_.closings.push_back(std::move(closing));
}

ClosingKind::Rule Compiler::closing_rule(const Plan& plan, size_t rule, ClosingKind& closing) {
  const Subject& subject = plan.rules[rule].subject;
  names_.slots.assign(plan.attributes.size(), -1);
  for (size_t k = 0; k < subject.keys.size(); ++k) {
    names_.slots[static_cast<size_t>(subject.keys[k])] = static_cast<int>(k);
  }
  ClosingKind::Rule made;
  made.code = rule_code(plan.rules[rule], rule, subject.owner, names_, Part::kAtClose);
  made.keys = subject.keys.size();
  made.role = closing.roles.size();
  add_frames(subject.owner, closing.roles.emplace_back());
  std::set<ClosingKind::Read> reads;
  visit_terms(plan.rules[rule], [&](const Term& term) {
    if (term.kind != TermKind::kMeasure) return;
    const MeasureKind& kind = program_.measures[names_.measures[static_cast<size_t>(term.index)]];
    reads.insert({kind.subject, kind.cell});
  });
  made.reads.assign(reads.begin(), reads.end());
  return made;
}

}  // namespace guerdon::plan
