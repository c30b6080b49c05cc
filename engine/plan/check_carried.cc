// What targets carry over, and what of them is entered by hand.
#include <string>
#include <utility>

#include "engine/money/limits.h"
#include "engine/plan/check_state.h"
#include "engine/plan/check_terms.h"

namespace guerdon::plan {

// A sum that is to be large may be larger than its goal. Below 0: told.
int64_t check_surplus(Checking& checking, const tree::Target& target, Type type) {
  const Span span = *target.surplus;
  const tree::Measure& achieved = target.achieved;
  if (target.at_most || achieved.is_average || achieved.is_entered || achieved.distinct ||
      achieved.picks()) {
    const std::string what = target.at_most        ? "a goal `at most`"
                             : achieved.picks()    ? "the highest or lowest of values"
                             : achieved.is_entered ? "what is entered by hand"
                             : achieved.distinct   ? "a count of different values"
                                                   : "an average";
    checking.report(kBadTarget, span, what + " leaves nothing over for the next period",
                    "leave the line out");
    return -1;
  }
  if (checking.plan.grace.step == calendar::Step::kMonth) {
    checking.report(kNotAtClose, span,
                    "what is left over when a period is closed waits for no grace in months in "
                    "this version of the language",
                    "write `grace 30 days`");
    return -1;
  }
  const Scope constants;
  Typer typer(checking, constants);
  Typed most = typer.value(*target.carries);
  if (!most) return -1;
  const Fit fit = typer.settle(most, type);
  if (fit == Fit::kTold) return -1;
  const bool is_number = fit == Fit::kFits && most.term->kind == TermKind::kNumber &&
                         most.term->value.den == 1 && most.term->value.num > 0 &&
                         most.term->value.num <= money::kMeasureMax;
  if (is_number) return most.term->value.num;
  checking.report(kBadTarget, target.carries->span,
                  "what is carried at most is a fixed number above 0, in what is achieved",
                  "write such as `surplus carried up to 50`; of an amount with its unit");
  return -1;
}

// What is entered is of the goal's type; of a goal from a file alone a count. False: told.
bool type_entered(Checking& checking, const TargetState& state) {
  const tree::Target& written = *state.written;
  Measure& measure = checking.plan.measures[static_cast<size_t>(state.measure)];
  if (written.goal == nullptr) return true;
  Scope scope;
  scope.reader = Reader::kEntitlement;
  scope.subject = &measure.subject;
  const Typed goal = Typer(checking, scope).value(*written.goal);
  if (!goal) return false;
  if (goal.bare) return true;
  measure.type = goal.type();
  if (measure.type.kind == TypeKind::kCount || measure.type.kind == TypeKind::kAmount) return true;
  checking.report(kBadTarget, written.goal->span,
                  "what is entered by hand is an amount or a count, and this goal is " +
                      checking.type_phrase(measure.type),
                  "write such as `goal 10`, or an amount with its unit");
  return false;
}

void add_entries(Checking& checking) {
  const size_t count = checking.targets.size();
  for (size_t i = 0; i < count; ++i) {
    const TargetState& state = checking.targets[i];
    if (!state.is_sound || !state.written->achieved.is_entered) continue;
    const Measure& measure = checking.plan.measures[static_cast<size_t>(state.measure)];
    Target entry;
    entry.name = measure.name;
    entry.version = checking.plan.version;
    entry.measure = entry.told = state.measure;
    entry.told_in = {{checking.plan.from, calendar::kTimeEternity}};
    entry.is_entry = true;
    entry.goal = make_term(TermKind::kNumber, measure.type, measure.span);
    entry.goal->value = {1, 1};  // nobody reads it
    entry.since = checking.plan.from;
    entry.span = measure.span;
    checking.plan.targets.push_back(std::move(entry));
  }
}

void add_surpluses(Checking& checking) {
  for (size_t i = 0; i < checking.targets.size(); ++i) {
    const TargetState& state = checking.targets[i];
    if (state.carried < 0 || !state.is_sound) continue;
    const Target& target = checking.plan.targets[i];
    const tree::Rule& written = state.written->rule;
    Rule rule;
    rule.name = rule.lineage = target.name + ".surplus";
    rule.version = checking.plan.version;
    rule.since = checking.plan.from;
    if (written.change) rule.change = change_of(*written.change);
    rule.subject = checking.plan.measures[static_cast<size_t>(state.measure)].subject;
    rule.from = target.from;
    rule.until = target.until;
    rule.span = target.span;
    rule.whole = written.span;
    Scope scope;
    scope.reader = Reader::kEntitlement;
    scope.subject = &rule.subject;
    Counting counts;
    counts.target = target.name;
    counts.measure = state.carried;
    counts.goal = Typer(checking, scope).goal_of(static_cast<int>(i));
    counts.achieved = state.measure;
    counts.most = target.most_carried;
    if (counts.goal == nullptr) continue;
    rule.counts = std::move(counts);
    checking.plan.rules.push_back(std::move(rule));
  }
}

}  // namespace guerdon::plan
