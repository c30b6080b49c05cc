// Names: what they mean here, who may read them, and their replacement.
#include <algorithm>
#include <array>
#include <utility>

#include "engine/base/assert.h"
#include "engine/plan/check_subjects.h"
#include "engine/plan/check_terms.h"

namespace guerdon::plan {
namespace {

using tree::ExprKind;
using tree::Moment;

// Names that a later version gives to every event.
constexpr std::array<std::string_view, 6> kLaterNames = {"time", "clock", "weekday",
                                                         "day",  "month", "year"};
constexpr size_t kNamesShownMax = 8;
constexpr size_t kNamesComparedMax = 2'000;

std::string moment_word(Moment moment) { return moment == Moment::kBefore ? "before" : "after"; }

std::string joined(const std::vector<std::string>& names) {
  std::string text;
  for (size_t i = 0; i < names.size() && i < kNamesShownMax; ++i) {
    if (i > 0) text += ", ";
    text += names[i];
  }
  return names.size() > kNamesShownMax ? text + " ..." : text;
}

}  // namespace

Typed Typer::name(const tree::Expr& written) {
  if (scope_.lets != nullptr && !global_) {
    const auto let = scope_.lets->find(written.text);
    if (let != scope_.lets->end()) return expand(written, let->second, true);
  }
  if (is_of_target(written)) return own_of_target(written);
  const int index = checking_.attribute(written.text);
  if (index >= 0) return attribute(written, index);
  const Binding* binding = checking_.binding(written.text);
  return binding != nullptr ? declared_name(written, *binding) : unknown_name(written);
}

Typed Typer::declared_name(const tree::Expr& written, const Binding& binding) {
  const std::string quoted = backquoted(written.text);
  const auto refuse = [&](std::string_view what, const std::string& advice) {
    checking_.report(kWrongKind, written.span,
                     quoted + " is " + std::string(what) + ", not a value", advice);
    return Typed{};
  };
  switch (binding.kind) {
    case BindingKind::kDefinition:
      return expand(written, checking_.definitions[static_cast<size_t>(binding.index)], false);
    case BindingKind::kMeasure:
      return measure(written, binding.index);
    case BindingKind::kUnit:
      return refuse("a unit", "write a number before it: `1 " + written.text + "`");
    case BindingKind::kBadge:
      return refuse("a badge", "how many an account was given is a measure: `" + written.text +
                                   " earned by RULE`");
    case BindingKind::kEvent:
      return refuse("an event type", "an event type stands after `on` or `number of`");
    case BindingKind::kList:
      return refuse("a list", "write `... in " + written.text + "`");
    case BindingKind::kTable: {
      const std::string column = written.column.empty() ? "" : "." + written.column;
      return refuse("a table", "say which row: `" + written.text + column + " for KEY`");
    }
    case BindingKind::kRule:
      if (!written.column.empty()) return credited(written, binding.index);
      return refuse("a rule", "say what of it: `" + written.text +
                                  ".credited`, which is what it credits at the same event; or let "
                                  "both read the same measure");
    case BindingKind::kItem:
      return refuse("an item", "no rule reads what was redeemed");
    case BindingKind::kGroup:
      return refuse("a group", "a rule is put into it: `in group " + written.text + "`");
    case BindingKind::kBudget:
      return refuse("a budget", "a credit is paid from it: `credit ... from budget " +
                                    written.text + "`; BUDGETS shows what is left");
    case BindingKind::kTarget:
      if (!written.column.empty()) return of_target(written, binding.index, written.column);
      return refuse("a target", "say what of it: `" + written.text +
                                    ".percent`, or achieved, goal, "
                                    "remaining or reached");
    case BindingKind::kChallenge:
      if (!written.column.empty()) return of_challenge(written, binding.index);
      return refuse("a challenge", "say what of it: `" + written.text + ".score`");
    case BindingKind::kLadder:
      return level_on(written, binding.index);
    case BindingKind::kRelation:
      return refuse("a relation", "write whose: `credit seller's " + written.text + " ...`");
    case BindingKind::kStreak:
      return refuse("a streak",
                    "what it comes to is final, and no other rule reads it; PROGRESS shows it");
  }
  GUERDON_UNREACHABLE();
}

std::string Typer::visible_names() const {
  std::vector<std::string> names;
  for (size_t i = 0; i < checking_.plan.attributes.size(); ++i) {
    const Attribute& attribute = checking_.plan.attributes[i];
    if (scope_.visible.test(i) && attribute.climb < 0) names.push_back(attribute.name);
  }
  return joined(names);
}

Typed Typer::unknown_name(const tree::Expr& written) {
  if (checking_.broken_attributes.contains(written.text)) return {};
  if (refuse_lone_level(written)) return {};
  if (std::find(kLaterNames.begin(), kLaterNames.end(), written.text) != kLaterNames.end()) {
    checking_.report(kNotInThisVersion, written.span,
                     backquoted(written.text) + " of an event is not part of this version",
                     "measures can be kept per day, week, month, quarter or year");
    return {};
  }
  std::string advice;
  if (checking_.wants_advice()) {
    std::vector<std::string> known;
    for (const Attribute& other : checking_.plan.attributes) {
      if (other.is_sent()) known.push_back(other.name);
    }
    for (const Definition& other : checking_.definitions) known.push_back(other.name->text);
    for (const tree::Measure* other : checking_.measures) known.push_back(other->name.text);
    if (scope_.lets != nullptr) {
      for (const auto& [let, definition] : *scope_.lets) known.emplace_back(let);
    }
    std::sort(known.begin(), known.end());
    if (known.size() > kNamesComparedMax) known.resize(kNamesComparedMax);
    const std::string visible = visible_names();
    advice = did_you_mean(written.text, known,
                          visible.empty() ? "declare it, or write a number or a text in quotes"
                                          : "the events here have " + visible);
  }
  checking_.report(kUnknownName, written.span, backquoted(written.text) + " is not known here",
                   advice);
  return {};
}

void Typer::report_circle(Definition& definition) {
  auto place = std::find(expanding_.begin(), expanding_.end(), &definition);
  std::string circle;
  for (; place != expanding_.end(); ++place) {
    (*place)->broken = true;
    circle += (*place)->name->text + " -> ";
  }
  checking_.report(kCircle, definition.name->span,
                   "names go round in a circle: " + circle + definition.name->text,
                   "let one of them have a value that does not use the others");
}

void Typer::definition(Definition& definition) {
  if (definition.broken) return;
  constant_ = scope_.reader == Reader::kConstant;
  global_ = true;
  nodes_ = 0;
  depth_ = 0;
  may_be_average_ = true;
  definition.expanding = true;
  expanding_.push_back(&definition);
  if (definition.later != nullptr) {
    dated(definition);
  } else {
    visit(*definition.value);
  }
  expanding_.pop_back();
  definition.expanding = false;
}

// Whether here a value may change on a day. False: told.
bool Typer::may_read_dated(Span span, const std::string& quoted) {
  if (constant_ || scope_.reader == Reader::kConstant || scope_.reader == Reader::kItem) {
    checking_.report(kNotConstant, span,
                     quoted + " changes on a day, and here stands a fixed value");
    return false;
  }
  const bool is_for_life = scope_.reader == Reader::kEntitlement && scope_.subject != nullptr &&
                           scope_.subject->period == calendar::PeriodKind::kLifetime;
  if (!is_for_life) return true;
  checking_.report(kNotOfSubject, span,
                   quoted + " changes on a day, and this rule is kept for life: of no one day",
                   "keep it for a period, such as `per month`, or pay at each event with `on`");
  return false;
}

// The values of a param that changes on a day: of one type.
Typed Typer::dated(const Definition& definition) {
  std::vector<Typed> values;
  values.push_back(visit(*definition.value));
  bool sound = bool{values.back()};
  for (const tree::DatedValue& later : *definition.later) {
    values.push_back(visit(*later.value));
    sound = sound && values.back();
  }
  if (!sound || !checking_.days_ascend(*definition.later)) return {};
  size_t first = 0;
  size_t other = 0;
  const Fit fit = unify(values, &first, &other);
  if (fit == Fit::kTold) return {};
  if (fit == Fit::kDiffers) {
    checking_.report(kValuesDiffer, values[other].span,
                     checking_.quoted(values[other].span) + " is " +
                         checking_.type_phrase(values[other].type()) + ", the value before it " +
                         checking_.type_phrase(values[first].type()),
                     "the values of a param are all of one type and unit");
    return {};
  }
  for (Typed& value : values) {
    if (!value.bare) continue;
    if (!is_whole(value)) {
      checking_.report(kNoUnit, value.span, "a value that changes on a day has no unit here",
                       "write it with its unit, or with `%`");
      return {};
    }
    settle_alone(value);
  }
  const Type type = values[0].type();
  if (!type.is_number() && type.kind != TypeKind::kText) {
    checking_.report(kValuesDiffer, values[0].span,
                     "what changes on a day is a number or a text, and this is neither");
    return {};
  }
  Typed typed{make_term(TermKind::kDated, type, definition.value->span), false, 0, {}};
  for (const tree::DatedValue& later : *definition.later) {
    typed.term->from.push_back(checking_.instant_of(later.from));
  }
  for (Typed& value : values) typed.term->args.push_back(std::move(value.term));
  return typed;
}

Typed Typer::expand(const tree::Expr& written, Definition& definition, bool of_rule) {
  definition.used = true;
  if (written.moment != Moment::kNone || !written.column.empty()) {
    checking_.report(kMisplacedMoment, written.span,
                     backquoted(written.text) + " is a name for a value; nothing can follow it",
                     "write it where the name gets its value");
    return {};
  }
  if (definition.broken) return {};
  if (definition.expanding) {
    report_circle(definition);
    return {};
  }
  const bool is_dated = definition.later != nullptr;
  if (is_dated && !may_read_dated(written.span, backquoted(written.text))) return {};
  const bool constant_before = std::exchange(constant_, constant_ || definition.constant);
  const bool global_before = std::exchange(global_, global_ || !of_rule);
  definition.expanding = true;
  expanding_.push_back(&definition);
  Typed typed = is_dated ? dated(definition) : visit(*definition.value);
  expanding_.pop_back();
  definition.expanding = false;
  constant_ = constant_before;
  global_ = global_before;
  return typed;
}

Typed Typer::attribute(const tree::Expr& written, int index) {
  const Attribute& attribute = checking_.attribute_at(index);
  const std::string quoted = backquoted(written.text);
  if (!written.column.empty()) {
    checking_.report(kNoColumn, written.span, quoted + " is an attribute and has no columns");
    return {};
  }
  if (written.moment != Moment::kNone) {
    checking_.report(
        kMisplacedMoment, written.span,
        quoted + " is an attribute of the event; only measures have a before and after",
        "leave `" + moment_word(written.moment) + "` out");
    return {};
  }
  if (constant_) {
    checking_.report(kNotConstant, written.span,
                     quoted + " differs from event to event, and here stands a fixed value",
                     "write a number, a text in quotes or a param; `let` names what differs");
    return {};
  }
  if (attribute.type.kind == TypeKind::kObject) {
    checking_.report(kWrongKind, written.span, quoted + " is an object, and no value",
                     "a rule can be kept for it: `per " + written.text + "`");
    return {};
  }
  if (!may_be_read_here(written, attribute)) return {};
  if (scope_.reader == Reader::kItem) {
    checking_.report(kNotOfSubject, written.span,
                     quoted + (scope_.subject == nullptr
                                   ? " belongs to an event, and who redeems sends none"
                                   : " belongs to an event, and no event says who takes part"),
                     "read what is known of the account: `account's segment = \"gold\"`");
    return {};
  }
  if (scope_.reader == Reader::kEntitlement) {
    const std::vector<int>& keys = scope_.subject->keys;
    if (std::find(keys.begin(), keys.end(), index) == keys.end()) {
      checking_.report(kNotOfSubject, written.span,
                       quoted + " belongs to an event, this rule to what stands after its `per`",
                       "filter the measure (`where ...`), or write `per " + written.text +
                           "` in the headers of the measure and of the rule");
      return {};
    }
  } else if (scope_.reader != Reader::kUnused && !scope_.visible.test(static_cast<size_t>(index))) {
    const bool is_told = checking_.broken_attributes.contains(written.text) ||
                         (scope_.subject != nullptr && checking_.is_broken_object(*scope_.subject));
    if (is_told) return {};
    checking_.report(kUnknownName, written.span, quoted + " is not an attribute of the events here",
                     "they have " + visible_names());
    return {};
  }
  Typed typed{make_term(TermKind::kAttribute, attribute.type, written.span), false, 0, {}};
  typed.term->index = index;
  return typed;
}

Typed Typer::measure(const tree::Expr& written, int index) {
  const std::string quoted = backquoted(written.text);
  if (constant_) {
    checking_.report(kNotConstant, written.span,
                     quoted + " is a measure, and here stands a fixed value");
    return {};
  }
  if (scope_.reader == Reader::kEvent || scope_.reader == Reader::kMeasure ||
      scope_.reader == Reader::kLine) {
    checking_.report(kReadsMeasure, written.span,
                     quoted + " is a measure; here only attributes of the event are read",
                     "read the measure in a rule: `when " + written.text + " ...`");
    return {};
  }
  if (scope_.reader == Reader::kItem) {
    checking_.report(kReadsMeasure, written.span,
                     quoted + " is a measure; here only what is known of the account is read",
                     "read what is known of the account: `account's segment = \"gold\"`");
    return {};
  }
  const int samples = checking_.samples_of[static_cast<size_t>(index)];
  const bool reads_samples = samples >= 0 && written.column == "samples";
  if (!written.column.empty() && !reads_samples) {
    checking_.report(kNoColumn, written.span, quoted + " is a measure and has no columns");
    return {};
  }
  if (is_in_goal()) {
    checking_.report(kBadTarget, written.span,
                     "a goal stands before anything is achieved, and " + quoted + " is a measure",
                     "write a number, a param, or let a table have it: `goal quota for sku`");
    return {};
  }
  settle_earned(checking_, index, written.span);
  if (!checking_.measure_is_sound[static_cast<size_t>(index)]) return {};
  if (samples >= 0 && !checking_.measure_is_sound[static_cast<size_t>(samples)]) return {};
  Moment moment = written.moment;
  if (scope_.reader == Reader::kOneShot) {
    if (!one_shot_may_read(written, index)) return {};
    if (moment == Moment::kNone) moment = Moment::kBefore;
  } else if (scope_.reader == Reader::kEntitlement) {
    if (!entitlement_may_read(written, index)) return {};
    moment = Moment::kAfter;
  } else if (scope_.reader == Reader::kObject) {
    if (!object_may_read(written, index)) return {};
    if (moment == Moment::kNone) moment = Moment::kBefore;
  }
  if (reads_samples) return measured(written, samples, moment);
  Typed typed = measured(written, index, moment);
  if (samples < 0) return typed;
  const tree::Measure& read = *checking_.measures[static_cast<size_t>(index)];
  if (!read.is_average && !read.picks()) return typed;
  const TermKind kind = read.picks() ? TermKind::kSampled : TermKind::kAverage;
  TermPtr average = make_term(kind, typed.type(), written.span);
  average->args.push_back(std::move(typed.term));
  average->args.push_back(measured(written, samples, moment).term);
  typed.term = std::move(average);
  return typed;
}

Typed Typer::measured(const tree::Expr& written, int index, Moment moment) const {
  const Measure& measure = checking_.plan.measures[static_cast<size_t>(index)];
  Typed typed{make_term(TermKind::kMeasure, measure.type, written.span), false, 0, {}};
  typed.term->index = index;
  typed.term->moment = moment;
  return typed;
}

bool Typer::one_shot_may_read(const tree::Expr& written, int index) {
  const std::string quoted = backquoted(written.text);
  const Measure& measure = checking_.plan.measures[static_cast<size_t>(index)];
  std::vector<int> named = measure.subject.keys;
  named.push_back(measure.subject.owner);
  for (size_t event = 0; event < checking_.plan.events.size(); ++event) {
    if (!scope_.events.test(event)) continue;
    for (const int attribute : named) {
      if (checking_.event_attributes[event].test(static_cast<size_t>(attribute))) continue;
      if (checking_.broken_attributes.contains(checking_.attribute_at(attribute).name))
        return false;
      checking_.report(kNotNamedByEvent, written.span,
                       quoted + " is kept per " + checking_.attribute_at(attribute).name +
                           ", which event " + checking_.plan.events[event].name + " does not have",
                       "declare the attribute there, or leave this event out of `on`");
      return false;
    }
  }
  return says_moment(written, index);
}

bool Typer::says_moment(const tree::Expr& written, int index) {
  const bool moved = (checking_.measure_events[static_cast<size_t>(index)] & scope_.events).any();
  if (!moved || written.moment != Moment::kNone) return true;
  checking_.report(kMovedByEvent, written.span,
                   "this measure is moved by the very event that reads it",
                   "write `" + written.text + " before` (without this event) or `" + written.text +
                       " after` (with it)");
  return false;
}

// It is captured when the rule opens, and events of the object need not name what else it could be
// kept for.
bool Typer::object_may_read(const tree::Expr& written, int index) {
  const std::string quoted = backquoted(written.text);
  const Measure& measure = checking_.plan.measures[static_cast<size_t>(index)];
  if (refuse_rolling(written, measure)) return false;
  const std::string& object = checking_.attribute_at(scope_.subject->object).name;
  if (!measure.subject.keys.empty()) {
    checking_.report(kNotOfSubject, written.span,
                     quoted + " is kept per " +
                         checking_.attribute_at(measure.subject.keys.front()).name +
                         ", and a rule per " + object +
                         " reads only what is kept for an account, in this version",
                     "keep the measure per account, or per account and a period");
    return false;
  }
  if (!scope_.visible.test(static_cast<size_t>(measure.subject.owner))) {
    const std::string& owner = checking_.attribute_at(measure.subject.owner).name;
    if (checking_.broken_attributes.contains(owner)) return false;
    checking_.report(
        kNotNamedByEvent, written.span,
        quoted + " is kept per " + owner + ", which no event of the " + object + " has",
        "read a measure of an account that the " + object + " has");
    return false;
  }
  return says_moment(written, index);
}

// What rolls out changes it without an event, and then nothing asks what is owed.
bool Typer::refuse_rolling(const tree::Expr& written, const Measure& measure) {
  if (!measure.subject.period.is_rolling()) return false;
  checking_.report(kNotOfSubject, written.span,
                   backquoted(written.text) + " is of the " +
                       calendar::period_kind_name(measure.subject.period) +
                       ", which changes without an event, and what is owed is not asked again then",
                   "read it in a rule with `on`; or measure per month");
  return true;
}

bool Typer::entitlement_may_read(const tree::Expr& written, int index) {
  const std::string quoted = backquoted(written.text);
  const Measure& measure = checking_.plan.measures[static_cast<size_t>(index)];
  if (refuse_rolling(written, measure)) return false;
  if (measure.subject.owner != scope_.subject->owner ||
      measure.subject.keys != scope_.subject->keys) {
    checking_.report(kNotOfSubject, written.span,
                     quoted + " (line " + std::to_string(checking_.line_of(measure.span)) +
                         ") is not kept for the same account and keys as this rule",
                     "give both the same `per` names; only their periods may differ");
    return false;
  }
  // Else what a subject is owed would hang on a sum that begins again, or is no longer kept, while
  // the subject goes on.
  if (!covers(checking_.plan.calendar, measure.subject.period, scope_.subject->period)) {
    const auto word = [](const calendar::PeriodRule& rule) {
      return rule == calendar::PeriodKind::kLifetime ? std::string("without a period")
                                                     : "per " + calendar::period_kind_name(rule);
    };
    checking_.report(
        kNotOfSubject, written.span,
        quoted + " (line " + std::to_string(checking_.line_of(measure.span)) + ") is kept " +
            word(measure.subject.period) + ", this rule " + word(scope_.subject->period) +
            ": the sum begins again while the rule goes on",
        "keep the measure for the rule's period, or for a longer one that holds it whole");
    return false;
  }
  if (written.moment != Moment::kNone) {
    checking_.report(kMisplacedMoment, written.span,
                     "a rule with `per` reads measures as they stand, so `" +
                         moment_word(written.moment) + "` means nothing here",
                     "leave `" + moment_word(written.moment) + "` out");
    return false;
  }
  return true;
}

Typed Typer::held(const tree::Expr& written) {
  if (checking_.broken_holder.contains(written.text)) return {};
  if (checking_.broken_attributes.contains(written.owner)) return {};
  const Binding* const binding = checking_.binding(written.text);
  if (binding != nullptr && binding->kind == BindingKind::kLadder) {
    return level_of_account(written, binding->index);
  }
  const auto known = checking_.holder.find(written.text);
  if (known == checking_.holder.end()) {
    std::vector<std::string> names;
    for (const HolderAttribute& other : checking_.plan.holder) names.push_back(other.name);
    checking_.report(
        kUnknownName, written.span,
        "nothing called " + backquoted(written.text) + " is known of accounts",
        did_you_mean(written.text, names,
                     "declare it: a line `" + written.text + " : text` under `holder`"));
    return {};
  }
  int owner = checking_.attribute(written.owner);
  if (owner < 0 && scope_.above >= 0 && scope_.above_word == written.owner) owner = scope_.above;
  const bool is_account =
      owner >= 0 && checking_.attribute_at(owner).type.kind == TypeKind::kAccount;
  if (!is_account) {
    checking_.report(kWrongKind, written.span,
                     backquoted(written.owner) + " is not an account that an event names",
                     "before `'s` stands an attribute of type account");
    return {};
  }
  if (written.moment != Moment::kNone) {
    checking_.report(kMisplacedMoment, written.span,
                     backquoted(written.text) + " is known of the account, and no event changes it",
                     "leave `" + moment_word(written.moment) + "` out");
    return {};
  }
  if (!may_read_held(written, owner)) return {};
  const Type type = checking_.plan.holder[static_cast<size_t>(known->second)].type;
  Typed typed{make_term(TermKind::kHeld, type, written.span), false, 0, {}};
  typed.term->index = known->second;
  typed.term->owner = owner;
  return typed;
}

bool Typer::may_read_held(const tree::Expr& written, int owner) {
  const std::string quoted = checking_.quoted(written.span);
  if (constant_) {
    checking_.report(kNotConstant, written.span,
                     quoted + " differs from account to account, and here stands a fixed value");
    return false;
  }
  if (scope_.reader == Reader::kEvent || scope_.reader == Reader::kLine) {
    checking_.report(kNotOfSubject, written.span,
                     quoted + " belongs to an account; here only attributes of the event are read",
                     "write the condition in the rule, or behind `where` in the measure");
    return false;
  }
  if (scope_.subject != nullptr && !scope_.subject->is_object() && scope_.subject->owner != owner) {
    checking_.report(kNotOfSubject, written.span,
                     quoted + " is known of another account than this is kept for",
                     "read it of `" + checking_.attribute_at(scope_.subject->owner).name + "`");
    return false;
  }
  if (scope_.reader == Reader::kEntitlement &&
      scope_.subject->period == calendar::PeriodKind::kLifetime) {
    checking_.report(
        kNotOfSubject, written.span,
        quoted + " may change, and a rule without a period has no instant to read it at",
        "give the rule a period (`per month`), or filter the measure: `where " +
            std::string(checking_.source.slice(written.span)) + " ...`");
    return false;
  }
  const bool names_it = scope_.reader == Reader::kOneShot || scope_.reader == Reader::kObject;
  if (names_it && owner != scope_.above && !scope_.visible.test(static_cast<size_t>(owner))) {
    checking_.report(kUnknownName, written.span,
                     backquoted(written.owner) + " is not an attribute of the events here",
                     "they have " + visible_names());
    return false;
  }
  return true;
}

Typed Typer::has(const tree::Expr& written) {
  GUERDON_ASSERT(written.args.size() == 1);
  const tree::Expr& inner = *written.args[0];
  if (inner.kind == ExprKind::kHeld) {
    Typed typed = visit(inner);
    if (!typed) return typed;
    if (typed.term->kind != TermKind::kHeld) {
      checking_.report(kWrongKind, inner.span,
                       checking_.quoted(inner.span) + " is a level, and each account has one",
                       "compare it with a level");
      return {};
    }
    typed.term->kind = TermKind::kHasHeld;
    typed.term->type = kConditionType;
    return typed;
  }
  if (checking_.broken_attributes.contains(inner.text)) return {};
  if (inner.kind != ExprKind::kName || checking_.attribute(inner.text) < 0) {
    checking_.report(kWrongKind, inner.span,
                     checking_.quoted(inner.span) + " is not an attribute of an event",
                     "`has` asks whether the event carries an attribute");
    return {};
  }
  Typed typed = visit(inner);
  if (!typed) return typed;
  typed.term->kind = TermKind::kHas;
  typed.term->type = kConditionType;
  return typed;
}

}  // namespace guerdon::plan
