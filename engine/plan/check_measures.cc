// Measures, and the conditions of events: what reads attributes alone.
#include <algorithm>
#include <utility>

#include "engine/base/assert.h"
#include "engine/money/limits.h"
#include "engine/plan/bounds.h"
#include "engine/plan/check_state.h"
#include "engine/plan/check_subjects.h"
#include "engine/plan/check_terms.h"

namespace guerdon::plan {
namespace {

// `quick.achieved` has `quick.samples`, `spent` has `spent.samples`: names that nothing declares.
std::string beside_name(std::string_view of, std::string_view part) {
  constexpr std::string_view kAchieved = ".achieved";
  if (of.ends_with(kAchieved)) of.remove_suffix(kAchieved.size());
  return std::string(of).append(part);
}

void refuse_unbounded_condition(Checking& checking, const Term& condition) {
  if (condition_is_bounded(checking.plan, condition)) return;
  checking.report(kOverflow, condition.span, "this can go beyond the numbers that are kept exactly",
                  "compare smaller products, or rounder ratios");
}

class MeasureCheck {
 public:
  // `of_samples`: what is counted are those that the measure before it sums.
  MeasureCheck(Checking& checking, int index, const tree::Measure& written, bool of_samples)
      : checking_(checking),
        index_(static_cast<size_t>(index)),
        written_(written),
        of_samples_(of_samples),
        counted_in_(checking.values_of[index_]) {}

  // Fills Plan::measures at the index. False: told.
  bool check();

 private:
  bool check_flow(const tree::Flow& written);
  bool events_name_subject(const tree::Flow& written, const Flow& flow);
  bool check_value(const tree::Flow& written, Flow& flow);
  bool value_is_whole(const Term& value);
  bool check_where();
  bool check_earned();
  std::string name() const;
  bool check_kept_for();
  bool check_picked();
  bool count_samples();
  TermPtr has_value(TermPtr value);

