// What is asked when a period is closed.
#include <algorithm>
#include <set>
#include <utility>

#include "engine/base/assert.h"
#include "engine/compiler/plan_compiler.h"

namespace guerdon::plan {

namespace {

bool closes(const Rule& rule) {
  return rule.counts || std::any_of(rule.effects.begin(), rule.effects.end(),
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
  const size_t codes = program_.clause_codes.size();
  made.code = rule_code(plan.rules[rule], rule, subject.owner, names_, Part::kAtClose);
  for (size_t c = codes; c < program_.clause_codes.size(); ++c) {
    const Clause& clause = program_.clauses[program_.clause_codes[c].clause];
    made.posted.push_back({clause.subject, clause.posted});
  }
  made.keys = subject.keys.size();
  made.acts = {std::max(plan.rules[rule].since, plan.rules[rule].from),
               std::min(plan.rules[rule].before, plan.rules[rule].until)};
  made.role = closing.roles.size();
  add_frames(subject.owner, closing.roles.emplace_back());
  std::set<ClosingKind::Read> reads;
  visit_terms(plan.rules[rule], [&](const Term& term) {
    if (term.kind != TermKind::kMeasure) return;
    const MeasureKind& kind = program_.measures[names_.measures[static_cast<size_t>(term.index)]];
    reads.insert({kind.subject, kind.cell});
  });
  if (plan.rules[rule].counts && plan.rules[rule].counts->is_surplus()) {
    const auto achieved = static_cast<size_t>(plan.rules[rule].counts->achieved);
    const MeasureKind& kind = program_.measures[names_.measures[achieved]];
    reads.insert({kind.subject, kind.cell});
  }
  if (plan.rules[rule].counts && plan.rules[rule].counts->is_review()) {
    for (const int index : {plan.rules[rule].counts->reviewed, plan.rules[rule].counts->measure}) {
      const MeasureKind& kind = program_.measures[names_.measures[static_cast<size_t>(index)]];
      reads.insert({kind.subject, kind.cell});
    }
  }
  made.reads.assign(reads.begin(), reads.end());
  if (plan.rules[rule].counts) count_at_close(plan, rule, made);
  for (const ClosingKind& other : program_.closings) {
    // Else what it was before the last of one length would not be what it was before the other.
    const auto counts_it = [&](const ClosingKind::Rule& each) {
      return each.counted() != kNowhere && each.counted() == made.counted();
    };
    GUERDON_ASSERT(other.clock == closing.clock || !std::ranges::any_of(other.rules, counts_it));
  }
  return made;
}

// Beside it, so that a period can be closed once more.
void Compiler::keep_before(uint32_t family, uint32_t measure) {
  MeasureKind& kind = program_.measures[measure];
  const std::string label = program_.subjects[kind.subject].labels[kind.cell] + " before";
  const CellPlace place = place_cell(family, label);
  GUERDON_ASSERT(place.subject == kind.subject);  // at once
  kind.before = place.cell;
}

// REQUIRES: names_ has the further keys in their slots.
void Compiler::count_at_close(const Plan& plan, size_t rule, ClosingKind::Rule& made) {
  const Rule& streak = plan.rules[rule];
  const Counting& counts = *streak.counts;
  const uint32_t measure = names_.measures[static_cast<size_t>(counts.measure)];
  names_.instant = static_cast<uint16_t>(clock_number(plan, streak.subject.period));
  names_.version = version_index(plan, streak.version);
  made.goal = value_code(*counts.goal, {acts_[rule], window_[rule]});
  if (counts.is_surplus()) {
    made.achieved = names_.measures[static_cast<size_t>(counts.achieved)];
    made.carried = measure;
    made.most = counts.most;
    names_.instant = kAtEvent;
    return;
  }
  if (counts.is_review()) {
    made.kept = measure;
    made.reviewed = names_.measures[static_cast<size_t>(counts.reviewed)];
    made.table = names_.tables[static_cast<size_t>(counts.table)];
    made.falls = counts.falls;
    made.rises = counts.rises;
    names_.instant = kAtEvent;
    return;
  }
  made.count = measure;
  made.reached = filter_code(*counts.reached);
  names_.instant = kAtEvent;
  StreakKind kind;
  kind.plan = static_cast<uint32_t>(plan_index_);
  kind.name = streak.name;
  kind.target = counts.target;
  kind.measure = made.count;
  kind.least = counts.least;
  kind.repeats = counts.repeats;
  kind.acts = {std::max(streak.since, streak.from), std::min(streak.before, streak.until)};
  program_.streaks.push_back(std::move(kind));
}

}  // namespace guerdon::plan
