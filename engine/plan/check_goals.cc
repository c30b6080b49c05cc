// Targets: what is achieved, the goal and bands, and what a term reads of them.
#include <algorithm>
#include <array>
#include <utility>

#include "engine/money/decimal.h"
#include "engine/money/limits.h"
#include "engine/money/ratio.h"
#include "engine/plan/bounds.h"
#include "engine/plan/check_effects.h"
#include "engine/plan/check_state.h"
#include "engine/plan/check_terms.h"
#include "engine/progress/attainment.h"

namespace guerdon::plan {
namespace {

using tree::ExprKind;
using tree::Moment;

constexpr std::array<std::string_view, 5> kWords = {"achieved", "goal", "percent", "remaining",
                                                    "reached"};

const Measure& measure_of(const Checking& checking, const TargetState& state) {
  return checking.plan.measures[static_cast<size_t>(state.measure)];
}

// As a name of one part, so that messages call it as it is written.
tree::Expr name_of(const std::string& text, Moment moment, Span span) {
  tree::Expr name;
  name.kind = ExprKind::kName;
  name.text = text;
  name.moment = moment;
  name.span = span;
  return name;
}

bool reads_account(const Term& term) {
  return term.kind == TermKind::kHeld || term.kind == TermKind::kHasHeld ||
         std::any_of(term.args.begin(), term.args.end(),
                     [](const TermPtr& arg) { return arg != nullptr && reads_account(*arg); });
}

}  // namespace

bool is_word_of_target(std::string_view text) {
  return std::find(kWords.begin(), kWords.end(), text) != kWords.end();
}

// ---- what terms read ----------------------------------------------------------------------------

bool Typer::is_in_goal() const {
  return std::any_of(expanding_.begin(), expanding_.end(), [&](const Definition* definition) {
    return std::any_of(checking_.targets.begin(), checking_.targets.end(),
                       [&](const TargetState& state) { return &state.goal == definition; });
  });
}

// In the lines of a target what is its own needs no name before it.
bool Typer::is_of_target(const tree::Expr& written) const {
  const bool is_there = scope_.target >= 0 && !global_ && !constant_;
  return is_there && written.column.empty() && is_word_of_target(written.text);
}

// A name means one thing.
Typed Typer::own_of_target(const tree::Expr& written) {
  const bool means_more =
      checking_.attribute(written.text) >= 0 || checking_.binding(written.text) != nullptr;
  if (!means_more) return of_target(written, scope_.target, written.text);
  const std::string& name =
      checking_.targets[static_cast<size_t>(scope_.target)].written->name.text;
  checking_.report(
      kBadTarget, written.span,
      "the plan has a " + backquoted(written.text) + " of its own, and so has the target",
      "write `" + name + "." + written.text + "`, or give the other one another name");
  return {};
}

// What TARGET said, where that is a goal; else the goal that stands in the plan.
Typed Typer::goal(int target, Span span) {
  const TargetState& state = checking_.targets[static_cast<size_t>(target)];
  if (state.told < 0) return goal_of_plan(target, span);
  const Type type = measure_of(checking_, state).type;
  TermPtr said = make_term(TermKind::kMeasure, type, *state.written->from_file);
  said->index = state.told;
  said->moment = Moment::kAfter;
  Typed goal;
  goal.span = span;
  goal.term = make_term(TermKind::kGoal, type, *state.written->from_file);
  goal.term->args.push_back(std::move(said));
  if (state.written->goal == nullptr) return goal;
  Typed otherwise = goal_of_plan(target, span);
  if (!otherwise) return {};
  TermPtr either = make_term(TermKind::kElse, type, *state.written->from_file);
  either->args.push_back(std::move(goal.term));
  either->args.push_back(std::move(otherwise.term));
  goal.term = std::move(either);
  return goal;
}

Typed Typer::goal_of_plan(int target, Span span) {
  TargetState& state = checking_.targets[static_cast<size_t>(target)];
  const Type want = measure_of(checking_, state).type;
  Typed goal = expand(name_of(state.written->name.text, Moment::kNone, span), state.goal, false);
  if (!goal) return {};
  const Span place = state.written->goal->span;
  const Fit fit = settle(goal, want);
  if (fit == Fit::kTold) return {};
  if (fit == Fit::kDiffers) {
    checking_.report(kBadTarget, place,
                     checking_.quoted(place) + " is " + checking_.type_phrase(goal.type()) +
                         ", and what is achieved " + checking_.type_phrase(want),
                     want.kind == TypeKind::kAmount
                         ? "write the goal in " + checking_.unit(want.unit).name
                         : "a goal is in what is counted");
    return {};
  }
  const std::optional<Bound> bound = bound_of(checking_.plan, *goal.term);
  if (!bound || bound->high > money::kMeasureMax || bound->low < -money::kMeasureMax) {
    checking_.report(kOverflow, place, "no measure can be as large as this goal");
    return {};
  }
  if (bound->den != 1) {
    checking_.report(
        kMeasureNotWhole, place,
        "a goal is whole, and " + checking_.quoted(place) + " can have fractions of a minor unit",
        "write the goal itself, not a part of something");
    return {};
  }
  if (bound->low < 0) {
    checking_.report(kBadTarget, place,
                     "a goal is never below 0, and " + checking_.quoted(place) + " can be",
                     "write what is to be achieved: above 0; where there is no goal, 0 or none");
    return {};
  }
  if (bound->high == 0) {
    checking_.report(kBadTarget, place, "a goal of 0 is no goal",
                     "write what is to be achieved: above 0");
    return {};
  }
  goal.span = span;
  // Having no row is part of what the table says: there is no goal.
  visit_terms(*goal.term, [&](const Term& each) {
    if (each.kind == TermKind::kLookup) checking_.table_state(each.index).tested = true;
  });
  if (goal.term->kind == TermKind::kNumber) return goal;
  TermPtr above = make_term(TermKind::kGoal, want, place);
  above->args.push_back(std::move(goal.term));
  goal.term = std::move(above);
  return goal;
}

// A goal that changes on a day is that of the instant at which the target's period begins; and when
// TARGET says one, only what is owed for the target's own names and period is asked again.
bool Typer::may_read_goal(const tree::Expr& written, int target, const Term& goal) {
  const TargetState& state = checking_.targets[static_cast<size_t>(target)];
  const Subject& subject = measure_of(checking_, state).subject;
  const bool is_own = scope_.reader == Reader::kUnused ||
                      (scope_.reader == Reader::kEntitlement && *scope_.subject == subject);
  const std::string& name = state.written->name.text;
  if (!is_own && scope_.reader == Reader::kEntitlement && state.told >= 0) {
    checking_.report(
        kNotOfSubject, written.span,
        "what is owed for something else is not asked again when TARGET says a goal of " + name,
        "read `" + name + ".achieved`, or keep the rule for what the target is kept for");
    return false;
  }
  if (is_own || (dated_in(checking_.plan, goal) == nullptr && !reads_account(goal))) return true;
  checking_.report(
      kNotOfSubject, written.span,
      "the goal of " + name + " is what it was when the period began, and this is of another time",
      "read `" + name + ".achieved`, or keep the rule for what the target is kept for");
  return false;
}

// When TARGET says what is achieved, only what is owed for the target's own names and period is
// asked again.
bool Typer::may_read_entered(const tree::Expr& written, int target) {
  const TargetState& state = checking_.targets[static_cast<size_t>(target)];
  if (!state.written->achieved.is_entered || scope_.reader != Reader::kEntitlement) return true;
  if (*scope_.subject == measure_of(checking_, state).subject) return true;
  checking_.report(kNotOfSubject, written.span,
                   "what is owed for something else is not asked again when TARGET says what is "
                   "achieved of " +
                       state.written->name.text,
                   "keep the rule for what the target is kept for");
  return false;
}

Typed Typer::of_target(const tree::Expr& written, int target, const std::string& what) {
  const TargetState& state = checking_.targets[static_cast<size_t>(target)];
  const std::string name = state.written->name.text + "." + what;
  const bool has_samples = checking_.samples_of[static_cast<size_t>(state.measure)] >= 0;
  const bool reads_samples = what == "samples" && has_samples;
  if (!is_word_of_target(what) && !reads_samples) {
    checking_.report(kNoColumn, written.span, "a target has no " + backquoted(what),
                     "it has achieved, goal, percent, remaining and reached; of an average, the "
                     "highest or lowest, or a goal `at most`, samples, too");
    return {};
  }
  if (is_in_goal()) {
    checking_.report(kBadTarget, written.span,
                     "a goal stands before anything is achieved, and hangs on no target",
                     "write a number, a param, or let a table have it: `goal quota for sku`");
    return {};
  }
  if (!may_read_entered(written, target)) return {};
  const bool is_goal = what == "goal";
  if (is_goal && written.moment != Moment::kNone) {
    checking_.report(kMisplacedMoment, written.span, "an event changes no goal",
                     "leave the word behind `" + what + "` out");
    return {};
  }
  const bool is_live = scope_.reader == Reader::kEntitlement;
  const Moment moment = is_goal && !is_live ? Moment::kAfter : written.moment;
  tree::Expr read = name_of(name, moment, written.span);
  if (reads_samples) read.column = what;
  Typed achieved = measure(read, state.measure);
  if (!achieved || what == "achieved" || reads_samples) return achieved;
  if (!state.is_sound) return {};
  Typed goal = this->goal(target, written.span);
  if (!goal || !may_read_goal(written, target, *goal.term)) return {};
  if (is_goal) return goal;
  if (what == "percent") {
    return percent(target, std::move(achieved), std::move(goal), written.span);
  }
  if (what == "remaining") {
    return remaining(written, target, std::move(achieved), std::move(goal));
  }
  Typed typed;
  typed.span = written.span;
  typed.term =
      part_reached(target, std::move(achieved.term), std::move(goal.term), 100, written.span);
  return typed;
}

namespace {
bool has_own_samples(const Term& achieved) {
  return achieved.kind == TermKind::kAverage || achieved.kind == TermKind::kSampled;
}
}  // namespace

// How many samples make up what is achieved, of the same moment. REQUIRES: the target has samples.
TermPtr Typer::samples_beside(int target, const Term& achieved) const {
  const int sum = checking_.targets[static_cast<size_t>(target)].measure;
  const Term& read = has_own_samples(achieved) ? *achieved.args[0] : achieved;
  TermPtr samples = make_term(TermKind::kMeasure, kCountType, achieved.span);
  samples->index = checking_.samples_of[static_cast<size_t>(sum)];
  samples->moment = read.moment;
  return samples;
}

Typed Typer::percent(int target, Typed achieved, Typed goal, Span span) const {
  const bool at_most = checking_.targets[static_cast<size_t>(target)].written->at_most;
  TermPtr samples = at_most ? samples_beside(target, *achieved.term) : nullptr;
  Typed typed;
  typed.span = span;
  typed.term = make_term(at_most ? TermKind::kPercentWithin : TermKind::kPercent, kCountType, span);
  typed.term->args.push_back(std::move(achieved.term));
  typed.term->args.push_back(std::move(goal.term));
  if (at_most) typed.term->args.push_back(std::move(samples));
  return typed;
}

// Of what is to stay small nobody keeps to anything by having done nothing: without a sample it is
// missing, whatever is asked of it. An average, or the highest, is so by itself.
TermPtr Typer::sampled(int target, TermPtr achieved) const {
  const bool at_most = checking_.targets[static_cast<size_t>(target)].written->at_most;
  if (!at_most || has_own_samples(*achieved)) return achieved;
  TermPtr samples = samples_beside(target, *achieved);
  TermPtr typed = make_term(TermKind::kSampled, achieved->type, achieved->span);
  typed->args.push_back(std::move(achieved));
  typed->args.push_back(std::move(samples));
  return typed;
}

Typed Typer::remaining(const tree::Expr& written, int target, Typed achieved, Typed goal) {
  if (achieved.term->kind == TermKind::kAverage) {
    checking_.report(kWrongKind, written.span,
                     "what is missing to an average is no whole amount, and no rule reads it",
                     "compare `achieved`, or read `percent`");
    return {};
  }
  Typed typed;
  typed.span = written.span;
  const Type type = goal.type();
  TermPtr rest = make_term(TermKind::kSubtract, type, written.span);
  rest->args.push_back(std::move(goal.term));
  rest->args.push_back(sampled(target, std::move(achieved.term)));
  typed.term = make_term(TermKind::kMax, type, written.span);
  typed.term->args.push_back(std::move(rest));
  typed.term->args.push_back(make_term(TermKind::kNumber, type, written.span));
  return typed;
}

// achieved >= percent of the goal, exactly; or of what is to stay small achieved <= goal * 100 /
// percent.
TermPtr Typer::part_reached(int target, TermPtr achieved, TermPtr goal, int64_t percent,
                            Span span) {
  const bool at_most = checking_.targets[static_cast<size_t>(target)].written->at_most;
  TermPtr part = std::move(goal);
  const money::Ratio ratio =
      at_most ? money::make_ratio(100, percent) : money::make_ratio(percent, 100);
  if (percent != 100 && part->kind == TermKind::kNumber) {
    const std::optional<money::Ratio> value = money::multiply(part->value, ratio);
    if (!value) {
      checking_.report(kTooLarge, span, "this part of the goal is larger than can be kept exactly",
                       "write a smaller goal");
      return nullptr;
    }
    part->value = *value;
  } else if (percent != 100) {
    TermPtr rate = make_term(TermKind::kNumber, kRatioType, span);
    rate->value = ratio;
    TermPtr product = make_term(TermKind::kMultiply, part->type, span);
    product->args.push_back(std::move(rate));
    product->args.push_back(std::move(part));
    part = std::move(product);
  }
  TermPtr when = make_term(TermKind::kCompare, kConditionType, span);
  when->comparison = at_most ? tree::Comparison::kLessEqual : tree::Comparison::kGreaterEqual;
  when->args.push_back(sampled(target, std::move(achieved)));
  when->args.push_back(std::move(part));
  return when;
}

TermPtr Typer::reached(int64_t percent, Span span) {
  begin();
  Typed achieved = of_target(name_of("achieved", Moment::kNone, span), scope_.target, "achieved");
  Typed goal = this->goal(scope_.target, span);
  if (!achieved || !goal) return nullptr;
  return part_reached(scope_.target, std::move(achieved.term), std::move(goal.term), percent, span);
}

TermPtr Typer::goal_of(int target) {
  begin();
  Typed goal =
      this->goal(target, checking_.targets[static_cast<size_t>(target)].written->name.span);
  return std::move(goal.term);
}

// ---- bands, and the whole -----------------------------------------------------------------------

namespace {

bool refuse_bands(Checking& checking, Span span, std::string message) {
  checking.report(kBadBands, span, std::move(message),
                  "write them upward, and the last from where the one before it ends: `bands red "
                  "below 90%, orange below 100%, green from 100%`");
  return false;
}

bool check_band(Checking& checking, const tree::Target& target, size_t index,
                std::vector<Band>& bands) {
  const tree::Band& written = target.bands[index];
  const bool is_last = index + 1 == target.bands.size();
  const std::optional<int64_t> percent = check_percent(checking, written.percent, kBadBands);
  if (!percent) return false;
  for (const Band& other : bands) {
    if (other.name != written.name.text) continue;
    return refuse_bands(checking, written.name.span,
                        backquoted(written.name.text) + " stands here twice");
  }
  if (written.is_from != is_last) {
    return refuse_bands(
        checking, join(written.name.span, written.percent.span),
        is_last ? "nothing says what is above the last band" : "only the last band has `from`");
  }
  const int64_t before = bands.empty() ? 0 : bands.back().below;
  if (is_last ? *percent != before : *percent <= before) {
    return refuse_bands(checking, written.percent.span,
                        std::to_string(*percent) +
                            " % does not go with the band before it, which "
                            "ends at " +
                            std::to_string(before) + " %");
  }
  if (target.at_most && *percent > 100) {
    return refuse_bands(checking, written.percent.span,
                        "what is to stay small is never more than 100 % of its goal");
  }
  bands.push_back({written.name.text, is_last ? Band::kNoEnd : *percent});
  return true;
}

bool check_bands(Checking& checking, const tree::Target& target, std::vector<Band>& bands) {
  if (target.bands.size() == 1) {
    return refuse_bands(checking, target.bands_span, "one band tells nothing apart");
  }
  for (size_t i = 0; i < target.bands.size(); ++i) {
    if (!check_band(checking, target, i, bands)) return false;
  }
  return true;
}

bool check_period(Checking& checking, const tree::Target& target) {
  if (target.achieved.subject.period != tree::PeriodWord::kNone) return true;
  checking.report(kBadTarget, target.achieved.subject.span,
                  "a target for life has no end at which it was reached or not",
                  "write a period behind it: `per account per month`");
  return false;
}

// What is said of one name would be lost under another.
bool may_be_called(Checking& checking, const tree::Target& target) {
  if (target.rule.was.empty()) return true;
  checking.report(kBadTarget, target.rule.was.front().span,
                  "goals are said of target " + target.name.text +
                      " by its name, and those of another name are not its own",
                  "leave the target its name, or begin a new one, without `was`");
  return false;
}

// What rules credit is of no samples.
bool may_be_at_most(Checking& checking, const tree::Target& target) {
  if (target.at_most && target.achieved.is_entered) {
    checking.report(kBadTarget, target.name.span,
                    "a goal `at most` is kept to by what events say, and this is entered by hand",
                    "let more be better, or count by events what is to stay small");
    return false;
  }
  if (!target.at_most || !target.achieved.is_earned()) return true;
  checking.report(kBadTarget, target.achieved.earned_by.front().span,
                  "a goal `at most` is kept to by what events say, and this is what rules credit",
                  "write `achieved sum of ...`, `number of ...` or `average of ...`");
  return false;
}

// Of different values no more are counted than may be, so a goal beyond that is never reached. Of a
// goal from a file it is not known yet.
bool has_values_enough(Checking& checking, const TargetState& state, const Term& goal) {
  const tree::Target& written = *state.written;
  if (!written.achieved.distinct || state.told >= 0) return true;
  int64_t percent = 100;
  for (const tree::Effect& each : written.rule.effects) {
    percent = std::max(percent, whole_percent(*each.at));
  }
  const std::optional<Bound> bound = bound_of(checking.plan, goal);
  const base::Int128 most = base::Int128{written.achieved.up_to} * 100;
  if (bound && bound->den == 1 && bound->high <= most / percent) return true;
  checking.report(
      kBadTarget, goal.span,
      "no more than " + std::to_string(written.achieved.up_to) + " values are counted, and " +
          (percent > 100 ? std::to_string(percent) + "% of " : "") + "this goal may be above that",
      "write a greater number behind `up to`");
  return false;
}

void check_target(Checking& checking, int index) {
  TargetState& state = checking.targets[static_cast<size_t>(index)];
  const tree::Target& written = *state.written;
  Target target;
  target.name = written.name.text;
  target.version = checking.plan.version;
  target.measure = state.measure;
  target.samples = checking.samples_of[static_cast<size_t>(state.measure)];
  target.is_average = written.achieved.is_average;
  target.at_most = written.at_most;
  target.span = written.name.span;
  target.since = checking.plan.from;
  if (written.rule.from) target.from = checking.instant_of(*written.rule.from);
  if (written.rule.until) target.until = checking.instant_of(*written.rule.until);
  const Subject subject = measure_of(checking, state).subject;
  const bool is_typed = !written.achieved.is_entered || type_entered(checking, state);
  if (is_typed && checking.measure_is_sound[static_cast<size_t>(state.measure)]) {
    Scope scope;
    scope.reader = Reader::kEntitlement;
    scope.subject = &subject;
    const bool has_period = check_period(checking, written);
    bool has_name = true;
    if (written.achieved.is_entered) has_name = may_be_called(checking, written);
    if (state.told >= 0) {
      checking.plan.measures[static_cast<size_t>(state.told)].type =
          measure_of(checking, state).type;
      target.told = state.told;
      target.told_in = {{checking.plan.from, calendar::kTimeEternity}};
      has_name = may_be_called(checking, written);
    }
    bool has_surplus = true;
    if (state.carried >= 0) {
      const Type type = measure_of(checking, state).type;
      checking.plan.measures[static_cast<size_t>(state.carried)].type = type;
      target.carried = state.carried;
      target.most_carried = check_surplus(checking, written, type);
      has_surplus = target.most_carried > 0;
    }
    target.goal = Typer(checking, scope).goal_of(index);
    const bool is_sound = check_bands(checking, written, target.bands);
    const bool has_samples = may_be_at_most(checking, written);
    const bool is_counted =
        target.goal != nullptr && has_values_enough(checking, state, *target.goal);
    state.is_sound = has_period && has_name && has_samples && has_surplus && is_counted && is_sound;
  }
  checking.plan.targets.push_back(std::move(target));
}

// Those that pay at once may stand among those at close. REQUIRES: check_milestones() has taken
// them.
void note_milestones(const tree::Target& target, std::vector<int64_t>& milestones) {
  for (const tree::Effect& each : target.rule.effects) {
    milestones.push_back(whole_percent(*each.at));
  }
  std::sort(milestones.begin(), milestones.end());
  milestones.erase(std::unique(milestones.begin(), milestones.end()), milestones.end());
}

}  // namespace

void check_targets(Checking& checking) {
  for (size_t i = 0; i < checking.targets.size(); ++i) {
    check_target(checking, static_cast<int>(i));
    TargetState& state = checking.targets[i];
    state.is_sound = check_milestones(checking, *state.written) && state.is_sound;
    if (state.is_sound) note_milestones(*state.written, checking.plan.targets[i].milestones);
  }
}

}  // namespace guerdon::plan