  Checking& checking_;
  size_t index_;
  const tree::Measure& written_;
  const bool of_samples_;
  const int counted_in_;  // below 0: it is not of the values that another one counts, or picks
  Measure measure_;
  Scope scope_;  // of all flows
};

bool MeasureCheck::events_name_subject(const tree::Flow& written, const Flow& flow) {
  std::vector<int> named = measure_.subject.keys;
  named.push_back(measure_.subject.owner);
  for (size_t i = 0; i < flow.events.size(); ++i) {
    const auto event = static_cast<size_t>(flow.events[i]);
    for (const int attribute : named) {
      if (checking_.event_attributes[event].test(static_cast<size_t>(attribute))) continue;
      if (checking_.broken_attributes.contains(checking_.attribute_at(attribute).name))
        return false;
      checking_.report(kNotNamedByEvent, written.events[i].span,
                       "event " + checking_.plan.events[event].name + " has no " +
                           backquoted(checking_.attribute_at(attribute).name) +
                           ", which this measure is kept per",
                       "declare the attribute in the event, or leave the event out");
      return false;
    }
  }
  return true;
}

bool MeasureCheck::value_is_whole(const Term& value) {
  const bool counted = value.type.kind == TypeKind::kAmount || value.type.kind == TypeKind::kCount;
  if (!counted) {
    checking_.report(kMeasureNotWhole, value.span,
                     checking_.quoted(value.span) + " is " + checking_.type_phrase(value.type) +
                         "; amounts and counts are summed",
                     "write an attribute, or a product of an amount and a count");
    return false;
  }
  const std::optional<Bound> bound = bound_of(checking_.plan, value);
  if (!bound || bound->low < -money::kMeasureMax || bound->high > money::kMeasureMax) {
    checking_.report(kOverflow, value.span,
                     "one event can add more than a measure holds: " + checking_.quoted(value.span),
                     "cap it: `min(" + std::string(checking_.source.slice(value.span)) + ", ...)`");
    return false;
  }
  if (bound->low < 0) measure_.is_never_negative = false;
  if (bound->den == 1) return true;
  checking_.report(kMeasureNotWhole, value.span,
                   "a measure sums whole minor units, and " + checking_.quoted(value.span) +
                       " can have fractions of one",
                   "sum the amount itself, and take the ratio in the rule: `5% of spent`");
  return false;
}

bool MeasureCheck::check_value(const tree::Flow& written, Flow& flow) {
  Scope scope;
  scope.reader = Reader::kMeasure;
  scope.subject = &measure_.subject;
  for (const int event : flow.events) add_event(checking_, event, scope);
  Typer typer(checking_, scope);
  Typed value = typer.number(*written.value);
  if (!value || !value_is_whole(*value.term)) return false;
  if (!measure_.flows.empty() && !(value.type() == measure_.type)) {
    checking_.report(kTypesDiffer, value.span,
                     checking_.quoted(value.span) + " is " + checking_.type_phrase(value.type()) +
                         ", what it is taken from " + checking_.type_phrase(measure_.type));
    return false;
  }
  measure_.type = value.type();
  flow.value = std::move(value.term);
  return true;
}

bool MeasureCheck::check_flow(const tree::Flow& written) {
  std::optional<std::vector<int>> events = check_event_names(checking_, written.events);
  if (!events) return false;
  Flow flow;
  flow.events = *std::move(events);
  flow.less = written.less;
  if (!events_name_subject(written, flow)) return false;
  for (const int event : flow.events) add_event(checking_, event, scope_);
  const bool counts = written.value == nullptr || counted_in_ >= 0;
  if (!counts && !check_value(written, flow)) return false;
  if (counts) measure_.type = kCountType;
  if (written.less) measure_.is_never_negative = false;
  measure_.flows.push_back(std::move(flow));
  return true;
}

bool MeasureCheck::check_where() {
  if (written_.where == nullptr) return true;
  Typer typer(checking_, scope_);
  measure_.where = typer.condition(*written_.where);
  if (measure_.where != nullptr) refuse_unbounded_condition(checking_, *measure_.where);
  return measure_.where != nullptr;
}

// What the rules credit is looked at when they are checked: settle_earned().
bool MeasureCheck::check_earned() {
  measure_.is_never_negative = false;
  const Binding* const unit = checking_.binding(written_.unit.text);
  const bool is_badge = unit != nullptr && unit->kind == BindingKind::kBadge;
  if (unit == nullptr || (unit->kind != BindingKind::kUnit && !is_badge)) {
    std::vector<std::string> units;
    for (const Unit& each : checking_.plan.units) units.push_back(each.name);
    checking_.report(unit == nullptr ? kUnknownName : kWrongKind, written_.unit.span,
                     backquoted(written_.unit.text) + " is not a unit",
                     did_you_mean(written_.unit.text, units,
                                  "before `earned` stands the unit of what is credited"));
    return false;
  }
  const auto index = static_cast<size_t>(unit->index);
  measure_.type = {TypeKind::kAmount, is_badge ? checking_.badges[index].unit : unit->index};
  for (const tree::Name& name : written_.earned_by) {
    const int rule = checking_.rule_named(name.text);
    if (rule < 0) {
      const Binding* const other = checking_.binding(name.text);
      if (other != nullptr && other->kind == BindingKind::kChallenge) {
        checking_.report(kNotInThisVersion, name.span,
                         "to count what challenge " + name.text +
                             " credits is not part of this version of the language",
                         "count what its score or its goals count");
        return false;
      }
      if (other != nullptr && other->kind == BindingKind::kStreak) {
        checking_.report(kNotInThisVersion, name.span,
                         "to count what streak " + name.text +
                             " credits is not part of this version of the language",
                         "leave it out here");
        return false;
      }
      const bool is_target = other != nullptr && other->kind == BindingKind::kTarget;
      checking_.report(other == nullptr ? kUnknownName : kWrongKind, name.span,
                       is_target ? "target " + name.text + " credits nothing"
                                 : backquoted(name.text) + " is not a rule",
                       "behind `earned by` stand the rules whose credits are counted");
      return false;
    }
    measure_.earned_by.push_back(rule);
  }
  std::sort(measure_.earned_by.begin(), measure_.earned_by.end());
  const auto twice = std::adjacent_find(measure_.earned_by.begin(), measure_.earned_by.end());
  if (twice != measure_.earned_by.end()) {
    checking_.report(kDeclaredTwice, written_.name.span, "a rule stands here twice",
                     "write each rule once");
    return false;
  }
  checking_.plan.measures[index_] = std::move(measure_);
  return true;
}

// Whether it has one. Null: told.
TermPtr MeasureCheck::has_value(TermPtr value) {
  TermPtr has = make_term(TermKind::kHas, kConditionType, value->span);
  const bool is_sent =
      value->kind == TermKind::kAttribute && checking_.attribute_at(value->index).is_sent();
  if (is_sent) {
    has->index = value->index;
    return has;
  }
  Flow again;  // what has a value is equal to itself
  again.events = measure_.flows[0].events;
  if (!check_value(written_.flows[0], again)) return nullptr;
  has->kind = TermKind::kCompare;
  has->args.push_back(std::move(value));
  has->args.push_back(std::move(again.value));
  refuse_unbounded_condition(checking_, *has);
  return has;
}

// `sum of v on E where c` becomes `number of E where c and has v`. REQUIRES: what is summed has
// been checked.
bool MeasureCheck::count_samples() {
  measure_.flows.resize(1);
  EventSet counted;
  for (const int event : measure_.flows[0].events) counted.set(static_cast<size_t>(event));
  checking_.measure_events[index_] = counted;
  TermPtr value = std::move(measure_.flows[0].value);
  TermPtr has = value != nullptr ? has_value(std::move(value)) : nullptr;
  if (has == nullptr && written_.flows[0].value != nullptr) return false;
  measure_.type = kCountType;
  measure_.is_never_negative = true;
  if (has == nullptr) return true;
  if (measure_.where != nullptr) {
    TermPtr both = make_term(TermKind::kAnd, kConditionType, measure_.where->span);
    both->args.push_back(std::move(measure_.where));
    both->args.push_back(std::move(has));
    has = std::move(both);
  }
  measure_.where = std::move(has);
  return true;
}

std::string MeasureCheck::name() const {
  if (of_samples_) return beside_name(written_.name.text, ".samples");
  if (counted_in_ >= 0) return beside_name(written_.name.text, ".values");
  return written_.name.text;
}

// What the highest is kept of. False: told.
bool MeasureCheck::check_picked() {
  const tree::Name& name = *written_.picked;
  const int index = checking_.attribute(name.text);
  if (index < 0) return true;  // its flow tells
  const Attribute& attribute = checking_.attribute_at(index);
  const bool is_able =
      attribute.type.kind == TypeKind::kAmount || attribute.type.kind == TypeKind::kCount;
  if (!is_able || attribute.of_line || !attribute.is_sent()) {
    checking_.report(kMeasureNotWhole, name.span,
                     backquoted(name.text) + " is no amount or count that events carry",
                     "the highest and the lowest are kept of an attribute of the event, an amount "
                     "or a count");
    return false;
  }
  std::vector<int>& keys = measure_.subject.keys;
  if (std::find(keys.begin(), keys.end(), index) != keys.end()) {
    checking_.report(kBadSubject, name.span,
                     backquoted(name.text) + " is what this is kept per, so it has one value there",
                     "leave it out behind `per`");
    return false;
  }
  if (keys.size() >= size_t{kSubjectKeysMax}) {
    checking_.report(kTooMany, name.span,
                     "beside the account, the highest is kept per at most " +
                         std::to_string(kSubjectKeysMax - 1) + " names",
                     "leave one out: the values themselves are kept, too");
    return false;
  }
  if (counted_in_ < 0) return true;
  keys.insert(std::upper_bound(keys.begin(), keys.end(), index), index);
  return true;
}

// And, of values, how many of them.
bool MeasureCheck::check_kept_for() {
  tree::Subject written = written_.subject;
  if (counted_in_ >= 0 && written_.distinct) written.names.push_back(*written_.distinct);
  std::optional<Subject> subject = check_subject(checking_, written, "a measure is kept");
  if (!subject) return false;
  measure_.subject = *std::move(subject);
  if (measure_.subject.period.is_rolling() && (written_.picks() || written_.distinct)) {
    checking_.report(kNotInThisVersion, written_.name.span,
                     "the highest, the lowest or different values of a window that rolls on are "
                     "not part of this version of the language",
                     "sum, count or average there; or keep them per month");
    return false;
  }
  measure_.pick = written_.pick;
  if (written_.picks()) {
    measure_.counted_in = counted_in_;
    if (counted_in_ >= 0) {
      measure_.samples = checking_.samples_of[static_cast<size_t>(counted_in_)];
    }
    return check_picked();
  }
  if (!written_.distinct || of_samples_) return true;
  if (written_.up_to < 1 || written_.up_to > kValuesMax) {
    checking_.report(kOutOfRange, written_.distinct->span,
                     "at least 1 and at most " + std::to_string(kValuesMax) +
                         " values are told apart, and here " + std::to_string(written_.up_to),
                     "each is kept in memory for each account; write how many are needed");
    return false;
  }
  measure_.distinct = checking_.attribute(written_.distinct->text);
  measure_.values_max = written_.up_to;
  measure_.counted_in = counted_in_;
  return true;
}

bool MeasureCheck::check() {
  scope_.reader = Reader::kMeasure;
  measure_.name = name();
  measure_.version = checking_.plan.version;
  measure_.is_of_average = written_.is_average || (written_.picks() && of_samples_);
  measure_.is_never_negative = true;  // until a flow says otherwise
  measure_.span = written_.name.span;
  if (!check_kept_for()) return false;
  if (written_.is_earned()) return check_earned();
  if (written_.is_of_streak) {
    measure_.is_streak = true;
    measure_.type = kCountType;
    checking_.plan.measures[index_] = std::move(measure_);
    return true;
  }
  measure_.is_opened = written_.opens_carried;
  if (written_.is_told || written_.is_carried) {
    measure_.is_carried = written_.is_carried;
    measure_.is_told = written_.is_told;
    measure_.is_entered = written_.is_entered;
    measure_.type = kCountType;  // until that of what is achieved is known: check_goals.cc
    checking_.plan.measures[index_] = std::move(measure_);
    return true;
  }
  scope_.subject = &measure_.subject;
  for (const tree::Flow& flow : written_.flows) {
    if (!check_flow(flow)) return false;
  }
  GUERDON_ASSERT(!measure_.flows.empty());
  if (!check_where()) return false;
  checking_.measure_events[index_] = scope_.events;
  if (of_samples_ && !count_samples()) return false;
  checking_.plan.measures[index_] = std::move(measure_);
  return true;
}

}  // namespace

void check_measures(Checking& checking) {
  const size_t count = checking.measures.size();
  checking.plan.measures.resize(count);
  checking.measure_events.resize(count);
  checking.measure_is_sound.resize(count, false);
  checking.measure_stage.resize(count, EarnedStage::kDone);
  checking.layer_above.resize(count, 0);
  for (size_t i = 0; i < count; ++i) {
    const bool of_samples = i > 0 && checking.samples_of[i - 1] == static_cast<int>(i);
    if (of_samples && (!checking.measure_is_sound[i - 1] || checking.measures[i]->is_earned())) {
      continue;
    }
    const int counted_in = checking.values_of[i];
    if (counted_in >= 0 && !checking.measure_is_sound[static_cast<size_t>(counted_in)]) continue;
    MeasureCheck check(checking, static_cast<int>(i), *checking.measures[i], of_samples);
    checking.measure_is_sound[i] = check.check();
    if (checking.measures[i]->is_earned()) checking.measure_stage[i] = EarnedStage::kWaiting;
  }
  for (const ChallengeState& state : checking.challenges) {
    const size_t goals = std::max<size_t>(state.written->goals.size(), 1);
    for (size_t g = 0; g < goals; ++g) {
      checking.plan.measures[static_cast<size_t>(state.measure) + g].is_score = true;
    }
  }
}

void check_event_conditions(Checking& checking) {
  for (const tree::Declaration& declaration : checking.tree.declarations) {
    const auto* event = std::get_if<tree::Event>(&declaration.what);
    if (event == nullptr || event->when == nullptr) continue;
    for (const tree::Alias& alias : event->types) {
      const Binding* binding = checking.binding(alias.name.text);
      if (binding == nullptr || binding->kind != BindingKind::kEvent) continue;
      Scope scope;
      scope.reader = Reader::kEvent;
      add_event(checking, binding->index, scope);
      TermPtr when = Typer(checking, scope).condition(*event->when);
      if (when != nullptr) refuse_unbounded_condition(checking, *when);
      checking.plan.events[static_cast<size_t>(binding->index)].when = std::move(when);
    }
  }
}

}  // namespace guerdon::plan
